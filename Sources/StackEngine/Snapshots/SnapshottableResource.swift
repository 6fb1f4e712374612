package import Document

/// A type whose resources hold data, of which the cloud can keep a copy.
///
/// A copy must outlive its resource, and not stand in the way of the resource's deletion. A resource that goes back to
/// it is created with it as `ResourceCall.content`.
package protocol SnapshottableResource: ResourceType {
  /// Keeps what the resource holds now, under the call's physical name, and returns when that is whole.
  ///
  /// - Returns: What to make another from; nil when it holds nothing of its own.
  func snapshot(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Value?
  /// Deletes what has been kept under the call's physical name; what is gone already is a success.
  ///
  /// `content` is what `snapshot` gave; nil when that isn't known, as it failed or was cut off.
  func deleteSnapshot(_ content: Value?, _ call: ResourceCall) async throws
}
