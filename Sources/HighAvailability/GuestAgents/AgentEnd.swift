import Document

/// How a command that a guest agent ran has ended.
struct AgentEnd: Sendable, Hashable {
  enum Status: Sendable, Hashable {
    case exited(Int64)
    case killed(signal: Int64)
  }

  let status: Status
  /// The first line that it complained, else that it printed.
  let complaint: String

  init(_ status: Status, complaint: String = "") {
    self.status = status
    self.complaint = complaint
  }

  /// Reads what `guest-exec-status` returned; nil while the command hasn't ended.
  ///
  /// - Throws: `AgentFailure` for what is no such answer.
  init?(_ value: Value) throws(AgentFailure) {
    guard let hasExited = value["exited"]?.bool else { throw Self.odd }
    guard hasExited else { return nil }
    if let code = value["exitcode"]?.integer {
      status = .exited(code)
    } else if let signal = value["signal"]?.integer {
      status = .killed(signal: signal)
    } else {
      throw Self.odd
    }
    let lines = ["err-data", "out-data"].map { key in
      RemoteShell.firstLine(value[key]?.string.flatMap { Base64.decode($0) } ?? [])
    }
    complaint = lines.first { !$0.isEmpty } ?? ""
  }

  private static let odd = AgentFailure(.unasked, "the guest agent didn't say how the command fares")

  /// What it says of an application that it looked at; a command that isn't there says nothing.
  var outcome: Outcome {
    switch status {
    case .exited(0): .up
    case .exited(126), .exited(127): .unknown("the command can't be run in the guest\(why)")
    default: .down(phrase)
    }
  }

  /// Such as `exit status 3: httpd is dead`.
  var phrase: String {
    switch status {
    case .exited(let code): "exit status \(code)\(why)"
    case .killed(let signal): "killed by the signal \(signal)\(why)"
    }
  }

  private var why: String { complaint.isEmpty ? "" : ": \(complaint)" }
}
