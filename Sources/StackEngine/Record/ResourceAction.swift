/// Something that can be done to a resource without changing what it is.
package enum ResourceAction: String, Sendable, CaseIterable {
  case softReboot = "soft_reboot"
  case hardReboot = "hard_reboot"
  case stopStart = "stop_start"
  /// Made anew from its image, with the same identity, addresses and volumes.
  case rebuild
}

/// A type whose resources can be acted on, by HA or by hand.
package protocol ActionableResource: ResourceType {
  /// Performs the action and returns when the resource is in service again.
  func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource
}
