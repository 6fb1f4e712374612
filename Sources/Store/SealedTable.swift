import Document

/// The kinds of records that may have sealed parts.
enum SealedTable: CaseIterable {
  case stack, resource, operation, changeSet, snapshot

  /// How many records are read and written at once.
  static let page = 500

  /// A record's text with all of its secrets sealed by another key.
  func resealed(
    _ text: String, from old: RecordCoding, to new: RecordCoding, _ texts: TemplateTexts,
    _ keep: RecordCoding.Keep
  ) throws -> String {
    let value = try Value.json(text)
    return switch self {
    case .stack: try new.encode(old.head(value, texts), keep).jsonText()
    case .resource: try new.encode(old.resource(value)).jsonText()
    case .operation: try new.encode(old.operation(value, texts), keep).jsonText()
    case .changeSet: try new.encode(old.changeSet(value, texts), keep).jsonText()
    case .snapshot: try new.encode(old.snapshot(value, texts), keep).jsonText()
    }
  }
}
