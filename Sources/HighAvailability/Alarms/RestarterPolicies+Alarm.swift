import Document
import OrderedCollections

extension RestarterPolicies {
  /// Reads an alarm's properties, whose numbers are often strings.
  static func metricAlarm(_ resource: Resource, mode: AlarmMode) throws(HAError) -> MetricAlarm {
    let statistic = try choice(resource, "Statistic", MetricAlarm.Statistic.init(rawValue:))
    let comparison = try choice(resource, "ComparisonOperator", MetricAlarm.Comparison.init(rawValue:))
    let period = try number(resource, "Period")
    guard period >= 1, period <= 31_536_000 else {
      throw refusal(resource, "Period", "\(period) is not between 1 s and a year")
    }
    let periods = try resource.properties["EvaluationPeriods"].map { _ throws(HAError) in
      try number(resource, "EvaluationPeriods")
    }
    let datapoints = try resource.properties["DatapointsToAlarm"].map { _ throws(HAError) in
      try number(resource, "DatapointsToAlarm")
    }
    var alarm = MetricAlarm(
      name: resource.logicalID, metric: try text(resource, "MetricName"), statistic: statistic,
      comparison: comparison, threshold: try number(resource, "Threshold"),
      period: .milliseconds(Int64(period * 1000)),
      evaluationPeriods: mode == .heatV4 ? 1 : Int(min(max(periods ?? 1, 1), 1000)),
      datapointsToAlarm: datapoints.map { Int(min(max($0, 1), 1000)) },
      missingData: missingData(resource, statistic, comparison))
    alarm.reference = resource.reference
    return alarm
  }

  /// Heat counts no samples as 0 of them, which is how its templates notice a lost heartbeat.
  private static func missingData(
    _ resource: Resource, _ statistic: MetricAlarm.Statistic, _ comparison: MetricAlarm.Comparison
  ) -> MetricAlarm.MissingData {
    let said = resource.properties["TreatMissingData"]?.string
    if let said, let known = MetricAlarm.MissingData(rawValue: said) { return known }
    return statistic == .sampleCount && comparison.isLower ? .breaching : .missing
  }

  private static func text(_ resource: Resource, _ property: String) throws(HAError) -> String {
    guard let text = resource.properties[property]?.scalarText else {
      throw refusal(resource, property, "it is missing")
    }
    return text
  }

  private static func number(_ resource: Resource, _ property: String) throws(HAError) -> Double {
    let text = try text(resource, property)
    guard let number = Double(text), number.isFinite else {
      throw refusal(resource, property, "\"\(text)\" is no number")
    }
    return number
  }

  private static func choice<Choice>(
    _ resource: Resource, _ property: String, _ make: (String) -> Choice?
  ) throws(HAError) -> Choice {
    let text = try text(resource, property)
    guard let choice = make(text) else {
      throw refusal(resource, property, "\"\(text)\" is not one that CloudWatch knows")
    }
    return choice
  }

  private static func refusal(_ resource: Resource, _ property: String, _ what: String) -> HAError {
    HAError(.invalidRestarter, "the alarm \(resource.logicalID) has no usable \(property): \(what)")
  }
}
