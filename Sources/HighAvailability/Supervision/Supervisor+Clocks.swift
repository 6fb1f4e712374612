import Ambience
import OrderedCollections

// Clocks that jump, and times in which nobody watched.
extension Supervisor {
  /// Notices when the clock was put forward or back, and saves all states anew by what it says now.
  func lookAtClock() {
    let offset = surroundings.ambient.now() - Timestamp(milliseconds: 0) - now
    defer { clockOffset = offset }
    guard let clockOffset, abs((offset - clockOffset).inSeconds) > 1 else { return }
    for name in watches.keys {
      watches[name]?.saved = nil
      touched.append(name)
    }
  }

  /// Notices when the loop didn't turn for long, as the machine slept or the process was stopped.
  ///
  /// What the checks counted before tells nothing of now, and that no samples came is nobody's fault but its own. It may
  /// have stopped at any place where a turn waits, so this is asked after all of them.
  func lookForGap() {
    defer { lookedForGap = now }
    guard let due = timers.nextDue, now - max(due, lookedForGap) > Self.longestGap else { return }
    gaps += 1
    for name in watches.keys where watches[name]?.isAsked ?? false {
      watches[name]?.watch.overlook(at: now)
      attend(to: name)
    }
  }

  /// Looks for a gap; returns how many there were.
  func lookedForGaps() -> Int {
    lookForGap()
    return gaps
  }

  private static let longestGap = Duration.seconds(30)
}

extension Watch {
  /// Takes note that nobody has watched for a while.
  package mutating func overlook(at now: Duration) {
    startChecksAfresh(grace: .zero, at: now)
    switch phase {
    case .planned(let plan), .asking(let plan):
      // What its parts have failed at is no less true.
      phase = incident?.isOfPart ?? false ? .planned(plan) : .settling
    case .watching, .acting, .settling, .held, .gaveUp: break
    }
  }
}
