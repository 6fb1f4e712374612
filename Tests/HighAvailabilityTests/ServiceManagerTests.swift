import Glibc
import HighAvailability
import Testing

/// What a service manager is told over its socket.
struct ServiceManagerTests {
  /// A socket on which a manager listens.
  private final class Socket {
    let descriptor: Int32

    init?(_ name: String) {
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      var path = Array(name.utf8)
      if path[0] == UInt8(ascii: "@") { path[0] = 0 }
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
      let size = MemoryLayout<sa_family_t>.size + path.count + (path[0] == 0 ? 0 : 1)
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(size)) }
      }
      guard code == 0 else { return nil }
    }

    deinit { close(descriptor) }

    func next() -> String {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
  }

  @Test(
    "it is told over a path and in the abstract namespace", arguments: ["/tmp/kiln-notify-", "@kiln-notify-"])
  func tells(_ prefix: String) throws {
    let name = "\(prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { if prefix.hasPrefix("/") { unlink(name) } }
    let socket = try #require(Socket(name))
    let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000000"])
    #expect(manager.watchdog == .seconds(30))
    manager.ready("watching 2\napplications")
    #expect(socket.next() == "READY=1\nSTATUS=watching 2 applications")
    manager.reloading()
    #expect(socket.next().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
    manager.isAlive()
    #expect(socket.next() == "WATCHDOG=1")
    manager.stopping()
    #expect(socket.next() == "STOPPING=1")
  }

  @Test("without a manager, or with one that watches another process, nothing is due")
  func absent() {
    ServiceManager(environment: [:]).ready("x")
    ServiceManager(environment: ["NOTIFY_SOCKET": "/no/such/socket"]).ready("x")
    #expect(ServiceManager(environment: ["WATCHDOG_USEC": "30000000"]).watchdog == nil)
    let other = ["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]
    #expect(ServiceManager(environment: other, process: 2).watchdog == nil)
    #expect(ServiceManager(environment: other, process: 1).watchdog == .seconds(30))
  }
}
