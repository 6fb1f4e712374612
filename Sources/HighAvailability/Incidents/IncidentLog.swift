import Ambience

/// An application's incident as its supervisor writes it: what is to be kept, and has been.
struct IncidentLog: Sendable {
  /// The open incident, or the last one until that is kept.
  private(set) var incident: Incident?
  /// How many entries the incident has.
  private(set) var count = 0
  private(set) var unkept: [IncidentEntry] = []
  private(set) var isChanged = false
  /// Whether the store may know the incident.
  private(set) var isKnown = false
  /// What was decided last, so that it is told once.
  var decision: String?

  var isOpen: Bool { incident.map { !$0.state.isOver } ?? false }
  var hasNews: Bool { isChanged || !unkept.isEmpty }

  mutating func open(_ incident: Incident) {
    self = IncidentLog()
    self.incident = incident
    isChanged = true
  }

  /// Goes on with an incident that the store has.
  mutating func goOn(with incident: Incident, entries: Int) {
    self = IncidentLog()
    self.incident = incident
    count = entries
    isKnown = true
  }

  /// Gives the incident another id, as the store has one of this already.
  mutating func rename(to id: String) {
    guard let old = incident else { return }
    var new = Incident(
      id: id, application: old.application, target: old.target, began: old.began, reason: old.reason)
    (new.state, new.ended) = (old.state, old.ended)
    incident = new
  }

  @discardableResult
  mutating func add(_ kind: IncidentEntry.Kind, _ reason: String, _ cause: IncidentCause, at time: Timestamp)
    -> Int
  {
    count += 1
    unkept.append(IncidentEntry(number: count, time: time, kind: kind, reason: reason, cause: cause))
    return count
  }

  mutating func set(_ state: Incident.State, at time: Timestamp) {
    guard incident?.state != state else { return }
    incident?.state = state
    incident?.ended = state.isOver ? time : nil
    isChanged = true
  }

  /// Takes what is to be kept.
  mutating func take() -> IncidentLog {
    defer { (unkept, isChanged, isKnown) = ([], false, true) }
    return self
  }

  /// Takes back what couldn't be kept.
  mutating func putBack(_ taken: IncidentLog) {
    guard taken.incident?.id == incident?.id else { return }
    unkept = taken.unkept + unkept
    isChanged = isChanged || taken.isChanged
    isKnown = taken.isKnown
  }
}
