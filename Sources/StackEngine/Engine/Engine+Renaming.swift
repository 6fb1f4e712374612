import Ambience
import OrderedCollections

extension Engine {
  /// Gives a stack another name; the cloud isn't asked for anything.
  ///
  /// What its resources are called in the cloud stays. Where its template uses the stack's name, the next update
  /// changes what was made of it.
  package func rename(_ name: String, to newName: String) async throws {
    try checkName(newName)
    let stack = try await describe(name)
    if let parent = stack.head.parent {
      throw EngineError(
        .wrongStatus, "\(name) is \(parent.logicalID) of another stack, which finds it by its name",
        hint: "move or rename that resource instead")
    }
    try await checkFree(newName)
    var head = stack.head
    head.identity = StackIdentity(name: newName, id: stack.identity.id)
    let told = Event(
      sequence: 0, time: ambient.now(), stack: head.identity, logicalID: nil, physicalID: stack.identity.id,
      type: stackType, status: head.status.rawValue, reason: "renamed from \(name)")
    try await amend(head, [.event(told)])
  }

  /// - Throws: `stack_exists` when a stack has a name.
  func checkFree(_ name: String) async throws {
    guard let old = try await journal.head(named: name) else { return }
    throw EngineError(
      .stackExists, "there is a stack \(name) already, with status \(old.status.rawValue)",
      hint: "choose another name")
  }
}
