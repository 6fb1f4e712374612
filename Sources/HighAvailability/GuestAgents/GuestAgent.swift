/// How the QEMU guest agent inside a server is reached: by virsh, run by ssh on the hypervisor where Nova says that the
/// server is.
package struct GuestAgent: Sendable, Hashable {
  /// Who runs virsh on the hypervisor, and who must be let in to libvirt there.
  package var login: RemoteLogin
  /// Where the hypervisor is reached; nil where that is at its own name.
  package var address: String?
  /// The libvirt that virsh connects to.
  package var connection: String
  /// How virsh is called on the hypervisor, as its shell reads it.
  package var virsh: String

  package init(
    login: RemoteLogin = RemoteLogin(), address: String? = nil, connection: String = "qemu:///system",
    virsh: String = "virsh"
  ) {
    self.login = login
    self.address = address
    self.connection = connection
    self.virsh = virsh
  }

  /// The least time in which an agent that doesn't answer is told from a hypervisor that doesn't: libvirt itself waits
  /// for it for up to 5 s, whatever it is told.
  package static let leastTime = Duration.seconds(8)
  /// What is added to a command by its quoting must fit in one argument of Linux's, of 128 KiB.
  private static let commandLimit = 8192

  func validate(_ refuse: (String, String?) -> HAError) throws(HAError) {
    try login.validate(refuse)
    if let address, !Self.isHost(address) {
      throw refuse("reaches a hypervisor at \"\(address)\"", "give its address or a name that ssh knows")
    }
    guard Self.isPlain(connection) else {
      throw refuse("connects to libvirt at \"\(connection)\"", "such as qemu:///system")
    }
    guard Self.isPlain(virsh) else {
      throw refuse("calls virsh by \"\(virsh)\"", "such as \"sudo virsh\"")
    }
  }

  static func validate(command: String, _ refuse: (String, String?) -> HAError) throws(HAError) {
    guard !command.isEmpty, !command.utf8.contains(0) else {
      throw refuse("runs no command", "such as command = \"systemctl is-active httpd\"")
    }
    guard command.utf8.count <= commandLimit else {
      throw refuse(
        "runs a command of \(command.utf8.count) bytes",
        "it has at most \(commandLimit): call a script of the guest's"
      )
    }
  }

  /// Whether a name is one that ssh may be given: Nova's too, which comes from outside.
  static func isHost(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix("-")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
          UInt8(ascii: ":"), UInt8(ascii: "%"):
          true
        default: false
        }
      }
  }

  /// Whether a name is one by which virsh finds a domain: it would take one of digits alone for a number of its own.
  static func isInstance(_ name: String) -> Bool {
    isPlain(name) && name.utf8.count <= 255
      && !name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Whether a text is one line that is no option.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-") && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }
}
