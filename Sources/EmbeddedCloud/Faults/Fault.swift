import Ambience
import Document
package import HTTP

/// Something that goes wrong on purpose, with the requests that it is meant for.
package struct Fault: Sendable {
  package enum Effect: Sendable {
    /// The service refuses with a status and a message, and does nothing.
    case refuse(Int, String)
    /// The answer takes longer.
    case delay(Duration)
    /// The service does what it is asked, but its answer is lost.
    case loseReply
    /// The request is lost: nothing is done.
    case loseRequest
    /// The next server to be built ends in ERROR with this message.
    case failBuild(String)
  }

  /// What a request's method must be; nil for any.
  package let method: Request.Method?
  /// What a request's path must contain, such as `/servers`.
  package let path: String
  package let effect: Effect
  /// How many requests go well first.
  package var skips: Int
  /// How many requests it strikes.
  package var times: Int

  package init(_ method: Request.Method?, _ path: String, _ effect: Effect, skips: Int = 0, times: Int = 1) {
    self.method = method
    self.path = path
    self.effect = effect
    self.skips = skips
    self.times = times
  }

  func before(_ asked: Asked, _ ambient: Ambient) async throws {
    switch effect {
    case .delay(let span): try await ambient.sleep(span)
    case .loseRequest:
      try await ambient.sleep(asked.timeout)
      throw HTTPError(.timedOut, url: asked.host, detail: "the request was lost")
    default: break
    }
  }

  func answer(_ asked: Asked) -> Answer? {
    guard case .refuse(let status, let message) = effect else { return nil }
    return Refusal(status, "fault", "Fault", message).answer(for: asked.path.first ?? "")
  }

  func after(_ asked: Asked, _ ambient: Ambient) async throws {
    guard case .loseReply = effect else { return }
    throw HTTPError(.connectionLost, url: asked.host, detail: "the answer was lost")
  }
}

extension EmbeddedCloud {
  package func add(_ fault: Fault) { faults.append(fault) }

  /// The fault that strikes a request, which is used up by that.
  func strike(_ asked: Asked) -> Fault? {
    let path = "/" + asked.path.joined(separator: "/")
    for index in faults.indices {
      if case .failBuild = faults[index].effect { continue }
      guard faults[index].method.map({ $0 == asked.method }) ?? true, path.contains(faults[index].path) else {
        continue
      }
      if faults[index].skips > 0 {
        faults[index].skips -= 1
        continue
      }
      return use(index)
    }
    return nil
  }

  /// Why the server that is being built fails; nil when it doesn't.
  func buildFailure() -> String? {
    for index in faults.indices {
      if case .failBuild(let message) = faults[index].effect {
        _ = use(index)
        return message
      }
    }
    return nil
  }

  private func use(_ index: Int) -> Fault {
    let fault = faults[index]
    faults[index].times -= 1
    if faults[index].times <= 0 { faults.remove(at: index) }
    return fault
  }
}
