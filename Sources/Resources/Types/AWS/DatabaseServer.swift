import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `AWS::RDS::DBInstance`: MySQL in a server of its own, as Heat has it.
struct DatabaseServer: ResourceType {
  let name = "AWS::RDS::DBInstance"
  let schema: ResourceSchema
  let context: OpenStackContext

  func create(_ call: ResourceCall) async throws -> PhysicalResource { try await bring(call) }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await bring(call)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await call.nested.delete(call.physicalName)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await call.nested.find(call.physicalName).map { PhysicalResource(nested: $0) }
  }

  private func bring(_ call: ResourceCall) async throws -> PhysicalResource {
    if let engine = call.text("Engine"), !["mysql", "mariadb"].contains(engine.lowercased()) {
      throw ResourceError(
        .badProperty, "kiln makes no \(engine) database", hint: "use Engine: MySQL, or a server of your own")
    }
    let groups = call.properties["VPCSecurityGroups"] ?? call.properties["DBSecurityGroups"] ?? []
    let helper = HelperServer(call: call, context: context, script: script(call), securityGroups: groups)
    var resource = try await helper.bring()
    let port = call.properties["Port"]?.scalarText ?? "3306"
    let address = resource.attributes.removeValue(forKey: "address") ?? ""
    resource.attributes = ["Endpoint.Address": address, "Endpoint.Port": .string(port)]
    return resource
  }

  private func script(_ call: ResourceCall) -> String {
    let port = call.properties["Port"]?.scalarText ?? "3306"
    func sql(_ name: String, _ otherwise: String) -> String {
      (call.text(name) ?? otherwise).replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    }
    let (user, password) = (sql("MasterUsername", "admin"), sql("MasterUserPassword", ""))
    let database = (call.text("DBName") ?? "db").filter { $0.isLetter || $0.isNumber || $0 == "_" }
    return """
      #!/bin/sh
      if command -v yum >/dev/null 2>&1; then yum -y install mysql-server || yum -y install mariadb-server
      else DEBIAN_FRONTEND=noninteractive apt-get -y install default-mysql-server; fi
      mkdir -p /etc/my.cnf.d /etc/mysql/conf.d
      printf '[mysqld]\\nport=\(port)\\nbind-address=0.0.0.0\\n' | tee /etc/my.cnf.d/kiln.cnf >/etc/mysql/conf.d/kiln.cnf
      for name in mysqld mariadb mysql; do service $name restart 2>/dev/null && break; done
      mysql <<'KILN'
      CREATE DATABASE IF NOT EXISTS `\(database)`;
      CREATE USER IF NOT EXISTS '\(user)'@'%' IDENTIFIED BY '\(password)';
      GRANT ALL PRIVILEGES ON `\(database)`.* TO '\(user)'@'%';
      FLUSH PRIVILEGES;
      KILN

      """
  }
}
