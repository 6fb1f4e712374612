import Document
import OrderedCollections

/// Tells whether expressions say the same, wherever they stand and whichever language they were written in.
package struct ExpressionComparison {
  /// The logical IDs that were renamed: what is old on the left is new on the right.
  let renames: [String: String]

  package init(renames: [String: String]) { self.renames = renames }

  func isSame(_ left: Expression?, _ right: Expression?) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): isSame(left, right)
    default: false
    }
  }

  package func isSame(_ left: Expression, _ right: Expression) -> Bool {
    switch (left.kind, right.kind) {
    case (.literal(let one), .literal(let two)): isSame(one, two)
    case (.parameter(let one), .parameter(let two)): one == two
    case (.resource(let one), .resource(let two)): renamed(one) == two
    case (.attribute(let one, let name), .attribute(let two, let other)): renamed(one) == two && name == other
    case (.noValue, .noValue): true
    case (.list(let one), .list(let two)): areSame(one, two)
    case (.map(let one), .map(let two)): areSame(one, two)
    case (.list, .literal), (.map, .literal), (.literal, .list), (.literal, .map):
      left.literalValue.flatMap { one in right.literalValue.map { isSame(one, $0) } } ?? false
    case (.function(let one), .function(let two)):
      one.name == two.name && one.plainArguments == two.plainArguments && areSame(one.parts, two.parts)
    default: false
    }
  }

  /// Scalars are the same when they become the same text, as templates make no difference there.
  private func isSame(_ left: Value, _ right: Value) -> Bool {
    if left == right { return true }
    guard let one = left.scalarText, let two = right.scalarText else { return false }
    return one == two
  }

  private func renamed(_ id: String) -> String { renames[id] ?? id }

  private func areSame(_ left: [Expression], _ right: [Expression]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
  }

  private func areSame(
    _ left: [(key: String, value: Expression)], _ right: [(key: String, value: Expression)]
  ) -> Bool {
    guard left.count == right.count else { return false }
    let others = Dictionary(right.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    return left.allSatisfy { key, value in others[key].map { isSame(value, $0) } ?? false }
  }
}

extension Expression {
  /// The value of an expression without references or functions.
  var literalValue: Value? {
    switch kind {
    case .literal(let value): return value
    case .list(let items):
      let values = items.compactMap(\.literalValue)
      return values.count == items.count ? .list(values) : nil
    case .map(let members):
      var result: OrderedDictionary<String, Value> = [:]
      for (key, value) in members {
        guard let value = value.literalValue else { return nil }
        result[key] = value
      }
      return .map(result)
    default: return nil
    }
  }

  /// The expression in a few words: `Web.PublicIp`, `join("", ["a", Flavor])`.
  package var summary: String {
    let text = fullSummary
    return text.count > 60 ? text.prefix(57) + "..." : text
  }

  private var fullSummary: String {
    switch kind {
    case .literal(let value): value.jsonText()
    case .parameter(let name), .resource(let name): name
    case .attribute(let id, let name): "\(id).\(name)"
    case .noValue: "nothing"
    case .list(let items): "[" + items.prefix(20).map(\.fullSummary).joined(separator: ", ") + "]"
    case .map(let members):
      "{" + members.prefix(20).map { "\($0.key): \($0.value.fullSummary)" }.joined(separator: ", ") + "}"
    case .function(.sub(let parts)):
      "\"" + parts.map(\.summary).joined() + "\""
    case .function(let function):
      function.name + "("
        + (function.plainArguments + function.parts.prefix(20).map(\.fullSummary)).joined(separator: ", ")
        + ")"
    }
  }
}

extension Expression.SubPart {
  fileprivate var summary: String {
    switch self {
    case .text(let text): text
    case .value(let value): "${" + value.summary + "}"
    }
  }
}

extension Expression.Function {
  /// The function's name in the model, such as `join`.
  var name: String { Mirror(reflecting: self).children.first?.label ?? "condition" }

  /// The arguments that aren't expressions, such as the name of a condition or the texts of a substitution.
  var plainArguments: [String] {
    if case .sub(let parts) = self {
      return parts.map { if case .text(let text) = $0 { "=" + text } else { "$" } }
    }
    guard let payload = Mirror(reflecting: self).children.first?.value else { return [] }
    return Self.texts(in: payload)
  }

  private static func texts(in payload: Any) -> [String] {
    switch payload {
    case let text as String: return [text]
    case is Expression, is [Expression], is Expression?: return []
    default:
      return Mirror(reflecting: payload).children.flatMap { child -> [String] in
        if let text = child.value as? String { return [text] }
        let isEnum = Mirror(reflecting: child.value).displayStyle == .enum
        return isEnum ? [child.label ?? ""] + texts(in: child.value) : []
      }
    }
  }
}
