import Document

/// Reads a parameter's constraints.
struct HOTConstraintReader {
  private static let kinds = [
    "length", "range", "modulo", "allowed_values", "allowed_pattern", "custom_constraint",
  ]

  private let hot: HOTScan
  private var scan: TemplateScan { hot.scan }

  init(_ hot: HOTScan) { self.hot = hot }

  func read(_ node: Node) -> [ParameterConstraint] {
    guard let items = node.items, node.tag == nil else {
      scan.error("E2001", "constraints must be a list, found \(node.kind)", at: node.place)
      return []
    }
    return items.flatMap(constraints)
  }

  private func constraints(_ node: Node) -> [ParameterConstraint] {
    guard let entries = scan.entries(of: node, "a constraint", code: "E2001") else { return [] }
    scan.check(entries, known: Self.kinds + ["description"], in: "a constraint", code: "E2001")
    let own = entries.filter { Self.kinds.contains($0.key) }
    if own.isEmpty {
      scan.error(
        "E2001", "the constraint says nothing", at: node.place,
        hint: "it can have \(Self.kinds.joined(separator: ", "))")
    }
    if own.count > 1 {
      scan.warning(
        "several_constraints", "Heat takes one constraint of each item, and kiln all", at: own[1].keyPlace,
        hint: "make it an item of its own")
    }
    let description = node["description"]?.plainText
    return own.compactMap { entry in
      kind(entry).map { ParameterConstraint($0, description: description, at: entry.keyPlace) }
    }
  }

  private func kind(_ entry: Node.Entry) -> ParameterConstraint.Kind? {
    let node = entry.value
    switch entry.key {
    case "length": return length(node).map { .length($0) }
    case "range": return bounds(node, "range").map { .range($0) }
    case "modulo": return modulo(entry)
    case "allowed_values":
      if let items = node.items {
        return .allowedValues(items.map { .string($0.plainText ?? $0.value.jsonText()) })
      }
      scan.error("E2001", "allowed_values must be a list, found \(node.kind)", at: node.place)
    case "allowed_pattern": return pattern(node)
    default: return custom(node)
    }
    return nil
  }

  private func length(_ node: Node) -> ClosedRange<Int>? {
    guard let bounds = bounds(node, "length") else { return nil }
    func whole(_ number: Double, _ infinite: Int) -> Int {
      number.isFinite ? Int(max(0, min(number, 1e9))) : infinite
    }
    return whole(bounds.lowerBound, 0)...max(whole(bounds.lowerBound, 0), whole(bounds.upperBound, .max))
  }

  private func bounds(_ node: Node, _ what: String) -> ClosedRange<Double>? {
    guard let entries = scan.entries(of: node, what, code: "E2001") else { return nil }
    scan.check(entries, known: ["min", "max"], in: what, code: "E2001")
    let low = number(node["min"], "min")
    let high = number(node["max"], "max")
    guard low != nil || high != nil else {
      scan.error("E2001", "\(what) needs `min`, `max` or both", at: node.place)
      return nil
    }
    if let low, let high, low > high {
      scan.error("E2001", "min is more than max", at: node["min"]?.place ?? node.place)
      return nil
    }
    return (low ?? -.infinity)...(high ?? .infinity)
  }

  private func modulo(_ entry: Node.Entry) -> ParameterConstraint.Kind? {
    let node = entry.value
    if hot.version < .ocata {
      scan.error(
        "hot_version", "modulo came with \(HOTVersion.ocata.words)", at: entry.keyPlace,
        hint: "write `heat_template_version: \(HOTVersion.ocata.rawValue)` or later")
    }
    guard let entries = scan.entries(of: node, "modulo", code: "E2001") else { return nil }
    scan.check(entries, known: ["step", "offset"], in: "modulo", code: "E2001")
    guard let step = number(node["step"], "step"), step != 0 else {
      scan.error("E2001", "modulo needs a `step` other than 0", at: node.place)
      return nil
    }
    let offset = number(node["offset"], "offset") ?? 0
    if abs(offset) >= abs(step) || (offset != 0 && (offset < 0) != (step < 0)) {
      scan.error(
        "E2001", "the offset must be nearer to 0 than the step, and of its sign",
        at: node["offset"]?.place ?? node.place)
      return nil
    }
    return .modulo(step: step, offset: offset)
  }

  private func number(_ node: Node?, _ key: String) -> Double? {
    guard let node else { return nil }
    if let number = node.plainText.flatMap(Double.init), number.isFinite { return number }
    scan.error("E2001", "\(key) must be a number, found \(node.kind)", at: node.place)
    return nil
  }

  private func pattern(_ node: Node) -> ParameterConstraint.Kind? {
    guard let pattern = scan.text(of: node, "allowed_pattern", code: "E2001") else { return nil }
    if (try? Regex(pattern)) == nil {
      scan.warning(
        "I2003", "allowed_pattern isn't a regular expression that kiln knows; it isn't checked",
        at: node.place)
      return nil
    }
    return .allowedPattern(pattern)
  }

  private func custom(_ node: Node) -> ParameterConstraint.Kind? {
    guard let name = scan.text(of: node, "custom_constraint", code: "E2001") else { return nil }
    if !CustomConstraint.names.contains(name) {
      scan.warning(
        "unknown_constraint", "kiln doesn't know the constraint `\(name)`; it isn't checked", at: node.place,
        hint: scan.suggestion(name, CustomConstraint.names))
    }
    return .custom(name)
  }
}
