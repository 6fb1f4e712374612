import CEvents
import Glibc
import Synchronization

/// A program that runs once, in a process group of its own, with little to read or nothing.
final class ChildProcess: Sendable {
  enum End: Sendable {
    case exited(Int32, output: [UInt8], errors: [UInt8])
    /// It was killed, by us or by somebody.
    case killed
    /// It couldn't be started.
    case failed(String)
  }

  private enum State {
    case new
    case running(pid_t)
    case done
  }

  /// A pipe of Linux holds 65,536 bytes, so that all of it can be written before anybody reads.
  private static let inputLimit = 60_000

  private let program: String
  private let arguments: [String]
  private let input: [UInt8]
  /// More than this of what it prints, and of what it complains, is dropped.
  private let outputLimit: Int
  private let state = Mutex(State.new)

  /// A program with arguments and what it reads, of which no more is taken than a pipe holds.
  init(_ program: String, _ arguments: [String], input: [UInt8] = [], outputLimit: Int = 65_536) {
    self.program = program
    self.outputLimit = outputLimit
    self.arguments = arguments
    self.input = Array(input.prefix(Self.inputLimit))
  }

  /// Kills it with all that it has started, also before it has been.
  func kill() {
    state.withLock { state in
      if case .running(let process) = state { Glibc.kill(-process, SIGKILL) } else { state = .done }
    }
  }

  /// Runs it and waits for its end; to be called once, in a thread that may block.
  func run(within timeout: Duration) -> End {
    guard let output = Pipe(), let errors = Pipe(), let supply = Pipe() else {
      return .failed(reason(errno))
    }
    defer {
      output.close()
      errors.close()
      supply.close()
    }
    if !input.isEmpty { _ = Glibc.write(supply.input, input, input.count) }
    supply.closeInput()
    let reads = input.isEmpty ? nil : supply.output
    if let failure = start(input: reads, output: output.input, errors: errors.input) { return failure }
    output.closeInput()
    errors.closeInput()
    let clock = ContinuousClock()
    let end = clock.now + timeout
    var texts: [[UInt8]] = [[], []]
    var files = [output.output, errors.output]
    while files.contains(where: { $0 >= 0 }) {
      let left = clock.now.duration(to: end)
      guard left > .zero else {
        kill()
        break
      }
      var polled = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      _ = poll(&polled, 2, Int32(min(max(1, left.inSeconds * 1000), 60_000)))
      for index in 0..<2 where polled[index].revents != 0 {
        if !read(files[index], into: &texts[index]) { files[index] = -1 }
      }
    }
    return ended(texts, until: end)
  }

  /// Takes what there is to read; false at the end.
  private func read(_ file: Int32, into text: inout [UInt8]) -> Bool {
    var part = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(file, &part, part.count)
    guard count > 0 else { return count < 0 && errno == EINTR }
    text += part.prefix(min(count, outputLimit - text.count))
    return true
  }

  /// Waits for the end of one that has closed its output, or was killed.
  private func ended(_ texts: [[UInt8]], until end: ContinuousClock.Instant) -> End {
    while true {
      switch look() {
      case .neverRan: return .killed
      case .ended(let status):
        guard status & 0x7F == 0 else { return .killed }
        return .exited(status >> 8 & 0xFF, output: texts[0], errors: texts[1])
      case .running:
        if ContinuousClock.now >= end { kill() }
        usleep(2000)
      }
    }
  }

  private enum Sight {
    case neverRan
    case running
    case ended(Int32)
  }

  /// Looks whether it has ended, and buries it then.
  private func look() -> Sight {
    state.withLock { state in
      guard case .running(let process) = state else { return .neverRan }
      var status: Int32 = 0
      // Within the lock, lest another process that gets its number be killed.
      let found = waitpid(process, &status, WNOHANG)
      if found == 0 || (found < 0 && errno == EINTR) { return .running }
      state = .done
      return .ended(status)
    }
  }

  // MARK: - The start

  /// Starts it unless it was killed before; returns how it ended already, if it has.
  private func start(input: Int32?, output: Int32, errors: Int32) -> End? {
    state.withLock { state in
      guard case .new = state else { return .killed }
      var process = pid_t()
      let code = spawn(&process, input, output, errors)
      guard code == 0 else { return .failed(reason(code)) }
      state = .running(process)
      return nil
    }
  }

  private func spawn(_ process: inout pid_t, _ input: Int32?, _ output: Int32, _ errors: Int32) -> Int32 {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    if let input {
      posix_spawn_file_actions_adddup2(&files, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&files, output, 1)
    posix_spawn_file_actions_adddup2(&files, errors, 2)
    var attributes = SpawnAttributes()
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    return posix_spawnp(&process, program, &files, &attributes.value, words, environ)
  }

  private func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}

/// A pipe whose ends no other child inherits.
private final class Pipe {
  private(set) var output: Int32
  private(set) var input: Int32

  init?() {
    var ends: [Int32] = [-1, -1]
    guard cevents_pipe(&ends) == 0 else { return nil }
    (output, input) = (ends[0], ends[1])
  }

  func closeInput() {
    if input >= 0 { Glibc.close(input) }
    input = -1
  }

  func close() {
    closeInput()
    if output >= 0 { Glibc.close(output) }
    output = -1
  }
}
