package import Ambience
import Document
package import HighAvailability
import LuaRuntime

/// A policy plugin: a file of Lua in a state of its own, with little memory and little time.
///
/// What it does wrong is told as an error, and never holds up anybody else.
package final class PolicyPlugin: RunningPlugin {
  /// What a plugin may use.
  package struct Limits: Sendable {
    /// In bytes.
    package var memory = 4 << 20
    /// How much of the processor it may use without waiting.
    package var burst = Duration.milliseconds(20)

    package init() {}
  }

  package let outline: PluginOutline
  private let lua: Lua
  private let declared: PluginDeclarations
  private let declarations: PluginDeclarations.State
  private let ambient: Ambient

  /// Loads a plugin in a new state.
  ///
  /// - Throws: The `LuaError` of what failed.
  package init(_ text: String, file: String, limits: Limits = Limits(), ambient: Ambient) async throws {
    self.ambient = ambient
    lua = Lua(
      level: .policy, memoryLimit: limits.memory, burst: limits.burst, collector: .generational,
      ambient: ambient, output: { _ in })
    declared = PluginDeclarations(name: Self.name(ofFile: file))
    await lua.preload(.plugin(declared, now: ambient.uptime))
    _ = try await lua.run("ha = require 'ha'", name: "=ha")
    _ = try await lua.execute(text, name: file)
    declared.close()
    declarations = declared.all
    outline = declarations.outline(file: file)
  }

  /// A file's name without its folder and its ending.
  private static func name(ofFile file: String) -> String {
    let last = file.split(separator: "/").last.map(String.init) ?? file
    return last.hasSuffix(".lua") ? String(last.dropLast(4)) : last
  }

  package func runTests() async throws {
    for index in declarations.tests.indices { try await runTest(index) }
  }

  func runTest(_ index: Int) async throws {
    let bench = PluginBench(declared) { [lua] in try await lua.call($0, $1) }
    let test = declarations.tests[index]
    do {
      _ = try await lua.call(test.run, [.object(bench)])
    } catch let error as LuaError {
      let told = error.diagnostics[0]
      var failure = LuaError(
        error.code, "the plugin's test `\(test.name)` fails: \(told.message)", hint: told.hint)
      failure.place = told.place ?? error.place
      failure.frames = error.frames
      throw failure
    }
  }

  // MARK: - What it has

  package var isIsolated: Bool { false }
  package var process: Int32? { nil }
  package var memoryUsed: Int { get async { await lua.memoryUsed } }
  package var processorTime: Duration { get async { await lua.processorTime } }

  // MARK: - Asking it

  package func retire() { lua.retire() }

  package func advice(on proposal: StepProposal, within patience: Duration) async throws -> Advice {
    for decider in declarations.deciders {
      let advice = try Advice(
        answer: await lua.call(decider, [.record(proposal.fields)], within: patience))
      if advice != .proceed { return advice }
    }
    return .proceed
  }

  package func hear(_ event: HAEvent, within patience: Duration) async throws {
    for hook in declarations.hooks where hook.verb == nil || hook.verb == event.verb {
      _ = try await lua.call(hook.run, [event.record], within: patience)
    }
  }

  package func handle(
    _ handler: String, _ context: RungContext, powers: any HandlerPowers, journal: any HandlerJournal
  ) async throws -> RungResult {
    try await handle(
      handler, context, JournaledActs(context, powers: powers, journal: journal, ambient: ambient))
  }

  /// Runs a handler that acts by what it is given.
  func handle(
    _ handler: String, _ context: RungContext, _ acts: any HandlerActs
  ) async throws -> RungResult {
    guard let run = declarations.handlers[handler] else {
      throw HAError(.invalidPlugin, "the plugin \(name) has no handler `\(handler)`")
    }
    let acting = HandlerContext(context, acts)
    defer { acting.end() }
    return RungResult(answer: try await lua.call(run, [.object(acting)]))
  }
}
