import Dispatch
import Glibc

/// Looks names up on a few queues of its own, since the C library only offers calls that block.
final class NameResolver: Sendable {
  struct Failure: Error {
    let reason: String
  }

  typealias Answer = Result<SocketAddress, Failure>

  private let queues = (1...4).map { DispatchQueue(label: "kiln.names.\($0)") }

  /// Looks a name up; the answer comes in a thread of the resolver's.
  func lookUp(_ name: String, _ tell: @escaping @Sendable (Answer) -> Void) {
    // A name always goes to the same queue, so that one that takes long holds up a part of the others at most.
    let sum = name.utf8.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
    queues[Int(sum) % queues.count].async { tell(Self.find(name)) }
  }

  private static func find(_ name: String) -> Answer {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(name, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0 else {
      return .failure(Failure(reason: "\(name) doesn't resolve: \(String(cString: gai_strerror(code)))"))
    }
    var next = list
    while let entry = next {
      if let pointer = entry.pointee.ai_addr, let address = SocketAddress(pointer) {
        return .success(address)
      }
      next = entry.pointee.ai_next
    }
    return .failure(Failure(reason: "\(name) has no address"))
  }
}
