import Glibc

/// A process of this machine, told from a later one with the same number by the time it started.
package struct Holder: Hashable {
  let process: Int32
  /// Clock ticks from boot to the process's start (proc(5), field 22); 0 when that can't be read.
  let start: UInt64

  init(process: Int32, start: UInt64) {
    self.process = process
    self.start = start
  }

  static func current() -> Holder {
    Holder(process: getpid(), start: startTime(of: getpid()) ?? 0)
  }

  /// The time since the machine has started, sleep included: one clock for all its processes.
  package static let timeSinceBoot: @Sendable () -> Duration = {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  var isAlive: Bool {
    if kill(process, 0) != 0, errno == ESRCH { return false }
    guard let now = Self.startTime(of: process) else { return true }
    return start == 0 || now == start
  }

  private static func startTime(of process: Int32) -> UInt64? {
    guard let file = fopen("/proc/\(process)/stat", "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = fread(&bytes, 1, bytes.count, file)
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    // The second field is the command in parentheses and may hold anything.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? UInt64(fields[19]) : nil
  }
}
