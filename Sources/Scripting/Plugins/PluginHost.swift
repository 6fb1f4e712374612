package import Ambience
package import Document
package import HighAvailability
import LuaRuntime
import OrderedCollections

/// The plugins of a supervisor: asks them in their order, runs their handlers, and takes those out of service that fail.
package actor PluginHost: PolicyAdvisor {
  /// A plugin as it is doing.
  package struct Status: Sendable {
    package let plugin: any RunningPlugin
    /// Why it is out of service; nil while it isn't.
    package let outOfService: String?
    /// How many faults it had lately.
    package let faults: Int
  }

  private struct Entry {
    var plugin: any RunningPlugin
    var breaker: PluginBreaker
  }

  private let ambient: Ambient
  /// What serves a plugin in a process of its own; nil where there is no such program.
  private let servant: Companion.Program?
  private var isolatesAll = false
  private let limits: PolicyPlugin.Limits
  private let breakerLimits: PluginBreaker.Limits
  /// How long a plugin that waits for something may take to answer.
  private let patience: Duration
  private var complain: @Sendable (_ plugin: String, Diagnostic) -> Void
  private var entries: OrderedDictionary<String, Entry> = [:]

  /// A host without plugins.
  ///
  /// `servant` serves a plugin in a process of its own. `complain` is told of each fault of a plugin.
  package init(
    ambient: Ambient, servant: Companion.Program? = nil, limits: PolicyPlugin.Limits = PolicyPlugin.Limits(),
    breaker: PluginBreaker.Limits = PluginBreaker.Limits(), patience: Duration = .seconds(1),
    complain: @escaping @Sendable (_ plugin: String, Diagnostic) -> Void = { _, _ in }
  ) {
    self.ambient = ambient
    self.servant = servant
    self.limits = limits
    breakerLimits = breaker
    self.patience = patience
    self.complain = complain
  }

  /// Tells faults to another from now on.
  func tellFaults(to complain: @escaping @Sendable (_ plugin: String, Diagnostic) -> Void) {
    self.complain = complain
  }

  // MARK: - Loading

  /// Gives each plugin that is loaded from now on a process of its own, unless it is said of it that it has none.
  package func isolateAll() { isolatesAll = true }

  /// Loads a plugin, in the place of the one of its name if there is one: that one stays where the new one can't be
  /// loaded or fails its own tests, and finishes the handlers that it is at.
  ///
  /// It runs in this process unless it asks for one of its own, or that is said here or of all: in this one it answers
  /// ten times sooner, and costs no process; its memory and time are limited in both.
  ///
  /// - Throws: The `LuaError` of what failed, or `plugin_cycle`.
  @discardableResult
  package func load(
    _ text: String, file: String, isolated: Bool? = nil
  ) async throws -> any RunningPlugin {
    let plugin = try await start(Source(name: file, text: text), isolated: isolated)
    try await plugin.runTests()
    var all = entries
    all[plugin.name] = Entry(plugin: plugin, breaker: PluginBreaker(breakerLimits))
    let order = try PluginOrder.sorted(all.values.map(\.plugin.outline.wish))
    entries = [:]
    for name in order { entries[name] = all[name] }
    return plugin
  }

  private func start(_ source: Source, isolated: Bool?) async throws -> any RunningPlugin {
    if !(isolated ?? isolatesAll) {
      let plugin = try await PolicyPlugin(source.text, file: source.name, limits: limits, ambient: ambient)
      guard plugin.outline.wantsIsolation, isolated == nil else { return plugin }
    }
    guard let servant else {
      throw LuaError(.lostPlugin, "there is no program here that gives a plugin a process of its own")
    }
    let recipe = IsolatedPlugin.Recipe(source: source, limits: limits, program: servant, ambient: ambient)
    return try await IsolatedPlugin(recipe) { [weak self] plugin, error in
      Task { await self?.noteLoss(error, of: plugin) }
    }
  }

  /// Counts the loss of a plugin's process while nobody asked it.
  private func noteLoss(_ error: any Error, of plugin: any RunningPlugin) {
    note(error, of: plugin.name, plugin)
  }

  package func remove(_ name: String) { entries[name] = nil }

  package var status: [Status] {
    let now = ambient.uptime()
    return entries.values.map {
      Status(plugin: $0.plugin, outOfService: $0.breaker.reason, faults: $0.breaker.count(at: now))
    }
  }

  // MARK: - Asking

  package func advice(on proposal: StepProposal) async -> Advice {
    for (name, entry) in entries where entry.plugin.outline.decides && entry.breaker.reason == nil {
      let plugin = entry.plugin
      do {
        let advice = try await plugin.advice(on: proposal, within: patience)
        if advice != .proceed { return advice.of(name) }
      } catch {
        if !Task.isCancelled { note(error, of: name, plugin) }
      }
    }
    return .proceed
  }

  package func hear(_ event: HAEvent) async {
    for (name, entry) in entries where entry.breaker.reason == nil {
      let plugin = entry.plugin
      do { try await plugin.hear(event, within: patience) } catch {
        if !Task.isCancelled { note(error, of: name, plugin) }
      }
    }
  }

  // MARK: - Handlers

  /// The rung's function that runs a handler of a plugin, called `PLUGIN.HANDLER` or, where only one has it, `HANDLER`.
  ///
  /// A handler that fails, or whose plugin is out of service, has its ladder go on with the next rung.
  package nonisolated func rung(_ handler: String) -> HandlerRun {
    { context, powers, journal in try await self.handle(handler, context, powers, journal) }
  }

  /// - Throws: `HAError` when there is no such handler, or several plugins have one.
  package func check(_ handler: String) throws { _ = try find(handler) }

  /// Whether there are any plugins.
  package var isEmpty: Bool { entries.isEmpty }

  private func handle(
    _ handler: String, _ context: RungContext, _ powers: any HandlerPowers, _ journal: any HandlerJournal
  ) async throws -> RungResult {
    let (name, function) = try find(handler)
    guard let entry = entries[name] else { throw noSuchHandler(handler) }
    if let reason = entry.breaker.reason {
      return .escalate("the plugin \(name) is out of service: \(reason)")
    }
    do {
      return try await entry.plugin.handle(function, context, powers: powers, journal: journal)
    } catch let error as CancellationError {
      throw error
    } catch let error as LuaError where error.code == .cancelled {
      throw CancellationError()
    } catch let error as HandlerDiverged {
      complain(name, error.diagnostics[0])
      return .hold(error.diagnostics[0].message)
    } catch {
      let diagnostic = note(error, of: name, entry.plugin)
      return .escalate("the plugin \(name) failed: \(diagnostic.message)")
    }
  }

  private func find(_ handler: String) throws -> (plugin: String, handler: String) {
    if let dot = handler.firstIndex(of: "."), let entry = entries[String(handler[..<dot])] {
      let name = String(handler[handler.index(after: dot)...])
      guard entry.plugin.outline.handlers.contains(name) else { throw noSuchHandler(handler) }
      return (entry.plugin.name, name)
    }
    let having = entries.filter { $0.value.plugin.outline.handlers.contains(handler) }.map(\.key)
    guard having.count <= 1 else {
      throw HAError(
        .invalidPolicy, "the plugins \(having.joined(separator: ", ")) have a handler `\(handler)`",
        hint: "name one of them, such as \(having[0]).\(handler)")
    }
    guard let name = having.first else { throw noSuchHandler(handler) }
    return (name, handler)
  }

  private func noSuchHandler(_ handler: String) -> HAError {
    let all = entries.values.flatMap { entry in
      entry.plugin.outline.handlers.map { "\(entry.plugin.name).\($0)" }
    }
    return HAError(
      .invalidPolicy, "no plugin has a handler `\(handler)`",
      hint: nearest(to: handler, among: all).map { "did you mean `\($0)`?" }
        ?? (all.isEmpty ? "no plugin has any" : "there are \(all.joined(separator: ", "))"))
  }

  // MARK: - Faults

  @discardableResult
  private func note(_ error: any Error, of name: String, _ plugin: any RunningPlugin) -> Diagnostic {
    let diagnostic =
      (error as? any Explainable)?.diagnostics.first
      ?? Diagnostic(.error, "plugin_failed", "\(error)")
    // One that was loaded anew meanwhile isn't to blame, nor has one more to say that is out of service; and a
    // loss counts once.
    guard let entry = entries[name], entry.plugin === plugin, entry.breaker.reason == nil,
      ((error as? LuaError)?.cause as? Loss)?.take() ?? true
    else {
      return diagnostic
    }
    complain(name, diagnostic)
    if entries[name]?.breaker.fail(diagnostic.message, at: ambient.uptime()) ?? false {
      plugin.retire()
      complain(
        name,
        Diagnostic(
          .error, "plugin_out_of_service",
          "the plugin \(name) is out of service: \(entries[name]?.breaker.reason ?? "")",
          hint: "ladders go on without it; mend it and load it again"))
    }
    return diagnostic
  }
}

extension Advice {
  /// The same, told as a plugin's.
  fileprivate func of(_ plugin: String) -> Advice {
    switch self {
    case .proceed: .proceed
    case .wait(let span, let reason): .wait(span, "\(reason) (plugin \(plugin))")
    case .skip(let reason): .skip("\(reason) (plugin \(plugin))")
    case .hold(let reason): .hold("\(reason) (plugin \(plugin))")
    }
  }
}
