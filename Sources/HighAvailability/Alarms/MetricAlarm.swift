/// A threshold on samples that guests push, with the terms of `AWS::CloudWatch::Alarm`.
package struct MetricAlarm: Sendable, Hashable {
  package enum Statistic: String, Sendable, CaseIterable {
    case sampleCount = "SampleCount"
    case average = "Average"
    case sum = "Sum"
    case minimum = "Minimum"
    case maximum = "Maximum"
  }

  package enum Comparison: String, Sendable, CaseIterable {
    case greater = "GreaterThanThreshold"
    case greaterOrEqual = "GreaterThanOrEqualToThreshold"
    case less = "LessThanThreshold"
    case lessOrEqual = "LessThanOrEqualToThreshold"
  }

  /// What a period without samples counts as.
  package enum MissingData: String, Sendable, CaseIterable {
    case missing
    case notBreaching
    case breaching
    /// It stays as it was where nothing is known at all.
    case ignore
  }

  package var name: String
  /// What guests call it, where it is a resource: what `Ref` of that gives.
  package var reference: String?
  package var metric: String
  package var statistic: Statistic
  package var comparison: Comparison
  package var threshold: Double
  package var period: Duration
  /// How many of the last periods are looked at.
  package var evaluationPeriods: Int
  /// How many of these must breach the threshold.
  package var datapointsToAlarm: Int
  package var missingData: MissingData

  package init(
    name: String, metric: String, statistic: Statistic = .sampleCount, comparison: Comparison = .greater,
    threshold: Double, period: Duration, evaluationPeriods: Int = 1, datapointsToAlarm: Int? = nil,
    missingData: MissingData = .missing
  ) {
    self.name = name
    self.metric = metric
    self.statistic = statistic
    self.comparison = comparison
    self.threshold = threshold
    self.period = period
    self.evaluationPeriods = max(1, evaluationPeriods)
    self.datapointsToAlarm = min(max(1, datapointsToAlarm ?? evaluationPeriods), self.evaluationPeriods)
    self.missingData = missingData
  }
}

extension MetricAlarm.Statistic {
  /// The statistic of some samples; nil for none, also for their count, as in CloudWatch.
  func value(of samples: [Double]) -> Double? {
    guard let least = samples.min(), let most = samples.max() else { return nil }
    switch self {
    case .sampleCount: return Double(samples.count)
    case .sum: return samples.reduce(0, +)
    case .average: return samples.reduce(0, +) / Double(samples.count)
    case .minimum: return least
    case .maximum: return most
    }
  }
}

extension MetricAlarm.Comparison {
  func breaches(_ value: Double, _ threshold: Double) -> Bool {
    switch self {
    case .greater: value > threshold
    case .greaterOrEqual: value >= threshold
    case .less: value < threshold
    case .lessOrEqual: value <= threshold
    }
  }

  var symbol: String {
    switch self {
    case .greater: ">"
    case .greaterOrEqual: "≥"
    case .less: "<"
    case .lessOrEqual: "≤"
    }
  }

  /// Whether too few samples, rather than too many, raise the alarm.
  var isLower: Bool { self == .less || self == .lessOrEqual }
}
