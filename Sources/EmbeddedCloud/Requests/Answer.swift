import Document
import HTTP
import OrderedCollections

/// The members of a JSON object.
typealias Fields = OrderedDictionary<String, Value>

/// What a service answers.
struct Answer: Sendable {
  var status: Int
  var headers: Headers
  var body: [UInt8]

  init(_ status: Int, headers: Headers = [:]) {
    self.status = status
    self.headers = headers
    body = []
  }

  init(_ status: Int, _ value: Value, headers: Headers = [:]) {
    self.init(status, bytes: Array(value.jsonText().utf8), type: "application/json", headers: headers)
  }

  init(_ status: Int, bytes: [UInt8], type: String, headers: Headers = [:]) {
    self.status = status
    self.headers = headers
    body = bytes
    self.headers["Content-Type"] = type
  }

  /// A page for people, as Swift answers where there is nothing to say.
  static func html(_ status: Int, _ text: String = "", headers: Headers = [:]) -> Answer {
    Answer(status, bytes: Array(text.utf8), type: "text/html; charset=UTF-8", headers: headers)
  }

  var response: Response { Response(status: status, headers: headers, body: body) }
}

extension Fields {
  /// A field's text; empty when it has none.
  func text(_ name: String) -> String { self[name]?.scalarText ?? "" }

  /// A field's text, unless that is empty or there is none.
  func textIfAny(_ name: String) -> String? { self[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }

  func integer(_ name: String) -> Int { Int(self[name]?.integer ?? 0) }

  /// These fields and others, which win.
  func with(_ others: Fields) -> Fields { merging(others) { $1 } }

  /// The members of these names.
  func only(_ names: Set<String>) -> Fields { filter { names.contains($0.key) } }
}
