package import Ambience
import Document

/// Something that was done to a server, as Nova's list of instance actions tells it.
package struct ServerDeed: Sendable, Hashable {
  /// Such as `reboot`.
  package let action: String
  /// The request's own name.
  package let request: String
  package let start: Timestamp

  init?(_ value: Value) {
    guard let action = value["action"]?.string, let request = value["request_id"]?.string,
      let start = value["start_time"]?.string.flatMap({ Timestamp(iso8601: $0) })
    else { return nil }
    self.action = action
    self.request = request
    self.start = start
  }
}

extension Calls where Resource == Server {
  /// What was done to a server, the newest first; nothing where that may not be asked.
  ///
  /// No more than `count` of them where Nova can tell so (from 2.58 on); before, it tells all.
  package func deeds(on id: String, newest count: Int? = nil) async throws -> [ServerDeed] {
    let limit = count.map { "?limit=\($0)" } ?? ""
    do {
      return try await call("GET", id, "/os-instance-actions" + limit)["instanceActions"]?.list?
        .compactMap { ServerDeed($0) } ?? []
    } catch let error as OpenStackError where error.code == .forbidden {
      return []
    }
  }
}
