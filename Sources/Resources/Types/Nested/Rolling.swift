import Ambience
import Document
import OrderedCollections
import StackEngine

/// How a group's members change: so many at once, with a pause between.
struct Rolling: Hashable {
  /// The most that change at once; at least 1.
  let batch: Int
  /// The least that stay as they are meanwhile.
  let inService: Int
  let pause: Duration

  /// What `UpdatePolicy` says of AWS's groups, and of Heat's `InstanceGroup` in its own words.
  ///
  /// - Throws: `badProperty` for a `PauseTime` that is no duration.
  init?(aws policy: Value?) throws {
    guard let policy = policy?["AutoScalingRollingUpdate"] ?? policy?["RollingUpdate"] else { return nil }
    let text = policy["PauseTime"]?.scalarText ?? "PT0S"
    guard let pause = Duration(iso8601: text) else {
      throw ResourceError(.badProperty, "PauseTime is \(text)", hint: "it is a duration such as PT5M")
    }
    self.init(policy, batch: "MaxBatchSize", inService: "MinInstancesInService", pause: pause)
  }

  /// What HOT says, as `rolling_updates` of a group or in an `update_policy`.
  init?(hot policy: Value?) {
    guard let policy, policy.map != nil else { return nil }
    let seconds = policy["pause_time"]?.scalarText.flatMap { Double($0) } ?? 0
    self.init(policy, batch: "max_batch_size", inService: "min_in_service", pause: .seconds(max(0, seconds)))
  }

  private init(_ policy: Value, batch: String, inService: String, pause: Duration) {
    func number(_ name: String) -> Int? { policy[name]?.scalarText.flatMap { Int($0) } }
    self.batch = max(1, number(batch) ?? 1)
    self.inService = max(0, number(inService) ?? 0)
    self.pause = pause
  }

  /// One at a time, which is what Heat does when nothing is said.
  static let oneByOne = Rolling(hot: [:])
}

extension Duration {
  /// Reads the time part of an ISO 8601 duration, such as `PT1H30M`, as CloudFormation takes it.
  init?(iso8601 text: String) {
    guard let match = text.wholeMatch(of: /PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?/) else { return nil }
    func number(_ part: Substring?) -> Double { part.flatMap { Double($0) } ?? 0 }
    self = .seconds(number(match.1) * 3600 + number(match.2) * 60 + number(match.3))
  }
}

extension Members {
  /// Makes the stack of a resource these members, as many at once as `rolling` allows.
  ///
  /// Those that are there already and are to be otherwise are changed batch by batch; where none may be out of
  /// service, `spare` stands in for one until the last has changed. What a call that was cut off has changed
  /// isn't changed again.
  func roll(
    _ call: ResourceCall, _ rolling: Rolling, from present: Members,
    spare: () -> (name: String, member: Member)
  ) async throws -> StackRecord {
    var outdated = members.keys.filter { present.members[$0] != nil && present.members[$0] != members[$0] }[
      ...]
    if outdated.isEmpty { return try await bring(call) }
    let spareable = members.count - rolling.inService
    var now = self
    for name in outdated { now.members[name] = present.members[name] }
    if spareable < 1 {
      let (name, member) = spare()
      now.members[name] = member
    }
    _ = try await now.bring(call)
    while !outdated.isEmpty {
      let batch = outdated.prefix(min(rolling.batch, max(1, spareable)))
      outdated = outdated.dropFirst(batch.count)
      for name in batch { now.members[name] = members[name] }
      _ = try await now.bring(call)
      if !outdated.isEmpty { try await call.ambient.sleep(rolling.pause) }
    }
    return try await bring(call)
  }

  /// Makes the stack of a resource these members, so many new ones at once.
  func grow(_ call: ResourceCall, _ rolling: Rolling, from present: Members) async throws -> StackRecord {
    let old = Array(members.keys.filter { present.members[$0] != nil })
    let new = Array(members.keys.filter { present.members[$0] == nil })
    for count in stride(from: rolling.batch, to: new.count, by: rolling.batch) {
      var now = self
      let names = Set(old + new.prefix(count))
      now.members = now.members.filter { names.contains($0.key) }
      _ = try await now.bring(call)
      try await call.ambient.sleep(rolling.pause)
    }
    return try await bring(call)
  }
}
