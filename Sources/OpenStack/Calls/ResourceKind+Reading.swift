import Document
import HTTP
import OrderedCollections

extension ResourceKind {
  var hasEnvelope: Bool { style == .enveloped }

  /// What the API calls a resource by: a field, or the end of the URL that is in it.
  func id(of fields: Value) -> String? {
    guard let text = fields[idField]?.scalarText else { return nil }
    return text.hasPrefix("http") ? text.split(separator: "/").last.map(String.init) : text
  }

  func status(of fields: Value) -> String? {
    (life?.field ?? "status").split(separator: ".").reduce(Optional(fields)) { $0?[String($1)] }?.scalarText
  }

  /// The path of one of them, after that of what it belongs to.
  func path(of id: String) -> String {
    path + "/" + percentEncoded(id, keeping: style == .headers ? "/" : "")
  }

  /// The path of one that is known.
  func path(of raw: Value, _ id: String) -> String {
    let parts = addressFields.compactMap { raw[$0]?.scalarText }.map { percentEncoded($0) }
    if parts.isEmpty || parts.count < addressFields.count { return path(of: id) }
    return path + "/" + parts.joined(separator: "/")
  }

  func enveloped(_ fields: Value) -> Value { hasEnvelope ? [singular: fields] : fields }
  func unwrapped(_ value: Value) -> Value {
    hasEnvelope || value.map?.count == 1 ? value[singular] ?? value : value
  }

  /// What its resources are called by in a request by name; nil where the service has no such filter.
  package func filter(byName name: String) -> Query? {
    guard let nameField else { return nil }
    switch nameFilter {
    case .none: return nil
    case .exact: return [nameField: name]
    case .pattern:
      // What may mean something in a regular expression stands for any character; we compare afterwards.
      return [nameField: "^" + name.map { $0.isLetter || $0.isNumber ? String($0) : "." }.joined() + "$"]
    }
  }

  package func child(_ word: String) -> ResourceKind? {
    children.first { $0.word == word || $0.words == word }
  }

  package func action(_ name: String) -> Action? { actions.first { $0.name == name } }
}
