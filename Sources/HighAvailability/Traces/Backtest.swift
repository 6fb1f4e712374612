package import Ambience
package import Document
package import OrderedCollections
import StackEngine

/// What a policy would have done about what has happened, beside what was done.
package struct Backtest: Sendable {
  package struct Row: Sendable, Hashable {
    package let time: Timestamp
    package let application: String
    /// The step that the policy would have taken, such as `restart 1 of 3 within 10 min`.
    package var would: String?
    /// The action that was taken.
    package var did: String?
    package let reason: String

    /// The row for programs.
    package var value: OrderedDictionary<String, Value> {
      [
        "time": .string(time.description), "application": .string(application),
        "would": would.map { .string($0) } ?? .null, "did": did.map { .string($0) } ?? .null,
        "reason": .string(reason),
      ]
    }
  }

  /// An action that would have been taken so soon before or after one that was is the same.
  private static let tolerance = Duration.seconds(60)

  /// What would have been done and what was, in the order of time.
  package var rows: [Row] { found.sorted { ($0.time, $0.application) < ($1.time, $1.application) } }
  private var found: [Row] = []
  /// How often an application would have been given up.
  package private(set) var givenUp = 0
  /// How many incidents the policy sees.
  package private(set) var incidents = 0

  package init() {}

  /// Tries a policy on the lines that are about its application.
  package mutating func add(
    _ policy: ApplicationPolicy, _ lines: [TraceLine], from start: Timestamp, to end: Timestamp
  ) async throws {
    let own = lines.filter { $0.application == policy.name }
    let sightings = own.compactMap { line -> Sighting? in
      guard case .outcome(let check, let outcome) = line.content else { return nil }
      return Sighting(time: line.time, application: line.application, check: check, outcome: outcome)
    }
    var replay = Replay(policy.shadow, sightings, from: start, to: end)
    let (events, _) = try await replay.run()
    givenUp += events.count { $0.verb == .gaveUp }
    incidents += events.count { $0.verb == .detected }
    var deeds = own.compactMap { line -> (time: Timestamp, action: String, reason: String)? in
      guard case .action(let action, let reason) = line.content else { return nil }
      return (line.time, action, reason)
    }
    for event in events where event.verb.isAction || event.verb == .gaveUp {
      let action = event.rung.map { policy.ladder.rungs[$0].action.phrase } ?? ""
      let words = event.step ?? "give up"
      var row = Row(time: event.time, application: event.application, would: words, reason: event.reason)
      if event.verb.isAction,
        let match = deeds.firstIndex(where: {
          $0.action == action && abs(($0.time - event.time).nanoseconds) <= Self.tolerance.nanoseconds
        })
      {
        row.did = deeds.remove(at: match).action
      }
      found.append(row)
    }
    found += deeds.map { Row(time: $0.time, application: policy.name, did: $0.action, reason: $0.reason) }
  }

  /// How many actions would have been taken, and how many were.
  package var counts: (would: Int, did: Int, both: Int) {
    (
      found.count { $0.would != nil && $0.would != "give up" }, found.count { $0.did != nil },
      found.count { $0.would != nil && $0.did != nil }
    )
  }
}

extension IncidentJournal {
  /// What is known of the past as a trace: what the checks of some policies said in the incidents of their applications,
  /// and what was done.
  ///
  /// Outside of incidents all checks are held to have been up, and in one those down that were when it was detected,
  /// until enough successes lie before its end.
  package func history(
    of policies: [ApplicationPolicy], from start: Timestamp, to end: Timestamp
  ) async throws -> [TraceLine] {
    var lines: [TraceLine] = []
    let all = try await incidents()
    for policy in policies {
      func say(_ check: String, _ outcome: Outcome, at time: Timestamp) {
        lines.append(TraceLine(time: time, application: policy.name, .outcome(check: check, outcome)))
      }
      for check in policy.checks { say(check.name, .up, at: start) }
      for incident in all where incident.application == policy.name && incident.began >= start {
        let entries = try await self.incident(incident.id).entries
        for entry in entries {
          if entry.kind == .intent, let action = entry.cause.action {
            lines.append(
              TraceLine(time: entry.time, application: policy.name, .action(action, reason: entry.reason)))
          }
          let time = entry.kind == .detected ? incident.began : entry.time
          for finding in entry.cause.findings where entry.kind == .detected || entry.kind == .intent {
            say(finding.check, Outcome(described: finding.outcome), at: time)
          }
        }
        guard let ended = incident.ended, incident.state.isOver else { continue }
        for check in policy.checks {
          say(check.name, .up, at: max(incident.began, ended + (.zero - check.every * (check.rise - 1))))
        }
      }
    }
    return lines.sorted { $0.time < $1.time }
  }
}

extension Outcome {
  /// An outcome from its description.
  init(described text: String) {
    for word in ["down", "unknown"] where text.hasPrefix(word) {
      self = Outcome(word: word, reason: String(text.dropFirst(word.count + 2))) ?? .up
      return
    }
    self = .up
  }
}
