import HighAvailability
import LuaRuntime

extension GuestAgent {
  /// How guest agents are reached, as scripts say it.
  static let parameters =
    [
      LuaParameter(
        "address", .optional(.string),
        "Where the hypervisor is reached by ssh; the name that Nova has for it if not given, of which ssh's own "
          + "configuration may say more."),
      LuaParameter(
        "connection", .optional(.string), "The libvirt that virsh connects to; `qemu:///system` if not given."
      ),
      LuaParameter(
        "virsh", .optional(.string),
        "How virsh is called on the hypervisor, such as `sudo virsh` or `docker exec nova_libvirt virsh`."),
    ] + RemoteLogin.parameters

  init(_ options: LuaArguments) throws {
    self.init(login: try RemoteLogin(options), address: try options.optional("address"))
    if let connection: String = try options.optional("connection") { self.connection = connection }
    if let virsh: String = try options.optional("virsh") { self.virsh = virsh }
  }
}
