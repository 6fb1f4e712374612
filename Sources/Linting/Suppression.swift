import Document

/// What a template's own metadata hides: `cfn-lint: {config: {ignore_checks: […]}}`, or
/// `kiln: {lint: {ignore: […]}}`, for the whole or for one resource.
struct Suppression {
  private struct Stretch {
    let start: Position
    let end: Position?
    let options: LintOptions
  }

  private var stretches: [Stretch] = []

  init(_ outline: Outline) {
    for (index, resource) in outline.resources.enumerated() {
      guard let metadata = resource.entry.value["Metadata"] ?? resource.entry.value["metadata"] else {
        continue
      }
      let options = Self.options(metadata)
      if options.ignore.isEmpty { continue }
      let next = outline.resources.indices.contains(index + 1) ? outline.resources[index + 1] : nil
      stretches.append(
        Stretch(
          start: resource.entry.keyPlace.start,
          end: next?.entry.keyPlace.start ?? resource.entry.value.place.end, options: options))
    }
  }

  func hides(_ item: Diagnostic, _ options: LintOptions) -> Bool {
    guard !stretches.isEmpty, let start = item.place?.start else { return false }
    if LintOptions.matches(options.mandatory, item.code, item.severity) { return false }
    return stretches.contains { stretch in
      start >= stretch.start && stretch.end.map { start < $0 } ?? true
        && LintOptions.matches(stretch.options.ignore, item.code, item.severity)
    }
  }

  static func template(_ document: Node) -> LintOptions {
    document["Metadata"].map(options) ?? LintOptions()
  }

  private static func options(_ metadata: Node) -> LintOptions {
    let config = metadata["cfn-lint"]?["config"]
    let own = metadata["kiln"]?["lint"]
    return LintOptions(
      include: texts(config?["include_checks"]) + texts(own?["include"]),
      ignore: texts(config?["ignore_checks"]) + texts(own?["ignore"]),
      mandatory: texts(config?["mandatory_checks"]))
  }

  private static func texts(_ node: Node?) -> [String] {
    (node?.items ?? []).compactMap { $0.scalar?.scalarText }
  }
}
