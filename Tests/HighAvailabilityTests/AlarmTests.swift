import Ambience
import Document
import HighAvailability
import OrderedCollections
import Testing

struct AlarmTests {
  private static func alarm(
    _ statistic: MetricAlarm.Statistic, _ comparison: MetricAlarm.Comparison, _ threshold: Double,
    periods: Int = 1, missing: MetricAlarm.MissingData = .missing
  ) -> MetricAlarm {
    MetricAlarm(
      name: "alarm", metric: "m", statistic: statistic, comparison: comparison, threshold: threshold,
      period: .seconds(300), evaluationPeriods: periods, missingData: missing)
  }

  private func state(_ alarm: MetricAlarm, _ samples: [(Int, Double)]) -> AlarmState {
    var state = AlarmState(alarm, at: .zero)
    for (second, value) in samples { state.push(value, at: .seconds(second)) }
    return state
  }

  @Test("the third failure within five minutes raises Heat's alarm")
  func heat() {
    let alarm = Self.alarm(.sampleCount, .greater, 2)
    #expect(!state(alarm, [(10, 1), (70, 1)]).evaluate(at: .seconds(70)).isDown)
    let third = state(alarm, [(10, 1), (70, 1), (130, 1)])
    #expect(third.evaluate(at: .seconds(130)) == .down("SampleCount of m is 3, > 2 in 5 min"))
    #expect(third.evaluate(at: .seconds(309)).isDown)
    #expect(third.evaluate(at: .seconds(310)) == .up)
  }

  @Test(
    "each statistic and comparison is computed as CloudWatch does",
    arguments: [
      (alarm(.average, .greater, 2), true), (alarm(.average, .greater, 3), false),
      (alarm(.sum, .greaterOrEqual, 9), true), (alarm(.sum, .greater, 9), false),
      (alarm(.minimum, .lessOrEqual, 1), true), (alarm(.minimum, .less, 1), false),
      (alarm(.maximum, .greaterOrEqual, 5), true), (alarm(.maximum, .greater, 5), false),
    ])
  func arithmetic(_ alarm: MetricAlarm, _ isDown: Bool) {
    let state = state(alarm, [(400, 1), (450, 5), (500, 3)])
    #expect(state.evaluate(at: .seconds(600)).isDown == isDown)
  }

  @Test("all evaluation periods must breach")
  func evaluationPeriods() {
    let alarm = Self.alarm(.sum, .greater, 0, periods: 3)
    #expect(!state(alarm, [(650, 1), (950, 1)]).evaluate(at: .seconds(1000)).isDown)
    #expect(state(alarm, [(350, 1), (650, 1), (950, 1)]).evaluate(at: .seconds(1000)).isDown)
  }

