import Document

/// The kinds of records that may have sealed parts.
enum SealedTable: CaseIterable {
  case stack, resource, operation, changeSet, snapshot

  /// How many records are read and written at once.
  static let page = 500

  /// A record's text with all of its secrets sealed by another key.
  func resealed(_ text: String, from old: RecordCoding, to new: RecordCoding) throws -> String {
    let value = try Value.json(text)
    return switch self {
    case .stack: try new.encode(old.head(value)).jsonText()
    case .resource: try new.encode(old.resource(value)).jsonText()
    case .operation: try new.encode(old.operation(value)).jsonText()
    case .changeSet: try new.encode(old.changeSet(value)).jsonText()
    case .snapshot: try new.encode(old.snapshot(value)).jsonText()
    }
  }
}
