import Glibc
import Secrets

/// A command that prints the key of a store's secrets: that of a keyring or a password store.
///
/// A shell runs it with kiln's environment and standard error; what it reads from people it reads from the terminal.
/// The command may have secrets in it and is shown to nobody: messages call it by its source.
package struct KeyCommand: Sendable {
  let command: String
  /// Where the command is from, such as `KILN_STORE_KEY_COMMAND`.
  let source: String
  /// How long somebody may take to unlock the keyring.
  let patience: Duration

  package init(_ command: String, source: String, patience: Duration = .seconds(120)) {
    self.command = command
    self.source = source
    self.patience = patience
  }

  /// Runs the command.
  ///
  /// - Throws: `StoreError` when it fails, takes too long or prints no key.
  package func key() async throws -> GivenKey {
    let text = try await BlockingThread().run { try run() }
    let digits = text.reveal()
    if digits.isEmpty {
      throw failure("prints nothing", hint: "have it print the key: 64 hexadecimal digits")
    }
    do {
      return GivenKey(seal: try Seal(hexadecimal: text), source: source)
    } catch {
      throw failure(
        "prints \(digits.count) characters that are no key",
        hint: "a key is 64 hexadecimal digits, as `openssl rand -hex 32` makes them")
    }
  }

  // MARK: - The process

  /// What the command prints, but for spaces and line ends.
  private func run() throws -> Secret {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw failure("can't be run: \(reason(errno))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let started = Result { try spawn(output: ends[1]) }
    close(ends[1])
    let process = try started.get()
    let end = ContinuousClock.now + patience
    let bytes: [UInt8]
    let status: Int32
    do {
      bytes = try read(ends[0], until: end)
      status = try wait(process, until: end)
    } catch {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      throw error
    }
    guard status == 0 else { throw failure(how(status), hint: "see what it says, and run it by itself") }
    return Secret(String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self))
  }

  private func spawn(output: Int32) throws -> pid_t {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    // Standard input may be a script of kiln's.
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&files, output, 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let texts = ["sh", "-c", command]
    let arguments = texts.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/bin/sh", &files, &attributes, arguments, environ)
    guard code == 0 else { throw failure("can't be run: \(reason(code))") }
    return process
  }

  private func read(_ file: Int32, until end: ContinuousClock.Instant) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1024)
    while true {
      var poll = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let left = (end - .now).milliseconds
      guard left > 0 else { throw tooLong }
      guard Glibc.poll(&poll, 1, Int32(min(left, 60_000))) > 0 else { continue }
      let count = Glibc.read(file, &part, part.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("can't be read: \(reason(errno))") }
      if count == 0 { return bytes }
      bytes += part[..<count]
      guard bytes.count <= 4096 else {
        throw failure("prints more than a key", hint: "have it print the key alone: 64 hexadecimal digits")
      }
    }
  }

  private func wait(_ process: pid_t, until end: ContinuousClock.Instant) throws -> Int32 {
    var status: Int32 = 0
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { return status }
      if found < 0, errno != EINTR { throw failure("can't be waited for: \(reason(errno))") }
      guard ContinuousClock.now < end else { throw tooLong }
      usleep(2000)
    }
  }

  // MARK: - Failures

  private func how(_ status: Int32) -> String {
    let signal = status & 0x7F
    return signal == 0 ? "has failed with exit code \(status >> 8 & 0xFF)" : "was ended by signal \(signal)"
  }

  private var tooLong: StoreError {
    failure(
      "has printed no key in \(patience.components.seconds) seconds",
      hint: "unlock the keyring first, or see what the command waits for")
  }

  private func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private func failure(_ what: String, hint: String? = nil) -> StoreError {
    StoreError(.keyCommand, path: "", "the command of \(source) \(what)", hint: hint)
  }
}
