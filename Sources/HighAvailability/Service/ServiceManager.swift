import Glibc

/// The service manager that has started this process, as systemd is; without one nothing is told.
///
/// It takes what sd_notify(3) writes: a datagram of lines to the socket that `NOTIFY_SOCKET` names, by a path or, with
/// an `@` in front, in the abstract namespace.
package struct ServiceManager: Sendable {
  private let socket: String?
  /// In what time it wants to hear of the process at least; nil when it doesn't watch it.
  package let watchdog: Duration?

  package init(environment: [String: String], process: Int32 = getpid()) {
    let socket = environment["NOTIFY_SOCKET"] ?? ""
    self.socket = socket.hasPrefix("/") || socket.hasPrefix("@") ? socket : nil
    let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdog = isMeant && microseconds > 0 && self.socket != nil ? .microseconds(microseconds) : nil
  }

  package func ready(_ status: String) { tell(["READY=1", "STATUS=\(status)"]) }

  /// A reload has begun; `ready` ends it.
  package func reloading() {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    tell(["RELOADING=1", "MONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)"])
  }

  package func stopping() { tell(["STOPPING=1"]) }
  package func isAlive() { tell(["WATCHDOG=1"]) }
  package func status(_ text: String) { tell(["STATUS=\(text)"]) }

  /// What can't be sent is lost: no manager is worth waiting for.
  private func tell(_ lines: [String]) {
    guard let socket else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var path = Array(socket.utf8)
    if path[0] == UInt8(ascii: "@") { path[0] = 0 }
    guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let text = Array(lines.map(Self.oneLine).joined(separator: "\n").utf8)
    // An abstract name ends with the address, a path with a zero.
    let size = MemoryLayout<sa_family_t>.size + path.count + (path[0] == 0 ? 0 : 1)
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, text, text.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL), $0, socklen_t(size))
      }
    }
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}
