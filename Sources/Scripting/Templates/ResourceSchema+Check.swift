import Document
import OrderedCollections
import Templates

extension ResourceSchema {
  /// The first mistake in literal properties; what functions give is left for later.
  func problem(in properties: Value) -> String? {
    guard let given = properties.map else { return "its properties are \(properties.kind), not a table" }
    return problem(in: given, of: self.properties, path: "")
  }

  private func problem(
    in given: OrderedDictionary<String, Value>, of known: OrderedDictionary<String, Property>, path: String
  ) -> String? {
    for (name, value) in given {
      guard let property = known[name] else {
        let hint = nearest(to: name, among: known.keys).map { "; did you mean '\($0)'?" }
        return "it has no property '\(path)\(name)'" + (hint ?? "")
      }
      if let problem = problem(with: value, property.kind, "\(path)\(name)") { return problem }
      if let allowed = property.allowedValues, let text = value.scalarText,
        !allowed.contains(where: { $0.scalarText == text })
      {
        let words = allowed.compactMap(\.scalarText).joined(separator: ", ")
        return "'\(path)\(name)' can't be '\(text)'; it is one of \(words)"
      }
    }
    return nil
  }

  private func problem(with value: Value, _ kind: Kind, _ path: String) -> String? {
    if value.isCall { return nil }
    switch kind {
    case .json: return nil
    case .string: return value.scalarText == nil ? mismatch(path, "a string", value) : nil
    case .integer:
      return value.scalarText.flatMap { Int64($0) } == nil ? mismatch(path, "an integer", value) : nil
    case .number:
      return value.scalarText.flatMap { Double($0) } == nil ? mismatch(path, "a number", value) : nil
    case .boolean:
      let isTruth = ["true", "false"].contains(value.scalarText?.lowercased())
      return isTruth ? nil : mismatch(path, "a boolean", value)
    case .list(let item):
      if value.map?.isEmpty ?? false { return nil }
      guard let items = value.list else { return mismatch(path, "a list", value) }
      return items.indices.lazy.compactMap { problem(with: items[$0], item, "\(path)[\($0 + 1)]") }.first
    case .limited(let inner, _): return problem(with: value, inner, path)
    case .map(let shape):
      guard let given = value.map else { return mismatch(path, "a table", value) }
      return problem(in: given, of: shape.properties, path: path + ".")
    case .mapOf(let item):
      guard let given = value.map else { return mismatch(path, "a table", value) }
      return given.lazy.compactMap { problem(with: $1, item, "\(path).\($0)") }.first
    }
  }

  private func mismatch(_ path: String, _ wanted: String, _ value: Value) -> String {
    "'\(path)' must be \(wanted), not \(value.kind)"
  }
}

extension ResourceSchema.Kind {
  /// The kind in a word.
  var word: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .json: "json"
    case .list(let item): "list of \(item.word)"
    case .limited(let inner, _): inner.word
    case .map, .mapOf: "map"
    }
  }
}

extension Value {
  /// Whether this is a reference or a function call in CloudFormation's form.
  fileprivate var isCall: Bool {
    guard let members = map, members.count == 1, let name = members.keys.first else { return false }
    return name == "Ref" || name.hasPrefix("Fn::")
  }
}
