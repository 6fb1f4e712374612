import CEvents
import Glibc

/// What a probe loop's thread does and holds; nobody else touches it.
struct LoopCore {
  /// A check that the loop keeps.
  struct Row {
    var key: Monitor.Key
    var question: Question
    var timeout: Int64
    /// The exchange whose connection is kept for the next time; -1 for none.
    var kept: Int32 = -1
  }

  /// A name that was looked up, or is being.
  struct Name {
    var address: SocketAddress?
    var expiry: Int64 = 0
    var isAsked = false
    /// The exchanges that wait for it, by index and turn.
    var waiting: [(index: Int, turn: UInt32)] = []
  }

  /// How long a name's address is used, in nanoseconds.
  static let nameLife: Int64 = 30_000_000_000
  private static let bufferSize = 65_536
  /// How long before their time probes are taken along with one that is due, in nanoseconds.
  private static let slack: Int64 = 10_000_000
  /// How many probes and answers are enough to wake for.
  private static let handful = 64
  /// How long is waited for a handful of answers, in nanoseconds.
  private static let nap: Int64 = 1_000_000

  var queue: EventQueue
  let mailbox: LoopMailbox
  let names: NameResolver
  private let listener: ProbeLoop.Listener
  var monitor: Monitor
  var rows: ContiguousArray<Row?> = []
  var exchanges: ContiguousArray<Exchange> = []
  var freeExchanges: [Int] = []
  /// How many connections are kept without a question on them.
  var keptCount = 0
  let limits: LoopLimits
  var deadlines = TimerWheel()
  var addresses: [String: Name] = [:]
  /// The exchanges of questions that were asked once.
  var single: [UInt64: Int] = [:]
  var findings: [Monitor.Finding] = []
  var report = LoopReport()
  var now: Int64 = 0
  let buffer: UnsafeMutableRawBufferPointer
  private let events: UnsafeMutableBufferPointer<cevents_event>

  init(
    _ queue: EventQueue, _ mailbox: LoopMailbox, names: NameResolver, phase: Double,
    listener: @escaping ProbeLoop.Listener
  ) {
    self.queue = queue
    self.mailbox = mailbox
    self.names = names
    self.listener = listener
    limits = .raised()
    monitor = Monitor(phase: phase)
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
    events = .allocate(capacity: 512)
  }

  // MARK: - The loop

  /// Works until it is told to stop, then closes all that it opened.
  mutating func run() {
    var count = 0
    while let commands = mailbox.takeCommands() {
      now = EventQueue.now
      for command in commands { obey(command) }
      let started = startDue()
      expire()
      tell()
      if started + count > 0, count < Self.handful { gather() }
      count = queue.wait(until: nextDue, at: EventQueue.now, into: events)
      now = EventQueue.now
      report.turns += 1
      for event in events.prefix(count) { take(event) }
    }
    for index in exchanges.indices where exchanges[index].phase != .free { release(index) }
    mailbox.close()
    queue.close()
    buffer.deallocate()
    events.deallocate()
  }

  private var nextDue: Int64? {
    // Who has no room for more exchanges waits for one to end.
    let probe = hasRoom ? monitor.nextDue : nil
    guard let deadline = deadlines.nextDue else { return probe }
    return min(deadline, probe ?? deadline)
  }

  /// How many questions are on their way.
  private var asked: Int { exchanges.count - freeExchanges.count - keptCount }
  private var hasRoom: Bool { asked < limits.exchanges }

  /// Starts the probes that are due, and returns how many.
  private mutating func startDue() -> Int {
    var started = 0
    // Not too many in one go, lest answers wait that are in already.
    for _ in 0..<256 {
      guard hasRoom, let due = monitor.takeDue(at: now) else { break }
      switch due {
      case .found(let finding): findings.append(finding)
      case .probe(let key):
        probe(key)
        started += 1
      }
      now = EventQueue.now
    }
    // To wake for each costs more than to ask.
    while started > 0, started < Self.handful, hasRoom {
      guard let key = monitor.takeEarly(at: now, within: Self.slack) else { break }
      probe(key)
      started += 1
      now = EventQueue.now
    }
    return started
  }

  /// Lets the answers to several questions come in, so as to wake once for them.
  private func gather() {
    guard asked >= 4, nextDue.map({ $0 > EventQueue.now + 2 * Self.nap }) ?? true else { return }
    usleep(UInt32(Self.nap / 1000))
  }

  private mutating func expire() {
    while let index = deadlines.takeDue(at: now) { timeOut(index) }
  }

  private mutating func take(_ event: cevents_event) {
    switch event.token {
    case EventQueue.timerToken: return
    case EventQueue.bellToken: queue.hush()
    default:
      let index = Int(event.token & 0xFFFF_FFFF)
      guard exchanges[index].turn == UInt32(event.token >> 32) else { return }
      advance(index, event.readiness)
    }
  }

  private mutating func tell() {
    guard !findings.isEmpty else { return }
    listener(findings)
    findings.removeAll(keepingCapacity: true)
  }

  // MARK: - Commands

  private mutating func obey(_ command: LoopCommand) {
    switch command {
    case .reserve(let count):
      rows.reserveCapacity(count)
      monitor.reserve(count)
    case .keep(let key, let question, let terms, let timeout):
      while rows.count <= key.index { rows.append(nil) }
      rows[key.index] = Row(key: key, question: question, timeout: timeout)
      monitor.add(key, terms, at: now)
    case .retarget(let key, let question):
      guard row(of: key) != nil else { return }
      letGo(of: key)
      rows[key.index]?.question = question
    case .drop(let key):
      guard row(of: key) != nil else { return }
      letGo(of: key)
      monitor.remove(key)
      rows[key.index] = nil
    case .hold(let key, let isHeld): monitor.hold(key, isHeld)
    case .startAfresh(let key, let grace): monitor.startAfresh(key, grace: grace, at: now)
    case .beat(let key): if let finding = monitor.beat(key, at: now) { findings.append(finding) }
    case .ask(let number, let question, let timeout):
      begin(question, for: .single(number), timeout: timeout)
    case .cancel(let number):
      if let index = single.removeValue(forKey: number) { release(index) }
    case .looked(let name, let answer): take(answer, of: name)
    case .report(let continuation):
      var report = report
      report.checks = monitor.count
      report.lateness = monitor.lateness
      continuation.resume(returning: report)
    }
  }

  func row(of key: Monitor.Key) -> Row? {
    guard key.index < rows.count, let row = rows[key.index], row.key == key else { return nil }
    return row
  }

  /// Closes the connection that is kept for a check.
  private mutating func letGo(of key: Monitor.Key) {
    guard let kept = rows[key.index]?.kept, kept >= 0 else { return }
    release(Int(kept))
  }
}
