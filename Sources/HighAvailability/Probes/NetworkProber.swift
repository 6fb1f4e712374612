package import Ambience
package import HTTP
import Synchronization

/// Probes over the machine's own network.
///
/// One thread opens connections and gets pages over plain HTTP, however many; what is encrypted goes by a `Transport`.
package final class NetworkProber: Prober {
  private let transport: any Transport
  private let ambient: Ambient
  private let names = NameResolver()
  private let loop = Mutex<ProbeLoop?>(nil)

  package init(transport: any Transport, ambient: Ambient) {
    self.transport = transport
    self.ambient = ambient
  }

  package func connect(to address: String, port: Int, within timeout: Duration) async -> Outcome {
    guard let question = Question.connection(address, port: port) else {
      return .unknown("there is no port \(port)")
    }
    return await ask(question, within: timeout)
  }

  package func get(_ url: String, expecting expectation: HTTPExpectation, within timeout: Duration) async
    -> Outcome
  {
    if let question = Question.page(url, expectation) { return await ask(question, within: timeout) }
    do {
      var request = Request(.get, url, timeout: timeout)
      request.wantsCertificate = expectation.certificateValidity != nil
      request.verifiesServer = expectation.verifiesServer
      let response = try await transport.send(request)
      let complaint =
        expectation.complaint(aboutCertificateEnding: response.certificateEnd, at: ambient.now())
        ?? expectation.complaint(aboutFields: { response.headers[$0] })
      return complaint.map { .down($0) } ?? expectation.outcome(status: response.status, body: response.body)
    } catch let error as HTTPError {
      return await judge(error, url: url, timeout: timeout)
    } catch is CancellationError {
      return .unknown("cancelled")
    } catch {
      return .unknown("\(error)")
    }
  }

  package func ask(_ query: NameQuery, at server: String, within timeout: Duration) async -> Outcome {
    guard let question = query.question(at: server) else { return .unknown("\(query.name) is no name") }
    return await ask(question, within: timeout)
  }

  package func makeLoop(phase: Double, listener: @escaping ProbeLoop.Listener) -> ProbeLoop? {
    // Without a loop all goes by tasks, which say what is wrong.
    try? ProbeLoop.start(names: names, phase: phase, listener: listener)
  }

  /// Asks by the loop for single questions, which runs from the first on.
  private func ask(_ question: Question, within timeout: Duration) async -> Outcome {
    let running: Result<ProbeLoop, EventQueue.Failure> = loop.withLock { loop in
      if let loop { return .success(loop) }
      do throws(EventQueue.Failure) {
        let started = try ProbeLoop.start(names: names)
        loop = started
        return .success(started)
      } catch {
        return .failure(error)
      }
    }
    switch running {
    case .success(let loop): return await loop.ask(question, within: timeout)
    case .failure(let failure): return .unknown(failure.reason)
    }
  }

  /// Tells a fault of the server from one of the prober; "unreachable" may be either, so it is looked into.
  private func judge(_ error: HTTPError, url: String, timeout: Duration) async -> Outcome {
    switch error.code {
    case .badURL, .unknownHost, .badFile: return .unknown(error.detail)
    case .timedOut: return .down("no answer within \(timeout.phrase)")
    case .tls: return .down("the TLS handshake failed: \(error.detail)")
    case .connectionLost: return .down("the connection broke")
    case .badResponse: return .down("the answer isn't HTTP or too large")
    case .unreachable:
      guard let place = WebAddress(url) else { return .unknown(error.detail) }
      let outcome = await connect(to: place.host, port: Int(place.port), within: timeout)
      return outcome == .up ? .unknown("unreachable, then reachable") : outcome
    }
  }
}
