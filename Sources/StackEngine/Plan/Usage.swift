internal import Synchronization

/// What a stack's expressions have asked other stacks for.
package struct Use: Sendable, Hashable, Comparable {
  /// The stack's name; nil for an export.
  package let stack: String?
  /// The name of the export, or of the output.
  package let name: String

  package init(stack: String? = nil, name: String) {
    self.stack = stack
    self.name = name
  }

  package static func < (one: Use, other: Use) -> Bool {
    (one.stack ?? "", one.name) < (other.stack ?? "", other.name)
  }
}

/// Takes note of such uses while expressions are evaluated.
final class Usage: Sendable {
  private let noted = Mutex<Set<Use>>([])

  var uses: [Use] { noted.withLock { $0.sorted() } }

  func note(_ use: Use) { noted.withLock { _ = $0.insert(use) } }
}
