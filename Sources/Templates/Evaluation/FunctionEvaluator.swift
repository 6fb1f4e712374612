import Document
import OrderedCollections

/// Evaluates calls of intrinsic functions.
struct FunctionEvaluator {
  let evaluator: Evaluator
  let place: Place

  init(_ evaluator: Evaluator, _ place: Place) {
    self.evaluator = evaluator
    self.place = place
  }

  func value(_ function: Expression.Function) throws(Diagnostic) -> Evaluated {
    switch function {
    case .if(let condition, let then, let otherwise):
      return try evaluator.value(try evaluator.condition(condition) ? then : otherwise)
    case .condition(let name): return .known(.bool(try evaluator.condition(name)), isSecret: false)
    case .and(let operands): return try all(operands, until: false)
    case .or(let operands): return try all(operands, until: true)
    case .sub(let parts): return try substitute(parts)
    case .importValue(let name): return try importValue(name)
    case .resolve(let text): return try resolve(text)
    case .transform(let name, _):
      throw fault("kiln doesn't have the macro `\(name)`", hint: "write what it gives in its place")
    case .stackOutput: return try stackOutput(function)
    case .findInMap(let map, let first, let second, let fallback?):
      return try findInMap(map, first, second, fallback)
    case .rule(let rule): return try RuleEvaluator(evaluator, place).value(rule)
    case .heat(let function): return try HeatEvaluator(self).value(function)
    default: break
    }
    var gathered = Gathered()
    var arguments: [Value] = []
    for part in function.parts {
      let evaluated = try evaluator.value(part)
      if case .absent = evaluated { throw fault("an argument has no value", part.place) }
      arguments.append(gathered.add(evaluated) ?? .null)
    }
    if gathered.isLater { return gathered.result(.null) }
    return gathered.result(try apply(function, arguments))
  }

  func fault(_ message: String, _ at: Place? = nil, hint: String? = nil) -> Diagnostic {
    Diagnostic("evaluation_failed", message, at: at ?? place, hint: hint)
  }

  private func apply(_ function: Expression.Function, _ arguments: [Value]) throws(Diagnostic) -> Value {
    switch function {
    case .join: return try join(arguments)
    case .split:
      let (separator, text) = (try text(arguments[0], "Fn::Split"), try text(arguments[1], "Fn::Split"))
      if separator.isEmpty { throw fault("the separator of `Fn::Split` is empty") }
      return .list(text.pieces(between: separator).map { .string($0) })
    case .select: return try select(arguments[0], arguments[1])
    case .base64: return .string(Base64.encode(try text(arguments[0], "Fn::Base64").utf8))
    case .findInMap: return try findInMap(arguments)
    case .getAZs:
      return .list(evaluator.scope.zones(ofRegion: arguments[0].string ?? "").map { .string($0) })
    case .cidr: return try cidr(arguments)
    case .equals: return .bool(Self.isEqual(arguments[0], arguments[1]))
    case .not:
      guard let truth = arguments[0].bool else { throw fault("`Fn::Not` needs a condition") }
      return .bool(!truth)
    case .replace: return try replace(arguments[0], arguments[1])
    case .memberListToMap: return try memberListToMap(arguments)
    case .length: return .integer(Int64(try length(arguments[0])))
    case .toJSONString: return .string(arguments[0].jsonText())
    case .if, .condition, .and, .or, .sub, .importValue, .resolve, .stackOutput, .transform, .rule, .heat:
      return .null
    }
  }

  /// Nested texts can grow without end; nothing needs one of this size.
  func checkSize(_ bytes: Int) throws(Diagnostic) {
    if bytes > 1 << 26 { throw fault("the text would have more than \(1 << 26) bytes") }
  }

  func text(_ value: Value, _ name: String) throws(Diagnostic) -> String {
    if let text = value.scalarText { return text }
    throw fault("`\(name)` needs a text, found \(value.kind)")
  }

  private func all(_ operands: [Expression], until stop: Bool) throws(Diagnostic) -> Evaluated {
    for operand in operands {
      guard case .known(.bool(let truth), _) = try evaluator.value(operand) else {
        throw fault("a condition isn't known yet", operand.place)
      }
      if truth == stop { return .known(.bool(stop), isSecret: false) }
    }
    return .known(.bool(!stop), isSecret: false)
  }

