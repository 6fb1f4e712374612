import Document
import OrderedCollections

extension ParameterDefinition {
  /// The longest value that is matched against a pattern, in bytes: AWS's limit of a parameter's value.
  private static let patternLimit = 4096

  /// The value in the parameter's type, when its constraints allow it.
  func check(_ value: Value) throws(ParameterFault) -> Value {
    let typed = try typed(value)
    if !details.constraints.isEmpty {
      for constraint in details.constraints {
        if let fault = constraint.fault(of: typed) { throw ParameterFault(fault) }
      }
      return typed
    }
    for item in typed.list ?? [typed] { try checkConstraints(item) }
    return typed
  }

  private func typed(_ value: Value) throws(ParameterFault) -> Value {
    switch ParameterType(type) ?? .text {
    case .text: return .string(try text(value, "a text"))
    case .number: return try number(value)
    case .boolean: return try boolean(value)
    case .json: return try json(value)
    case .texts: return .list(try items(value).map { .string($0) })
    case .numbers:
      var numbers: [Value] = []
      for item in try items(value) { numbers.append(try number(.string(item))) }
      return .list(numbers)
    }
  }

  private func text(_ value: Value, _ expected: String) throws(ParameterFault) -> String {
    guard let text = value.scalarText else { throw ParameterFault("must be \(expected), not \(value.kind)") }
    return text
  }

  /// A number; a text whose number would be written otherwise (`1.10`) stays text.
  private func number(_ value: Value) throws(ParameterFault) -> Value {
    let text = try text(value, "a number")
    guard let number = Double(text), number.isFinite else { throw ParameterFault("must be a number") }
    if let integer = Int64(text), String(integer) == text { return .integer(integer) }
    return Value.number(number).scalarText == text ? .number(number) : .string(text)
  }

  private func boolean(_ value: Value) throws(ParameterFault) -> Value {
    switch try text(value, "true or false").lowercased() {
    case "true", "t", "yes", "y", "on", "1": return .bool(true)
    case "false", "f", "no", "n", "off", "0": return .bool(false)
    default: throw ParameterFault("must be true or false")
    }
  }

  private func json(_ value: Value) throws(ParameterFault) -> Value {
    guard let text = value.string else { return value }
    if text.isEmpty { return .map([:]) }
    do throws(Diagnostics) {
      return try Value.json(text)
    } catch {
      throw ParameterFault("must be JSON: \(error.items.first?.message ?? "it can't be read")")
    }
  }

  private func items(_ value: Value) throws(ParameterFault) -> [String] {
    if let list = value.list {
      var texts: [String] = []
      for item in list { texts.append(try text(item, "a list of texts")) }
      return texts
    }
    let text = try text(value, "a list")
    if text.isEmpty { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
  }

  private func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }

  private func checkConstraints(_ value: Value) throws(ParameterFault) {
    guard let text = value.scalarText else { return }
    if let allowedValues, !allowedValues.contains(where: { $0.scalarText == text }) {
      throw fault("must be one of \(allowedValues.compactMap(\.scalarText).joined(separator: ", "))")
    }
    if let allowedPattern, !matches(text, allowedPattern) { throw fault("must match \(allowedPattern)") }
    if let length, !length.contains(text.unicodeScalars.count) {
      let high = length.upperBound == .max ? Double.infinity : Double(length.upperBound)
      throw fault("must have \(words(Double(length.lowerBound), high)) characters")
    }
    if let range, type.contains("Number") || type == "Integer", let number = Double(text),
      !range.contains(number)
    {
      throw fault("must be \(words(range.lowerBound, range.upperBound))")
    }
  }

  private func fault(_ message: String) -> ParameterFault {
    ParameterFault(constraintDescription ?? message)
  }

  private func words(_ low: Double, _ high: Double) -> String {
    func text(_ number: Double) -> String { Value.number(number).scalarText ?? "" }
    if high == .infinity { return "at least \(text(low))" }
    return low == -.infinity ? "at most \(text(high))" : "\(text(low)) to \(text(high))"
  }

  /// Whether the whole text matches; a pattern that can't be read allows all (the reader warned of it).
  private func matches(_ text: String, _ pattern: String) -> Bool {
    guard text.utf8.count <= Self.patternLimit else { return false }
    guard let regex = try? Regex(pattern) else { return true }
    return (try? regex.wholeMatch(in: text)) != nil
  }
}
