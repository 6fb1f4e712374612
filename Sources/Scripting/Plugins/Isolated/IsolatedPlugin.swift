import Ambience
import Document
import HighAvailability
import LuaRuntime
import OrderedCollections
import Synchronization

/// A policy plugin in a process of its own, which has nothing but the line to this one.
///
/// What its handlers do is done and journaled here. A process that is lost is a fault, and the next question starts another;
/// handlers that it was at have failed then, but what they had begun is brought to its end.
final class IsolatedPlugin: RunningPlugin {
  /// All that it takes to start a process for it.
  struct Recipe: Sendable {
    let source: Source
    let limits: PolicyPlugin.Limits
    let program: Companion.Program
    let ambient: Ambient

    /// Starts a process and loads the plugin in it.
    func start() async throws -> (PluginLink, PluginOutline) {
      let link = try PluginLink(program, source: source, ambient: ambient)
      try await link.start(allowance: Allowance(effort: .seconds(10), patience: .seconds(60)))
      let answer = try await link.ask(
        "load",
        [
          "file": .string(source.name), "text": .string(source.text),
          "memory": .integer(Int64(limits.memory)), "burst": Value(limits.burst),
        ], allowance: Allowance(effort: limits.burst * 2, patience: .seconds(10)))
      do throws(UnreadableMessage) { return (link, try PluginOutline(answer, file: source.name)) } catch {
        throw link.refuse(error)
      }
    }
  }

  private enum Line {
    case none
    case open(PluginLink)
    case starting(Task<PluginLink, any Error>)
    case retired
  }

  /// How long a handler may take between what it calls for, however busy the machine is.
  private static let handlersPatience = Duration.seconds(10)

  let outline: PluginOutline
  var isIsolated: Bool { true }
  var process: Int32? { openLink?.companion.process }
  private let recipe: Recipe
  private let lost: @Sendable (IsolatedPlugin, any Error) -> Void
  private let line: Mutex<Line>

  /// Loads a plugin in a new process.
  ///
  /// `lost` is told when that ends while it is asked nothing.
  ///
  /// - Throws: The `LuaError` of what failed.
  init(
    _ recipe: Recipe, lost: @escaping @Sendable (IsolatedPlugin, any Error) -> Void
  ) async throws {
    let (link, outline) = try await recipe.start()
    self.recipe = recipe
    self.lost = lost
    self.outline = outline
    line = Mutex(.open(link))
    tellLoss(of: link)
  }

  // MARK: - Its process

  /// The talk with its process, if it has one.
  private var openLink: PluginLink? {
    line.withLock { if case .open(let link) = $0, link.isOpen { link } else { nil } }
  }

  /// The talk with its process, which is started when there is none.
  private func link() async throws -> PluginLink {
    if let link = openLink { return link }
    let starting = try line.withLock { line -> Task<PluginLink, any Error> in
      switch line {
      case .retired: throw LuaError(.stopped, "the plugin is out of service")
      case .starting(let task): return task
      case .open(let link) where link.isOpen: return Task { link }
      case .open, .none:
        let task = Task { try await restart() }
        line = .starting(task)
        return task
      }
    }
    return try await starting.value
  }

  private func restart() async throws -> PluginLink {
    do {
      let (link, outline) = try await recipe.start()
      guard outline == self.outline else {
        throw LuaError(
          .lostPlugin, "it declares other things than before",
          hint: "what a plugin declares must not depend on chance")
      }
      let isRetired = line.withLock { line in
        if case .retired = line { return true }
        line = .open(link)
        return false
      }
      if isRetired { link.retire() } else { tellLoss(of: link) }
      return link
    } catch {
      line.withLock { if case .retired = $0 {} else { $0 = .none } }
      throw error
    }
  }

  private func tellLoss(of link: PluginLink) {
    link.tellLoss { [weak self] error in
      if let self { lost(self, error) }
    }
  }

