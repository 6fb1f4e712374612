import Document
import HighAvailability
import LuaRuntime
import OrderedCollections

/// A check as scripts hold it.
final class CheckObject: LuaObject {
  let check: Check
  init(_ check: Check) { self.check = check }

  static let luaClass = LuaClass(
    "kiln.Check", "A question asked again and again to learn whether an application works."
  ) {
    Property("name", .string, "What events call it.") { (object: CheckObject) in .string(object.check.name) }
    Operation(.text) { (object: CheckObject, _) in [.string("check \(object.check.name)")] }
  }
}

/// A rung as scripts hold it.
final class RungObject: LuaObject {
  let rung: Rung
  init(_ rung: Rung) { self.rung = rung }

  static let luaClass = LuaClass("kiln.Rung", "One step of a ladder.") {
    Operation(.text) { (object: RungObject, _) in
      [
        .string(
          "rung \(object.rung.action.phrase), at most \(object.rung.intensity) times in \(object.rung.period)"
        )
      ]
    }
  }
}

/// What a custom rung answers.
final class RungResultObject: LuaObject {
  let result: RungResult
  init(_ result: RungResult) { self.result = result }

  static let luaClass = LuaClass("kiln.RungResult", "What a custom rung answers.") {
    Operation(.text) { (object: RungResultObject, _) in [.string("\(object.result)")] }
  }
}

/// A ladder as scripts hold it.
final class LadderObject: LuaObject {
  let ladder: Ladder
  init(_ ladder: Ladder) { self.ladder = ladder }

  static let luaClass = LuaClass(
    "kiln.Ladder", "What to do about a failed application, from the gentlest remedy to the last."
  ) {
    Operation(.text) { (object: LadderObject, _) in
      [.string("ladder: " + object.ladder.rungs.map(\.action.phrase).joined(separator: " → "))]
    }
    Operation(.length) { (object: LadderObject, _) in [.integer(Int64(object.ladder.rungs.count))] }
  }
}

/// A policy as scripts hold it.
final class PolicyObject: LuaObject {
  let policy: ApplicationPolicy
  /// The cloud that the stack is on; nil for the chosen one.
  let session: CloudSession?
  /// Who is told of its events.
  let targets: [NotifyTarget]

  init(_ policy: ApplicationPolicy, on session: CloudSession? = nil, targets: [NotifyTarget] = []) {
    self.policy = policy
    self.session = session
    self.targets = targets
  }

  init(_ options: LuaArguments) throws {
    let stack = options["stack"].object as? StackObject
    guard let name = stack?.name ?? options["stack"].string else {
      throw LuaError(.badArgument, "a policy's stack is a stack or its name, not \(options["stack"].kind)")
    }
    session = stack?.session
    let scope = try ScopeLevel(word: options.optional("scope") ?? "application")
    var checks: [Check] = []
    if case .list(let items) = options["checks"] {
      checks = items.compactMap { ($0.object as? CheckObject)?.check }
    }
    if checks.isEmpty, scope == .application {
      throw LuaError(.badArgument, "a policy needs checks", hint: "such as checks = { ha.check.tcp{...} }")
    }
    let resource: String? = try options.optional("resource")
    guard let resource = resource ?? (scope == .stack ? "" : nil) else {
      throw LuaError(
        .badArgument, "the policy of a \(scope.rawValue) needs a resource",
        hint: "such as resource = \"Web\", its logical ID")
    }
    let ladder: LadderObject? = try options.optionalObject("ladder")
    var policy = ApplicationPolicy(
      name: try options("name"), target: Target(stack: name, logicalID: resource), checks: checks,
      ladder: ladder?.ladder ?? .standard(for: scope))
    policy.relations.scope = scope
    if case .list(let needs) = options["needs"] { policy.relations.needs = needs.compactMap(\.string) }
    policy.relations.parent = try options.optional("parent")
    policy.relations.group = try options.optional("group")
    if case .data(let tags) = options["tags"] {
      for (key, word) in tags.map ?? [:] { policy.relations.tags[key] = word.scalarText }
    }
    targets = NotifyTargetObject.targets(options["notify"]) ?? []
    self.policy = policy
  }

  static let luaClass = LuaClass("kiln.Policy", "How to keep an application alive.") {
    Property("name", .string, "What events call the application.") { (object: PolicyObject) in
      .string(object.policy.name)
    }
    Operation(.text) { (object: PolicyObject, _) in
      [.string("policy \(object.policy.name) for \(object.policy.target)")]
    }
  }
}

extension ScopeLevel {
  /// The level of a name.
  ///
  /// - Throws: `LuaError` for another word.
  init(word: String) throws {
    guard let level = ScopeLevel(rawValue: word) else {
      throw LuaError(no: "scope", word, among: Self.allCases.map(\.rawValue))
    }
    self = level
  }
}
