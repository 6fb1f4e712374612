import Document
import HighAvailability
import StackEngine

// What the journal says was done has been done once: Nova's lists say the same.
extension HealingAudit {
  /// The requests that an operation's steps have kept, but for what they found before they began.
  private func own(_ story: HealingHistory.Story) -> [(step: String, record: StepRecord)] {
    story.requests.filter { !$0.key.hasPrefix(StepEntry.findingPrefix) }.map { ($0.key, $0.value) }.sorted {
      $0.step < $1.step
    }
  }

  /// What Nova calls what a step asks for.
  private func verb(of step: String) -> String {
    switch step {
    case "soft_reboot", "hard_reboot": "reboot"
    case "stop_start": "stop"
    default: step
    }
  }

  /// Requests that nothing in the journal accounts for, or more than one of what was to be done once.
  var doubled: [String] {
    var found: [String] = []
    var owners: [String: String] = [:]
    var cutOff: [String: Int] = [:]
    for story in history.stories {
      for (step, record) in own(story) {
        switch record {
        case .done(.string(let request)):
          if let other = owners.updateValue(story.record.id, forKey: request) {
            found.append("the request \(request) is that of two operations, \(other) and \(story.record.id)")
          }
        case .interrupted: cutOff["\(story.server ?? "") \(verb(of: step))", default: 0] += 1
        default: break
        }
      }
    }
    for deed in history.deeds where deed.sender != .person && owners[deed.request] == nil {
      let place = "\(deed.server) \(deed.verb)"
      if cutOff[place, default: 0] > 0 {
        cutOff[place, default: 0] -= 1
      } else {
        found.append(
          "\(deed.verb) of \(deed.server) at \(deed.time) (\(deed.request)) is nowhere in the journal")
      }
    }
    let tags = history.stories.compactMap(\.record.options.tag)
    for (tag, stories) in Dictionary(grouping: tags, by: \.self) where stories.count > 1 {
      found.append("the step \(tag) was taken \(stories.count) times")
    }
    for (tag, acts) in Dictionary(
      grouping: history.acts.filter { $0.action == "restart" && $0.hasEffect }, by: \.tag)
    where acts.count > 1 { found.append("the restart \(tag) was done \(acts.count) times") }
    return found.sorted()
  }

  /// What the journal says was done, and wasn't.
  var missed: [String] {
    missedRequests + missedSteps + unlisted
  }

  private var missedRequests: [String] {
    var found: [String] = []
    let sent = Set(history.deeds.map { "\($0.server) \($0.verb) \($0.request)" })
    for story in history.stories {
      guard story.record.action != nil, let server = story.server else { continue }
      let own = own(story)
      for (step, record) in own {
        if case .done(.string(let request)) = record, !sent.contains("\(server) \(verb(of: step)) \(request)")
        {
          found.append("\(step) of \(server) is said to be the request \(request), which never came")
        }
      }
      guard story.record.phase == .succeeded else { continue }
      if own.isEmpty || own.contains(where: { $0.record == .interrupted }) {
        found.append("the operation \(story.record.id) on \(server) succeeded without its request")
      }
    }
    return found.sorted()
  }

  /// Steps of incidents whose outcome isn't what became of their operation.
  private var missedSteps: [String] {
    let stories = Dictionary(
      history.stories.compactMap { story in story.record.options.tag.map { ($0, story) } },
      uniquingKeysWith: { first, _ in first })
    let acts = Dictionary(grouping: history.acts, by: \.tag)
    var found: [String] = []
    for (incident, entries) in history.incidents {
      for (index, entry) in entries.enumerated() where entry.kind == .intent {
        let tag = "\(incident.id)/\(entry.number)"
        guard
          let outcome = entries[(index + 1)...].first(where: { $0.kind == .outcome || $0.kind == .intent }),
          outcome.kind == .outcome, let action = entry.cause.action
        else { continue }
        if Self.operations.contains(action) || action.hasPrefix("replace") {
          let hasSucceeded = stories[tag].map { $0.record.phase == .succeeded } ?? false
          if outcome.reason == "done", !hasSucceeded {
            found.append("\(action) of \(incident.application), \(tag), is said to be done, and isn't")
          }
          if outcome.reason.hasSuffix("was never begun"), stories[tag] != nil {
            found.append("\(action) of \(incident.application), \(tag), is said never to have begun, and has")
          }
        } else if action == "restart", outcome.reason == "done",
          !(acts[tag] ?? []).contains(where: \.hasEffect)
        {
          found.append("restart of \(incident.application), \(tag), is said to be done, and isn't")
        }
      }
    }
    return found
  }

  private static let operations: Set = ["soft reboot", "hard reboot", "stop and start", "rebuild"]

  /// Servers of which Nova's list isn't what was asked for.
  private var unlisted: [String] {
    let sent = Dictionary(grouping: history.deeds, by: \.server)
    return history.lists.keys.sorted().compactMap { server in
      let asked = (sent[server] ?? []).map(\.request).sorted()
      let listed = (history.lists[server] ?? []).sorted()
      return asked == listed ? nil : "Nova lists \(listed) of \(server), and was asked for \(asked)"
    }
  }
}
