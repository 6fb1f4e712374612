import Document

extension Rule {
  static let limitRules: [Rule] =
    [
      Rule("E1002", .error, "the template isn't too large", .template, others: ["I1002"]) { context in
        let size = context.document.place.source.text.utf8.count
        limit("E1002", "I1002", size, 1_000_000, "the template", "bytes", context.document.place, context)
      },
      Rule("E1003", .error, "the description isn't too long", .template, others: ["I1003"]) { context in
        guard let entry = context.document.entry("Description"), let text = entry.value.scalar?.string
        else { return }
        limit(
          "E1003", "I1003", text.utf8.count, 1024, "the description", "bytes", entry.keyPlace, context)
      },
    ]
    + [
      count("Parameters", "E2010", "I2010", 200), count("Resources", "E3010", "I3010", 500),
      count("Outputs", "E6010", "I6010", 200), count("Mappings", "E7010", "I7010", 200),
      names("Parameters", "E2011", "I2011"), names("Resources", "E3011", "I3012"),
      names("Outputs", "E6011", "I6011"), names("Mappings", "E7002", "I7002"),
    ]

  private static func count(_ section: String, _ over: String, _ near: String, _ most: Int) -> Rule {
    Rule(over, .error, "\(section) has at most \(most) entries", .template, others: [near]) { context in
      guard let entry = context.document.entry(section), let entries = entry.value.entries else { return }
      limit(over, near, entries.count, most, section, "entries", entry.keyPlace, context)
    }
  }

  private static func names(_ section: String, _ over: String, _ near: String) -> Rule {
    Rule(over, .error, "names in \(section) have at most 255 characters", .template, others: [near]) {
      context in
      for entry in context.document[section]?.entries ?? [] where entry.key.utf8.count > 229 {
        limit(over, near, entry.key.count, 255, "the name", "characters", entry.keyPlace, context)
      }
    }
  }

  /// Says that a limit is exceeded, or that it is near: from nine tenths on.
  private static func limit(
    _ over: String, _ near: String, _ size: Int, _ most: Int, _ what: String, _ unit: String,
    _ place: Place, _ context: RuleContext
  ) {
    if size > most {
      context.report(over, at: place, "\(what) has \(size) \(unit), AWS takes \(most)")
    } else if Double(size) > Double(most) * 0.9 {
      context.report(near, at: place, "\(what) has \(size) \(unit), near the \(most) that AWS takes")
    }
  }
}
