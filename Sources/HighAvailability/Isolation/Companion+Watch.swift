import CEvents
import Glibc
import Synchronization

extension Companion {
  /// The life of the companion in its thread, whose end would be the companion's: it is told to die with that.
  func watch(_ listener: (News) -> Void) {
    let end = begin() ?? listen(listener)
    bury(end, listener)
  }

  /// Starts the program; returns its end where that can't be.
  private func begin() -> CompanionEnd? {
    state.withLock { state in
      if let sentence = state.sentence { return sentence }
      var process = pid_t()
      let code = spawn(&process)
      line.closeOther()
      guard code == 0 else { return .notStarted(String(cString: strerror(code)).lowercased()) }
      // Before it has a second thread, each of which has a claim of its own.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process), 10)
      state.process = process
      setTimer(state)
      return nil
    }
  }

  private func spawn(_ process: inout pid_t) -> Int32 {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_adddup2(&files, line.other, 0)
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0)
    cevents_close_from(&files, 3)
    var attributes = SpawnAttributes()
    let words = program.arguments.map { strdup($0) } + [nil]
    // Where the program's libraries are it must know; a crash of it is nobody's to look into.
    let places = getenv("LD_LIBRARY_PATH").map { "LD_LIBRARY_PATH=\(String(cString: $0))" }
    let variables = [places, "SWIFT_BACKTRACE=enable=no"].compactMap(\.self).map { strdup($0) } + [nil]
    defer { for word in words + variables { free(word) } }
    return posix_spawn(&process, program.path, &files, &attributes.value, words, variables)
  }

  // MARK: - Listening

  private func listen(_ listener: (News) -> Void) -> CompanionEnd {
    var frames = MessageFrames()
    while true {
      let ready = line.wait(toSend: state.withLock { !$0.outgoing.isEmpty })
      if let sentence = state.withLock(\.sentence) { return sentence }
      if ready.canSend { flush() }
      if ready.hasInput, let end = hear(&frames, listener) { return end }
      if let end = judge() { return end }
    }
  }

  /// Takes what it has said.
  private func hear(
    _ frames: inout MessageFrames, _ listener: (News) -> Void
  ) -> CompanionEnd? {
    guard let bytes = line.read() else { return .hungUp }
    frames.add(bytes)
    do throws(MessageFrames.Rubbish) {
      while let message = try frames.next() { listener(.message(message)) }
      return nil
    } catch {
      return .rubbish(error.reason)
    }
  }

  private func flush() {
    state.withLock { state in
      let sent = line.send(state.outgoing[...])
      if sent > 0 { state.outgoing.removeFirst(sent) }
    }
  }

  /// Looks whether it is late.
  private func judge() -> CompanionEnd? {
    state.withLock { state in
      guard let allowance = state.allowance else { return nil }
      let silence = Duration.nanoseconds(cevents_uptime() - state.since.instant)
      let vigil = Vigil(allowance)
      guard silence >= vigil.first else { return nil }
      let used = processorTime(state) - state.since.used
      switch vigil.look(silence: silence, used: used) {
      case .waits(let span): line.setTimer(state.since.instant + span.nanoseconds)
      case .overran: return .overran(allowance.effort)
      case .silent: return .silent(allowance.patience)
      }
      return nil
    }
  }

  // MARK: - The end

  /// Kills it unless it has ended by itself, tells how it ended, and waits for it.
  ///
  /// Nobody waits with it: where the machine is busy one that is killed takes its time.
  func bury(_ end: CompanionEnd, _ listener: (News) -> Void) {
    let process = state.withLock { state in
      state.hasEnded = true
      line.close()
      return state.process
    }
    guard let process else { return listener(.ended(end)) }
    var status: Int32 = 0
    // A process that ends closes its line a little before it can be buried.
    for _ in 0..<50 where end == .hungUp {
      if waitpid(process, &status, WNOHANG) == process { return listener(.ended(ended(status))) }
      usleep(1000)
    }
    // With all that it has started, where it isn't confined.
    kill(-process, SIGKILL)
    listener(.ended(end))
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  private func ended(_ status: Int32) -> CompanionEnd {
    status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
  }
}
