/// What becomes of one who computes, by the processor time that he has used.
struct Effort: Sendable {
  /// What he comes to one after the other.
  enum Mark: Sendable {
    /// He is at it for longer than an answer takes, and gives way to those who answer.
    case giveWay
    /// His time is up; he may clean up.
    case stop
    /// He has had time to clean up.
    case insist
  }

  /// How long answers take.
  static let answer = Duration.milliseconds(1)
  /// How long he may clean up.
  private static let grace = Duration.microseconds(500)

  let limit: Duration
  private var reached: Mark?
  /// What he had used when he was told to stop.
  private var stopped = Duration.zero

  /// The effort of one who gives way from the start, or once he is at it for longer than an answer takes.
  init(limit: Duration, givesWay: Bool = false) {
    self.limit = limit
    if givesWay { reached = .giveWay }
  }

  var givesWay: Bool { reached != nil }

  /// The next mark, if he has come to it.
  mutating func reach(_ used: Duration) -> Mark? {
    guard let next, used >= next.at else { return nil }
    reached = next.mark
    if next.mark == .stop { stopped = used }
    return next.mark
  }

  /// What he may use until the next mark; nil after the last.
  func left(after used: Duration) -> Duration? { next.map { $0.at - used } }

  private var next: (at: Duration, mark: Mark)? {
    switch reached {
    case nil: (min(Self.answer, limit), .giveWay)
    case .giveWay: (limit, .stop)
    case .stop: (stopped + Self.grace, .insist)
    case .insist: nil
    }
  }
}
