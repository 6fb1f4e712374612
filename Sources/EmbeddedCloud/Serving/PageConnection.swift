import Ambience
import Document
import FlyingSocks
import Glibc
import HTTP

/// One connection of a page server: reads requests and writes answers until one of the two sides has had enough.
struct PageConnection: Sendable {
  let descriptor: Int32
  let pool: any AsyncSocketPool
  let list: ConnectionList
  let ambient: Ambient
  let limits: RequestReader.Limits
  let answer: PageServer.Answer

  private var socket: Socket { Socket(file: .init(rawValue: descriptor)) }

  /// Serves, and closes the connection at the end.
  func serve() async {
    // What is thrown has no other meaning than that the connection is of no use any more.
    try? await exchange()
    list.leave(descriptor)
    close(descriptor)
  }

  private func exchange() async throws {
    var reader = RequestReader(limits)
    while true {
      list.note(.reading, of: descriptor, at: ambient.uptime())
      let arrival: RequestReader.Arrival
      do {
        guard let next = try await nextRequest(&reader) else { return }
        arrival = next
      } catch let refusal as RequestReader.Refusal {
        return try await refuse(refusal)
      }
      list.note(.answering, of: descriptor, at: ambient.uptime())
      let response = await answer(arrival.request)
      try await write(
        response, isLast: !arrival.keepsAlive, withoutBody: arrival.request.method == .head)
      if !arrival.keepsAlive { return await linger() }
    }
  }

  /// The next request; nil at the end of the connection.
  private func nextRequest(_ reader: inout RequestReader) async throws -> RequestReader.Arrival? {
    var mayContinue = true
    while true {
      if let arrival = try reader.next() { return arrival }
      if mayContinue, reader.isAwaited {
        mayContinue = false
        try await write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
      }
      let bytes = try await read()
      if bytes.isEmpty {
        guard reader.isMidway, list.isShut(descriptor) else { return nil }
        throw RequestReader.Refusal(status: 408, message: "the request didn't come in time")
      }
      reader.take(bytes)
    }
  }

  private func refuse(_ refusal: RequestReader.Refusal) async throws {
    let value: Value = [
      "error": ["code": .string(Self.code(refusal.status)), "message": .string(refusal.message)]
    ]
    try await write(
      Response(
        status: refusal.status, headers: ["Content-Type": "application/json"],
        body: Array((value.jsonText() + "\n").utf8)), isLast: true, withoutBody: false)
    await linger()
  }

  private static func code(_ status: Int) -> String {
    switch status {
    case 408: "request_late"
    case 413: "body_too_large"
    case 431: "head_too_large"
    case 501: "not_implemented"
    case 505: "unknown_version"
    default: "malformed_request"
    }
  }

  /// Reads for a moment what the sender still has to say: closing before that would take the answer back from it.
  private func linger() async {
    shutdown(descriptor, Int32(SHUT_WR))
    list.note(.reading, of: descriptor, at: ambient.uptime())
    var count = 0
    while count < 16 * limits.body, let bytes = try? await read(), !bytes.isEmpty { count += bytes.count }
  }

  // MARK: - Bytes

  /// Some bytes; none at the end.
  private func read() async throws -> [UInt8] {
    while true {
      try Task.checkCancellation()
      var count = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
        count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        filled = max(0, count)
      }
      if count >= 0 { return bytes }
      guard errno == EAGAIN || errno == EINTR else { return [] }
      if errno == EAGAIN { try await pool.suspendSocket(socket, untilReadyFor: .read) }
    }
  }

  private func write(_ response: Response, isLast: Bool, withoutBody: Bool) async throws {
    var head = "HTTP/1.1 \(response.status) \(EmbeddedCloudServer.phrase(of: response.status))\r\n"
    for (name, value) in response.headers.fields { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(response.body.count)\r\nConnection: \(isLast ? "close" : "keep-alive")\r\n\r\n"
    list.note(.writing, of: descriptor, at: ambient.uptime())
    try await write(Array(head.utf8) + (withoutBody ? [] : response.body))
  }

  private func write(_ bytes: [UInt8]) async throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        try await pool.suspendSocket(socket, untilReadyFor: .write)
      } else if errno != EINTR {
        throw SocketError.disconnected
      }
    }
  }
}
