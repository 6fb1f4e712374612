/// A text whose parts may be known only once the stack exists, such as `http://` and a server's address.
package struct LateText: Sendable, Hashable {
  package enum Part: Sendable, Hashable {
    case text(String)
    /// What `Ref` of a resource gives.
    case reference(String)
    /// What `Fn::GetAtt` of a resource gives.
    case attribute(of: String, String)
    /// An output of the stack.
    case output(String)
  }

  package let parts: [Part]

  /// The text, where it depends on no stack.
  var known: String? {
    var text = ""
    for part in parts {
      guard case .text(let known) = part else { return nil }
      text += known
    }
    return text
  }

  package init(_ parts: [Part]) { self.parts = parts }
  package init(_ part: Part) { parts = [part] }
}

extension LateText: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { parts = [.text(value)] }
}

/// Finds what a part of a late text stands for in a stack; throws when it isn't known (yet).
package typealias Resolver = @Sendable (LateText.Part, _ stack: String) async throws -> String

extension LateText {
  func resolved(in stack: String, by resolve: Resolver) async throws -> String {
    var text = ""
    for part in parts {
      if case .text(let known) = part { text += known } else { text += try await resolve(part, stack) }
    }
    return text
  }
}
