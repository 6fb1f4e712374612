package import StackEngine
internal import Synchronization

/// The resource types that scripts define, for the engines of all clouds.
package final class ScriptTypes: Sendable {
  private let types = Mutex<[String: any ResourceType]>([:])

  package init() {}

  /// Adds a type; the last of a name counts.
  func define(_ type: any ResourceType) { types.withLock { $0[type.name] = type } }

  package subscript(name: String) -> (any ResourceType)? { types.withLock { $0[name] } }
  package var names: [String] { types.withLock { $0.keys.sorted() } }
}
