/// Where an application stands on its ladder, and which tries it has behind it.
///
/// Within an incident it only climbs, and no try of it ages: a rung whose tries take longer than its period would be
/// tried for ever. A new incident starts on the lowest rung that has a try left. When a rung brought recovery, the
/// rungs below it may be tried anew, since they face what is as good as a new application; its own tries age. So the
/// number of actions within a period never exceeds the product of the intensities (the rule of OTP's supervisors).
///
/// What has parts has one incident for all of them: tries from before the last part failed age, and one that gave up
/// looks at all of its rungs again when a part fails.
package struct LadderState: Sendable {
  /// By rung; there is no room for any before the first decision, which most applications never need.
  var tries: [[Duration]] = []
  var lowest = 0

  package init() {}

  /// Makes room for the tries of so many rungs.
  mutating func makeRoom(_ rungs: Int) {
    while tries.count < rungs { tries.append([]) }
  }

  /// The next thing to do about what fails since then.
  package mutating func decide(on ladder: Ladder, since start: Duration, at now: Duration) -> Decision {
    makeRoom(ladder.rungs.count)
    for index in lowest..<max(lowest, ladder.rungs.count) {
      let rung = ladder.rungs[index]
      tries[index].removeAll { $0 < start && now - $0 >= rung.period }
      if tries[index].count < rung.intensity {
        lowest = index
        return .act(Step(index: index, rung: rung, attempt: tries[index].count + 1))
      }
    }
    lowest = ladder.rungs.count
    switch ladder.rungs.count {
    case 0: return .giveUp("the ladder has no rungs")
    case 1: return .giveUp("its only rung is used up")
    case let count: return .giveUp("all \(count) rungs are used up")
    }
  }

  /// Counts a try; called when its action begins.
  package mutating func begin(_ step: Step, at now: Duration) {
    makeRoom(step.index + 1)
    tries[step.index].append(now)
  }

  /// Uncounts the last try of a step whose action never reached the cloud.
  package mutating func takeBack(_ step: Step) {
    makeRoom(step.index + 1)
    _ = tries[step.index].popLast()
  }

  /// Lets all rungs be climbed again that have tries left: something else fails than what it was climbed for.
  package mutating func lookAgain() { lowest = 0 }

  /// Leaves a step's rung for the rest of the incident, whatever tries it has left.
  package mutating func skip(_ step: Step) { lowest = step.index + 1 }

  /// Ends the incident.
  package mutating func recover() {
    for index in 0..<min(lowest, tries.count) { tries[index] = [] }
    lowest = 0
  }

  /// Forgets all tries.
  package mutating func reset() { self = LadderState() }
}

/// What a ladder says to do.
package enum Decision: Sendable {
  case act(Step)
  case giveUp(String)
}

/// One try of a rung.
package struct Step: Sendable {
  package let index: Int
  package internal(set) var rung: Rung
  /// Counted from 1 among the tries that are within the rung's period or of the same incident.
  package let attempt: Int

  /// `restart 2 of 3 within 10 min`.
  package var phrase: String {
    "\(rung.action.phrase) \(attempt) of \(rung.intensity) within \(rung.period.phrase)"
  }
}
