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
  /// What the resources of records seen so far consist of besides themselves, such as a server's ports, by physical
  /// ID.
  var parts: [String: Set<String>] = [:]
  /// The stack's resources when an operation last succeeded, by logical ID.
  var stable: [String: Likeness] = [:]

  mutating func begin(_ holdings: [Holding]) { foreign = Set(holdings.map(\.id)) }

  mutating func note(_ accounts: Accounts) { parts.merge(accounts.parts) { $1.isEmpty ? $0 : $1 } }

  /// Takes note that a resource was left in the cloud on purpose, and its parts with it.
  mutating func leave(_ physicalID: String) {
    foreign.insert(physicalID)
    foreign.formUnion(parts[physicalID] ?? [])
  }

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
  /// What records note of a resource besides its physical ID, by that.
  var parts: [String: Set<String>] = [:]
  /// The names of resources of which it isn't known what exists.
  var uncertainNames: [String] = []
  /// The types whose things have the name that a template gives them, and nothing else by which kiln knows them.
  private static let named: Set = ["OS::Swift::Container", "OS::Nova::KeyPair"]
  /// Such names of things of which it isn't known whether they exist.
  private var givenNames: Set<String> = []
  /// Whether every resource is as it should be.
  var isSettled = true

  init(_ stacks: [StackRecord]) {
    self.stacks = stacks
    for stack in stacks {
      for record in stack.resources.values.elements + stack.superseded {
        if let physical = record.physical {
          ids.insert(physical.id)
          let noted = Set(physical.notes.values.flatMap(\.texts))
          parts[physical.id] = noted
          ids.formUnion(noted)
        }
        if record.physical == nil || !record.status.isUsable {
          uncertainNames.append(record.physicalName)
          if Self.named.contains(record.type), let name = record.properties.values["name"]?.string {
            givenNames.insert(name)
          }
          isSettled = false
        }
      }
      if !stack.superseded.isEmpty { isSettled = false }
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
    if holding.kind == .container, givenNames.contains(holding.id) { return true }
    if holding.kind == .keyPair, givenNames.contains(holding.text("name")) { return true }
    // A container is called by its id.
    let text = holding.id + holding.facts.jsonText()
    return uncertainNames.contains { text.contains($0) }
  }
}

extension Value {
  /// All strings in a value.
  fileprivate var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .list(let items): items.flatMap(\.texts)
    case .map(let members): members.values.flatMap(\.texts)
    default: []
    }
  }
}
