import Glibc

/// An IPv4 or IPv6 address without a port.
enum SocketAddress: Sendable, Hashable {
  /// The bits in network order.
  case v4(UInt32)
  case v6(UInt64, UInt64, scope: UInt32)

  /// Reads a numeric address; nil for a name.
  init?(numeric text: String) {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self = .v4(four.s_addr)
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    self.init(six, scope: 0)
  }

  init?(_ pointer: UnsafePointer<sockaddr>) {
    switch Int32(pointer.pointee.sa_family) {
    case AF_INET:
      self = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { .v4($0.pointee.sin_addr.s_addr) }
    case AF_INET6:
      self = pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
        SocketAddress(six.pointee.sin6_addr, scope: six.pointee.sin6_scope_id)
      }
    default: return nil
    }
  }

  private init(_ bits: in6_addr, scope: UInt32) {
    let (high, low) = withUnsafeBytes(of: bits) { bytes in
      (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    self = .v6(high, low, scope: scope)
  }

  var family: Int32 { if case .v4 = self { AF_INET } else { AF_INET6 } }

  /// Calls `connect(2)`; returns 0 or the error number.
  func connect(_ descriptor: Int32, port: UInt16) -> Int32 {
    switch self {
    case .v4(let bits):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = bits
      return Self.connect(descriptor, &address)
    case .v6(let high, let low, let scope):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      address.sin6_scope_id = scope
      withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
        bytes.storeBytes(of: high, as: UInt64.self)
        bytes.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
      }
      return Self.connect(descriptor, &address)
    }
  }

  private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
    let size = socklen_t(MemoryLayout<Address>.size)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
    }
    return result == 0 ? 0 : errno
  }
}

extension Outcome {
  /// What an error number of a socket says: an answer of the other side, or none, is its fault; all else is our own.
  ///
  /// No route to the host counts as no answer, since a neighbour that is switched off gives it.
  init(socketError code: Int32) {
    self =
      switch code {
      case 0: .up
      case ECONNREFUSED: .down("connection refused")
      case ECONNRESET, EPIPE: .down("the connection broke")
      case ETIMEDOUT: .down("connection timed out")
      case EHOSTUNREACH: .down("no answer on the way to the host")
      default: .unknown(String(cString: strerror(code)).lowercased())
      }
  }
}
