/// How often may be reported on each check: at once so many, and then so many a second.
struct ReportPace: Sendable {
  private struct Bucket {
    var tokens: Double
    var filled: Duration
  }

  private let burst: Double
  private let perSecond: Double
  private var buckets: [WebhookKey.Grant: Bucket] = [:]

  /// With more than this, those that nobody has used for a while are forgotten.
  private static let limit = 4096

  init(burst: Int, perSecond: Int) {
    self.burst = Double(burst)
    self.perSecond = Double(perSecond)
  }

  /// Nil when a report may come now; else after what time.
  mutating func take(_ grant: WebhookKey.Grant, at now: Duration) -> Duration? {
    var bucket = filled(buckets[grant] ?? Bucket(tokens: burst, filled: now), at: now)
    defer { buckets[grant] = bucket }
    guard bucket.tokens < 1 else {
      bucket.tokens -= 1
      if buckets.count > Self.limit {
        buckets = buckets.filter { filled($0.value, at: now).tokens < burst }
      }
      return nil
    }
    return .seconds((1 - bucket.tokens) / perSecond)
  }

  private func filled(_ bucket: Bucket, at now: Duration) -> Bucket {
    Bucket(tokens: min(burst, bucket.tokens + (now - bucket.filled).inSeconds * perSecond), filled: now)
  }
}
