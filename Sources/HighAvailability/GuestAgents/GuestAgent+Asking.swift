import Ambience

extension GuestAgent {
  /// What is kept of the time allowed, so that it is told here what took so long.
  private static let reserve = Duration.seconds(1)

  /// Asks once whether a server, by its id, is well: without a command whether its agent answers, else whether the
  /// command ends in the guest with the status 0.
  ///
  /// - Throws: What keeps Nova from telling where the server is.
  func outcome(
    of server: String, running command: String?, by world: Supervisor.Surroundings, within timeout: Duration
  ) async throws -> Outcome {
    let end = world.ambient.uptime() + timeout - Self.reserve
    let place = try await world.serverPlaces(server)
    // A server that is off, or that a person has put aside, has an agent that needn't be asked.
    let state = Outcome.ofServer(status: place?.status)
    guard let place, state == .up else { return state }
    do throws(AgentFailure) {
      let line = try AgentLine(
        self, to: place, shell: world.shell, ambient: world.ambient, allowed: timeout, end: end)
      if let command { return try await line.run(command, limit: timeout).outcome }
      _ = try await line.ask(.ping)
      return .up
    } catch {
      return error.outcome
    }
  }

  /// Runs a command once in a server, by its id, to restart an application there: a status of 0 says that it did.
  ///
  /// - Throws: `CancellationError`; what keeps Nova from telling where the server is; `RemedyError` where it could never
  ///   be done.
  func restart(
    _ command: String, in server: String, by world: Supervisor.Surroundings, within timeout: Duration
  ) async throws -> ActionResult {
    let end = world.ambient.uptime() + timeout - Self.reserve
    guard let place = try await world.serverPlaces(server) else {
      return .failed("the server \(server) doesn't exist")
    }
    do throws(AgentFailure) {
      let line = try AgentLine(
        self, to: place, shell: world.shell, ambient: world.ambient, allowed: timeout, end: end)
      let ended = try await line.run(command)
      if ended.status == .exited(0) { return .done }
      return .failed("`\(command)` in the server: \(ended.phrase)")
    } catch {
      switch error.code {
      case .cancelled: throw CancellationError()
      case .impossible: throw RemedyError(.impossible, error.reason)
      case .agent, .unasked: return .failed(error.reason)
      }
    }
  }
}
