/// The chance in the waits of ladders, which all share.
package final class Jitter: Sendable {
  /// No chance.
  package static let none = Jitter { span, _ in span }

  private let apply: @Sendable (Duration, Double) -> Duration

  package init(_ apply: @escaping @Sendable (Duration, Double) -> Duration) { self.apply = apply }

  /// A span that is up to a share longer or shorter than another.
  func callAsFunction(_ span: Duration, _ share: Double) -> Duration { apply(span, share) }
}
