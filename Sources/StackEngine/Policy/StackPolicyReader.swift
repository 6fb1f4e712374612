import Document
import OrderedCollections

/// Reads a stack policy's document, and gathers all that is wrong with it.
struct StackPolicyReader {
  private(set) var problems: [Diagnostic] = []

  mutating func statements(of document: Value) -> [StackPolicy.Statement] {
    guard let fields = document.map else {
      complain("a stack policy must be a map with `Statement`")
      return []
    }
    for name in fields.keys where !["Statement", "Version", "Id"].contains(name) {
      complain("a stack policy has no `\(name)`", hint: "it has `Statement`")
    }
    let statements = fields["Statement"].map { $0.list ?? [$0] } ?? []
    if statements.isEmpty { complain("a stack policy needs `Statement`, a list of at least one") }
    return statements.enumerated().compactMap { statement($1, number: $0 + 1) }
  }

  private mutating func statement(_ value: Value, number: Int) -> StackPolicy.Statement? {
    let known = [
      "Sid", "Effect", "Action", "NotAction", "Principal", "Resource", "NotResource", "Condition",
    ]
    let place = "Statement \(number)"
    guard let fields = value.map else {
      complain("\(place) must be a map")
      return nil
    }
    for name in fields.keys where !known.contains(name) {
      complain("\(place) has `\(name)`", hint: nearest(to: name, among: known).map { "did you mean \($0)?" })
    }
    let effect = fields["Effect"]?.string ?? ""
    if !["Allow", "Deny"].contains(effect) { complain("\(place): `Effect` must be `Allow` or `Deny`") }
    if fields["Principal"] != "*", fields["Principal"]?["AWS"] != "*" {
      complain("\(place): `Principal` must be `*`, as a policy is about everybody")
    }
    guard let actions = patterns("Action", fields, place), let resources = patterns("Resource", fields, place)
    else { return nil }
    check(actions, resources, place)
    let title = fields["Sid"]?.string.map { "the statement \($0)" } ?? "statement \(number)"
    return StackPolicy.Statement(
      title: title, isAllowed: effect == "Allow", actions: actions, resources: resources,
      types: types(fields["Condition"], place))
  }

  private mutating func patterns(
    _ name: String, _ fields: OrderedDictionary<String, Value>, _ place: String
  ) -> StackPolicy.Patterns? {
    let given = [name, "Not" + name].filter { fields[$0] != nil }
    guard given.count == 1, let value = fields[given[0]], let texts = texts(value) else {
      complain("\(place) needs either `\(name)` or `Not\(name)`, a text or a list of texts")
      return nil
    }
    return StackPolicy.Patterns(texts: texts, isInverted: given[0] != name)
  }

  private mutating func check(
    _ actions: StackPolicy.Patterns, _ resources: StackPolicy.Patterns, _ place: String
  ) {
    let known = StackPolicy.Action.allCases.map(\.rawValue)
    for text in actions.texts {
      let pattern = StackPolicy.Patterns(texts: [text])
      if known.contains(where: pattern.include) { continue }
      complain(
        "\(place): no update does `\(text)`",
        hint: "it is one of \((["Update:*"] + known).joined(separator: ", "))")
    }
    for text in resources.texts where text != "*" && !text.hasPrefix("LogicalResourceId/") {
      complain("\(place): `\(text)` names no resource", hint: "write `*` or `LogicalResourceId/\(text)`")
    }
  }

  private mutating func types(_ condition: Value?, _ place: String) -> StackPolicy.Patterns? {
    guard let condition else { return nil }
    let operators = ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"]
    guard let fields = condition.map, fields.count == 1, let name = fields.keys.first,
      operators.contains(name), let keys = fields[name]?.map, keys.count == 1,
      let value = keys["ResourceType"], let texts = texts(value)
    else {
      complain(
        "\(place): `Condition` must be one of \(operators.joined(separator: ", ")) with `ResourceType`",
        hint: #"write {"StringEquals": {"ResourceType": ["AWS::EC2::Volume"]}}"#)
      return nil
    }
    return StackPolicy.Patterns(
      texts: texts, isInverted: name.hasPrefix("StringNot"), isLiteral: name.hasSuffix("Equals"))
  }

  private func texts(_ value: Value) -> [String]? {
    let texts = (value.list ?? [value]).map(\.string)
    return texts.isEmpty || texts.contains(nil) ? nil : texts.compactMap(\.self)
  }

  private mutating func complain(_ message: String, hint: String? = nil) {
    problems.append(Diagnostic("bad_policy", message, hint: hint))
  }
}
