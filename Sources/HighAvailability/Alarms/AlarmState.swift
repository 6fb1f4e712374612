/// The samples of one alarm, and what they say.
///
/// Periods are counted back from the moment of evaluation, so that a burst is never cut in two by the clock.
package struct AlarmState: Sendable {
  package let alarm: MetricAlarm
  private var samples: [(at: Duration, value: Double)] = []
  private var start: Duration

  /// More samples than this within the evaluated span are dropped, the oldest first.
  private static let limit = 10_000

  package init(_ alarm: MetricAlarm, at now: Duration) {
    self.alarm = alarm
    start = now
  }

  package mutating func push(_ value: Double, at now: Duration) {
    let horizon = now - alarm.period * alarm.evaluationPeriods
    samples.removeAll { $0.at <= horizon }
    if samples.count >= Self.limit { samples.removeFirst() }
    samples.append((now, value))
  }

  /// Forgets all samples; what they told of has been acted upon.
  package mutating func clear(at now: Duration) {
    samples = []
    start = now
  }

  /// Down in alarm; up when a period has passed without; else unknown.
  package func evaluate(at now: Duration) -> Outcome {
    let age = now - start
    if alarm.comparison.isLower && age < alarm.period * alarm.evaluationPeriods {
      return .unknown("no full period of samples yet")
    }
    let values = (0..<alarm.evaluationPeriods).map { value(ofPeriod: $0, before: now) }
    if values.count(where: { breaches($0) }) >= alarm.datapointsToAlarm {
      return .down(breach(values.first { breaches($0) } ?? nil))
    }
    let isSilent = values.allSatisfy { $0 == nil }
    if isSilent && alarm.missingData == .ignore { return .unknown("no samples") }
    if isSilent && alarm.comparison.isLower && alarm.missingData == .missing { return .unknown("no samples") }
    return age >= alarm.period ? .up : .unknown("no full period of samples yet")
  }

  private func value(ofPeriod index: Int, before now: Duration) -> Double? {
    let end = now - alarm.period * index
    let begin = end - alarm.period
    return alarm.statistic.value(of: samples.filter { $0.at > begin && $0.at <= end }.map(\.value))
  }

  private func breaches(_ value: Double?) -> Bool {
    guard let value else { return alarm.missingData == .breaching }
    return alarm.comparison.breaches(value, alarm.threshold)
  }

  private func breach(_ value: Double?) -> String {
    let (needed, periods) = (alarm.datapointsToAlarm, alarm.evaluationPeriods)
    let count = periods == 1 ? "" : needed == periods ? "\(periods) × " : "\(needed) of \(periods) × "
    let measured = value.map {
      "is \(Self.text($0)), \(alarm.comparison.symbol) \(Self.text(alarm.threshold))"
    }
    return "\(alarm.statistic.rawValue) of \(alarm.metric) \(measured ?? "has no samples")"
      + " in \(count)\(alarm.period.phrase)"
  }

  private static func text(_ number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? String(number)
  }
}
