/// Whether one who is asked again and again is known to answer soon.
///
/// Who isn't gives way from the start; so nobody who answers waits for what a stranger does.
struct Repute: Sendable {
  /// How many short answers in a row make it.
  private static let proof = 8

  private var answers = 0
  private(set) var turn = ThreadTurn.long

  /// Takes note of what was used for an answer, and gives the turn that he has from now on.
  mutating func note(_ used: Duration) -> ThreadTurn {
    answers = used < Effort.answer ? min(answers + 1, Self.proof) : 0
    turn = answers < Self.proof ? .long : .short
    return turn
  }
}
