import Ambience

/// What will happen in an embedded cloud, soonest first.
struct Agenda: Sendable {
  typealias Act = @Sendable (isolated EmbeddedCloud) -> Void

  private struct Appointment: Sendable {
    let due: Duration
    let act: Act
  }

  private var appointments: [Appointment] = []

  mutating func add(due: Duration, _ act: @escaping Act) {
    let index = appointments.firstIndex { $0.due > due } ?? appointments.endIndex
    appointments.insert(Appointment(due: due, act: act), at: index)
  }

  /// Takes away the first that is due.
  mutating func next(at now: Duration) -> Act? {
    guard let first = appointments.first, first.due <= now else { return nil }
    return appointments.removeFirst().act
  }
}

extension EmbeddedCloud {
  /// Does something when a span has passed, as long or short as the cloud's pace makes it.
  func later(_ span: Duration, _ act: @escaping Agenda.Act) {
    agenda.add(due: ambient.uptime() + pace.stretched(span), act)
  }

  /// Lets happen what is due.
  ///
  /// An act may put another on the agenda that is due at once.
  func advance() {
    while let act = agenda.next(at: ambient.uptime()) { act(self) }
  }

  // MARK: - The time of day, as services write it

  /// `2012-06-27T09:30:00Z`.
  var clock: String { ambient.now().description }
  /// `2012-06-27T09:30:00.000000`.
  var fineClock: String { Self.fine(ambient.now()) }

  static func fine(_ time: Timestamp) -> String { time.description.dropLast() + ".000000" }
}
