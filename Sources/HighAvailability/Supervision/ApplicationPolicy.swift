/// An application to keep alive: where it runs, how to see that it works, and what to do when it doesn't.
package struct ApplicationPolicy: Sendable {
  package var name: String
  /// The resource that it runs on, or a whole stack.
  package var target: Target
  /// The application is down as soon as one of these is, and up again when all are; without any its parts tell.
  package var checks: [Check]
  package var ladder: Ladder
  package var relations: Relations {
    get { ownRelations ?? Relations() }
    set { ownRelations = newValue == Relations() ? nil : newValue }
  }
  @Rare private var ownRelations: Relations? = nil

  package init(name: String, target: Target, checks: [Check], ladder: Ladder = .standard()) {
    self.name = name
    self.target = target
    self.checks = checks
    self.ladder = ladder
  }
}

/// How an application stands to others.
package struct Relations: Sendable, Hashable {
  /// The applications that it can't work without: when they are down, too, they are healed first.
  package var needs: [String] = []
  /// What kind of thing it is; one that isn't an application needs no checks where its parts have some.
  package var scope = ScopeLevel.application
  /// The application that it is a part of, such as its server's: when its own ladder is used up, that counts as one
  /// failure of the parent.
  package var parent: String?
  /// Those that are alike, for budgets.
  package var group: String?
  package var tags: [String: String] = [:]

  package init() {}
}
