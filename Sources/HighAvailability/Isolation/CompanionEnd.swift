/// How a companion has ended.
package enum CompanionEnd: Sendable, Hashable {
  /// It couldn't be started.
  case notStarted(String)
  /// It has used more of the processor than it may without answering, and was killed.
  case overran(Duration)
  /// It hasn't answered for so long, and was killed.
  case silent(Duration)
  /// It has sent what is no message, and was killed.
  case rubbish(String)
  /// It has read so little of what it was sent that no more could be kept, and was killed.
  case deaf
  /// It has closed its end of the line, and was killed.
  case hungUp
  case exited(Int32)
  /// Somebody has killed it, or it has crashed.
  case signalled(Int32)
  /// Its owner needs it no more.
  case dismissed

  /// What has happened, as the rest of a sentence about it.
  package var phrase: String {
    switch self {
    case .notStarted(let reason): "couldn't be started: \(reason)"
    case .overran(let span): "computed for longer than \(span) and was killed"
    case .silent(let span): "said nothing for \(span) and was killed"
    case .rubbish(let what): "sent what is no message (\(what)) and was killed"
    case .deaf: "didn't read what it was sent and was killed"
    case .hungUp: "closed its end of the line and was killed"
    case .exited(let code): "ended by itself with code \(code)"
    case .signalled(let signal): "was killed by signal \(signal)"
    case .dismissed: "was dismissed"
    }
  }
}
