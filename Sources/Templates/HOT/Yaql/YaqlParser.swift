import Document

/// Parses queries.
struct YaqlParser {
  /// The longest query that is read, in bytes.
  private static let lengthLimit = 10_000
  /// How deep brackets, operators and calls may stand inside each other.
  private static let depthLimit = 60

  /// How tightly operators bind.
  private static let binding: [String: Int] = [
    "->": 1, "or": 2, "and": 3, "=": 5, "!=": 5, ">": 5, "<": 5, ">=": 5, "<=": 5, "in": 5, "=~": 5, "!~": 5,
    "+": 6, "-": 6, "*": 7, "/": 7, "mod": 7,
  ]

  private let tokens: [YaqlToken]
  private var position = 0
  private var depth = 0

  private init(_ tokens: [YaqlToken]) { self.tokens = tokens }

  static func parse(_ text: String) throws(YaqlFault) -> YaqlExpression {
    guard text.utf8.count <= lengthLimit else {
      throw YaqlFault("it has more than \(lengthLimit) bytes", offset: 0)
    }
    var parser = YaqlParser(try YaqlLexer.tokens(of: text))
    let expression = try parser.expression(0)
    guard parser.current.kind == .end else { throw parser.fault("an operator or the end is missing") }
    return expression
  }

  private var current: YaqlToken { tokens[position] }

  private func fault(_ message: String) -> YaqlFault { YaqlFault(message, offset: current.offset) }

  private mutating func advance() { position = min(position + 1, tokens.count - 1) }

  private mutating func take(_ mark: String) -> Bool {
    guard current.kind == .mark(mark) else { return false }
    advance()
    return true
  }

  private mutating func expect(_ mark: String) throws(YaqlFault) {
    guard take(mark) else { throw fault("expected `\(mark)`") }
  }

  private mutating func enter() throws(YaqlFault) {
    depth += 1
    guard depth <= Self.depthLimit else { throw fault("it is nested too deep") }
  }

  private mutating func expression(_ least: Int) throws(YaqlFault) -> YaqlExpression {
    try enter()
    defer { depth -= 1 }
    var left = try prefix()
    var length = 0
    while case .mark(let mark) = current.kind, let strength = Self.binding[mark], strength >= least {
      advance()
      // Operators of one strength lean left, but for `->`, whose right side is the rest.
      let right = try expression(mark == "->" ? strength : strength + 1)
      left = .binary(mark, left, right)
      length += 1
      guard length <= Self.depthLimit * 2 else { throw fault("it has too many operators in a row") }
    }
    return left
  }

  private mutating func prefix() throws(YaqlFault) -> YaqlExpression {
    if take("not") { return .unary("not", try expression(4)) }
    if take("-") { return .unary("-", try expression(8)) }
    if take("+") { return try expression(8) }
    return try postfix(try primary())
  }

  private mutating func primary() throws(YaqlFault) -> YaqlExpression {
    let token = current
    switch token.kind {
    case .literal(let value):
      advance()
      return .literal(value)
    case .variable(let name):
      advance()
      return .variable(name)
    case .word(let name):
      advance()
      return take("(") ? .call(receiver: nil, name, try arguments(")")) : .word(name)
    case .mark("("):
      advance()
      let inner = try expression(0)
      try expect(")")
      return inner
    case .mark("["):
      advance()
      return .list(try arguments("]").map(\.value))
    case .mark("{"):
      advance()
      return try map(token)
    default: throw fault("expected a value")
    }
  }

  private mutating func map(_ start: YaqlToken) throws(YaqlFault) -> YaqlExpression {
    var members: [(key: YaqlExpression, value: YaqlExpression)] = []
    for argument in try arguments("}") {
      guard let name = argument.name else {
        throw YaqlFault("a map needs `key => value`", offset: start.offset)
      }
      members.append((name, argument.value))
    }
    return .map(members)
  }

  private mutating func postfix(_ base: YaqlExpression) throws(YaqlFault) -> YaqlExpression {
    var result = base
    var length = 0
    while true {
      length += 1
      guard length <= Self.depthLimit else { throw fault("it has too many steps in a row") }
      if take("[") {
        result = .index(result, try expression(0))
        try expect("]")
      } else if current.kind == .mark(".") || current.kind == .mark("?.") {
        let isOptional = current.kind == .mark("?.")
        advance()
        guard case .word(let name) = current.kind else { throw fault("expected a name after the dot") }
        advance()
        result =
          take("(")
          ? .call(receiver: result, name, try arguments(")")) : .member(result, name, isOptional: isOptional)
      } else {
        return result
      }
    }
  }

  private mutating func arguments(_ end: String) throws(YaqlFault) -> [YaqlExpression.Argument] {
    var arguments: [YaqlExpression.Argument] = []
    if take(end) { return [] }
    while true {
      let first = try expression(0)
      if take("=>") {
        arguments.append(.init(name: first, value: try expression(0)))
      } else {
        arguments.append(.init(name: nil, value: first))
      }
      if take(end) { return arguments }
      try expect(",")
    }
  }
}
