import Ambience
import Glibc
import LuaRuntime
import Synchronization

/// What the process's signals mean to the REPL: Ctrl-C ends what is being written, or stops what runs.
final class ReplSignals: Sendable {
  enum Activity: Sendable {
    case reading, running
    /// Another program has the terminal, and gets Ctrl-C as well.
    case lending
  }

  private struct State {
    var activity = Activity.running
    var lastInterrupt: Duration?
    var isLeaving = false
  }

  /// A second Ctrl-C within this time leaves a chunk that can't be stopped.
  private static let insistence: Duration = .seconds(2)

  private let lua: Lua
  private let lines: any LineSource
  private let ambient: Ambient
  private let state = Mutex(State())

  init(lua: Lua, lines: any LineSource, ambient: Ambient) {
    self.lua = lua
    self.lines = lines
    self.ambient = ambient
  }

  /// Whether the REPL was asked to end.
  var isLeaving: Bool { state.withLock(\.isLeaving) }

  func enter(_ activity: Activity) {
    state.withLock { state in
      state.activity = activity
      state.lastInterrupt = nil
    }
  }

  func listen() {
    Interruption.watch([SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT]) { number in
      let lines = self.lines
      switch number {
      case SIGINT: self.interrupt()
      case SIGWINCH: Task { await lines.resize() }
      case SIGCONT: Task { await lines.resume() }
      default: self.leave()
      }
    }
  }

  private func interrupt() {
    let now = ambient.uptime()
    let (activity, last) = state.withLock { state in
      defer { state.lastInterrupt = now }
      return (state.activity, state.lastInterrupt)
    }
    switch activity {
    case .reading:
      let lines = lines
      Task { await lines.interrupt() }
    case .running:
      if let last, now - last < Self.insistence { _exit(130) }
      lua.stop()
    case .lending: break
    }
  }

  private func leave() {
    state.withLock { $0.isLeaving = true }
    lua.stop()
    let lines = lines
    Task { await lines.interrupt() }
  }
}
