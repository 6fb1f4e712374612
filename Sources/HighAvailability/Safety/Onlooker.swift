package import Ambience

/// A server as its cloud knows it, for those who are to act on it.
package struct ServerFacts: Sendable, Hashable {
  /// Something that was done to it.
  package struct Deed: Sendable, Hashable {
    /// Such as `reboot`.
    package let action: String
    /// The cloud's name for the request.
    package let request: String
    package let start: Timestamp

    package init(action: String, request: String, start: Timestamp) {
      self.action = action
      self.request = request
      self.start = start
    }
  }

  /// How many of the newest deeds tell all that is asked: what was done last, and beside it the server's creation.
  package static let deedsNeeded = 2

  /// Such as `ACTIVE`.
  package let status: String
  package let metadata: [String: String]
  /// What was done to it last, the newest first.
  package let deeds: [Deed]

  package init(status: String, metadata: [String: String], deeds: [Deed]) {
    self.status = status
    self.metadata = metadata
    self.deeds = deeds
  }
}

/// Asks the cloud about a server; nil when there is no such server.
package typealias ServerLookUp = @Sendable (_ serverID: String) async throws -> ServerFacts?

/// Notices what people do to servers themselves, and keeps off for a while.
///
/// The pause is measured from when the deed was first seen here, by a clock that doesn't jump. The time of day only
/// tells what is long past.
actor Onlooker {
  /// How long those who have done something are left alone.
  static let grace = Duration.seconds(300)
  /// What is older than the grace by this isn't of now, whichever clock is wrong.
  private static let doubt = Duration.seconds(600)

  private let ambient: Ambient
  private var seen: [String: Duration] = [:]

  init(_ ambient: Ambient) { self.ambient = ambient }

  /// Why a server had better be left alone; nil when it needn't be.
  ///
  /// `own` finds the requests that were kiln's, and `touched` is when kiln was last done with it.
  func objection(
    _ facts: ServerFacts, own: @Sendable () async throws -> Set<String>, touched: Timestamp
  ) async throws -> String? {
    guard let deed = facts.deeds.first(where: { $0.action != "create" }), deed.start > touched,
      try await !own().contains(deed.request)
    else { return nil }
    if deed.action == "stop", facts.status == "SHUTOFF" {
      return "someone has stopped the server (request \(deed.request))"
    }
    guard ambient.now() - deed.start < Self.grace + Self.doubt else { return nil }
    let now = ambient.uptime()
    if seen.count > 10_000 { seen = seen.filter { now - $0.value < Self.grace } }
    let first = seen[deed.request, default: now]
    seen[deed.request] = first
    guard now - first < Self.grace else { return nil }
    return "someone has just done a \(deed.action) of the server (request \(deed.request))"
  }
}
