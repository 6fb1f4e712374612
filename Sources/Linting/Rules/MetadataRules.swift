import Document

extension Rule {
  static let metadataRules: [Rule] = [
    Rule("W4001", .warning, "the interface names parameters", .template) { context in
      guard let interface = context.document["Metadata"]?["AWS::CloudFormation::Interface"] else { return }
      let known = context.outline.parameters.map(\.key)
      for group in interface["ParameterGroups"]?.items ?? [] {
        for name in group["Parameters"]?.items ?? [] {
          if let text = name.scalar?.string { interfaceName(text, name.place, known, context) }
        }
      }
      for label in interface["ParameterLabels"]?.entries ?? [] {
        interfaceName(label.key, label.keyPlace, known, context)
      }
    },
    Rule("W4005", .warning, "the linter's settings in metadata are right", .template) { context in
      if let entry = context.document["Metadata"]?.entry("cfn-lint") { settings(entry, context) }
    },
  ]

  private static func interfaceName(
    _ name: String, _ place: Place, _ known: [String], _ context: RuleContext
  ) {
    if known.contains(name) { return }
    context.report(at: place, "there is no parameter `\(name)`", hint: context.suggestion(name, known))
  }

  private static let settingNames = [
    "append_rules", "configure_rules", "ignore_bad_template", "ignore_checks", "include_checks",
    "include_experimental", "mandatory_checks", "merge_configs", "regions",
  ]

  private static func settings(_ entry: Node.Entry, _ context: RuleContext) {
    guard let config = entry.value.entry("config") else { return }
    guard let entries = config.value.entries else {
      context.report(at: config.keyPlace, "`config` must be a map")
      return
    }
    for setting in entries {
      if !settingNames.contains(setting.key) {
        context.report(
          at: setting.keyPlace, "the linter has no setting `\(setting.key)`",
          hint: context.suggestion(setting.key, settingNames))
      } else if setting.key.hasSuffix("_checks") || ["append_rules", "regions"].contains(setting.key) {
        if setting.value.items == nil {
          context.report(at: setting.keyPlace, "`\(setting.key)` must be a list")
        }
      }
    }
  }
}
