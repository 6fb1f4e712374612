import Document
import OrderedCollections
import Templates

extension Rule {
  static let propertyRules: [Rule] = [
    Rule(
      "E3002", .error, "properties fit the resource type", .resource,
      others: [
        "E3003", "E3008", "E3012", "E3014", "E3017", "E3018", "E3020", "E3021", "E3030", "E3031", "E3032",
        "E3033", "E3034", "E3037", "E3040", "E3058", "W1053", "W1054", "E1040", "E1041",
        "W2030", "W2031", "W3034", "ignored_property", "removed_type",
      ] + ValueFormat.rules + PropertyCheck.resultRules.values.sorted(), knowsHeat: true
    ) { context in
      guard case .resource(let resource) = context.part, !resource.type.hasSuffix("::MODULE") else { return }
      PropertyCheck(context).check(resource)
    },
    Rule("E1010", .error, "attributes are there", .template, isMore: true) { context in
      for reference in context.outline.references {
        attribute(reference, context)
        output(reference, context)
      }
    },
  ]

  private static func attribute(_ reference: Outline.Reference, _ context: RuleContext) {
    guard let name = reference.attribute, !name.isEmpty,
      let resource = context.outline.resource(reference.name), let schema = context.schema(resource.type)
    else { return }
    if name.contains("${") || schema.hasAttribute(name, of: resource.type) { return }
    let call = context.outline.calls[reference.call]
    let id = reference.kind == .substitution ? "E1019" : call.section == "Outputs" ? "E6101" : "E1010"
    let given = call.argument.items?.last?.place ?? call.argument.place
    let isShown = call.argument.items != nil || given.start.line == call.place.start.line
    let place = isShown ? given.narrowed(to: name) : call.place
    context.report(
      id, at: place, "\(resource.type) has no attribute `\(name)`",
      hint: context.suggestion(name, schema.attributes)
        ?? (schema.attributes.isEmpty ? nil : "it has \(schema.attributes.joined(separator: ", "))"),
      notes: [.init("the resource", at: resource.entry.keyPlace)])
  }

  /// An output's value is a text, which numbers, booleans and maps aren't.
  private static func output(_ reference: Outline.Reference, _ context: RuleContext) {
    let call = context.outline.calls[reference.call]
    guard call.section == "Outputs", let name = reference.attribute,
      let resource = context.outline.resource(reference.name),
      let kind = context.schema(resource.type)?.kind(ofAttribute: name)
    else { return }
    switch kind {
    case .integer, .number, .boolean, .map, .mapOf:
      context.report(
        "E6101", at: call.place, "an output must be a text, `\(reference.name).\(name)` is \(kind.words)",
        hint: "AWS refuses it")
    default: break
    }
  }
}
