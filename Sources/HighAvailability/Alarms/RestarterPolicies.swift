package import Document
package import OrderedCollections

/// The front for templates of 2012: `HEAT::HA::Restarter` and the CloudWatch alarms that trigger it, as
/// policies.
package enum RestarterPolicies {
  /// A resource of a running stack, as far as a policy can be made of it.
  package struct Resource: Sendable {
    package let logicalID: String
    package let type: String
    /// Evaluated properties.
    package let properties: OrderedDictionary<String, Value>
    /// What `Ref` of it gives.
    package let reference: String?

    package init(
      logicalID: String, type: String, properties: OrderedDictionary<String, Value>, reference: String?
    ) {
      self.logicalID = logicalID
      self.type = type
      self.properties = properties
      self.reference = reference
    }

    func isNamed(by text: String) -> Bool { text == reference || text == logicalID }
  }

  static let restarterTypes: Set<String> = ["HEAT::HA::Restarter", "OS::Heat::HARestarter"]
  static let alarmType = "AWS::CloudWatch::Alarm"

  /// One policy for each restarter that an alarm triggers, from all resources of the stack.
  ///
  /// The ladder says what to do on an alarm: `.heatV4` replaces the instance as Heat did.
  package static func from(
    _ resources: [Resource], stack: String, ladder: Ladder = .heatV4, mode: AlarmMode = .aws
  ) throws(HAError) -> [ApplicationPolicy] {
    var policies: [ApplicationPolicy] = []
    for restarter in resources where restarterTypes.contains(restarter.type) {
      let instance = try instance(of: restarter, among: resources)
      var checks: [Check] = []
      for alarm in resources where alarm.type == alarmType && triggers(alarm, restarter) {
        checks.append(.metric(try metricAlarm(alarm, mode: mode)))
      }
      guard !checks.isEmpty else { continue }
      policies.append(
        ApplicationPolicy(
          name: "\(stack)/\(restarter.logicalID)",
          target: Target(stack: stack, logicalID: instance.logicalID),
          checks: checks, ladder: ladder))
    }
    return policies
  }

  private static func instance(of restarter: Resource, among resources: [Resource]) throws(HAError)
    -> Resource
  {
    guard let name = restarter.properties["InstanceId"]?.scalarText else {
      throw HAError(.invalidRestarter, "the restarter \(restarter.logicalID) names no InstanceId")
    }
    guard let instance = resources.first(where: { $0.isNamed(by: name) }) else {
      throw HAError(
        .invalidRestarter, "the restarter \(restarter.logicalID) names \(name), which isn't in its stack",
        hint: "give InstanceId the Ref of an instance in the same template")
    }
    return instance
  }

  private static func triggers(_ alarm: Resource, _ restarter: Resource) -> Bool {
    (alarm.properties["AlarmActions"]?.list ?? []).contains { action in
      if let text = action.scalarText { return restarter.isNamed(by: text) }
      return action["Ref"]?.string == restarter.logicalID
    }
  }
}

/// How closely alarms keep to a cloud's own rules.
package enum AlarmMode: String, Sendable {
  case aws
  /// `EvaluationPeriods` is ignored, as every release of Heat did.
  case heatV4 = "heat-v4"
}

extension Ladder {
  /// What Heat's restarter did: replace the instance and what depends on it, each time.
  package static var heatV4: Ladder {
    Ladder([
      Rung(
        .replace(), intensity: 10, period: .seconds(86_400), settle: .seconds(900), timeout: .seconds(3600))
    ])
  }
}
