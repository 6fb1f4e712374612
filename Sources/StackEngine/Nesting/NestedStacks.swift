package import Document
package import OrderedCollections
package import Templates

/// The stacks inside of a stack, as a resource type makes, changes and deletes them.
package protocol NestedStacks: Sendable {
  /// Reads a template with the files and the environment of the stack's own; names in it are relative to that.
  func read(_ text: String, named name: String) async throws -> Template
  /// Makes the stack of a name what a template says, from nothing or from whatever it is, and waits for that.
  ///
  /// What is as it should be stays, so it can be asked again after a crash. A failure leaves the stack as it is
  /// then: going back is the outer stack's business.
  func bring(
    _ name: String, to template: Template, parameters: OrderedDictionary<String, Value>, timeout: Duration?
  ) async throws -> StackRecord
  /// Deletes the stack of a name and waits until it is gone; one that isn't there is a success.
  func delete(_ name: String) async throws
  /// Visits all that the stack of a name has, and waits for that.
  func visit(_ visit: Visit, _ name: String) async throws
  /// The stack of a name; nil when there is none.
  func find(_ name: String) async throws -> StackRecord?
}

/// Where no stack can be inside of another.
package struct NoNestedStacks: NestedStacks {
  package init() {}

  package func read(_ text: String, named name: String) async throws -> Template { throw refusal }

  package func bring(
    _ name: String, to template: Template, parameters: OrderedDictionary<String, Value>, timeout: Duration?
  ) async throws -> StackRecord { throw refusal }

  package func delete(_ name: String) async throws { throw refusal }
  package func visit(_ visit: Visit, _ name: String) async throws { throw refusal }
  package func find(_ name: String) async throws -> StackRecord? { nil }

  private var refusal: EngineError { EngineError(.operationFailed, "no stack can be made here") }
}
