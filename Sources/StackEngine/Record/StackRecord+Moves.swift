import OrderedCollections
import Templates

extension StackRecord {
  /// New logical IDs by old ones, of the resources that a template says were moved and that aren't yet.
  func moves(
    to template: Template, as moves: OrderedDictionary<String, String>
  ) -> OrderedDictionary<String, String> {
    moves.filter { old, new in
      resources[old] != nil && resources[new] == nil && template.resources[old] == nil
        && template.resources[new] != nil
    }
  }

  /// The same stack with other logical IDs.
  func renamed(_ moves: OrderedDictionary<String, String>) -> StackRecord {
    if moves.isEmpty { return self }
    var copy = self
    copy.resources = OrderedDictionary(
      resources.values.map { ($0.renamed(moves).logicalID, $0.renamed(moves)) },
      uniquingKeysWith: { first, _ in first })
    copy.superseded = superseded.map { $0.renamed(moves) }
    return copy
  }
}

extension ResourceRecord {
  /// The same resource after others, and perhaps itself, were renamed.
  func renamed(_ moves: OrderedDictionary<String, String>) -> ResourceRecord {
    var copy = self
    copy.logicalID = moves[logicalID] ?? logicalID
    copy.dependencies = dependencies.map { moves[$0] ?? $0 }
    return copy
  }
}

extension Blueprint {
  /// What takes back the renaming of resources that its template says; nothing when that can't be read.
  func movesBack(_ reader: Engine.Reader) -> OrderedDictionary<String, String> {
    guard let template = try? Language.template(of: self, reader) else { return [:] }
    return OrderedDictionary(
      template.moves.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
  }
}
