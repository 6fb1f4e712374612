import Document
import LuaRuntime
package import StackEngine
internal import Synchronization
import Templates

/// The hooks that scripts define, for the engines of all clouds.
package final class ScriptHooks: StepHooks {
  /// A function that is asked before or after some of the steps.
  struct Hook: Sendable {
    let name: String
    let moments: Set<PausePoint.Moment>
    /// Patterns in which `*` and `?` stand for other letters.
    let type: String
    let resource: String
    let stack: String
    let ask: @Sendable (PausePoint.Moment, StepContext) async throws -> StepVerdict

    func isAsked(at moment: PausePoint.Moment, of step: StepContext) -> Bool {
      moments.contains(moment) && FilePattern.matches(step.type, type)
        && FilePattern.matches(step.logicalID, resource) && FilePattern.matches(step.stack.name, stack)
    }
  }

  private let hooks = Mutex<[Hook]>([])

  package init() {}

  /// Adds a hook, in the place of the one of the same name.
  func define(_ hook: Hook) {
    hooks.withLock { hooks in
      if let index = hooks.firstIndex(where: { $0.name == hook.name }) {
        hooks[index] = hook
      } else {
        hooks.append(hook)
      }
    }
  }

  func remove(_ name: String) { hooks.withLock { $0.removeAll { $0.name == name } } }

  package var isIdle: Bool { hooks.withLock(\.isEmpty) }

  var names: [String] { hooks.withLock { $0.map(\.name) } }

  /// Asks one hook after the other, in the order of their definition; the first that wants the step to wait has it so
  /// unless another refuses it.
  package func verdict(at moment: PausePoint.Moment, of step: StepContext) async throws -> StepVerdict {
    var verdict = StepVerdict.goOn
    for hook in hooks.withLock({ $0 }) where hook.isAsked(at: moment, of: step) {
      let answer: StepVerdict
      do {
        answer = try await hook.ask(moment, step)
      } catch let error as EngineError where error.code == .refused {
        throw error
      } catch let error where !(error is CancellationError) {
        throw EngineError(
          .refused, "the hook `\(hook.name)` failed at \(moment.rawValue)",
          hint: "mend it, or take it away with kiln.stacks.hook(\"\(hook.name)\")", cause: error)
      }
      if verdict == .goOn { verdict = answer }
    }
    return verdict
  }
}

extension ScriptHooks.Hook {
  /// - Throws: `bad_argument` for what no step comes to.
  init(_ name: String, _ options: LuaArguments, _ call: @escaping LuaCall) throws {
    self.name = name
    moments = try Self.moments(options)
    type = try options.optional("type") ?? "*"
    resource = try options.optional("resource") ?? "*"
    stack = try options.optional("stack") ?? "*"
    let run: LuaFunction = try options("run")
    ask = { moment, step in
      let answer = try await call(run, [.object(StepObject(moment, step))])
      return try Self.verdict(answer, of: name, at: moment)
    }
  }

  private static func moments(_ options: LuaArguments) throws -> Set<PausePoint.Moment> {
    let given = try options("on", as: Value.self)
    let words = PausePoint.Moment.hooks.map(\.rawValue)
    var moments: Set<PausePoint.Moment> = []
    for item in given.list ?? [given] {
      let pattern = item.string ?? ""
      let found = PausePoint.Moment.hooks.filter { FilePattern.matches($0.rawValue, pattern) }
      if found.isEmpty {
        throw LuaError(
          .badArgument, "a hook can't be on '\(pattern)'",
          hint: nearest(to: pattern, among: words).map { "did you mean '\($0)'?" }
            ?? "it is on \(words.joined(separator: ", ")), or a pattern of them")
      }
      moments.formUnion(found)
    }
    return moments
  }

  private static func verdict(
    _ answer: [LuaValue], of name: String, at moment: PausePoint.Moment
  ) throws -> StepVerdict {
    let reason = answer.count > 1 ? answer[1].string ?? "" : ""
    switch answer.first ?? .nil {
    case .nil, .bool(true): return .goOn
    case .string("pause"): return .pause(reason: reason.isEmpty ? "the hook `\(name)` wants it" : reason)
    case .string("refuse"), .bool(false):
      throw EngineError(
        .refused,
        "the hook `\(name)` refuses it at \(moment.rawValue)" + (reason.isEmpty ? "" : ": \(reason)"))
    case let other:
      throw LuaError(
        .badArgument, "a hook can't answer \(other.string.map { "'\($0)'" } ?? "with a \(other.kind)")",
        hint: "it answers nothing to go on, or 'pause' or 'refuse' and the reason")
    }
  }
}

/// A step as hooks see it.
final class StepObject: TabularObject {
  private let moment: PausePoint.Moment
  private let step: StepContext

  init(_ moment: PausePoint.Moment, _ step: StepContext) {
    self.moment = moment
    self.step = step
  }

  var heading: String { "\(moment.rawValue) of \(step.logicalID) (\(step.type))" }
  /// The properties as they are wanted.
  var facts: [(title: String, value: Value)] { step.properties.shown.map { ($0, $1) } }
  var fieldCount: Int { facts.count }

  static let luaClass = LuaClass("kiln.Step", "What is to be done to a resource, or has just been done.") {
    Property("stack", .string, "The stack's name.") { (object: StepObject) in .string(object.step.stack.name)
    }
    Property("resource", .string, "The resource's logical ID.") { (object: StepObject) in
      .string(object.step.logicalID)
    }
    Property("type", .string, "The resource's type.") { (object: StepObject) in .string(object.step.type) }
    Property("hook", .string, "When, such as `pre-create`.") { (object: StepObject) in
      .string(object.moment.rawValue)
    }
    Property("id", .optional(.string), "Its id in the cloud; nil where nothing is there yet.") {
      (object: StepObject) in object.step.physicalID.map(LuaValue.string) ?? .nil
    }
    Property("properties", .map, "The properties as they are wanted, evaluated; secret ones are hidden.") {
      (object: StepObject) in .data(.map(object.step.properties.shown))
    }
    Property("previous", .any, "The properties that it was last given; nil for what is new.") {
      (object: StepObject) in object.step.previous.map { .data(.map($0.shown)) } ?? .nil
    }
    Property("is_replacement", .boolean, "Whether it takes the place of what is there.") {
      (object: StepObject) in .bool(object.step.isReplacement)
    }
    Operation(.text) { (object: StepObject, _) in
      [.string(object.heading)]
    }
  }
}
