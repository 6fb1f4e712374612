import Ambience
import EmbeddedCloud
import HighAvailability
import Simulation
import StackEngine

/// What all that live in a healing life share.
struct HealingSurroundings: Sendable {
  let world: SimulatedWorld
  let cloud: EmbeddedCloud
  /// Keeps the leases of the dead until their time is up, as a shared store does.
  let store: MemoryJournal
  let patients: Patients
  let chronicle: Chronicle
  let lots: Lots
  let applications: [Target: [String]]
  /// Whether applications are parts of others.
  let hasFamilies: Bool
  let isTraced: Bool

  var ambient: Ambient { world.ambient }

  func note(_ text: @autoclosure () -> String) { if isTraced { world.note(text()) } }

  /// Restarts an application in its guest, from a machine.
  func restart(_ target: Target, by process: Int, over link: GuestLink) async throws {
    switch link.cut(to: target) {
    case .noRoute?: throw RemedyError(.unreachable, "no route to host")
    case .silent?:
      try await ambient.sleep(.seconds(10))
      throw RemedyError(.failed, "no answer")
    case nil: break
    }
    guard let id = await patients.server(of: target)?.id else {
      throw RemedyError(.failed, "nobody has an address")
    }
    try await ambient.sleep(lots.span(upTo: 3000))
    do { try await cloud.restartService("application", on: id) } catch {
      throw RemedyError(.failed, "the guest doesn't answer")
    }
  }

  /// Takes note of what a supervisor tells.
  func heard(_ event: HAEvent, by process: Int) async {
    note("process \(process): \(event.status) \(event.application): \(event.reason)")
    let now = ambient.uptime()
    chronicle.change { history in
      if event.verb == .gaveUp || event.verb == .held { history.told.insert(event.application) }
      if event.verb == .ended, history.gone[event.application] == nil {
        history.gone[event.application] = now
      }
      if event.verb == .recovered { history.recoveries.append((event.application, now)) }
    }
  }
}
