import HTTP

/// The answers to reports that named themselves, so that one that is sent again counts once.
struct ReportMemory: Sendable {
  /// What a report is known by.
  struct Key: Sendable, Hashable {
    let grant: WebhookKey.Grant
    let name: String
    /// What it says, where the name alone doesn't tell it from others.
    let content: Int?
  }

  enum Finding {
    case new
    /// It is being taken.
    case underWay
    /// Another report had its name.
    case taken
    case answered(Response)
  }

  private struct Entry {
    let content: Int
    let since: Duration
    var answer: Response?
  }

  private let span: Duration
  private let limit: Int
  private var entries: [Key: Entry] = [:]

  /// A memory of so many answers, each for a span.
  init(span: Duration, limit: Int) {
    self.span = span
    self.limit = limit
  }

  /// Whether a report was here before; one that is new is under way from now on.
  mutating func begin(_ key: Key, content: Int, at now: Duration) -> Finding {
    if let entry = entries[key], now - entry.since < span || entry.answer == nil {
      guard entry.content == content else { return .taken }
      return entry.answer.map { .answered($0) } ?? .underWay
    }
    if entries.count >= limit { makeRoom(at: now) }
    entries[key] = Entry(content: content, since: now)
    return .new
  }

  /// Keeps the answer to a report that was under way; without one, it may come again.
  mutating func finish(_ key: Key, _ answer: Response?) {
    if let answer { entries[key]?.answer = answer } else { entries[key] = nil }
  }

  private mutating func makeRoom(at now: Duration) {
    entries = entries.filter { now - $0.value.since < span }
    guard entries.count >= limit else { return }
    let oldest = entries.sorted { $0.value.since < $1.value.since }.prefix(limit / 2)
    for (key, entry) in oldest where entry.answer != nil { entries[key] = nil }
  }
}
