/// Probes from another machine, such as a guest in the same network, by its shell, `timeout`, bash and curl.
package struct RemoteProber: Prober {
  private let host: RemoteHost
  private let shell: RemoteShell

  package init(_ host: RemoteHost, by shell: RemoteShell) {
    self.host = host
    self.shell = shell
  }

  package func connect(to address: String, port: Int, within timeout: Duration) async -> Outcome {
    let seconds = Self.seconds(timeout)
    // bash itself connects; the place is an argument, so that no name can become a command.
    let command =
      "timeout \(seconds) bash -c 'exec 3<>\"/dev/tcp/$0/$1\"' \(Self.quoted(address)) \(port)"
    return await ask(command, timeout) { result in
      switch result.status {
      case 0: .up
      case 124: .down("no connection within \(timeout.phrase)")
      case 1:
        .down(result.complaint.contains("refused") ? "connection refused" : Self.short(result.complaint))
      default: .unknown("it can't be asked from \(host.address): \(result.complaint)")
      }
    }
  }

  package func get(_ url: String, expecting expectation: HTTPExpectation, within timeout: Duration) async
    -> Outcome
  {
    var words = ["curl", "-s", "-S", "-i", "--max-time", Self.seconds(timeout), "--max-filesize", "65536"]
    if !expectation.verifiesServer { words.append("-k") }
    words += ["--", Self.quoted(url)]
    return await ask(words.joined(separator: " "), timeout) { result in
      switch result.status {
      case 0: Self.judge(result.output, expectation)
      case 6: .unknown("the name wasn't found from \(host.address)")
      case 7: .down("connection refused")
      case 28: .down("no answer within \(timeout.phrase)")
      case 126, 127: .unknown("curl can't be run on \(host.address)")
      case let status: .down("curl: \(result.complaint.isEmpty ? "exit status \(status)" : result.complaint)")
      }
    }
  }

  private func ask(
    _ command: String, _ timeout: Duration, _ judge: (RemoteShell.Result) -> Outcome
  ) async -> Outcome {
    do throws(RemoteShell.Failure) {
      // Time to log in, besides what the probe itself may take there.
      return judge(try await shell.run(command, on: host, within: timeout + .seconds(5)))
    } catch {
      return .unknown("\(host.address): \(error.reason)")
    }
  }

  private static func judge(_ text: String, _ expectation: HTTPExpectation) -> Outcome {
    let page = PageQuestion(request: [], expectation: expectation, keepsAlive: false)
    var reader = HTTPReader()
    let bytes = Array(text.utf8)
    var progress = bytes.withUnsafeBytes { reader.feed($0, page) }
    if progress == .more { progress = reader.finish() }
    if case .failed(let reason) = progress { return .down(reason) }
    return reader.outcome(page)
  }

  private static func seconds(_ span: Duration) -> String { "\(max(1, Int(span.inSeconds.rounded(.up))))" }

  private static func short(_ complaint: String) -> String { complaint.isEmpty ? "no connection" : complaint }

  /// A word for a shell that stands for nothing but itself.
  static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
