import Document
import OrderedCollections
import Templates

/// What lies between a resource as it is and as it is wanted: `TemplateDifference` over values instead of
/// expressions, with the same answer to what replaces.
struct Difference {
  private(set) var changes: [Change] = []
  private(set) var needsReplacement = false
  /// Whether what is known only later could make it smaller.
  private(set) var isConditional = false

  /// The difference for a type; without one, of something new.
  init(from record: ResourceRecord?, to target: ResourceTarget, type: (any ResourceType)?) {
    let old = record?.properties ?? Properties()
    var hasCertainChange = false
    var hasCertainReplacement = false
    func note(_ name: String, _ before: Change.Side, _ after: Change.Side, replaces: Bool, later: Bool) {
      changes.append(Change(name, before: before, after: after, causesReplacement: replaces))
      if !later {
        hasCertainChange = true
        hasCertainReplacement = hasCertainReplacement || replaces
      }
    }
    for (name, wanted) in target.properties {
      let replaces = type?.replaces(name, target.properties) ?? true
      let before = Self.side(old[name], isSecret: old.secretNames.contains(name))
      switch wanted {
      case .known(let value, let isSecret) where value != old[name]:
        note(name, before, Self.side(value, isSecret: isSecret), replaces: replaces, later: false)
      case .later(let needs):
        note(name, before, .later(needs.sorted()), replaces: replaces, later: true)
      case .known, .absent: continue
      }
    }
    for name in old.values.keys where target.properties[name] == nil {
      let replaces = type?.replaces(name, target.properties) ?? true
      let before = Self.side(old[name], isSecret: old.secretNames.contains(name))
      note(name, before, .absent, replaces: replaces, later: false)
    }
    if let record {
      let before = Self.side(record.metadata, isSecret: record.metadataIsSecret)
      switch target.metadata {
      case .known(let value, let isSecret) where value != record.metadata:
        note("Metadata", before, Self.side(value, isSecret: isSecret), replaces: false, later: false)
      case .later(let needs):
        note("Metadata", before, .later(needs.sorted()), replaces: false, later: true)
      case .absent where record.metadata != nil:
        note("Metadata", before, .absent, replaces: false, later: false)
      case .known, .absent: break
      }
    }
    if let record, type?.carriesStackTags ?? false, record.tags != target.tags {
      let before = record.tags.value
      note("stack tags", .value(before), .value(target.tags.value), replaces: false, later: false)
    }
    needsReplacement = changes.contains(where: \.causesReplacement)
    isConditional =
      needsReplacement ? !hasCertainReplacement : !changes.isEmpty && !hasCertainChange
  }

  private static func side(_ value: Value?, isSecret: Bool) -> Change.Side {
    guard let value else { return .absent }
    return isSecret ? .secret : .value(value)
  }
}
