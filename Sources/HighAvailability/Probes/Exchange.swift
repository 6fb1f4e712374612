/// One question on its way, or a connection that is kept for the next.
struct Exchange {
  enum Phase: UInt8 {
    case free
    /// The name is being looked up.
    case naming
    case connecting
    case sending
    case receiving
    /// The answer is in, and the connection is kept.
    case kept
  }

  /// Who wants to know.
  enum Asker {
    case check(Monitor.Key)
    case single(UInt64)
  }

  var phase = Phase.free
  /// Whether the connection has carried an answer before, so that the server may have given it up meanwhile.
  var isUsed = false
  var descriptor: Int32 = -1
  /// Which of the exchanges in this place it is.
  var turn: UInt32 = 0
  var sent = 0
  var asker = Asker.single(0)
  var question = Question.heartbeat
  var reader = HTTPReader()
  var timeout: Int64 = 0
}
