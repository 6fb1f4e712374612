import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `AWS::ElasticLoadBalancing::LoadBalancer`: HAProxy in a server of its own, as Heat has it.
///
/// A change of `Instances` makes a new configuration, which the server gets by being made anew.
struct ClassicLoadBalancer: ResourceType {
  let name = "AWS::ElasticLoadBalancing::LoadBalancer"
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
    let helper = HelperServer(
      call: call, context: context, script: try await script(call),
      securityGroups: call.properties["SecurityGroups"] ?? [])
    var resource = try await helper.bring()
    let address = resource.attributes.removeValue(forKey: "address") ?? ""
    resource.attributes = [
      "DNSName": address, "CanonicalHostedZoneName": address, "CanonicalHostedZoneNameID": "",
      "SourceSecurityGroup.GroupName": "", "SourceSecurityGroup.OwnerAlias": "",
    ]
    return resource
  }

  private func script(_ call: ResourceCall) async throws -> String {
    """
    #!/bin/sh
    if command -v yum >/dev/null 2>&1; then yum -y install haproxy socat; else apt-get -y install haproxy socat; fi
    cat >/etc/haproxy/haproxy.cfg <<'KILN'
    \(try await configuration(call))KILN
    service haproxy restart || systemctl restart haproxy

    """
  }

  /// HAProxy's configuration: a front end and a back end for each listener.
  private func configuration(_ call: ResourceCall) async throws -> String {
    var text = """
      global
        daemon
        maxconn 256
      defaults
        mode http
        timeout connect 5000ms
        timeout client 50000ms
        timeout server 50000ms

      """
    let health = call.properties["HealthCheck"]
    let addresses = try await addresses(call)
    for (number, listener) in (call.properties["Listeners"]?.list ?? []).enumerated() {
      func word(_ name: String) -> String { listener[name]?.scalarText ?? "" }
      let mode = ["HTTP", "HTTPS"].contains(word("Protocol").uppercased()) ? "http" : "tcp"
      text += "frontend in\(number)\n  mode \(mode)\n  bind *:\(word("LoadBalancerPort"))\n"
      text += "  default_backend out\(number)\nbackend out\(number)\n  mode \(mode)\n  balance roundrobin\n"
      if let path = health?["Target"]?.scalarText.flatMap(Self.path) {
        text += "  option httpchk GET \(path)\n"
      }
      for (index, address) in addresses.enumerated() {
        text += "  server s\(index) \(address):\(word("InstancePort"))" + check(health) + "\n"
      }
    }
    return text
  }

  private func check(_ health: Value?) -> String {
    guard let health else { return "" }
    func word(_ name: String, _ otherwise: String) -> String { health[name]?.scalarText ?? otherwise }
    return " check inter \(word("Interval", "30"))s fall \(word("UnhealthyThreshold", "5"))"
      + " rise \(word("HealthyThreshold", "3"))"
  }

  /// The path of a target such as `HTTP:80/index.html`.
  private static func path(_ target: String) -> String? {
    guard target.uppercased().hasPrefix("HTTP"), let slash = target.firstIndex(of: "/") else { return nil }
    return String(target[slash...])
  }

  private func addresses(_ call: ResourceCall) async throws -> [String] {
    var addresses: [String] = []
    for server in call.texts("Instances") {
      if let address = try await context.cloud.compute.servers.get(server).fixedAddress {
        addresses.append(address)
      }
    }
    return addresses
  }
}
