import Ambience
import Document
import OrderedCollections
import StackEngine
import Templates

/// A change of a group's size that its signal brings about: `OS::Heat::ScalingPolicy` and AWS's.
struct ScalingPolicy: RecordOnlyType {
  static let names = ["OS::Heat::ScalingPolicy", "AWS::AutoScaling::ScalingPolicy"]

  let name: String
  let schema: ResourceSchema

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let address = Value.string(SignalAddress.local(call))
    var resource = PhysicalResource.local(call, notes: call.properties.values)
    resource.reference = address
    for attribute in schema.attributes { resource.attributes[attribute] = address }
    return resource
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    var now = try await create(call)
    now.id = resource.id
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}
}

// MARK: - Signals

extension ScalingPolicy: SignalledResource {
  func answer(
    to signal: Signal, for resource: ResourceRecord, of stack: StackRecord, at time: Timestamp
  ) throws -> SignalAnswer {
    if let state = Self.alarmState(signal), state != "alarm" { return .nothing("the alarm is \(state)") }
    let adjustment = try ScalingAdjustment(resource.properties, of: resource.logicalID)
    guard let group = stack.resources.values.first(where: { $0.isNamed(by: adjustment.group) }),
      let physical = group.physical
    else {
      throw ResourceError(
        .badProperty,
        "\(resource.logicalID) scales \(adjustment.group), which isn't in \(stack.identity.name)",
        hint: "name a group of the same template")
    }
    if let ends = physical.notes["cooldownEnds"]?.integer, time < Timestamp(milliseconds: ends) {
      return .nothing("\(group.logicalID) cools down until \(Timestamp(milliseconds: ends))")
    }
    let bounds = ScalingBounds(group.properties)
    let size = physical.memberNames.count
    let wanted = bounds.clamp(adjustment.size(from: size))
    if wanted == size { return .nothing("\(group.logicalID) has \(size) already, within its bounds") }
    return .action(
      .resize(to: wanted, cooldown: adjustment.cooldown ?? bounds.cooldown ?? .zero), on: group.logicalID,
      reason: "\(resource.logicalID) makes \(size) of \(group.logicalID) \(wanted)")
  }

  /// The state that an alarm's signal tells, in Ceilometer's or Aodh's form; nil when it tells none.
  private static func alarmState(_ signal: Signal) -> String? {
    guard let data = try? Value.json(signal.data) else { return nil }
    return (data["current"] ?? data["state"])?.string?.lowercased()
  }
}

extension ResourceRecord {
  fileprivate func isNamed(by text: String) -> Bool {
    logicalID == text || physical?.id == text || physical?.reference.scalarText == text
  }
}

/// What a policy does to the size of its group.
struct ScalingAdjustment {
  enum Kind { case change, exact, percent }

  let group: String
  let kind: Kind
  let amount: Double
  /// The least that a percentage changes the size by.
  let step: Int
  let cooldown: Duration?

  init(_ properties: Properties, of logicalID: String) throws {
    func text(_ names: String...) -> String? {
      names.lazy.compactMap { properties[$0]?.scalarText }.first
    }
    group = text("auto_scaling_group_id", "AutoScalingGroupName") ?? ""
    switch text("adjustment_type", "AdjustmentType") {
    case "change_in_capacity", "ChangeInCapacity": kind = .change
    case "exact_capacity", "ExactCapacity": kind = .exact
    case "percent_change_in_capacity", "PercentChangeInCapacity": kind = .percent
    case let other:
      throw ResourceError(.badProperty, "\(logicalID) adjusts by \(other ?? "nothing")")
    }
    amount = text("scaling_adjustment", "ScalingAdjustment").flatMap { Double($0) } ?? 0
    step = text("min_adjustment_step", "MinAdjustmentStep").flatMap { Int($0) } ?? 0
    cooldown = text("cooldown", "Cooldown").flatMap { Double($0) }.map { .seconds($0) }
  }

  /// The size that it makes of another, before any bounds.
  ///
  /// A share is rounded towards the present size, but moves it by one at least, as AWS and Heat do.
  func size(from size: Int) -> Int {
    switch kind {
    case .change: return size + Int(amount)
    case .exact: return Int(amount)
    case .percent:
      let share = Double(size) * amount / 100
      let rounded = Int(share.rounded(abs(share) < 1 ? .awayFromZero : .towardZero))
      return size + rounded.signum() * max(abs(rounded), step)
    }
  }
}
