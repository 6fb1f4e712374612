package import Document
import Glibc
import Synchronization

/// A companion's own end of the line on which it talks.
package final class MessageLine: Sendable {
  private let descriptor: Int32
  private let sending = Mutex(())
  private let frames = Mutex(MessageFrames())

  package init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Sends a message, and waits until there is room for it; false for one that is too long.
  package func send(_ message: Value) -> Bool {
    guard let bytes = MessageFrames.bytes(of: message) else { return false }
    sending.withLock { _ in
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0 && errno == EINTR { continue }
        // Nobody hears it any more.
        guard count > 0 else { return }
        sent += count
      }
    }
    return true
  }

  /// Waits for the next message, in one thread at a time; nil at the end of the line.
  package func receive() -> Value? {
    frames.withLock { frames in
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        do throws(MessageFrames.Rubbish) {
          if let message = try frames.next() { return message }
        } catch { return nil }
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return nil }
        frames.add(bytes[..<count])
      }
    }
  }
}
