/// Why a simulated world stopped before what ran in it was done.
package struct SimulationError: Error, Sendable {
  package enum Code: String, Sendable {
    /// Every task waits, and for nothing that will happen.
    case deadlock
    /// Virtual time went past the world's horizon: something waits and wakes for ever.
    case endless
    /// More jobs ran than the world allows: something is busy for ever.
    case busy
  }

  package let code: Code
  /// The virtual time since the world began.
  package let uptime: Duration
  /// The tasks that ran, the one that ran last first.
  package let tasks: [TaskRecord]
  /// The last of what was noted with `SimulatedWorld.note`.
  package let notes: [String]

  /// What is known of a task.
  package struct TaskRecord: Sendable, Hashable {
    /// Counted from 1 in the order in which tasks first ran.
    package let number: Int
    /// The virtual time at which it ran last.
    package let lastRan: Duration
  }
}

extension SimulationError: CustomStringConvertible {
  package var description: String {
    let what =
      switch code {
      case .deadlock: "all tasks wait for ever"
      case .endless: "tasks wait and wake without end"
      case .busy: "tasks run without end"
      }
    let recent = tasks.prefix(5).map { "task \($0.number) ran last at \($0.lastRan)" }
    let ending = notes.isEmpty ? "" : "; noted last: " + notes.suffix(3).joined(separator: ", ")
    return "\(what) at \(uptime): " + recent.joined(separator: ", ") + ending
  }
}
