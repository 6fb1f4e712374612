package import Document

/// A value that stands elsewhere and is fetched when it is needed: `{{resolve:SERVICE:…}}`.
package struct DynamicReference: Sendable, Hashable {
  package enum Source: Sendable, Hashable {
    /// A stored parameter and its version, if one is asked for.
    case parameter(name: String, version: String?)
    /// A stored parameter that is a secret.
    case secureParameter(name: String, version: String?)
    /// A secret, perhaps one key of its JSON, perhaps of a stage or version.
    case secret(id: String, key: String?, stage: String?, version: String?)
    /// A service that others define, with what follows its name.
    case other(service: String, rest: String)
  }

  package let source: Source
  /// The reference as it is written, braces included.
  package let text: String

  /// Whether its value must not be shown.
  package var isSecret: Bool {
    switch source {
    case .secureParameter, .secret: true
    case .parameter, .other: false
    }
  }

  /// Reads what stands between `{{resolve:` and `}}`; nil when it names no service or nothing in it.
  package init?(inside: Substring) {
    text = "{{resolve:\(inside)}}"
    let parts = inside.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    switch parts[0] {
    case "ssm": source = .parameter(name: parts[1], version: Self.part(2, parts))
    case "ssm-secure": source = .secureParameter(name: parts[1], version: Self.part(2, parts))
    case "secretsmanager":
      let idLength = parts[1] == "arn" ? min(7, parts.count - 1) : 1
      let rest = idLength + 1
      source = .secret(
        id: parts[1..<rest].joined(separator: ":"), key: Self.part(rest + 1, parts),
        stage: Self.part(rest + 2, parts), version: Self.part(rest + 3, parts))
    default: source = .other(service: parts[0], rest: parts.dropFirst().joined(separator: ":"))
    }
  }

  private static func part(_ index: Int, _ parts: [String]) -> String? {
    parts.indices.contains(index) && !parts[index].isEmpty ? parts[index] : nil
  }

  package enum Piece: Sendable, Hashable {
    case text(String)
    case reference(DynamicReference)
  }

  /// What a text starts a reference with.
  static let opening = "{{resolve:"

  /// Splits a text at its references; what looks like one but can't be read stays text.
  package static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var literal = ""
    var rest = Substring(text)
    while let start = rest.firstRange(of: opening),
      let end = rest[start.upperBound...].firstRange(of: "}}")
    {
      literal += rest[..<start.lowerBound]
      if let reference = DynamicReference(inside: rest[start.upperBound..<end.lowerBound]) {
        if !literal.isEmpty { pieces.append(.text(literal)) }
        literal = ""
        pieces.append(.reference(reference))
      } else {
        literal += rest[start.lowerBound..<end.upperBound]
      }
      rest = rest[end.upperBound...]
    }
    literal += rest
    if !literal.isEmpty || pieces.isEmpty { pieces.append(.text(literal)) }
    return pieces
  }
}

/// Finds what dynamic references stand for.
///
/// Evaluation never waits: who resolves over a network fetches first what `dynamicReferences` lists and hands
/// the answers in as a resolver, such as `[DynamicReference: Evaluated]`.
package protocol DynamicResolver: Sendable {
  /// The value; nil when this resolver doesn't know the reference's service.
  func resolve(_ reference: DynamicReference) throws(Diagnostic) -> Evaluated?
}

extension [DynamicReference: Evaluated]: DynamicResolver {
  package func resolve(_ reference: DynamicReference) -> Evaluated? { self[reference] }
}

/// Asks several resolvers, one after the other.
package struct ResolverChain: DynamicResolver {
  private let resolvers: [any DynamicResolver]

  package init(_ resolvers: [any DynamicResolver]) { self.resolvers = resolvers }

  package func resolve(_ reference: DynamicReference) throws(Diagnostic) -> Evaluated? {
    for resolver in resolvers {
      if let value = try resolver.resolve(reference) { return value }
    }
    return nil
  }
}
