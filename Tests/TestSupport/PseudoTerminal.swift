import Glibc
import Synchronization

/// A program on a terminal of its own, driven as a person drives it.
package final class PseudoTerminal: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  private struct State {
    var screen: TerminalScreen
    /// Everything that was written, escape sequences and all.
    var raw = ""
    var undecoded: [UInt8] = []
    var hasEnded = false
  }

  private let master: Int32
  private let process: pid_t
  private let state: Mutex<State>

  /// Starts a program on a terminal of some size, as its controlling terminal.
  package init(
    _ program: String, _ arguments: [String] = [], environment: [String: String], folder: String,
    rows: Int = 24, columns: Int = 80
  ) throws {
    state = Mutex(State(screen: TerminalScreen(rows: rows, columns: columns)))
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (locked, number): (Int32, Int32) = (0, 0)
    guard master >= 0, ioctl(master, Self.setLock, &locked) == 0, ioctl(master, Self.getNumber, &number) == 0
    else { throw Failure(description: "no terminal: \(String(cString: strerror(errno)))") }
    // The shell sets the size, for which C has no function that Swift can call, and gives way to the program.
    let script = "stty rows \(rows) columns \(columns); cd \"$0\"; exec \"$@\""
    process = try Self.spawn(
      ["/bin/sh", "-c", script, folder, program] + arguments, environment, terminal: "/dev/pts/\(number)")
    startReading()
  }

  deinit {
    kill(process, SIGKILL)
    close(master)
  }

  // What Linux's headers show only to those who ask for XSI or GNU extensions: TIOCSPTLCK, TIOCGPTN and
  // POSIX_SPAWN_SETSID.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let newSession: Int16 = 0x80

  private static func spawn(
    _ words: [String], _ environment: [String: String], terminal: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens becomes its controlling one.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, newSession)
    var process: pid_t = 0
    var argv = words.map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    let status = posix_spawn(&process, words[0], &actions, &attributes, &argv, &envp)
    guard status == 0 else { throw Failure(description: "can't start \(words[0]): error \(status)") }
    return process
  }

  private func startReading() {
    let master = master
    weak let terminal = self
    var thread: pthread_t = 0
    let reader = Unmanaged.passRetained(Reader(master) { bytes in terminal?.take(bytes) })
    pthread_create(
      &thread, nil,
      { reader in
        if let reader { Unmanaged<Reader>.fromOpaque(reader).takeRetainedValue().run() }
        return nil
      }, reader.toOpaque())
    pthread_detach(thread)
  }

  /// Reads until the program has gone.
  private final class Reader {
    private let file: Int32
    private let take: ([UInt8]) -> Void

    init(_ file: Int32, _ take: @escaping ([UInt8]) -> Void) {
      self.file = file
      self.take = take
    }

    func run() {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(file, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        take(count > 0 ? Array(buffer[..<count]) : [])
        if count <= 0 { return }
      }
    }
  }

  private func take(_ bytes: [UInt8]) {
    state.withLock { state in
      if bytes.isEmpty { state.hasEnded = true }
      state.undecoded += bytes
      // A character may come in pieces.
      var whole = state.undecoded.count
      while whole > 0, state.undecoded[whole - 1] & 0xC0 == 0x80 { whole -= 1 }
      if whole > 0, state.undecoded[whole - 1] >= 0xC0 {
        let length = state.undecoded[whole - 1] >= 0xF0 ? 4 : state.undecoded[whole - 1] >= 0xE0 ? 3 : 2
        whole = state.undecoded.count - whole + 1 >= length ? state.undecoded.count : whole - 1
      } else {
        whole = state.undecoded.count
      }
      let text = String(decoding: state.undecoded[..<whole], as: UTF8.self)
      state.undecoded.removeFirst(whole)
      state.raw += text
      state.screen.feed(text)
    }
  }

  // MARK: Driving

  /// What the terminal shows.
  package var text: String { state.withLock(\.screen.text) }
  package var cursor: (row: Int, column: Int) { state.withLock { $0.screen.cursor } }
  /// Everything that was written.
  package var raw: String { state.withLock(\.raw) }

  /// Types a text; keys are their control characters and sequences.
  package func type(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Types a line and Enter.
  package func enter(_ line: String) { type(line + "\r") }

  /// Sends a signal to the program.
  package func signal(_ number: Int32) { kill(process, number) }

  /// Waits until the terminal shows a text.
  ///
  /// - Throws: `Failure` with what it shows, after the deadline.
  package func wait(for text: String, within limit: Duration = .seconds(30)) async throws {
    try await wait("\"\(text)\"", limit) { $0.contains(text) }
  }

  /// Waits until what the terminal shows is as wanted.
  package func wait(
    _ what: String, _ limit: Duration = .seconds(30), until isWanted: @Sendable (String) -> Bool
  ) async throws {
    let end = ContinuousClock.now + limit
    while !isWanted(text) {
      guard ContinuousClock.now < end else {
        throw Failure(description: "waited in vain for \(what); the terminal shows:\n\(text)")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Waits until the program has ended, and gives its exit code, or the signal that ended it as 128 and more.
  package func exitCode(within limit: Duration = .seconds(30)) async throws -> Int32 {
    let end = ContinuousClock.now + limit
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard ContinuousClock.now < end else {
        throw Failure(description: "the program doesn't end; the terminal shows:\n\(text)")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    // What it wrote last may still be on its way.
    while !state.withLock(\.hasEnded), ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(5))
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