  var memoryUsed: Int {
    get async {
      let allowance = Allowance(effort: recipe.limits.burst, patience: .seconds(1))
      guard let answer = try? await openLink?.ask("memory", allowance: allowance) else { return 0 }
      return Int(clamping: answer["bytes"]?.integer ?? 0)
    }
  }

  var processorTime: Duration { get async { openLink?.companion.processorTime ?? .zero } }

  func retire() {
    let link = openLink
    line.withLock { $0 = .retired }
    link?.retire()
  }

  // MARK: - Asking it

  func runTests() async throws {
    for index in outline.tests.indices {
      // A test may call functions of the plugin, each of which has a burst of its own.
      _ = try await link().ask(
        "test", ["test": .integer(Int64(index))],
        allowance: Allowance(effort: .seconds(1), patience: .seconds(10)))
    }
  }

  /// By how much its process may be later than what stops a function that waits in it, where the machine is busy.
  private static let slack = Duration.milliseconds(100)

  /// What so many functions may take in a row.
  private func allowance(_ functions: Int, within patience: Duration) -> Allowance {
    let effort = recipe.limits.burst * functions
    return Allowance(effort: effort, patience: patience + effort + Self.slack)
  }

  func advice(on proposal: StepProposal, within patience: Duration) async throws -> Advice {
    let link = try await link()
    let answer = try await link.ask(
      "advise", ["step": proposal.value, "patience": Value(patience)],
      allowance: allowance(outline.deciders, within: patience))
    do throws(UnreadableMessage) { return try Advice(answer) } catch { throw link.refuse(error) }
  }

  func hear(_ event: HAEvent, within patience: Duration) async throws {
    let hearers = outline.hearers(of: event.verb)
    guard hearers > 0 else { return }
    _ = try await link().ask(
      "hear", ["event": event.message, "patience": Value(patience)],
      allowance: allowance(hearers, within: patience))
  }

  func handle(
    _ handler: String, _ context: RungContext, powers: any HandlerPowers, journal: any HandlerJournal
  ) async throws -> RungResult {
    let link = try await link()
    let acts = JournaledActs(context, powers: powers, journal: journal, ambient: recipe.ambient)
    let (number, reactions) = link.converse(
      "handle", ["handler": .string(handler), "context": context.value],
      allowance: allowance(1, within: Self.handlersPatience))
    var works: [Work] = []
    let answer = await withTaskCancellationHandler {
      await follow(reactions) { call in
        do throws(UnreadableMessage) {
          let act = try HandlerAct(call.message)
          let task = link.work(call) { try await act.take(by: acts) }
          works.append(Work(isRepeatable: act.isRepeatable, task: task))
        } catch {
          _ = link.refuse(error)
        }
      }
    } onCancel: {
      link.cancel(number)
    }
    await finish(works)
    let value = try answer.get()
    do throws(UnreadableMessage) { return try RungResult(value) } catch { throw link.refuse(error) }
  }

  /// The answer at the end of what comes of a question.
  private func follow(
    _ reactions: AsyncStream<PluginLink.Reaction>, _ work: (PluginLink.Call) -> Void
  ) async -> Result<Value, any Error> {
    for await reaction in reactions {
      switch reaction {
      case .answer(let result): return result
      case .call(let call): work(call)
      }
    }
    return .failure(CancellationError())
  }

  /// Waits for what has been begun, but for what only waits or looks.
  private func finish(_ works: [Work]) async {
    for work in works where work.isRepeatable { work.task.cancel() }
    await withTaskCancellationHandler {
      for work in works { await work.task.value }
    } onCancel: {
      for work in works { work.task.cancel() }
    }
  }
}

/// What is done for a call of a handler.
private struct Work: Sendable {
  /// Whether it only waits or looks, so that it needn't be brought to its end.
  let isRepeatable: Bool
  let task: Task<Void, Never>
}

extension HandlerAct {
  fileprivate var isRepeatable: Bool { if case .perform = self { false } else { true } }
}
