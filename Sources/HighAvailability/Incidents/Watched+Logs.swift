extension Watched {
  /// Its newest incident, from its detection until this supervisor watches it no longer.
  var log: IncidentLog? {
    get { logs.last }
    set {
      guard let newValue else { return logs = [] }
      if logs.isEmpty { logs = [newValue] } else { logs[logs.count - 1] = newValue }
    }
  }

  var hasNews: Bool { logs.contains(where: \.hasNews) }

  /// Begins a new incident; the one before stays until all of it is kept.
  mutating func open(_ log: IncidentLog) {
    if self.log?.hasNews ?? false { logs.append(log) } else { self.log = log }
  }

  /// Takes what is to be kept.
  mutating func takeNews() -> [IncidentLog] {
    defer { logs.removeFirst(max(0, logs.count - 1)) }
    return logs.indices.map { logs[$0].take() }
  }

  /// Takes back what couldn't be kept.
  mutating func putBack(_ taken: [IncidentLog]) {
    for log in taken.reversed() where log.hasNews {
      if let index = logs.firstIndex(where: { $0.incident.id == log.incident.id }) {
        logs[index].putBack(log)
      } else {
        logs.insert(log, at: 0)
      }
    }
  }
}
