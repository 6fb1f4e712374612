package import Ambience
package import Document
import OrderedCollections

/// Delivers events to those who are to be told, and never keeps anybody waiting.
///
/// Each target has a queue of its own, which is bounded: when a target is away for long, its oldest events are dropped. A
/// delivery that fails is tried again after a while, which grows.
package actor Notifier {
  package struct Limits: Sendable {
    /// How many events may wait for a target.
    package var queue = 200
    /// The time allowed for a try.
    package var deadline = Duration.seconds(30)
    package var tries = 8
    package var pause = Backoff(.seconds(1), maximum: .seconds(120))

    package init() {}
  }

  private struct Line {
    let target: NotifyTarget
    var events: [HAEvent] = []
    var isBusy = false
    var dropped = 0
  }

  private let ambient: Ambient
  private let limits: Limits
  private let complain: @Sendable (Diagnostic) -> Void
  private var lines: OrderedDictionary<String, Line> = [:]
  private var bell: AsyncStream<Void>.Continuation?
  private var idle: [CheckedContinuation<Void, Never>] = []
  private(set) var delivered = 0
  private(set) var lost = 0

  /// `complain` is told of what can't be delivered.
  package init(
    ambient: Ambient, limits: Limits = Limits(), complain: @escaping @Sendable (Diagnostic) -> Void = { _ in }
  ) {
    self.ambient = ambient
    self.limits = limits
    self.complain = complain
  }

  /// How many events were delivered, and how many never will be.
  package var counts: (delivered: Int, lost: Int) { (delivered, lost) }

  /// Has an event delivered to some targets, soon.
  package func send(_ event: HAEvent, to targets: [NotifyTarget]) {
    for target in targets {
      var line = lines[target.id] ?? Line(target: target)
      if line.events.count >= limits.queue {
        line.events.removeFirst()
        line.dropped += 1
        lost += 1
      }
      line.events.append(event)
      lines[target.id] = line
    }
    bell?.yield()
  }

  /// Delivers until the task is cancelled.
  package func run() async {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    bell = continuation
    continuation.yield()
    await withTaskGroup(of: String?.self) { group in
      group.addTask {
        for await _ in stream { break }
        return nil
      }
      while !Task.isCancelled, let ended = await group.next() {
        if let ended {
          finish(ended)
        } else if !Task.isCancelled {
          group.addTask {
            for await _ in stream { break }
            return nil
          }
        }
        for (id, line) in lines where !line.isBusy {
          guard let event = begin(id) else { continue }
          group.addTask { [self] in
            await deliver(event, to: line.target)
            return id
          }
        }
      }
      group.cancelAll()
    }
    bell = nil
    leaveIdle()
  }

  /// Returns when everything is delivered or given up.
  package func settle() async {
    guard bell != nil, lines.values.contains(where: { $0.isBusy || !$0.events.isEmpty }) else { return }
    await withCheckedContinuation { idle.append($0) }
  }

  private func begin(_ id: String) -> HAEvent? {
    guard var line = lines[id], !line.events.isEmpty else { return nil }
    if line.dropped > 0 {
      complain(
        Diagnostic(
          .warning, "notices_dropped",
          "\(line.dropped) events for \(line.target.name) were dropped, as it took none for too long"))
      line.dropped = 0
    }
    let event = line.events.removeFirst()
    line.isBusy = true
    lines[id] = line
    return event
  }

  private func finish(_ id: String) {
    lines[id]?.isBusy = false
    if lines[id]?.events.isEmpty ?? false { lines[id] = nil }
    if lines.isEmpty { leaveIdle() }
  }

  private func leaveIdle() {
    for waiter in idle { waiter.resume() }
    idle = []
  }

  private func deliver(_ event: HAEvent, to target: NotifyTarget) async {
    var reason = ""
    for attempt in 1...limits.tries {
      do {
        try await within(limits.deadline, by: ambient) { try await target.send(event) }
        delivered += 1
        return
      } catch let refusal as NotifyTarget.Refusal {
        reason = refusal.reason
        break
      } catch {
        reason = sentence(of: error)
      }
      let wait = ambient.jitter(limits.pause.delay(beforeAttempt: attempt + 1), by: limits.pause.jitter)
      guard attempt < limits.tries, (try? await ambient.sleep(wait)) != nil else { break }
    }
    lost += 1
    complain(
      Diagnostic(
        .warning, "notice_lost",
        "\(target.name) couldn't be told of \(event.status) of \(event.application): \(reason)"))
  }
}
