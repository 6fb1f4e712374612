import Document
import Templates

extension Rule {
  static let mappingRules: [Rule] = [
    Rule("W7001", .warning, "mappings are used", .template) { context in
      let outline = context.outline
      if outline.mappings.isEmpty || outline.document["Mappings"]?.entry("Fn::Transform") != nil { return }
      var used: Set<String> = []
      for call in outline.calls where call.name == "Fn::FindInMap" {
        guard let name = call.argument.items?.first else { continue }
        guard name.tag == nil, let text = name.scalar?.scalarText else { return }
        used.insert(text)
      }
      for entry in outline.mappings where !used.contains(entry.key) {
        context.report(
          at: entry.keyPlace, "the mapping `\(entry.key)` isn't used",
          hint: "remove it, or use it by `Fn::FindInMap`")
      }
    }
  ]
}
