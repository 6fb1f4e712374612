import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Heat::SoftwareDeployment` and its kin: a configuration for a server, or in groups for several.
struct DeploymentType: ResourceType {
  let name: String
  let schema: ResourceSchema
  let context: OpenStackContext

  /// The four names, and the two that Heat still hides.
  static let names = ["Software", "Structured"].flatMap { kind in
    ["Deployment", "DeploymentGroup", "Deployments"].map { "OS::Heat::\(kind)\($0)" }
  }

  private var isGroup: Bool { !name.hasSuffix("Deployment") }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    physical(call, try await run("CREATE", call))
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    for deployment in deployments(call, call.previous) where !servers(call.properties).contains(deployment) {
      try await Deployment(call: call, context: context, server: deployment.server, part: deployment.part)
        .end()
    }
    var now = physical(call, try await run("UPDATE", call))
    now.id = resource.id
    now.reference = resource.reference
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    for one in servers(call.properties) {
      try await Deployment(call: call, context: context, server: one.server, part: one.part).end()
    }
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? { .local(call) }

  private struct Goal: Hashable {
    let part: String
    let server: String
  }

  private func servers(_ properties: Properties) -> [Goal] {
    if isGroup {
      return (properties["servers"]?.map ?? [:]).compactMap { name, server in
        server.scalarText.map { Goal(part: name, server: $0) }
      }
    }
    return properties["server"]?.scalarText.map { [Goal(part: "", server: $0)] } ?? []
  }

  private func deployments(_ call: ResourceCall, _ properties: Properties?) -> [Goal] {
    properties.map { servers($0) } ?? []
  }

  private func run(_ action: String, _ call: ResourceCall) async throws -> [Goal: Deployment.Result] {
    try await withThrowingTaskGroup(of: (Goal, Deployment.Result).self) { group in
      for goal in servers(call.properties) {
        let deployment = Deployment(call: call, context: context, server: goal.server, part: goal.part)
        group.addTask { (goal, try await deployment.run(action)) }
      }
      var results: [Goal: Deployment.Result] = [:]
      for try await (goal, result) in group { results[goal] = result }
      return results
    }
  }

  private func physical(_ call: ResourceCall, _ results: [Goal: Deployment.Result]) -> PhysicalResource {
    let words = ["deploy_stdout", "deploy_stderr", "deploy_status_code"]
    guard isGroup else {
      let told = results.values.first?.told ?? [:]
      var attributes = told.map ?? [:]
      for word in words { attributes[word] = told[word] ?? (word == "deploy_status_code" ? 0 : "") }
      return .local(call, attributes: attributes)
    }
    var attributes: OrderedDictionary<String, Value> = [:]
    let names = Set(results.values.flatMap { ($0.told.map ?? [:]).keys }).union(words)
    let goals = results.keys.sorted { $0.part < $1.part }
    for name in names.sorted() {
      let values = goals.map { ($0.part, results[$0]?.told[name] ?? .null) }
      let list = OrderedDictionary(uniqueKeysWithValues: values)
      attributes[words.contains(name) ? name + "s" : name] = .map(list)
    }
    return .local(call, attributes: attributes)
  }
}
