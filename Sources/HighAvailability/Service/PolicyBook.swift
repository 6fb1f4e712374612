/// What is to be watched, as policy files say it.
package struct PolicyBook: Sendable {
  package struct Page: Sendable {
    package let policy: ApplicationPolicy
    /// What its functions are made from; another text makes others.
    package let source: String
    /// Who is told of its events.
    package let targets: [NotifyTarget]
    /// What its functions live in, while they are needed.
    private let home: (any Sendable)?

    package init(
      _ policy: ApplicationPolicy, source: String = "", targets: [NotifyTarget] = [],
      home: (any Sendable)? = nil
    ) {
      self.policy = policy
      self.source = source
      self.targets = targets
      self.home = home
    }

    /// Whether another does the same, so that it can go on in this one's place, or this in its.
    package func isSame(as other: Page) -> Bool {
      guard policy.imprint == other.policy.imprint else { return false }
      return source == other.source || !policy.hasFunctions
    }
  }

  package var pages: [Page]
  /// Nil for what is usual.
  package var budgets: [Budget]?

  package init(_ pages: [Page] = [], budgets: [Budget]? = nil) {
    self.pages = pages
    self.budgets = budgets
  }

  /// Says what is wrong with it that its parts don't know of.
  ///
  /// - Throws: `HAError`, such as for two applications of one name.
  package func validate(for surroundings: Supervisor.Surroundings) async throws {
    guard !pages.isEmpty else {
      throw HAError(
        .invalidPolicy, "the files name no application to watch",
        hint: "return ha.policy{...}, or a list of them, or { policies = { ... } }")
    }
    let trial = Supervisor(surroundings)
    for page in pages { try await trial.add(page.policy) }
    try Families(pages.map(\.policy)).validate()
  }
}

extension ApplicationPolicy {
  /// A text that is the same for policies that do the same, but for their functions.
  package var imprint: String {
    var text =
      "\(name)\n\(target)\n\(relations.needs)\n\(relations.scope) \(relations.parent ?? "")\n\(relations.group ?? "")\n"
    text += relations.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    dump(checks, to: &text)
    dump(ladder, to: &text)
    return text
  }

  /// Whether functions of the user's belong to it.
  package var hasFunctions: Bool {
    checks.contains { if case .custom = $0.kind { true } else { false } }
      || ladder.rungs.contains { rung in
        switch rung.action {
        case .custom, .handler: true
        case .notify(_, let targets): !targets.isEmpty
        default: false
        }
      }
  }
}
