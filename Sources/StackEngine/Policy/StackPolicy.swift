package import Document
internal import OrderedCollections

/// What updates may do to a stack's resources: CloudFormation's stack policy.
///
/// Where there is one, what no statement allows is denied, and a denial counts more than what is allowed.
package struct StackPolicy: Sendable, Hashable {
  /// What an update does to a resource that there is.
  package enum Action: String, Sendable, CaseIterable {
    case modify = "Update:Modify"
    case replace = "Update:Replace"
    case delete = "Update:Delete"
  }

  /// The policy as it was given.
  package let document: Value
  let statements: [Statement]

  /// A policy of its document, such as `{"Statement": [{"Effect": "Allow", …}]}`.
  ///
  /// - Throws: All that is wrong with it, at once.
  package init(_ document: Value) throws(Diagnostics) {
    var reader = StackPolicyReader()
    self.document = document
    statements = reader.statements(of: document)
    if !reader.problems.isEmpty { throw Diagnostics(reader.problems) }
  }

  package static func == (one: StackPolicy, other: StackPolicy) -> Bool { one.document == other.document }
  package func hash(into hasher: inout Hasher) { hasher.combine(document) }

  /// Why an update mustn't do something to a resource; nil when it may.
  package func refusal(of action: Action, on logicalID: String, type: String) -> String? {
    func applies(_ statement: Statement) -> Bool { statement.applies(to: action, logicalID, type) }
    if let denial = statements.first(where: { !$0.isAllowed && applies($0) }) {
      return "\(denial.title) denies \(action.rawValue) on it"
    }
    if statements.contains(where: { $0.isAllowed && applies($0) }) { return nil }
    return "no statement allows \(action.rawValue) on it"
  }

  /// One statement of a policy.
  struct Statement: Sendable, Hashable {
    /// What it is called in messages.
    let title: String
    let isAllowed: Bool
    let actions: Patterns
    /// Resources, as `LogicalResourceId/NAME` or `*`.
    let resources: Patterns
    /// The types that it is about; nil for all.
    let types: Patterns?

    func applies(to action: Action, _ logicalID: String, _ type: String) -> Bool {
      actions.include(action.rawValue) && resources.include("LogicalResourceId/\(logicalID)")
        && (types?.include(type) ?? true)
    }
  }

  /// Texts in which `*` stands for any and `?` for one character, or all but what they say.
  struct Patterns: Sendable, Hashable {
    let texts: [String]
    var isInverted = false
    /// Whether `*` and `?` stand for nothing but themselves.
    var isLiteral = false

    func include(_ text: String) -> Bool {
      texts.contains { isLiteral ? $0 == text : Self.matches($0, text) } != isInverted
    }

    private static func matches(_ pattern: String, _ text: String) -> Bool {
      // Positions to try again from, once the latest `*` has to stand for one character more.
      let pattern = Array(pattern.unicodeScalars)
      let text = Array(text.unicodeScalars)
      var next = 0
      var position = 0
      var star: (next: Int, position: Int)?
      while position < text.count {
        if next < pattern.count, pattern[next] == "*" {
          star = (next, position)
          next += 1
        } else if next < pattern.count, pattern[next] == text[position] || pattern[next] == "?" {
          next += 1
          position += 1
        } else if let back = star {
          star = (back.next, back.position + 1)
          next = back.next + 1
          position = back.position + 1
        } else {
          return false
        }
      }
      return pattern[next...].allSatisfy { $0 == "*" }
    }
  }
}
