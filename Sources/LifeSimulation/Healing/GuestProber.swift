import Ambience
import EmbeddedCloud
import HighAvailability

/// Probes the simulated guests, as one process reaches them.
struct GuestProber: Prober {
  let process: Int
  let gate: Gate
  let ambient: Ambient
  let link: GuestLink
  let patients: Patients
  let chronicle: Chronicle
  /// The applications on each server, the first of which is the one that has no page of its own.
  let applications: [Target: [String]]

  func connect(to address: String, port: Int, within timeout: Duration) async -> Outcome {
    guard let target = await patients.target(at: address), let name = applications[target]?.first else {
      return .unknown("nobody has the address \(address)")
    }
    let outcome = await probe(target, address, port, timeout) { look in look == .refused }
    chronicle.found(outcome, by: process, of: name, "tcp")
    return outcome
  }

  func get(_ url: String, expecting expectation: HTTPExpectation, within timeout: Duration) async -> Outcome {
    let parts = url.split(separator: "/")
    guard parts.count == 3, let target = await patients.target(at: String(parts[1])) else {
      return .unknown("nobody has the address of \(url)")
    }
    let outcome = await probe(target, String(parts[1]), 80, timeout) { _ in true }
    chronicle.found(outcome, by: process, of: String(parts[2]), "http")
    return outcome
  }

  /// What is seen of an application; `isSeen` says which of its looks show in this way.
  private func probe(
    _ target: Target, _ address: String, _ port: Int, _ timeout: Duration,
    _ isSeen: (Patients.Look) -> Bool
  ) async -> Outcome {
    guard (try? await gate.pass()) != nil else { return .unknown("dead") }
    switch link.cut(to: target) {
    case .noRoute?: return .unknown("no route to host")
    case .silent?: return await silence(timeout)
    case nil: break
    }
    let (answer, look) = await patients.answer(of: target, at: address, port: port)
    chronicle.asked(target, answers: answer == .open)
    switch answer {
    case .open: return .up
    case .silent: return await silence(timeout)
    case .refused: break
    }
    guard isSeen(look) else { return .up }
    switch look {
    case .refused: return .down("connection refused")
    case .silent, .slow: return await silence(timeout)
    case .errorPage: return .down("its page tells of an error")
    }
  }

  private func silence(_ timeout: Duration) async -> Outcome {
    do { try await ambient.sleep(timeout - .milliseconds(10)) } catch { return .unknown("cancelled") }
    return .down("no answer within \(timeout.phrase)")
  }
}
