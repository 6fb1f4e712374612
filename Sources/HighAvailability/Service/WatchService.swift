import Ambience
package import Document
import OrderedCollections
import StackEngine

/// A supervisor that works for long: it watches what a book says, takes another book while it does, tells who is to be
/// told, and shows that it is alive.
package actor WatchService {
  package struct Options: Sendable {
    /// Whether it only says what it would do.
    package var isShadow = false
    package var supervisor = Supervisor.Options()
    /// What the machine is called.
    package var host = ""
    package var process = 0

    package init() {}
  }

  /// What becomes of what it has to say.
  package struct Outlets: Sendable {
    package var event: @Sendable (HAEvent) -> Void
    package var complain: @Sendable (Diagnostic) -> Void
    /// Takes the numbers for monitoring, every few seconds.
    package var metrics: (@Sendable (MetricsPage) -> Void)?

    package init(
      event: @escaping @Sendable (HAEvent) -> Void = { _ in },
      complain: @escaping @Sendable (Diagnostic) -> Void = { _ in },
      metrics: (@Sendable (MetricsPage) -> Void)? = nil
    ) {
      self.event = event
      self.complain = complain
      self.metrics = metrics
    }
  }

  /// Whether it works, for those who look after it.
  package struct Health: Sendable, Hashable {
    package enum State: String, Sendable {
      case working = "ok"
      case hanging
      case stopping
    }

    package let state: State
    package let applications: Int
    /// How many of these it is the one to watch.
    package let led: Int
  }

  /// What a new book changed.
  package struct Change: Sendable, Hashable {
    package var added: [String] = []
    package var changed: [String] = []
    package var removed: [String] = []
    package var kept = 0

    package var phrase: String {
      let parts = [("new", added), ("changed", changed), ("gone", removed)].filter { !$0.1.isEmpty }
      let words = parts.map { "\($0.0): \($0.1.joined(separator: ", "))" } + ["\(kept) as before"]
      return words.joined(separator: "; ")
    }
  }

  /// How often it shows that it is alive.
  private static let beat = Duration.seconds(5)
  /// How long those who are to be told are waited for at the end.
  private static let farewell = Duration.seconds(5)

  private let surroundings: Supervisor.Surroundings
  private let options: Options
  private let manager: ServiceManager
  private let outlets: Outlets
  private let notifier: Notifier
  let supervisor: Supervisor
  private let events: AsyncStream<HAEvent>
  private let feed: AsyncStream<HAEvent>.Continuation
  private let started: Timestamp
  private var pages: OrderedDictionary<String, PolicyBook.Page> = [:]
  private var stopping: CheckedContinuation<Void, Never>?
  private var isStopping = false
  /// Whether the supervisor's loop was last found not to turn.
  private var isHanging = false
  /// How many reports were answered, by the status of the answer.
  private var answers: [Int: Int] = [:]

  package init(
    _ surroundings: Supervisor.Surroundings, options: Options = Options(), manager: ServiceManager,
    outlets: Outlets
  ) {
    let (events, feed) = AsyncStream<HAEvent>.makeStream(bufferingPolicy: .bufferingNewest(10_000))
    (self.events, self.feed) = (events, feed)
    var surroundings = options.isShadow ? surroundings.shadow : surroundings
    let record = surroundings.record
    surroundings.record = { event in
      await record(event)
      feed.yield(event)
    }
    self.surroundings = surroundings
    self.options = options
    self.manager = manager
    self.outlets = outlets
    started = surroundings.ambient.now()
    notifier = Notifier(ambient: surroundings.ambient, complain: outlets.complain)
    supervisor = Supervisor(surroundings, options: options.supervisor)
  }

  // MARK: - What is watched

  /// Watches what a book says from now on, and nothing else.
  ///
  /// Applications whose policies do the same as before go on as they were. Those of changed policies keep their place on
  /// the ladder where its rungs are the same, and have their checks judged anew.
  ///
  /// - Throws: `HAError` for a book with a mistake; then all is as before.
  @discardableResult
  package func watch(_ book: PolicyBook) async throws -> Change {
    try await book.validate(for: surroundings)
    // One whose target was gone is watched no longer; it may be back.
    let watched = Set(await supervisor.status().map(\.name))
    var change = Change()
    var next: OrderedDictionary<String, PolicyBook.Page> = [:]
    for page in book.pages {
      let name = page.policy.name
      guard let old = pages[name], watched.contains(name) else {
        change.added.append(name)
        next[name] = page
        continue
      }
      let isSame = page.isSame(as: old)
      if isSame { change.kept += 1 } else { change.changed.append(name) }
      next[name] = isSame && page.source == old.source ? old : page
    }
    change.removed = pages.keys.filter { next[$0] == nil }
    await supervisor.set(budgets: book.budgets ?? options.supervisor.budgets)
    for name in change.removed + change.changed { try? await supervisor.remove(name) }
    pages = next
    for name in change.added + change.changed {
      guard let policy = next[name]?.policy else { continue }
      try await supervisor.add(options.isShadow ? policy.shadow : policy)
    }
    return change
  }

  /// How many applications it watches.
  package var count: Int { pages.count }

  // MARK: - Running

  /// Watches until `stop` is called or the task is cancelled; returns when all is given back.
  package func run() async {
    manager.ready(status)
    await supervisor.start()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [notifier] in await notifier.run() }
      group.addTask { [self] in await passOn() }
      group.addTask { [self] in await beatUntilCancelled() }
      await wait()
      manager.stopping()
      await supervisor.stop()
      try? await IncidentJournal(surroundings.journal).forget(
        supervisor.holder, at: surroundings.ambient.now())
      feed.finish()
      _ = try? await within(Self.farewell, by: surroundings.ambient) { [notifier] in await notifier.settle() }
      group.cancelAll()
    }
  }

  package func stop() {
    isStopping = true
    stopping?.resume()
    stopping = nil
  }

  /// Takes another book; one with a mistake is refused, and the old one is kept.
  package func reload(_ read: @Sendable () async throws -> PolicyBook) async throws -> Change {
    manager.reloading()
    defer { manager.ready(status) }
    return try await watch(try await read())
  }

  private func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if isStopping || Task.isCancelled { return continuation.resume() }
        stopping = continuation
      }
    } onCancel: {
      Task { await self.stop() }
    }
  }

  private func passOn() async {
    for await event in events {
      let told = options.isShadow ? event.shadow : event
      outlets.event(told)
      guard !options.isShadow, let page = pages[event.application] else { continue }
      let receivers = event.receivers(page.targets, by: page.policy)
      if !receivers.isEmpty { await notifier.send(event, to: receivers) }
    }
  }

  // MARK: - Signs of life

  private func beatUntilCancelled() async {
    let pause = min(Self.beat, (manager.watchdog ?? Self.beat * 3) / 3)
    while !Task.isCancelled {
      isHanging = await supervisor.knock().isHanging
      if isHanging {
        outlets.complain(
          Diagnostic(.warning, "loop_hangs", "the supervisor's loop didn't turn for \(pause.phrase)"))
      } else {
        manager.isAlive()
        manager.status(status)
      }
      await showSigns()
      guard (try? await surroundings.ambient.sleep(pause)) != nil else { return }
    }
  }

  private func showSigns() async {
    let now = surroundings.ambient.now()
    let watcher = WatcherRecord(
      holder: supervisor.holder, host: options.host, process: options.process, started: started, seen: now,
      applications: pages.count, suspicion: await supervisor.suspicion)
    // A store that is away is told the next time.
    if !isStopping { try? await IncidentJournal(surroundings.journal).keep(watcher) }
    if let metrics = outlets.metrics { metrics(await page()) }
  }

  /// The numbers for monitoring, as they are now.
  package func page() async -> MetricsPage {
    let (delivered, lost) = await notifier.counts
    return MetricsPage(
      applications: await supervisor.status(), pulse: await supervisor.fullPulse(),
      tally: await supervisor.counts, isFrozen: await supervisor.isFrozen, delivered: delivered, lost: lost,
      answers: answers)
  }

  /// Takes note that a report was answered with a status.
  func count(answer status: Int) { answers[status, default: 0] += 1 }

  /// Whether the supervisor's loop turns, as it last showed.
  func health() async -> Health {
    let state: Health.State = isStopping ? .stopping : isHanging ? .hanging : .working
    return Health(state: state, applications: pages.count, led: await supervisor.ledCount)
  }

  private var status: String {
    "watching \(pages.count) \(pages.count == 1 ? "application" : "applications")"
      + (options.isShadow ? ", a dry run" : "")
  }
}