  private func substitute(_ parts: [Expression.SubPart]) throws(Diagnostic) -> Evaluated {
    var gathered = Gathered()
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .value(let expression):
        guard let value = gathered.add(try evaluator.value(expression)) else { continue }
        result += try text(value, "Fn::Sub")
        try checkSize(result.utf8.count)
      }
    }
    return gathered.result(.string(result))
  }

  private func importValue(_ name: Expression) throws(Diagnostic) -> Evaluated {
    let evaluated = try evaluator.value(name)
    guard case .known(let value, _) = evaluated else { return evaluated }
    let name = try text(value, "Fn::ImportValue")
    if let value = evaluator.scope.export(name) { return value }
    throw fault("no stack exports `\(name)`", hint: "launch the stack that exports it first")
  }

  private func join(_ arguments: [Value]) throws(Diagnostic) -> Value {
    let separator = try text(arguments[0], "Fn::Join")
    guard let items = arguments[1].list else {
      throw fault("`Fn::Join` joins a list, found \(arguments[1].kind)")
    }
    var texts: [String] = []
    for item in items { texts.append(try text(item, "Fn::Join")) }
    try checkSize(texts.reduce(texts.count * separator.utf8.count) { $0 + $1.utf8.count })
    return .string(texts.joined(separator: separator))
  }

  /// An item of a list; as in Heat also a map's member, and both of a JSON text.
  private func select(_ key: Value, _ from: Value) throws(Diagnostic) -> Value {
    var from = from
    if let text = from.string { from = (try? Value.json(text)) ?? from }
    let name = try text(key, "Fn::Select")
    if let items = from.list {
      guard let index = Int(name) else { throw fault("`Fn::Select` needs a number, found `\(name)`") }
      if items.indices.contains(index) { return items[index] }
      throw fault(
        "`Fn::Select` asks for item \(index) of a list of \(items.count)", hint: "items count from 0")
    }
    guard let members = from.map else { throw fault("`Fn::Select` needs a list, found \(from.kind)") }
    if let member = members[name] { return member }
    throw fault(
      "the map has no key `\(name)`",
      hint: nearest(to: name, among: members.keys).map { "did you mean `\($0)`?" })
  }

  private func findInMap(_ arguments: [Value]) throws(Diagnostic) -> Value {
    let map = try text(arguments[0], "Fn::FindInMap")
    let first = try text(arguments[1], "Fn::FindInMap")
    let second = try text(arguments[2], "Fn::FindInMap")
    guard let mapping = evaluator.template.mappings[map] else { throw fault("there is no mapping `\(map)`") }
    guard let row = mapping[first] else {
      throw fault("the mapping `\(map)` has no key `\(first)`", hint: known(mapping.keys))
    }
    guard let value = row[second] else {
      throw fault("the mapping `\(map)` has no key `\(second)` under `\(first)`", hint: known(row.keys))
    }
    return value
  }

  private func known(_ names: OrderedSet<String>) -> String {
    "it has " + names.prefix(20).joined(separator: ", ")
  }

  private func cidr(_ arguments: [Value]) throws(Diagnostic) -> Value {
    let block = try text(arguments[0], "Fn::Cidr")
    guard let count = Int(try text(arguments[1], "Fn::Cidr")), (1...256).contains(count),
      let bits = Int(try text(arguments[2], "Fn::Cidr")), bits > 0
    else { throw fault("`Fn::Cidr` needs a count of 1 to 256 and a number of bits") }
    guard let blocks = CIDRBlock(block)?.split(into: count, hostBits: bits) else {
      throw fault("`\(block)` can't be split into \(count) blocks of \(bits) bits")
    }
    return .list(blocks.map { .string($0) })
  }

  /// Texts compare by their letters, so that `"1"` equals 1 as in AWS.
  static func isEqual(_ left: Value, _ right: Value) -> Bool {
    if let left = left.scalarText, let right = right.scalarText { return left == right }
    return left == right
  }

  private func replace(_ map: Value, _ text: Value) throws(Diagnostic) -> Value {
    guard let members = map.map else { throw fault("`Fn::Replace` needs a map, found \(map.kind)") }
    var result = try self.text(text, "Fn::Replace")
    for (key, value) in members where !key.isEmpty {
      let (pieces, text) = (result.pieces(between: key), try self.text(value, "Fn::Replace"))
      try checkSize(result.utf8.count + pieces.count * text.utf8.count)
      result = pieces.joined(separator: text)
    }
    return .string(result)
  }

  /// `.member.0.Name=a`, `.member.0.Value=b` becomes `{a: b}`.
  private func memberListToMap(_ arguments: [Value]) throws(Diagnostic) -> Value {
    let keyName = try text(arguments[0], "Fn::MemberListToMap")
    let valueName = try text(arguments[1], "Fn::MemberListToMap")
    var groups: OrderedDictionary<String, [String: String]> = [:]
    for item in arguments[2].list ?? [] {
      let assignment = try text(item, "Fn::MemberListToMap").split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let path = assignment[0].split(separator: ".")
      guard assignment.count == 2, path.count == 3, path[0] == "member" else {
        throw fault("`Fn::MemberListToMap` needs items such as `.member.0.Name=x`")
      }
      groups[String(path[1]), default: [:]][String(path[2])] = String(assignment[1])
    }
    var result: OrderedDictionary<String, Value> = [:]
    for group in groups.values {
      if let key = group[keyName], let value = group[valueName] { result[key] = .string(value) }
    }
    return .map(result)
  }
}

extension String {
  /// The pieces between a separator of at least one character, empty ones too.
  func pieces(between separator: String) -> [String] {
    var pieces: [String] = []
    var rest = self[...]
    while let found = rest.firstRange(of: separator) {
      pieces.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return pieces + [String(rest)]
  }
}
