import Synchronization

/// The checks of one monitor, by their keys.
struct Roster: Sendable {
  /// Whose a check is.
  struct Owner: Sendable {
    let application: String
    let generation: UInt64
    private let number: Int32

    init(application: String, generation: UInt64, check: Int) {
      self.application = application
      self.generation = generation
      number = Int32(check)
    }

    var check: Int { Int(number) }
  }

  private var pool = KeyPool()
  private var owners: ContiguousArray<Owner?> = []
  private var count = 0

  mutating func add(_ owner: Owner) -> Monitor.Key {
    let key = pool.take()
    while owners.count <= key.index { owners.append(nil) }
    owners[key.index] = owner
    count += 1
    return key
  }

  mutating func reserve(_ count: Int) { owners.reserveCapacity(count) }

  mutating func remove(_ key: Monitor.Key) {
    guard pool.isTaken(key) else { return }
    owners[key.index] = nil
    pool.giveBack(key)
    count -= 1
    // All may have been handed over to another.
    if count == 0 { owners = [] }
  }

  subscript(key: Monitor.Key) -> Owner? { pool.isTaken(key) ? owners[key.index] : nil }
}

/// Where a check is judged.
struct Seat: Sendable {
  enum Place: Sendable {
    /// Nowhere before the supervisor works.
    case waiting
    /// By the supervisor, which probes by tasks.
    case local(Monitor.Key)
    /// By the thread that probes by itself.
    case native(Monitor.Key)
  }

  /// What is known of a late text; most checks have none, and take no room for it.
  private final class Late: Sendable {
    let text: String?
    let nextLook: Duration?
    let isUnresolved: Bool

    init(_ text: String?, _ nextLook: Duration?, isUnresolved: Bool) {
      self.text = text
      self.nextLook = nextLook
      self.isUnresolved = isUnresolved
    }
  }

  var place: Place
  private var late: Late?

  init(_ place: Place = .waiting) { self.place = place }

  /// What its late text stood for at the last success.
  var text: String? {
    get { late?.text }
    set { set(newValue, nextLook, isUnresolved) }
  }

  /// When it is asked again what its late text stands for; nil while nothing makes that necessary.
  var nextLook: Duration? {
    get { late?.nextLook }
    set { set(text, newValue, isUnresolved) }
  }

  /// Whether its late text stood for nothing when it was last asked.
  var isUnresolved: Bool {
    get { late?.isUnresolved ?? false }
    set { if newValue != isUnresolved { set(text, nextLook, newValue) } }
  }

  private mutating func set(_ text: String?, _ nextLook: Duration?, _ isUnresolved: Bool) {
    late =
      text == nil && nextLook == nil && !isUnresolved
      ? nil : Late(text, nextLook, isUnresolved: isUnresolved)
  }
}

/// What a thread has found, on its way to the supervisor.
final class FindingInbox: Sendable {
  private struct State {
    var findings: [Monitor.Finding] = []
    var ring: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// How the supervisor is woken.
  var ring: (@Sendable () -> Void)? {
    get { state.withLock { $0.ring } }
    set { state.withLock { $0.ring = newValue } }
  }

  func put(_ findings: [Monitor.Finding]) {
    let ring = state.withLock { state in
      state.findings += findings
      return state.ring
    }
    ring?()
  }

  func take() -> [Monitor.Finding] {
    state.withLock { state in
      defer { state.findings = [] }
      return state.findings
    }
  }
}
