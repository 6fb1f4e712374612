package import Ambience
package import Document

/// A plan that is kept to be looked at, and run later by whichever process.
///
/// What it runs is planned again from what it was made from, and is refused unless it is what was shown.
package struct ChangeSetRecord: Sendable, Hashable {
  /// Named as CloudFormation names it.
  package enum Kind: String, Sendable {
    case create, update
    /// An update that also takes in what is there already.
    case `import`
  }

  package let id: String
  /// The name that no other change set of its stack has.
  package let name: String
  package let kind: Kind
  /// The stack that it changes, or that it is going to make.
  package let stack: StackIdentity
  /// The stack's revision that it was made at; 0 when there was no stack.
  package let revision: Int
  /// Where it leads.
  package let goal: Blueprint
  package let description: String?
  package let created: Timestamp
  /// What is there already and is taken into the stack: physical IDs by logical ID.
  package var imports: [String: String] = [:]
  /// The stack policy of a new stack, or that which counts for this update only.
  package var policy: StackPolicy?
  /// Whether it starts from what the cloud has.
  package var refreshes = false
  /// The plan as it was shown: for programs, and line by line for people.
  package var shown: Value = .null
  package var lines: [String] = []

  package init(
    id: String, name: String, kind: Kind, stack: StackIdentity, revision: Int, goal: Blueprint,
    description: String?, created: Timestamp
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.stack = stack
    self.revision = revision
    self.goal = goal
    self.description = description
    self.created = created
  }

  /// What its name is unique in: the stack by its UUID, or the name that a stack is to get.
  package var owner: String { kind == .create ? Self.owner(ofNew: stack.name) : stack.id }

  static func owner(ofNew name: String) -> String { "new/\(name)" }
}
