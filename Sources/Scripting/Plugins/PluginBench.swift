import Ambience
import Document
import HighAvailability
import LuaRuntime
import OrderedCollections
import StackEngine
import Synchronization

/// What a plugin's own test tries things on: nothing is done to any cloud.
final class PluginBench: LuaObject {
  private let declarations: PluginDeclarations
  private let call: LuaCall

  init(_ declarations: PluginDeclarations, call: @escaping LuaCall) {
    self.declarations = declarations
    self.call = call
  }

  static let luaClass = LuaClass("ha.Bench", "What a plugin's own tests try things on.") {
    AsyncMethod(
      "decide",
      "What the plugin's deciders say of a step: `\"proceed\"`, `\"wait\"`, `\"skip\"` or `\"hold\"`, and why.",
      [LuaParameter("step", .optional(.map), "Such as `{ action = \"replace\", attempt = 1 }`.")],
      returns: [LuaParameter("answer", .string), LuaParameter("reason", .optional(.string))]
    ) { (bench: PluginBench, arguments) in
      guard case .data(let step) = arguments["step"] else { return ["proceed"] }
      let proposal = StepProposal(bench: step)
      for decider in bench.declarations.all.deciders {
        let advice = try Advice(answer: await bench.call(decider, [.record(proposal.fields)]))
        if advice != .proceed { return advice.words }
      }
      return ["proceed"]
    }
    AsyncMethod(
      "handle", "Runs a handler; each of its acts has the result that is given for it, else `{ ok = true }`.",
      [
        LuaParameter("handler", .string),
        LuaParameter(
          "results", .optional(.map), "Results by act, such as `{ [\"soft reboot Web\"] = { ok = false } }`."),
      ],
      returns: [
        LuaParameter("answer", .string), LuaParameter("acts", .list(.string), "What it did, in order."),
      ]
    ) { (bench: PluginBench, arguments) in
      let name: String = try arguments("handler")
      guard let handler = bench.declarations.all.handlers[name] else {
        throw LuaError(.badArgument, "the plugin has no handler `\(name)`")
      }
      var results: OrderedDictionary<String, Value> = [:]
      if case .data(.map(let given)) = arguments["results"] { results = given }
      let journal = ScriptedJournal(results)
      let rung = RungContext(
        application: "app", target: Target(stack: "stack", logicalID: "Web"), reason: "a test", attempt: 1,
        intensity: 1)
      let context = HandlerContext(
        rung, JournaledActs(rung, powers: NoPowers(), journal: journal, ambient: .immediate))
      defer { context.end() }
      let answer = RungResult(answer: try await bench.call(handler, [.object(context)]))
      return [.string(answer.word), .list(journal.acts.map { .string($0) })]
    }
  }
}

/// A journal that knows the result of each step before it is taken.
private final class ScriptedJournal: HandlerJournal {
  private let results: OrderedDictionary<String, Value>
  private let taken = Mutex<[String]>([])
  var acts: [String] { taken.withLock(\.self) }

  init(_ results: OrderedDictionary<String, Value>) { self.results = results }

  func begin(_ step: HandlerStep) -> HandlerStepRecord {
    taken.withLock { $0.append(step.name) }
    if let result = results[step.name] { return .done(result) }
    return .done(step.name.hasPrefix("look ") ? true : ["ok": true])
  }

  func end(_ step: HandlerStep, result: Value) {}
}

/// The powers of a handler whose acts all have their results already.
private struct NoPowers: HandlerPowers {
  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {}
  func trail(of tag: String, on target: Target) async throws -> OperationTrail? { nil }
  func isHealthy(_ application: String, within span: Duration) async throws -> Bool { true }
}

extension Ambient {
  /// Time that stands still, and pauses that are over at once.
  fileprivate static let immediate = Ambient(
    now: { Timestamp(milliseconds: 0) }, uptime: { .zero }, sleep: { _ in }, random: { 0 })
}

extension StepProposal {
  fileprivate init(bench step: Value) {
    func text(_ name: String, _ otherwise: String) -> String { step[name]?.string ?? otherwise }
    func number(_ name: String) -> Int { Int(step[name]?.integer ?? 1) }
    self.init(
      application: text("application", "app"),
      target: Target(stack: text("stack", "stack"), logicalID: text("resource", "Web")),
      reason: text("reason", "a test"), action: text("action", "restart"), rung: number("rung") - 1,
      attempt: number("attempt"), intensity: number("intensity"), downFor: .seconds(number("down_for")))
  }

  /// The step as deciders see it.
  var fields: [LuaField] {
    [
      LuaField("application", .string(application)), LuaField("stack", .string(target.stack)),
      LuaField("resource", .string(target.logicalID)), LuaField("reason", .string(reason)),
      LuaField("action", .string(action)), LuaField("rung", .integer(Int64(rung + 1))),
      LuaField("attempt", .integer(Int64(attempt))), LuaField("intensity", .integer(Int64(intensity))),
      LuaField("down_for", .number(downFor / .seconds(1))),
    ]
  }
}

extension Advice {
  /// What a decider's results mean: nothing is no objection.
  ///
  /// - Throws: `bad_argument` for what is no answer.
  init(answer: [LuaValue]) throws {
    switch answer.first ?? .nil {
    case .nil: self = .proceed
    case .object(let object as AdviceObject): self = object.advice
    case .object(let object as RungResultObject):
      guard case .hold(let reason) = object.result else {
        throw LuaError(.badArgument, "a decider can't answer \(object.result)", hint: Self.hint)
      }
      self = .hold(reason)
    case let other: throw LuaError(.badArgument, "a decider can't answer with \(other.kind)", hint: Self.hint)
    }
  }

  private static let hint = "it answers ha.proceed, ha.wait(…), ha.skip(…), ha.hold(…), or nothing"

  fileprivate var words: [LuaValue] {
    switch self {
    case .proceed: ["proceed"]
    case .wait(_, let reason): ["wait", .string(reason)]
    case .skip(let reason): ["skip", .string(reason)]
    case .hold(let reason): ["hold", .string(reason)]
    }
  }
}

extension RungResult {
  fileprivate var word: String {
    switch self {
    case .recovered: "recovered"
    case .retry: "retry"
    case .escalate: "escalate"
    case .hold: "hold"
    }
  }
}