  @Test("fewer datapoints than periods may be enough")
  func datapoints() {
    var alarm = Self.alarm(.sum, .greater, 0, periods: 3)
    alarm.datapointsToAlarm = 2
    #expect(!state(alarm, [(950, 1)]).evaluate(at: .seconds(1000)).isDown)
    #expect(
      state(alarm, [(350, 1), (950, 1)]).evaluate(at: .seconds(1000))
        == .down("Sum of m is 1, > 0 in 2 of 3 × 5 min"))
  }

  @Test("missing data that is to be ignored changes nothing")
  func ignored() {
    let alarm = Self.alarm(.sum, .greater, 0, missing: .ignore)
    #expect(state(alarm, []).evaluate(at: .seconds(900)) == .unknown("no samples"))
    #expect(state(alarm, [(850, 0)]).evaluate(at: .seconds(900)) == .up)
  }

  @Test("a heartbeat that stops raises a lower alarm, but not before a full period has passed")
  func heartbeat() {
    let alarm = Self.alarm(.sampleCount, .less, 1, missing: .breaching)
    #expect(state(alarm, []).evaluate(at: .seconds(299)) == .unknown("no full period of samples yet"))
    #expect(state(alarm, []).evaluate(at: .seconds(300)) == .down("SampleCount of m has no samples in 5 min"))
    #expect(state(alarm, [(100, 1)]).evaluate(at: .seconds(399)) == .up)
    #expect(state(alarm, [(100, 1)]).evaluate(at: .seconds(400)).isDown)
  }

  @Test("missing data is unknown for a lower alarm unless said otherwise")
  func missing() {
    #expect(state(Self.alarm(.average, .less, 1), []).evaluate(at: .seconds(900)) == .unknown("no samples"))
    let fine = Self.alarm(.average, .less, 1, missing: .notBreaching)
    #expect(state(fine, []).evaluate(at: .seconds(900)) == .up)
  }

  @Test("samples are forgotten when they have been acted upon")
  func clear() {
    var state = state(Self.alarm(.sampleCount, .greater, 2), [(1, 1), (2, 1), (3, 1)])
    state.clear(at: .seconds(4))
    #expect(state.evaluate(at: .seconds(5)) == .unknown("no full period of samples yet"))
  }

  // MARK: - Templates of 2012

  private static func resources(
    period: Value = "300", action: Value = "wiki-restarter", instance: Value = "6e0c"
  ) -> [RestarterPolicies.Resource] {
    [
      .init(logicalID: "WikiDatabase", type: "AWS::EC2::Instance", properties: [:], reference: "6e0c"),
      .init(
        logicalID: "WebServerRestartPolicy", type: "HEAT::HA::Restarter",
        properties: ["InstanceId": instance], reference: "wiki-restarter"),
      .init(
        logicalID: "HttpFailureAlarm", type: "AWS::CloudWatch::Alarm",
        properties: [
          "MetricName": "ServiceFailure", "Namespace": "system/linux", "Statistic": "SampleCount",
          "Period": period, "EvaluationPeriods": "1", "Threshold": "2", "AlarmActions": .list([action]),
          "ComparisonOperator": "GreaterThanThreshold",
        ], reference: "wiki-HttpFailureAlarm-1"),
    ]
  }

  @Test("a restarter and its alarm become a policy that replaces the instance")
  func restarter() throws {
    let policies = try RestarterPolicies.from(Self.resources(), stack: "wiki")
    let policy = try #require(policies.first)
    #expect(policies.count == 1)
    #expect(policy.name == "wiki/WebServerRestartPolicy")
    #expect(policy.target == Target(stack: "wiki", logicalID: "WikiDatabase"))
    #expect(policy.ladder.rungs.map(\.action.phrase) == ["replace"])
    guard case .metric(let alarm) = policy.checks.first?.kind else {
      Issue.record("no metric check")
      return
    }
    var expected = MetricAlarm(
      name: "HttpFailureAlarm", metric: "ServiceFailure", threshold: 2, period: .seconds(300))
    expected.reference = "wiki-HttpFailureAlarm-1"
    #expect(alarm == expected)
  }

  @Test("an alarm that triggers nothing makes no policy")
  func untriggered() throws {
    #expect(try RestarterPolicies.from(Self.resources(action: "else"), stack: "wiki").isEmpty)
  }

  @Test("a restarter of an unknown instance, or an alarm with a bad number, is refused with its name")
  func refused() {
    #expect {
      try RestarterPolicies.from(Self.resources(instance: "nobody"), stack: "wiki")
    } throws: {
      ($0 as? HAError)?.message
        == "the restarter WebServerRestartPolicy names nobody, which isn't in its stack"
    }
    #expect {
      try RestarterPolicies.from(Self.resources(period: "soon"), stack: "wiki")
    } throws: {
      ($0 as? HAError)?.message == "the alarm HttpFailureAlarm has no usable Period: \"soon\" is no number"
    }
  }

  @Test("three pushed failures replace the instance, and a quiet period later it has recovered")
  func pushed() throws {
    let policies = try RestarterPolicies.from(Self.resources(), stack: "wiki")
    try SupervisorTests.supervise(policies) { supervisor, town, ambient in
      for second in 1...3 {
        // As the guest calls it, and as people do.
        let name = second == 1 ? "wiki-HttpFailureAlarm-1" : "HttpFailureAlarm"
        try await supervisor.metric(alarm: name, name: "ServiceFailure", value: 1)
        try await supervisor.metric(alarm: "HttpFailureAlarm", name: "DiskUse", value: 1)
        try await ambient.sleep(.seconds(60))
      }
      #expect(town.deeds.map(\.action) == ["replace"])
      #expect(
        town.recorded.first?.reason
          == "check HttpFailureAlarm: SampleCount of ServiceFailure is 3, > 2 in 5 min")
      try await ambient.sleep(.seconds(420))
      #expect(town.recorded.map(\.verb) == [.detected, .replace, .recovered])
    }
  }
}
