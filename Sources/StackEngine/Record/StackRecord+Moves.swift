import OrderedCollections
import Templates

extension StackRecord {
  /// New logical IDs by old ones, of the resources that a template says were moved and that aren't yet; of several
  /// that would get the same, the first does.
  func moves(
    to template: Template, as moves: OrderedDictionary<String, String>
  ) -> OrderedDictionary<String, String> {
    var taken: Set<String> = []
    return moves.filter { old, new in
      resources[old] != nil && resources[new] == nil && template.resources[old] == nil
        && template.resources[new] != nil && taken.insert(new).inserted
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

extension Sequence<OperationRecord> {
  /// What takes back the renaming of resources by operations that failed, oldest first, as one.
  func movesBack(_ reader: Engine.Reader) -> OrderedDictionary<String, String> {
    var all: OrderedDictionary<String, String> = [:]
    for goal in reversed().compactMap(\.goal) {
      let earlier = goal.movesBack(reader)
      all = all.mapValues { earlier[$0] ?? $0 }
      all.merge(earlier) { last, _ in last }
    }
    return all
  }
}
