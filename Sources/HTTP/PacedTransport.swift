internal import Synchronization

/// A transport that sends a service no more at once than it bears.
///
/// Each service has a window: the number of requests that may be under way. It starts at `Limits.first`, grows by one
/// with each window's worth of answers, and is halved when the service says that it is asked too much (429, or 503);
/// what was sent before that counts once. One that has refused is tried more carefully: its window grows a quarter as
/// fast. So a service that is never busy is asked as much as there is to ask, and one that refuses gets as much as it
/// takes; additive increase and multiplicative decrease, as TCP does it.
package struct PacedTransport: Transport {
  package struct Limits: Sendable {
    package var first: Double
    package var largest: Double

    package init(first: Double = 16, largest: Double = 64) {
      self.first = first
      self.largest = largest
    }
  }

  private let base: any Transport
  private let windows: Windows

  package init(_ base: any Transport, limits: Limits = Limits()) {
    self.base = base
    windows = Windows(limits)
  }

  package var movesFiles: Bool { base.movesFiles }

  package func send(_ request: Request) async throws -> Response {
    let service = Self.service(of: request.url)
    let cuts = try await windows.enter(service)
    do {
      let response = try await base.send(request)
      windows.leave(service, after: cuts, isRefused: [429, 503].contains(response.status))
      return response
    } catch {
      windows.leave(service, after: cuts, isRefused: nil)
      throw error
    }
  }

  /// How many requests a service may be sent at once now.
  package func window(of url: String) -> Int { windows.size(Self.service(of: url)) }

  /// What of a URL tells one service from another: the host with its port, and the first part of the path.
  private static func service(of url: String) -> Substring {
    guard let scheme = url.firstRange(of: "://") else { return url[...] }
    var slashes = 0
    for index in url[scheme.upperBound...].indices {
      if url[index] == "?" { return url[..<index] }
      if url[index] == "/" { slashes += 1 }
      if slashes == 2 { return url[..<index] }
    }
    return url[...]
  }
}

/// The windows of all services, and who waits for a place in them.
private final class Windows: Sendable {
  private struct Window {
    var size: Double
    var used = 0
    /// How often it was halved.
    var cuts = 0
    /// Those who wait, by their numbers, which grow.
    var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    /// The numbers in the order in which they came, from `head` on; those who gave up are among them.
    var queue: [Int] = []
    var head = 0

    var hasPlace: Bool { used < Int(size) }

    /// Takes who has waited longest out of the queue.
    mutating func next() -> CheckedContinuation<Void, any Error>? {
      while head < queue.count {
        let place = waiting.removeValue(forKey: queue[head])
        head += 1
        if let place { return place }
      }
      (queue, head) = ([], 0)
      return nil
    }
  }

  private struct State {
    var windows: [Substring: Window] = [:]
    var last = 0
    /// Those who were cancelled before they waited.
    var cancelled: Set<Int> = []
  }

  private let limits: PacedTransport.Limits
  private let state = Mutex(State())

  init(_ limits: PacedTransport.Limits) { self.limits = limits }

  func size(_ service: Substring) -> Int {
    state.withLock { Int($0.windows[service]?.size ?? limits.first) }
  }

  /// Returns when there is a place, with how often the window was halved before; throws `CancellationError` when the
  /// task is cancelled before that.
  func enter(_ service: Substring) async throws -> Int {
    let number: Int? = state.withLock { state in
      var window = state.windows[service] ?? Window(size: limits.first)
      defer { state.windows[service] = window }
      if window.hasPlace, window.waiting.isEmpty {
        window.used += 1
        return nil
      }
      state.last += 1
      return state.last
    }
    if let number { try await wait(number, service) }
    return state.withLock { $0.windows[service]?.cuts ?? 0 }
  }

  /// Waits for a place in the queue's order.
  private func wait(_ number: Int, _ service: Substring) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { place in
        let admitted: Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
          // A place may have become free between the two looks.
          if let window = state.windows[service], window.hasPlace, window.waiting.isEmpty {
            state.windows[service]?.used += 1
            return .success(())
          }
          state.windows[service]?.waiting[number] = place
          state.windows[service]?.queue.append(number)
          return nil
        }
        if let admitted { place.resume(with: admitted) }
      }
    } onCancel: {
      let place = state.withLock { state -> CheckedContinuation<Void, any Error>? in
        let place = state.windows[service]?.waiting.removeValue(forKey: number)
        if place == nil { state.cancelled.insert(number) }
        return place
      }
      place?.resume(throwing: CancellationError())
    }
    state.withLock { _ = $0.cancelled.remove(number) }
  }

  /// Gives a place back; `isRefused` tells whether the service said that it is asked too much, nil when it said
  /// nothing.
  func leave(_ service: Substring, after cuts: Int, isRefused: Bool?) {
    let next = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
      guard var window = state.windows[service] else { return [] }
      window.used -= 1
      switch isRefused {
      case true? where cuts == window.cuts:
        window.size = max(1, window.size / 2)
        window.cuts += 1
      case false?:
        let step = window.cuts == 0 ? 1 : 0.25
        window.size = min(limits.largest, window.size + step / window.size)
      case true?, nil: break
      }
      var admitted: [CheckedContinuation<Void, any Error>] = []
      while window.hasPlace, let place = window.next() {
        window.used += 1
        admitted.append(place)
      }
      state.windows[service] = window
      return admitted
    }
    for place in next { place.resume() }
  }
}
