import HighAvailability
import LuaRuntime
import Synchronization

/// What a plugin says of itself while it loads.
final class PluginDeclarations: Sendable {
  /// A function that hears of events.
  struct Hook: Sendable {
    let name: String
    /// Nil for all.
    let verb: HAEvent.Verb?
    let run: LuaFunction
  }

  struct Test: Sendable {
    let name: String
    let run: LuaFunction
  }

  struct State: Sendable {
    var name: String
    var before: Set<String> = []
    var after: Set<String> = []
    var wantsIsolation = false
    var hooks: [Hook] = []
    var deciders: [LuaFunction] = []
    var handlers: [String: LuaFunction] = [:]
    var tests: [Test] = []

    func outline(file: String) -> PluginOutline {
      PluginOutline(
        name: name, file: file, handlers: handlers.keys.sorted(), tests: tests.map(\.name),
        events: hooks.map(\.name), deciders: deciders.count,
        wish: PluginOrder.Wish(name, before: before, after: after), wantsIsolation: wantsIsolation)
    }
  }

  private let state: Mutex<(State, isOpen: Bool)>

  init(name: String) { state = Mutex((State(name: name), true)) }

  var all: State { state.withLock(\.0) }

  /// Nothing is declared any more once the plugin is loaded.
  func close() { state.withLock { $0.isOpen = false } }

  /// - Throws: `bad_context` once the plugin is loaded.
  func declare(_ function: String, _ change: (inout State) throws -> Void) throws {
    try state.withLock { state in
      guard state.isOpen else {
        throw LuaError(
          .badContext, "'\(function)' can only be called while the plugin loads",
          hint: "call it at the top of the file")
      }
      try change(&state.0)
    }
  }
}
