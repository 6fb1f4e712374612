import Document

/// The states that resources of a kind go through.
package struct Life: Sendable {
  /// Where the state is, such as `status`; a point goes into a map.
  let field: String
  /// The states in which nothing more is to come.
  let settled: Set<String>
  /// Those that tell of failure.
  let failed: Set<String>
  /// The field that says what is being done in any state; null when nothing is.
  let task: String?
  /// Where the reason of a failure is.
  let faults: [String]

  package init(
    _ field: String = "status", settled: Set<String>, failed: Set<String> = ["ERROR"], task: String? = nil,
    faults: [String] = []
  ) {
    self.field = field
    self.settled = settled
    self.failed = failed
    self.task = task
    self.faults = faults
  }

  /// Whether a resource has come to where it was to go; throws the state that it can't leave by itself.
  package func isReached(_ goal: String?, _ thing: some CloudThing, _ kind: ResourceKind) throws -> Bool {
    let status = kind.status(of: thing.raw) ?? ""
    if let goal, same(status, goal) { return !isBusy(thing.raw) }
    if failed.contains(where: { same($0, status) }), !isBusy(thing.raw) { throw failure(thing, status, kind) }
    return goal == nil && settled.contains { same($0, status) } && !isBusy(thing.raw)
  }

  private func isBusy(_ raw: Value) -> Bool { task.flatMap { raw[$0] }.map { !$0.isNull } ?? false }
  private func same(_ a: String, _ b: String) -> Bool { a.lowercased() == b.lowercased() }

  private func failure(_ thing: some CloudThing, _ status: String, _ kind: ResourceKind) -> OpenStackError {
    let reason = faults.lazy.compactMap { path in
      path.split(separator: ".").reduce(Optional(thing.raw)) { $0?[String($1)] }?.textIfAny
    }.first
    return OpenStackError(
      .failed, "\(kind.label) \(thing.name) (\(thing.id)) is \(status)" + (reason.map { ": \($0)" } ?? ""),
      service: kind.service, hint: reason == nil ? "\(kind.service.program) says no reason" : nil)
  }
}
