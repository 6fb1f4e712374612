import Document
import Templates

extension Rule {
  static let outputRules: [Rule] = [
    Rule("W6001", .warning, "outputs don't pass on what another stack exports", .output) { context in
      guard let entry = context.entry, let value = entry.value.entry("Value"),
        let call = FunctionCall(value.value, isInCondition: false), call.name == "Fn::ImportValue"
      else { return }
      context.report(
        at: value.value.tag == nil ? call.namePlace : value.keyPlace,
        "the output `\(entry.key)` is what another stack exports", hint: "import it where it is needed")
    }
  ]
}
