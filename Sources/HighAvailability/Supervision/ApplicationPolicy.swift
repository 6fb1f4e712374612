/// An application to keep alive: where it runs, how to see that it works, and what to do when it doesn't.
package struct ApplicationPolicy: Sendable {
  package var name: String
  /// The resource that it runs on.
  package var target: Target
  /// The application is down as soon as one of these is, and up again when all are.
  package var checks: [Check]
  package var ladder: Ladder

  package init(name: String, target: Target, checks: [Check], ladder: Ladder = .standard()) {
    self.name = name
    self.target = target
    self.checks = checks
    self.ladder = ladder
  }
}
