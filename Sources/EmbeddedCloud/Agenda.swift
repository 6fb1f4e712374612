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
  mutating func next(at now: Duration) -> (due: Duration, act: Act)? {
    guard let first = appointments.first, first.due <= now else { return nil }
    appointments.removeFirst()
    return (first.due, first.act)
  }
}

extension EmbeddedCloud {
  /// Does something when a span has passed, as long or short as the cloud's pace makes it.
  func later(_ span: Duration, _ act: @escaping Agenda.Act) {
    agenda.add(due: (actingAt ?? ambient.uptime()) + pace.stretched(span), act)
  }

  /// Lets happen what is due, each at its own time: what follows from an act is counted from when it was due, not
  /// from when somebody looked.
  func advance() {
    while let (due, act) = agenda.next(at: ambient.uptime()) {
      actingAt = due
      act(self)
    }
    actingAt = nil
  }

  /// The time of day of what happens.
  var now: Timestamp {
    guard let actingAt else { return ambient.now() }
    return ambient.now() + (actingAt - ambient.uptime())
  }

  // MARK: - The time of day, as services write it

  /// `2012-06-27T09:30:00Z`.
  var clock: String { now.description }
  /// `2012-06-27T09:30:00.000000`.
  var fineClock: String { Self.fine(now) }

  static func fine(_ time: Timestamp) -> String { time.description.dropLast() + ".000000" }
}
