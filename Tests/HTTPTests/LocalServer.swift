import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A TCP server on this machine that does to each connection what a test says.
final class LocalServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let count = Atomic(0)

  var url: String { "http://127.0.0.1:\(port)" }
  /// How many connections have been made.
  var connections: Int { count.load(ordering: .relaxed) }

  /// Listens on a free port; every connection is served on a thread of its own.
  init(serve: @escaping @Sendable (Connection) -> Void) throws {
    let (socket, port) = try boundSocket()
    guard Glibc.listen(socket, 128) == 0 else { throw Failure(code: errno) }
    listener = socket
    self.port = port
    Self.onThread { [weak self] in
      while true {
        let peer = accept(socket, nil, nil)
        guard peer >= 0 else { return }
        self?.count.add(1, ordering: .relaxed)
        Self.onThread {
          serve(Connection(socket: peer))
          close(peer)
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  struct Failure: Error { let code: Int32 }

  /// A connection as the server sees it.
  struct Connection: Sendable {
    let socket: Int32

    /// The next request with its body; nil when the client has closed.
    func request() -> String? {
      var text = ""
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        if let end = text.ranges(of: "\r\n\r\n").first, text[end.upperBound...].utf8.count >= length(of: text)
        {
          return text
        }
        let count = recv(socket, &buffer, buffer.count, 0)
        if count <= 0 { return nil }
        text += String(decoding: buffer[..<count], as: UTF8.self)
      }
    }

    func send(_ text: String) {
      let bytes = Array(text.utf8)
      _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func answer(_ body: String = "ok", status: String = "200 OK", headers: String = "") {
      send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// Returns when the client has closed.
    func waitForClose() { while request() != nil {} }

    private func length(of text: String) -> Int {
      for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
        return Int(line.dropFirst(15).filter(\.isNumber)) ?? 0
      }
      return 0
    }
  }

  /// A port that nothing listens on.
  static func freePort() throws -> UInt16 {
    let (socket, port) = try boundSocket()
    close(socket)
    return port
  }

  private static func onThread(_ work: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let work: @Sendable () -> Void
      init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
        return nil
      }, Unmanaged.passRetained(Box(work)).toOpaque())
    pthread_detach(thread)
  }
}

/// A socket bound to a free port of this machine.
private func boundSocket() throws -> (Int32, UInt16) {
  let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard socket >= 0 else { throw LocalServer.Failure(code: errno) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let code = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
      bind(socket, generic, length) == 0 && getsockname(socket, generic, &length) == 0
    }
  }
  guard code else { throw LocalServer.Failure(code: errno) }
  return (socket, UInt16(bigEndian: address.sin_port))
}
