import Document
import Templates

extension Rule {
  static let functionRules: [Rule] = [
    Rule("W1020", .warning, "Fn::Sub has something to replace", .call, of: ["Fn::Sub"]) { context in
      guard case .call(let call) = context.part,
        let text = ReferenceReader.substituted(call.argument),
        call.argument.items?.count ?? 2 == 2, !hasTransform("AWS::Serverless-2016-10-31", context.document),
        SubstitutionText.names(in: text).isEmpty
      else { return }
      context.report(
        at: call.argument.items?.first?.place ?? call.place,
        "`Fn::Sub` isn't needed: nothing in the text is replaced", hint: "write the text alone")
    },
    Rule("W1019", .warning, "what Fn::Sub defines is used", .call, of: ["Fn::Sub"]) { context in
      guard case .call(let call) = context.part,
        let text = ReferenceReader.substituted(call.argument), let own = call.argument.items?.last?.entries
      else { return }
      let names = Set(SubstitutionText.names(in: text))
      for entry in own where !names.contains(entry.key) {
        context.report(
          at: entry.keyPlace, "the text of `Fn::Sub` doesn't use `\(entry.key)`",
          hint: context.suggestion(entry.key, names) ?? "remove it")
      }
    },
    Rule("I1022", .note, "Fn::Sub reads better than Fn::Join without separator", .call, of: ["Fn::Join"]) {
      context in
      guard case .call(let call) = context.part, let items = call.argument.items,
        items.count == 2, items[0].scalar?.string == "", let parts = items[1].items,
        parts.allSatisfy(isSimple)
      else { return }
      context.report(
        at: items[0].place, "`Fn::Join` with an empty separator is `Fn::Sub`",
        hint: "write `Fn::Sub` with `${…}` in the text")
    },
  ]

  /// Whether a part of a join can stand in the text of `Fn::Sub`.
  private static func isSimple(_ node: Node) -> Bool {
    guard let call = FunctionCall(node, isInCondition: false) else { return true }
    switch call.name {
    case "Ref", "Fn::GetAtt": return true
    case "Fn::Sub": return call.argument.scalar != nil
    default: return false
    }
  }
}
