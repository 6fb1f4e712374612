import Document
import OrderedCollections
import Secrets
import Templates

/// An output as far as a plan knows it.
struct PlannedOutput: Sendable {
  let value: Evaluated?
  let exportName: String?
  let description: String?

  /// The output; nil while it isn't known.
  var record: OutputRecord? {
    guard case .known(let value, let isSecret)? = value else { return nil }
    return OutputRecord(
      OutputRecord.Content(value, isSecret: isSecret), description: description, exportName: exportName)
  }
}

extension OutputRecord.Content {
  init(_ value: Value, isSecret: Bool) {
    self = isSecret ? .secret(Secret(value.scalarText ?? value.jsonText())) : .plain(value)
  }
}

// Outputs are weak: what other stacks use of them can be taken away and changed, and a plan says so. The users keep
// what they were given until their next update.

extension Engine {
  /// The plan with what it takes away from other stacks, and changes for them; but for those that are planned with it.
  func noticing(
    _ plan: Plan, from stack: StackRecord, besides group: Set<String> = []
  ) async throws -> Plan {
    if stack.outputs.isEmpty { return plan }
    var users: [Use: [String]] = [:]
    for head in try await journal.summaries(includingDeleted: false)
    where head.identity != stack.identity && !group.contains(head.identity.name) {
      for use in head.uses { users[use, default: []].append(head.identity.name) }
    }
    var plan = plan
    for (name, output) in stack.outputs {
      let use = Use(stack: stack.identity.name, name: name)
      plan.note(users[use], "the output \(name)", output, becomes: plan.outputs[name])
      guard let exportName = output.exportName else { continue }
      let planned = plan.outputs.values.first { $0.exportName == exportName }
      plan.note(users[Use(name: exportName)], "the export \(exportName)", output, becomes: planned)
    }
    return plan
  }
}

extension Plan {
  fileprivate mutating func note(
    _ users: [String]?, _ what: String, _ output: OutputRecord, becomes planned: PlannedOutput?
  ) {
    guard let users, planned?.differs(from: output) ?? true else { return }
    let list = users.joined(separator: ", ")
    notices.append(
      Diagnostic(
        .warning, "output_in_use",
        "\(what) \(planned == nil ? "goes away" : "changes"), which \(list) uses",
        hint: "update \(list) next"))
  }
}

extension PlannedOutput {
  /// Whether it is certain to be another value.
  fileprivate func differs(from output: OutputRecord) -> Bool {
    guard case .known(let value, _)? = value else { return false }
    guard case .known(let old, _) = output.content.evaluated else { return true }
    return old != value && old.scalarText != value.scalarText
  }
}
