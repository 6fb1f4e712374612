/// What a timer reminds of.
enum Timer {
  /// A planned step; it is looked at whenever the loop turns.
  case step
  /// Something should have ended by now.
  case overdue(ticket: UInt64)
  /// A check that the thread keeps fails; what it asks may have changed.
  case lookAgain(Monitor.Key)
}

struct ProbeTicket {
  let key: Monitor.Key
  let owner: Roster.Owner
  /// Whether only the late text of a check that the thread keeps is wanted.
  var isLookUp = false
}

struct ActionTicket {
  let application: String
  let generation: UInt64
  let target: Target
  /// Whether it may be done although so many fail at once.
  var isAllowed = false
}
