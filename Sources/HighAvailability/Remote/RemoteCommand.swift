/// A command on another machine, whose status says whether an application works there, or was restarted.
package struct RemoteCommand: Sendable, Hashable {
  package var command: String
  package var login: RemoteLogin

  package init(_ command: String, _ login: RemoteLogin = RemoteLogin()) {
    self.command = command
    self.login = login
  }

  /// Runs it once: a status of 0 is up, any other down; a machine that can't be reached, or a command that isn't there,
  /// tells nothing of the application.
  func outcome(on host: RemoteHost, by shell: RemoteShell, within timeout: Duration) async -> Outcome {
    do throws(RemoteShell.Failure) {
      let result = try await shell.run(command, on: host, within: timeout)
      let why = result.complaint.isEmpty ? "" : ": \(result.complaint)"
      switch result.status {
      case 0: return .up
      case 126, 127: return .unknown("the command can't be run\(why)")
      default: return .down("exit status \(result.status)\(why)")
      }
    } catch {
      return error.code == .timedOut
        ? .down("the command didn't end within \(timeout.phrase)") : .unknown(error.reason)
    }
  }

  /// Runs it once to restart an application: a status of 0 says that it did; a machine that can't be reached is a failure
  /// that counts, for it may be the server's own.
  func restart(
    on host: RemoteHost, by shell: RemoteShell, within timeout: Duration
  ) async throws -> ActionResult {
    do throws(RemoteShell.Failure) {
      let result = try await shell.run(command, on: host, within: timeout)
      if result.status == 0 { return .done }
      let why = result.complaint.isEmpty ? "" : ": \(result.complaint)"
      return .failed("`\(command)` on \(host.address) gave the status \(result.status)\(why)")
    } catch {
      if error.code == .cancelled { throw CancellationError() }
      return .failed("\(host.address): \(error.reason)")
    }
  }

  func validate(_ refuse: (String, String?) -> HAError) throws(HAError) {
    guard !command.isEmpty else {
      throw refuse("runs no command", "such as command = \"systemctl is-active httpd\"")
    }
    try login.validate(refuse)
  }
}
