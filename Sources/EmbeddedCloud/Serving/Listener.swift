import Glibc

/// A socket that takes connections; it is closed when nobody holds it any more.
final class Listener: Sendable {
  enum Acceptance {
    /// A new connection, which sends what is written at once.
    case connection(Int32)
    case nobody
    /// There is somebody, but this machine has no room for another.
    case exhausted
  }

  let descriptor: Int32

  private static let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)

  init(host: String, port: UInt16) throws {
    let isSix = host.contains(":")
    descriptor = socket(
      isSix ? AF_INET6 : AF_INET,
      Int32(SOCK_STREAM.rawValue) | Self.flags, 0)
    guard descriptor >= 0 else { throw Self.failure() }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let isBound = isSix ? Self.bindSix(descriptor, host, port) : Self.bindFour(descriptor, host, port)
    guard let isBound else {
      throw EmbeddedCloudError(
        .cannotListen, "'\(host)' is no IP address", hint: "use one of this machine's, such as 127.0.0.1")
    }
    guard isBound, listen(descriptor, SOMAXCONN) == 0 else { throw Self.failure() }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The port that it listens at.
  var port: UInt16 {
    // The port stands at the same place in the addresses of both families.
    var address = sockaddr_in6()
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &size) }
    }
    return UInt16(bigEndian: address.sin6_port)
  }

  func accept() -> Acceptance {
    while true {
      let connection = Glibc.accept(descriptor, nil, nil)
      if connection >= 0 {
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        _ = fcntl(connection, F_SETFL, O_NONBLOCK)
        var yes: Int32 = 1
        setsockopt(
          connection, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return .connection(connection)
      }
      switch errno {
      case EAGAIN: return .nobody
      case EINTR, ECONNABORTED, EPROTO, EPERM: continue
      default: return .exhausted
      }
    }
  }

  // MARK: - Addresses

  /// Nil when the host isn't an address.
  private static func bindFour(_ descriptor: Int32, _ host: String, _ port: UInt16) -> Bool? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
    return bind(descriptor, to: &address)
  }

  private static func bindSix(_ descriptor: Int32, _ host: String, _ port: UInt16) -> Bool? {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    guard inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else { return nil }
    return bind(descriptor, to: &address)
  }

  private static func bind<Address>(_ descriptor: Int32, to address: inout Address) -> Bool {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0
      }
    }
  }

  private static func failure() -> EmbeddedCloudError {
    EmbeddedCloudError(
      .cannotListen, "the address can't be listened at: \(String(cString: strerror(errno)))",
      hint: "another program may listen there; name another port, or 0 for any")
  }
}
