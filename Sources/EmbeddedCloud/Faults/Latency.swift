package import Ambience
import Glibc

/// How much longer answers take: always the same, or scattered as waiting times of real services are.
package struct Latency: Sendable, Hashable {
  /// Half of the answers take no longer than this.
  package let median: Duration
  /// One answer in a hundred takes longer than this.
  package let tail: Duration

  /// The same for each answer.
  package static func fixed(_ span: Duration) -> Latency { Latency(median: span, tail: span) }

  /// Scattered log-normally between answers, with a tail no shorter than the median.
  package init(median: Duration, tail: Duration) {
    self.median = median
    self.tail = max(median, tail)
  }

  /// The next one, as the ambient's chance has it.
  package func next(_ ambient: Ambient) -> Duration {
    guard tail > median, median > .zero else { return median }
    // The 99th percentile of the standard normal distribution.
    let deviation = log(tail / median) / 2.326348
    let radius = (-2 * log(1 - ambient.share())).squareRoot()
    return median * exp(deviation * radius * cos(2 * .pi * ambient.share()))
  }
}
