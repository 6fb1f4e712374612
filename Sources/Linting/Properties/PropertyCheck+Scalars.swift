import Document
import Templates

extension PropertyCheck {
  func scalar(
    _ node: Node, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    guard let value = node.scalar, accepts(value, kind) else {
      wrongKind(node, kind, limits, position)
      return
    }
    if let text = value.string {
      pseudoParameter(text, position)
      if hasSpacedReference(text) {
        context.report(
          "W1053", at: position.place, "with blanks after `{{` this is text, no dynamic reference",
          hint: "write `{{resolve:…}}`")
        return
      }
    }
    guard let limits else { return }
    if let allowed = limits.allowedValues, !isAllowed(value, allowed, limits) {
      notAllowed(value, allowed, position)
    }
    switch kind {
    case .string: if let text = value.scalarText { self.text(text, value, limits, position) }
    case .integer, .number: number(value, limits, position)
    default: break
    }
  }

  private func accepts(_ value: Value, _ kind: ResourceSchema.Kind) -> Bool {
    if value.isNull { return context.outline.isHeat }
    switch kind {
    case .string: return isStrict ? value.string != nil : value.scalarText != nil
    case .integer:
      return value.integer != nil || (!isStrict && value.string.flatMap { Int64($0) } != nil)
    case .number: return value.number != nil || (!isStrict && value.string.flatMap { Double($0) } != nil)
    case .boolean:
      if value.bool != nil { return true }
      guard !isStrict, let text = value.scalarText?.lowercased() else { return false }
      return text == "true" || text == "false" || (context.outline.isHeat && Self.truths.contains(text))
    default: return true
    }
  }

  /// What Heat takes for a truth too.
  private static let truths: Set<String> = ["yes", "no", "on", "off", "1", "0", "t", "f", "y", "n"]

  /// W1054: the name of a pseudo parameter as a text.
  private func pseudoParameter(_ text: String, _ position: Position) {
    guard text.hasPrefix("AWS::"), Self.pseudoParameters.contains(text) else { return }
    context.report(
      "W1054", at: position.place, "`\(text)` is a text here, not the pseudo parameter",
      hint: "write `Ref: \(text)`")
  }

  /// W1053: blanks that make a dynamic reference plain text.
  private func hasSpacedReference(_ text: String) -> Bool {
    guard text.utf8.contains(UInt8(ascii: "{")), let start = text.firstRange(of: "{{ ") else { return false }
    let inside = text[start.upperBound...].drop { $0 == " " }
    let services = ["ssm", "ssm-secure", "secretsmanager"]
    guard inside.hasPrefix("resolve"),
      let service = inside.dropFirst("resolve".count).drop(while: { $0 == " " || $0 == ":" })
        .split(separator: ":").first, services.contains(String(service.filter { $0 != " " }))
    else { return false }
    return true
  }

  private static let pseudoParameters: Set<String> = [
    "AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue", "AWS::Partition", "AWS::Region",
    "AWS::StackId", "AWS::StackName", "AWS::URLSuffix",
  ]

  private func isAllowed(_ value: Value, _ allowed: [Value], _ limits: ValueLimits) -> Bool {
    if allowed.contains(value) { return true }
    let text = value.scalarText ?? ""
    if isDynamic(text) { return true }
    return allowed.contains { item in
      let other = item.scalarText ?? ""
      return other == text || (limits.ignoresCase && other.lowercased() == text.lowercased())
    }
  }

  private func isDynamic(_ text: String) -> Bool {
    // Few texts have a brace, and looking for a byte is fast.
    text.utf8.contains(UInt8(ascii: "{")) && text.contains("{{resolve:")
  }

  private func notAllowed(_ value: Value, _ allowed: [Value], _ position: Position) {
    let text = value.scalarText ?? "null"
    let names = allowed.compactMap(\.scalarText)
    let some = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " …" : "")
    context.report(
      "E3030", at: position.place, "`\(position.name)` can't be `\(text)`",
      hint: context.suggestion(text, names) ?? "it can be \(some)")
  }

  private func text(_ text: String, _ value: Value, _ limits: ValueLimits, _ position: Position) {
    if isDynamic(text) { return }
    if value.string != nil { length(text, limits, position) }
    if let pattern = limits.pattern, !patterns.matches(text, pattern) {
      context.report(
        "E3031", at: position.place, "`\(position.name)` can't be `\(text)`", hint: "it must match \(pattern)"
      )
    }
    if !limits.formats.isEmpty, value.string != nil { format(text, limits.formats, position) }
  }

  private func length(_ text: String, _ limits: ValueLimits, _ position: Position) {
    if let least = limits.least, Double(text.unicodeScalars.count) < least {
      context.report(
        "E3033", at: position.place,
        "`\(position.name)` has \(Self.characters(text)), fewer than \(least.text)")
    } else if let most = limits.most, text.utf8.count > Int(most), Double(text.unicodeScalars.count) > most {
      context.report(
        "E3033", at: position.place,
        "`\(position.name)` has \(Self.characters(text)), more than \(most.text)")
    }
  }

  private static func characters(_ text: String) -> String {
    let count = text.unicodeScalars.count
    return count == 1 ? "1 character" : "\(count) characters"
  }

  /// A value with several formats needs one of them.
  private func format(_ text: String, _ formats: [String], _ position: Position) {
    let wrong = formats.filter { ValueFormat.isKnown($0) && !ValueFormat.accepts(text, $0) }
    guard wrong.count == formats.count else { return }
    if formats.count > 1 {
      context.report(
        "E3017", at: position.place, "`\(position.name)` can't be `\(text)`",
        hint: "it must be \(formats.map(ValueFormat.words).joined(separator: " or "))")
    }
    for name in formats {
      context.report(
        ValueFormat.rule(name), at: position.place, "`\(text)` isn't \(ValueFormat.words(name))",
        hint: ValueFormat.hint(text, name))
    }
  }

  private func number(_ value: Value, _ limits: ValueLimits, _ position: Position) {
    guard let number = value.number ?? value.string.flatMap(Double.init) else { return }
    if let least = limits.least, number < least {
      context.report(
        "E3034", at: position.place, "`\(position.name)` is \(number.text), less than \(least.text)")
    } else if let most = limits.most, number > most {
      context.report(
        "E3034", at: position.place, "`\(position.name)` is \(number.text), more than \(most.text)")
    }
  }
}
