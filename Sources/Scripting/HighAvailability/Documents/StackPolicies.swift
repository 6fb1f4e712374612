import Ambience
import Document
import HighAvailability
import OrderedCollections
import StackEngine

/// The policies that a stack's own template says: its `Kiln::HA::Policy` resources, and the restarters of 2012 with the
/// alarms that trigger them.
struct StackPolicies {
  /// The resource type that holds a policy.
  static let type = "Kiln::HA::Policy"

  let plugins: PluginHost
  let ambient: Ambient
  /// What is done on an alarm, where a restarter is all that the template says.
  var ladder = Ladder.heatV4
  var mode = AlarmMode.aws

  /// The policies of a stack, in the order of its template.
  ///
  /// - Throws: What is wrong with them; also when there is none.
  func policies(of stack: StackRecord, on session: CloudSession) async throws -> [PolicyObject] {
    let name = stack.identity.name
    var reader = PolicyReader(plugins, ambient: ambient)
    var policies: [PolicyObject] = []
    for record in stack.resources.values where record.type == Self.type {
      let read = try await reader.policy(
        document(of: record, in: stack), name: Self.name(of: record, in: stack), stack: name,
        propertiesOf: record.logicalID)
      guard let read else { continue }
      var policy = read.policy
      policy.relations.needs = policy.relations.needs.map { Self.application($0, in: stack) }
      policy.relations.parent = policy.relations.parent.map { Self.application($0, in: stack) }
      policies.append(PolicyObject(policy, on: session, targets: read.targets))
    }
    guard reader.problems.isEmpty else { throw Diagnostics(reader.problems) }
    let resources = stack.resources.values.map { record in
      RestarterPolicies.Resource(
        logicalID: record.logicalID, type: record.type, properties: record.properties.values,
        reference: record.physical?.reference.scalarText)
    }
    policies += try RestarterPolicies.from(resources, stack: name, ladder: ladder, mode: mode)
      .map { PolicyObject($0, on: session) }
    guard !policies.isEmpty else {
      throw Diagnostic(
        "no_policies", "the template of the stack \(name) says nothing of keeping its applications alive",
        hint: "give it a resource of the type \(Self.type), or a restarter with an alarm")
    }
    return policies
  }

  /// What events call the application of a policy.
  private static func name(of record: ResourceRecord, in stack: StackRecord) -> String {
    record.properties.values["Name"]?.scalarText ?? "\(stack.identity.name)/\(record.logicalID)"
  }

  /// The application that another policy names, which may do so by the `Ref` of a policy of the stack.
  private static func application(_ text: String, in stack: StackRecord) -> String {
    let record = stack.resources.values.first { record in
      record.type == type && [record.physical?.reference.scalarText, record.logicalID].contains(text)
    }
    return record.map { name(of: $0, in: stack) } ?? text
  }

  /// A resource's properties as a document, so that a mistake in them can be shown; a server is called by its logical ID.
  private func document(of record: ResourceRecord, in stack: StackRecord) throws -> Node {
    var properties = record.properties.values
    if let server = properties["Resource"]?.scalarText {
      let resource = stack.resources.values.first { $0.physical?.reference.scalarText == server }
      properties["Resource"] = .string(resource?.logicalID ?? server)
    }
    let text = Value.map(properties).yamlText()
    return try DocumentReader.yaml(
      Source(name: "\(record.logicalID) of the stack \(stack.identity.name)", text: text))
  }
}
