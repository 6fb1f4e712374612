package import Ambience
import Document
import HighAvailability
import LuaRuntime

/// A policy plugin: a file of Lua in a state of its own, with little memory and little time.
///
/// What it does wrong is told as an error, and never holds up anybody else.
package final class PolicyPlugin: Sendable {
  /// What a plugin may use.
  package struct Limits: Sendable {
    /// In bytes.
    package var memory = 4 << 20
    /// How much of the processor it may use without waiting.
    package var burst = Duration.milliseconds(20)

    package init() {}
  }

  package let name: String
  /// The file that it was read from.
  package let file: String
  let text: String
  let wish: PluginOrder.Wish
  private let lua: Lua
  private let declarations: PluginDeclarations.State
  private let ambient: Ambient

  /// Loads a plugin in a new state, and runs its own tests.
  ///
  /// - Throws: The `LuaError` of what failed.
  package init(_ text: String, file: String, limits: Limits = Limits(), ambient: Ambient) async throws {
    self.file = file
    self.text = text
    self.ambient = ambient
    lua = Lua(
      level: .policy, memoryLimit: limits.memory, burst: limits.burst, collector: .generational,
      ambient: ambient, output: { _ in })
    let declared = PluginDeclarations(name: Self.name(ofFile: file))
    await lua.preload(.plugin(declared, now: ambient.uptime))
    _ = try await lua.run("ha = require 'ha'", name: "=ha")
    _ = try await lua.execute(text, name: file)
    declared.close()
    declarations = declared.all
    name = declarations.name
    wish = PluginOrder.Wish(name, before: declarations.before, after: declarations.after)
    try await test(declared)
  }

  /// A file's name without its folder and its ending.
  private static func name(ofFile file: String) -> String {
    let last = file.split(separator: "/").last.map(String.init) ?? file
    return last.hasSuffix(".lua") ? String(last.dropLast(4)) : last
  }

  private func test(_ declared: PluginDeclarations) async throws {
    let bench = PluginBench(declared) { [lua] in try await lua.call($0, $1) }
    for test in declarations.tests {
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
  }

  // MARK: - What it has

  package var handlers: [String] { declarations.handlers.keys.sorted() }
  package var tests: [String] { declarations.tests.map(\.name) }
  package var events: [String] { declarations.hooks.map(\.name) }
  package var decides: Bool { !declarations.deciders.isEmpty }
  /// In bytes.
  package var memoryUsed: Int { get async { await lua.memoryUsed } }
  /// How much of the processor it has used.
  package var processorTime: Duration { get async { await lua.processorTime } }

  // MARK: - Asking it

  /// Answers nobody any more, also of those who wait already; handlers that it is at go on.
  func retire() { lua.retire() }

  /// What its deciders say of a step: the first that objects.
  ///
  /// Each that waits has some time to answer.
  func advice(on proposal: StepProposal, within patience: Duration) async throws -> Advice {
    for decider in declarations.deciders {
      let advice = try Advice(
        answer: await lua.call(decider, [.record(proposal.fields)], within: patience))
      if advice != .proceed { return advice }
    }
    return .proceed
  }

  func hear(_ event: HAEvent, within patience: Duration) async throws {
    for hook in declarations.hooks where hook.verb == nil || hook.verb == event.verb {
      _ = try await lua.call(hook.run, [event.record], within: patience)
    }
  }

  /// Runs a handler.
  func handle(
    _ handler: String, _ context: RungContext, powers: any HandlerPowers, journal: any HandlerJournal
  ) async throws -> RungResult {
    guard let run = declarations.handlers[handler] else {
      throw HAError(.invalidPlugin, "the plugin \(name) has no handler `\(handler)`")
    }
    let acting = HandlerContext(context, powers: powers, journal: journal, ambient: ambient)
    defer { acting.end() }
    return RungResult(answer: try await lua.call(run, [.object(acting)]))
  }
}
