import Ambience
import Document
import StackEngine

extension Incident {
  /// Why everything was done that was done: what the checks said, what was made of that, which step was chosen by
  /// which count, the operation and the request that it came to, and what happened then.
  ///
  /// `parts` are the explanations of the incidents of its parts that it comes from, by their ids.
  func explanation(
    _ entries: [IncidentEntry], _ acts: [Int: [HandlerAct]], _ parts: [String: Explanation] = [:]
  ) -> Explanation {
    var told: [Explanation] = []
    var parts = parts
    var step: StepStory?
    for entry in entries {
      if entry.kind == .decided || entry.kind.endsStep, let story = step {
        told.append(story.explanation)
        step = nil
      }
      if entry.kind == .decided {
        step = StepStory(entry)
      } else if step != nil {
        step?.add(entry, acts[entry.number] ?? [])
      } else {
        let part = entry.cause.incident.flatMap { parts.removeValue(forKey: $0) }
        told.append(entry.explanation([], part))
      }
    }
    if let step { told.append(step.explanation) }
    return Explanation(headline, causes: told)
  }

  private var headline: TonedLine {
    var line = TonedLine("\(application) on \(target): ", .strong)
    let tone: TonedLine.Tone =
      switch state {
      case .recovered: .good
      case .open: .active
      case .held, .gaveUp: .bad
      case .ended: .plain
      }
    line.append(state.rawValue, tone)
    if let ended { line.append(" after \((ended - began).phrase)") } else { line.append(" since \(began)") }
    return line
  }
}

/// A step of a ladder from its choice to what came of it.
private struct StepStory {
  private let decision: IncidentEntry
  private var parts: [Explanation]
  private var outcome: String?

  init(_ decision: IncidentEntry) {
    self.decision = decision
    parts = [Explanation("\(decision.time) chosen: \(decision.reason)")]
  }

  mutating func add(_ entry: IncidentEntry, _ acts: [HandlerAct]) {
    if entry.kind == .outcome { outcome = entry.reason }
    parts.append(entry.explanation(acts))
  }

  var explanation: Explanation {
    var line = TonedLine(
      [decision.cause.action, decision.cause.counter].compactMap(\.self).joined(separator: " "), .strong)
    line.append(outcome.map { ": \($0)" } ?? "", outcome == "done" ? .plain : .bad)
    return Explanation(line, causes: parts)
  }
}

extension IncidentEntry.Kind {
  /// Whether it is no part of the step before.
  fileprivate var endsStep: Bool {
    switch self {
    case .recovered, .escalated, .startedOver, .gaveUp, .held, .ended, .maintenance, .detected: true
    case .decided, .intent, .outcome, .waiting, .frozen, .thawed, .tookOver: false
    }
  }
}

extension IncidentEntry {
  /// The entry, and what it rests upon.
  fileprivate func explanation(_ acts: [HandlerAct], _ part: Explanation? = nil) -> Explanation {
    var line = TonedLine("\(time) ", .faint)
    line.append(kind.rawValue, tone)
    line.append(": \(reason)")
    var causes: [Explanation] = []
    switch kind {
    case .detected, .intent:
      causes = cause.findings.map { Explanation("\($0.check) said \($0.outcome)") } + acts.map(\.explanation)
    case .outcome:
      if let operation = cause.operation {
        let request = cause.request.map { [Explanation("request \($0)")] } ?? []
        causes = [Explanation("operation \(operation)", causes: request)]
      }
    default: break
    }
    if let part {
      causes.append(part)
    } else if let id = cause.incident {
      causes.append(Explanation("incident \(id), as above"))
    }
    return Explanation(line, causes: causes)
  }

  private var tone: TonedLine.Tone {
    switch kind {
    case .recovered: .good
    case .detected, .gaveUp, .held: .bad
    case .intent, .waiting: .active
    default: .plain
    }
  }
}

extension HandlerAct {
  fileprivate var explanation: Explanation {
    var line = TonedLine("\(time) ", .faint)
    line.append(name)
    switch result {
    case nil: line.append(": nobody knows what came of it", .bad)
    case .bool(let isSo): line.append(isSo ? ": yes" : ": no", isSo ? .good : .bad)
    case let result?:
      let error = result["error"]?.string
      line.append(": \(error ?? "done")", error == nil ? .plain : .bad)
    }
    return Explanation(line)
  }
}
