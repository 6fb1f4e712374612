import Ambience

/// An application's incident as its supervisor writes it: what is to be kept, and has been.
struct IncidentLog: Sendable {
  /// The open incident, or the last one.
  private(set) var incident: Incident
  /// How many entries the incident has.
  private(set) var count: Int
  /// The number of the entry that tells the newest step's intent; 0 when there was none.
  private(set) var intent: Int
  private(set) var unkept: [IncidentEntry] = []
  private(set) var isChanged: Bool
  /// Whether the store may know the incident.
  private(set) var isKnown: Bool
  /// What was decided last, so that it is told once.
  var decision: String?

  var isOpen: Bool { !incident.state.isOver }
  var hasNews: Bool { isChanged || !unkept.isEmpty }
  /// What the newest step alone is called; nil when there was none.
  var tag: String? { intent > 0 ? incident.tag(ofIntent: intent) : nil }

  /// A new incident.
  init(_ incident: Incident) {
    self.incident = incident
    (count, intent, isChanged, isKnown) = (0, 0, true, false)
  }

  /// Goes on with an incident that the store has.
  init(_ incident: Incident, after entries: [IncidentEntry]) {
    self.incident = incident
    count = entries.last?.number ?? 0
    intent = entries.last { $0.kind == .intent }?.number ?? 0
    (isChanged, isKnown) = (false, true)
  }

  /// Gives the incident another id, as the store has one of this already.
  mutating func rename(to id: String) {
    var new = Incident(
      id: id, application: incident.application, target: incident.target, began: incident.began,
      reason: incident.reason)
    (new.state, new.ended) = (incident.state, incident.ended)
    incident = new
  }

  mutating func add(
    _ kind: IncidentEntry.Kind, _ reason: String, _ cause: IncidentCause, at time: Timestamp
  ) {
    count += 1
    if kind == .intent { intent = count }
    unkept.append(IncidentEntry(number: count, time: time, kind: kind, reason: reason, cause: cause))
  }

  mutating func set(_ state: Incident.State, at time: Timestamp) {
    guard incident.state != state else { return }
    incident.state = state
    incident.ended = state.isOver ? time : nil
    isChanged = true
  }

  /// Takes what is to be kept.
  mutating func take() -> IncidentLog {
    defer { (unkept, isChanged, isKnown) = ([], false, true) }
    return self
  }

  /// Takes back what couldn't be kept.
  mutating func putBack(_ taken: IncidentLog) {
    guard taken.incident.id == incident.id else { return }
    unkept = taken.unkept + unkept
    isChanged = isChanged || taken.isChanged
    isKnown = taken.isKnown
  }
}
