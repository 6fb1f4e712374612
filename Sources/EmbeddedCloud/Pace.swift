extension EmbeddedCloud {
  /// How long things take.
  package struct Pace: Sendable, Hashable {
    /// Multiplies every span; 0 does all at once.
    package let factor: Double

    package init(factor: Double = 1) { self.factor = factor }

    /// A request takes some milliseconds, and a server is up within three seconds.
    package static let brisk = Pace(factor: 1)
    /// What is asked for is done when the next request comes.
    package static let instant = Pace(factor: 0)

    func stretched(_ span: Duration) -> Duration { span * factor }
  }
}
