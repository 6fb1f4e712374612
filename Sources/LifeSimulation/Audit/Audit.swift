import Document
import EmbeddedCloud
import OrderedCollections
import StackEngine

/// What an audit knows from before: what isn't the stack's, and what the stack was when all was well.
struct Audit: Sendable {
  /// What the cloud had before the life, and what was left there on purpose.
  var foreign: Set<String> = []
  /// Whether somebody has changed the cloud behind kiln's back.
  var isDrifted = false
  /// The stack's resources when an operation last succeeded, by logical ID.
  var stable: [String: Likeness] = [:]

  mutating func begin(_ holdings: [Holding]) { foreign = Set(holdings.map(\.id)) }

  /// What is the same of a resource after a rollback, though it may have been made anew.
  struct Likeness: Hashable {
    let type: String
    let properties: OrderedDictionary<String, Value>
  }
}

/// All that the journal knows of what should be in the cloud.
struct Accounts {
  var stacks: [StackRecord] = []
  /// Every id that a record names.
  var ids: Set<String> = []
  /// The names of resources of which it isn't known what exists.
  var uncertainNames: [String] = []
  /// Whether every resource is as it should be.
  var isSettled = true

  init(_ stacks: [StackRecord]) {
    self.stacks = stacks
    for stack in stacks {
      for record in stack.resources.values.elements + stack.superseded {
        if let physical = record.physical {
          ids.insert(physical.id)
          for value in physical.notes.values { collect(value) }
        }
        if record.physical == nil || !record.status.isUsable {
          uncertainNames.append(record.physicalName)
          isSettled = false
        }
      }
      if !stack.superseded.isEmpty { isSettled = false }
    }
  }

  private mutating func collect(_ value: Value) {
    switch value {
    case .string(let text): ids.insert(text)
    case .list(let items): for item in items { collect(item) }
    case .map(let members): for member in members.values { collect(member) }
    default: break
    }
  }

  /// Whether a record accounts for something in the cloud.
  func accounts(for holding: Holding) -> Bool {
    if ids.contains(holding.id) || ids.contains(holding.text("device_id")) { return true }
    switch holding.kind {
    case .keyPair where ids.contains(holding.text("name")): return true
    case .container where stacks.contains(where: { holding.id.hasPrefix("kiln-\($0.identity.id)") }):
      return true
    default: break
    }
    if uncertainNames.isEmpty { return false }
    // A container is called by its id.
    let text = holding.id + holding.facts.jsonText()
    return uncertainNames.contains { text.contains($0) }
  }
}
