import Document

/// A query in YAQL, the language of Heat's function `yaql`, parsed.
///
/// kiln has the part of it that public templates use: paths, literals, operators, `let`, and the functions of
/// `YaqlFunctions`. Queries can't define functions, and see nothing but their data.
indirect enum YaqlExpression: Sendable {
  case literal(Value)
  /// `$`, `$1`, `$name`, by the name without its `$`.
  case variable(String)
  /// A word without quotes: a text, or the name of an argument.
  case word(String)
  case list([YaqlExpression])
  case map([(key: YaqlExpression, value: YaqlExpression)])
  case member(YaqlExpression, String, isOptional: Bool)
  case index(YaqlExpression, YaqlExpression)
  /// A call; `receiver` is what stands before the dot.
  case call(receiver: YaqlExpression?, String, [Argument])
  case unary(String, YaqlExpression)
  case binary(String, YaqlExpression, YaqlExpression)

  struct Argument: Sendable {
    /// What stands before `=>`.
    var name: YaqlExpression?
    var value: YaqlExpression
  }
}

/// Why a query can't be read or answered.
struct YaqlFault: Error {
  let message: String
  var hint: String?
  /// The byte of the query where it is.
  var offset: Int?

  init(_ message: String, hint: String? = nil, offset: Int? = nil) {
    self.message = message
    self.hint = hint
    self.offset = offset
  }

  /// The message with the spot in the query.
  func sentence(for query: String) -> String {
    guard let offset else { return "the query can't be answered: \(message)" }
    let near = String(decoding: query.utf8.dropFirst(offset).prefix(20), as: UTF8.self)
    return near.isEmpty
      ? "the query ends too early: \(message)" : "the query is wrong at `\(near)`: \(message)"
  }
}
