import Dispatch
import Glibc
import Synchronization

/// Looks names up, one at a time on a queue of its own, since the C library only offers calls that block.
///
/// A waiter whose task is cancelled stops waiting; the look-up goes on and its answer is dropped.
final class NameResolver: Sendable {
  struct Failure: Error {
    let reason: String
  }

  typealias Answer = Result<SocketAddress, Failure>

  private let queue = DispatchQueue(label: "kiln.names")

  /// The first address of a name; a numeric address is its own.
  func resolve(_ name: String) async -> Answer {
    if let address = SocketAddress(numeric: name) { return .success(address) }
    let waiter = Waiter()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard waiter.await(continuation) else { return }
        queue.async {
          guard waiter.isWaiting else { return }
          waiter.finish(Self.lookUp(name))
        }
      }
    } onCancel: {
      waiter.finish(.failure(Failure(reason: "cancelled")))
    }
  }

  private static func lookUp(_ name: String) -> Answer {
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

/// One who waits for an answer, and gets exactly one.
private final class Waiter: Sendable {
  private enum State {
    case new
    case waiting(CheckedContinuation<NameResolver.Answer, Never>)
    case done
  }

  private let state = Mutex(State.new)

  var isWaiting: Bool {
    state.withLock { if case .waiting = $0 { true } else { false } }
  }

  /// Takes the continuation; false when it was cancelled before, and has been resumed.
  func await(_ continuation: CheckedContinuation<NameResolver.Answer, Never>) -> Bool {
    let isNew = state.withLock { state in
      guard case .new = state else { return false }
      state = .waiting(continuation)
      return true
    }
    if !isNew { continuation.resume(returning: .failure(NameResolver.Failure(reason: "cancelled"))) }
    return isNew
  }

  func finish(_ answer: NameResolver.Answer) {
    let continuation = state.withLock { state -> CheckedContinuation<NameResolver.Answer, Never>? in
      defer { state = .done }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    continuation?.resume(returning: answer)
  }
}
