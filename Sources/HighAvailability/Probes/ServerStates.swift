/// Asks Nova for a server's status, such as `ACTIVE`; nil when there is no such server.
package typealias ServerStates = @Sendable (_ serverID: String) async throws -> String?

extension Outcome {
  /// What a status of Nova's says of a server.
  ///
  /// A server in transition, or put aside by a person, is neither up nor down.
  package static func ofServer(status: String?) -> Outcome {
    switch status {
    case nil: .down("the server doesn't exist")
    case "ACTIVE", "PASSWORD": .up
    case "SHUTOFF", "ERROR", "DELETED", "SOFT_DELETED": .down("the server is \(status ?? "")")
    case let status?: .unknown("the server is \(status)")
    }
  }
}
