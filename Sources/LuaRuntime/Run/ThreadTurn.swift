internal import CLua

/// How long a thread wants to run each time that its turn comes.
///
/// Its share of the processor is the same. Linux since 6.12 lets who wants a short turn have it at once, before who wants
/// a longer one; elsewhere all are taken alike. It can be changed at any time, needs no rights, and starves nobody: one
/// of low priority that is interrupted while it holds a lock would keep all others waiting.
package enum ThreadTurn: Int64, Sendable {
  /// Of one who answers, in nanoseconds.
  case short = 100_000
  /// Of one who computes for long, and holds up nobody who answers.
  case long = 5_000_000

  /// Takes it for a thread of this process.
  func take(for thread: Int32) { kl_set_turn(thread, rawValue, self == .short) }

  /// Takes it for the thread that runs; threads that it starts take a short turn after it, and never a long one.
  package func take() { take(for: Self.thread) }

  /// The thread that runs.
  static var thread: Int32 { kl_thread() }
}
