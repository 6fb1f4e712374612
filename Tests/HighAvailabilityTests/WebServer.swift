import Glibc
import Synchronization

/// A server on the loopback interface that gives each connection to a function, one after the other, in a thread of
/// its own.
final class WebServer: Sendable {
  private let listener: Int32
  let port: Int
  private let counter = Counter()

  private final class Counter: Sendable {
    let count = Atomic(0)
  }

  /// How many connections were accepted.
  var count: Int { counter.count.load(ordering: .relaxed) }

  init(_ serve: @escaping @Sendable (Int32) -> Void) {
    (listener, port) = Self.listen()
    let box = Unmanaged.passRetained(Work(listener, serve, counter))
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    pthread_detach(thread)
  }

  /// A server that answers each request on a connection with the same text, until the other side closes.
  convenience init(answering text: String, isKept: Bool = false) {
    self.init { descriptor in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while recv(descriptor, &buffer, buffer.count, 0) > 0 {
        _ = send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL))
        if !isKept { return }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  var url: String { "http://127.0.0.1:\(port)/" }

  /// A socket that listens on a free port.
  static func listen() -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(descriptor, pointer, size)
        _ = Glibc.listen(descriptor, 256)
        _ = getsockname(descriptor, pointer, &size)
      }
    }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  private final class Work {
    private let listener: Int32
    private let serve: @Sendable (Int32) -> Void
    private let counter: Counter

    init(_ listener: Int32, _ serve: @escaping @Sendable (Int32) -> Void, _ counter: Counter) {
      self.listener = listener
      self.serve = serve
      self.counter = counter
    }

    func run() {
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { break }
        counter.count.add(1, ordering: .relaxed)
        serve(descriptor)
        close(descriptor)
      }
      close(listener)
    }
  }
}
