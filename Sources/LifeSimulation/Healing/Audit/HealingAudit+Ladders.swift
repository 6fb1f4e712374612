import Ambience
import Document
import HighAvailability
import StackEngine

extension HealingAudit {
  /// Operations of which requests come between each other's, as of two that act at once.
  var overlapping: [String] {
    var owners: [String: String] = [:]
    for story in history.stories {
      for case .done(.string(let request)) in story.requests.filter({
        !$0.key.hasPrefix(StepEntry.findingPrefix)
      }).values {
        owners[request] = story.record.id
      }
    }
    var found: [String] = []
    for (server, deeds) in Dictionary(grouping: history.deeds, by: \.server).sorted(by: { $0.key < $1.key }) {
      var seen: [String] = []
      for owner in deeds.sorted(by: { $0.time < $1.time }).compactMap({ owners[$0.request] }) {
        if owner == seen.last { continue }
        if seen.contains(owner) {
          found.append("operations on \(server) overlap: \(seen.last ?? "") and \(owner)")
        }
        seen.append(owner)
      }
    }
    return found
  }

  /// Incidents in which the ladder goes down again, or a rung is tried too often.
  var ladderFaults: [String] {
    var found: [String] = []
    for (incident, entries) in history.incidents {
      let place = "the incident \(incident.id) of \(incident.application)"
      if entries.map(\.number) != Array(1..<(entries.count + 1)) {
        found.append("\(place) has the entries \(entries.map(\.number))")
      }
      guard history.resumed[incident.application] == nil else { continue }
      // What was done for what it is a part of lets it begin anew; and what gave up on some of its parts looks at all of
      // its rungs again for another.
      let isScope = isScope(incident.application)
      for part in entries.split(whereSeparator: { $0.kind == .startedOver || isScope && $0.kind == .gaveUp })
      {
        let rungs = part.filter { $0.kind == .intent }.compactMap(\.cause.rung)
        if rungs != rungs.sorted() { found.append("\(place) climbs its ladder so: \(rungs.map { $0 + 1 })") }
      }
      found += excess(incident).map { "\(place): \($0)" }
    }
    return found
  }

  /// Rungs that were tried more often within the incident than they may be, however long it lasted; of what has parts,
  /// within their period, for what was done for one of them ages for the next.
  private func excess(_ incident: Incident) -> [String] {
    guard let policy = policy(incident.application) else { return [] }
    let acts = effectiveActs.filter { $0.incident == incident.id }
    let anew = history.turns.filter { $0.incident == incident.id && $0.kind == .startedOver }.map(\.time)
    let isScope = isScope(incident.application)
    return policy.ladder.rungs.compactMap { rung in
      let phrase = rung.action.phrase
      guard policy.ladder.rungs.filter({ $0.action.phrase == phrase }).count == 1 else { return nil }
      let times = acts.filter { $0.action == phrase }.map(\.span.from).sorted()
      let most =
        times.map { end in
          let start = anew.last { $0 <= end } ?? .zero
          return times.count { $0 >= start && $0 <= end && (!isScope || end - $0 < rung.period) }
        }.max() ?? 0
      guard most > rung.intensity else { return nil }
      return "\(phrase) \(most) times, of \(rung.intensity)"
    }
  }

  /// What is left when all faults are over, and time enough has passed.
  var endingFaults: [String] {
    var found: [String] = []
    for ending in history.endings {
      let state = ending.state.map { "\($0.rawValue)" } ?? "not watched"
      if !ending.isThere {
        if ending.state != nil, !isScope(ending.application) {
          found.append("\(ending.application), whose server is gone from its stack, is \(state)")
        }
      } else if ending.isUp, ending.state == .up {
        // Another server may have got the address of one that is gone: who asks by address can't tell.
      } else if ending.isCurable {
        found.append(
          "\(ending.application) could be healed, and is \(state), \(ending.isUp ? "up" : "down")")
      } else if ending.state == .gaveUp || ending.state == .held {
        if !history.told.contains(ending.application) {
          found.append("nobody was told that \(ending.application) is \(state)")
        }
      } else if ending.state != nil {
        found.append("\(ending.application) can't be healed, and is \(state)")
      }
    }
    let ends = Dictionary(history.endings.map { ($0.application, $0) }, uniquingKeysWith: { $1 })
    for (incident, entries) in history.incidents {
      if incident.state.isOver { continue }
      let state = ends[incident.application]?.state
      if state != .gaveUp, state != .held {
        found.append(
          "the incident \(incident.id) of \(incident.application) is \(incident.state.rawValue) for ever")
      }
      if entries.last?.kind == .intent {
        found.append("nobody has found out what came of the last step of the incident \(incident.id)")
      }
    }
    return found
  }
}
