/// A text whose parts may be known only once the stack exists, such as `http://` and a server's address.
package struct LateText: Sendable, Hashable {
  package enum Part: Sendable, Hashable {
    case text(String)
    /// What `Ref` of a resource gives.
    case reference(String)
    /// What `Fn::GetAtt` of a resource gives.
    case attribute(of: String, String)
    /// What nothing else is known by: a resource's id, and how often it was rebuilt since it has that.
    case identity(of: String)
    /// An output of the stack.
    case output(String)
    /// A text in the properties of a resource, as they were last evaluated: the names and positions that lead to it.
    case property(of: String, [String])
  }

  private enum Storage: Hashable, Sendable {
    /// A text that depends on no stack, as most do.
    case known(String)
    case parts([Part])
  }

  private let storage: Storage

  package var parts: [Part] {
    switch storage {
    case .known(let text): [.text(text)]
    case .parts(let parts): parts
    }
  }

  /// The text, where it depends on no stack.
  var known: String? { if case .known(let text) = storage { text } else { nil } }

  package init(_ parts: [Part]) {
    let known = parts.map { if case .text(let text) = $0 { text } else { nil } as String? }
    storage = known.contains(nil) ? .parts(parts) : .known(known.compactMap(\.self).joined())
  }

  package init(_ part: Part) { self.init([part]) }
}

extension LateText: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { storage = .known(value) }
}

/// Finds what a part of a late text stands for in a stack; throws when it isn't known (yet).
package typealias Resolver = @Sendable (LateText.Part, _ stack: String) async throws -> String

/// A stack, or a resource of it, that a late text names and that isn't there any more.
package struct ResourceGone: Error, Sendable, Hashable, CustomStringConvertible {
  package let stack: String
  /// Nil when the whole stack is gone.
  package let logicalID: String?

  package init(stack: String, logicalID: String?) {
    self.stack = stack
    self.logicalID = logicalID
  }

  package var description: String {
    logicalID.map { "\($0) of the stack \(stack) is gone" } ?? "the stack \(stack) is gone"
  }
}

extension LateText {
  func resolved(in stack: String, by resolve: Resolver) async throws -> String {
    var text = ""
    for part in parts {
      if case .text(let known) = part { text += known } else { text += try await resolve(part, stack) }
    }
    return text
  }
}
