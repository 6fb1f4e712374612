import Ambience
import Document

extension Calls {
  /// Waits until a resource is in a state, or without one in any in which nothing more is to come.
  ///
  /// - Throws: `failed`, with the fault, when it goes into a state of failure that isn't the wanted one;
  ///   `timed_out` when the time is over; `not_found` when it is gone.
  @discardableResult
  package func wait(_ id: String, for status: String? = nil, timeout: Duration = .seconds(600)) async throws
    -> Resource
  {
    let life = kind.life ?? Life(settled: ["active", "available", "ACTIVE"])
    return try await poll(id, timeout, "did not become \(status ?? "ready")") { thing in
      guard let thing else {
        throw OpenStackError(
          .notFound, "\(kind.label) \(id) is gone while it was waited for", service: kind.service)
      }
      return try life.isReached(status, thing, kind) ? thing : nil
    }
  }

  /// Waits until there is no such resource any more; also one that is there but says that it is deleted is gone.
  package func waitGone(_ id: String, timeout: Duration = .seconds(600)) async throws {
    try await poll(id, timeout, "was not gone") { thing -> Bool? in
      guard let thing else { return true }
      let status = kind.status(of: thing.raw)?.uppercased()
      if status == "DELETED" || status == "DELETE_COMPLETE" { return true }
      let failures = (kind.life?.failed ?? []).filter { $0.lowercased().contains("delet") }
      if let status, failures.contains(where: { $0.uppercased() == status }) {
        _ = try kind.life?.isReached(nil, thing, kind)
      }
      return nil
    }
  }

  /// Looks again and again, seldomer the longer it takes, until there is an answer.
  @discardableResult
  private func poll<Answer>(
    _ id: String, _ timeout: Duration, _ complaint: String, _ judge: (Resource?) throws -> Answer?
  ) async throws -> Answer {
    let ambient = cloud.ambient
    let start = ambient.uptime()
    while true {
      let thing = try await getIfPresent(id)
      if let answer = try judge(thing) { return answer }
      let age = ambient.uptime() - start
      if age >= timeout {
        let state = thing.flatMap { kind.status(of: $0.raw) }.map { "; it is \($0)" } ?? ""
        throw OpenStackError(
          .timedOut, "\(kind.label) \(id) \(complaint) within \(timeout.components.seconds) s\(state)",
          service: kind.service, hint: "wait longer with a larger timeout, or look at what holds it up")
      }
      let pause = min(.seconds(5), max(.milliseconds(400), age / 8))
      try await ambient.sleep(min(timeout - age, ambient.jitter(pause)))
    }
  }
}
