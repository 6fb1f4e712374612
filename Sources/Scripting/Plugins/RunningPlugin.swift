package import HighAvailability

/// A policy plugin that is loaded, wherever it runs: in this process, or in one of its own.
package protocol RunningPlugin: AnyObject, Sendable {
  var outline: PluginOutline { get }
  /// Whether it runs in a process of its own.
  var isIsolated: Bool { get }
  /// The number of that process, while it has one.
  var process: Int32? { get }
  /// What its state of Lua uses, in bytes.
  var memoryUsed: Int { get async }
  /// How much of the processor it has used.
  var processorTime: Duration { get async }

  /// Runs its own tests.
  ///
  /// - Throws: The `LuaError` of the first that fails.
  func runTests() async throws
  /// Answers nobody any more, also of those who wait already; handlers that it is at go on.
  func retire()
  /// What its deciders say of a step: the first that objects.
  ///
  /// Each that waits has some time to answer.
  func advice(on proposal: StepProposal, within patience: Duration) async throws -> Advice
  func hear(_ event: HAEvent, within patience: Duration) async throws
  /// Runs a handler.
  func handle(
    _ handler: String, _ context: RungContext, powers: any HandlerPowers, journal: any HandlerJournal
  ) async throws -> RungResult
}

/// What a plugin says of itself.
package struct PluginOutline: Sendable, Hashable {
  package let name: String
  /// The file that it was read from.
  package let file: String
  /// The names of its handlers, sorted.
  package let handlers: [String]
  /// The names of its tests.
  package let tests: [String]
  /// The events that it hears of, as it calls them.
  package let events: [String]
  /// How many functions it has that decide.
  package let deciders: Int
  let wish: PluginOrder.Wish
  /// Whether it asks for a process of its own.
  let wantsIsolation: Bool

  package var decides: Bool { deciders > 0 }

  /// How many of its functions hear of an event.
  func hearers(of verb: HAEvent.Verb) -> Int { events.count { $0 == "*" || $0 == verb.word } }
}

extension RunningPlugin {
  package var name: String { outline.name }
  package var file: String { outline.file }
}

extension HAEvent.Verb {
  /// What plugins call it, such as `soft_reboot`.
  var word: String { String(rawValue.dropFirst(3).lowercased()) }
}
