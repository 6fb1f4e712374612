/// Where Nova says that a server runs.
package struct ServerPlace: Sendable, Hashable {
  /// Such as `ACTIVE`.
  package let status: String
  /// The host name of its hypervisor; nil for who isn't shown that, and while it runs nowhere.
  package let hypervisor: String?
  /// What libvirt calls it there, such as `instance-0000002a`.
  package let instance: String?

  package init(status: String, hypervisor: String?, instance: String?) {
    self.status = status
    self.hypervisor = hypervisor
    self.instance = instance
  }
}

/// Asks Nova where a server runs; nil when there is no such server.
package typealias ServerPlaces = @Sendable (_ serverID: String) async throws -> ServerPlace?
