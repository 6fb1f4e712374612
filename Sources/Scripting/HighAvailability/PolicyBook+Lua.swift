package import Document
package import HighAvailability
package import LuaRuntime
import OrderedCollections
import StackEngine

/// What a policy file returned, as a supervisor can take it.
package struct PolicyFile: Sendable {
  package let book: PolicyBook
  /// The clouds on which its stacks are, where it says so.
  package let sessions: [CloudSession]

  /// Reads what a file returned: a policy, a list of policies, or a table with `policies` and perhaps `budgets` and
  /// `notify`.
  ///
  /// The state is kept while any of the policies is.
  ///
  /// - Throws: A `Diagnostic` that names the file when it returned something else.
  package init(_ results: [LuaValue], of path: String, text: String, in lua: Lua) async throws {
    func refuse(_ what: String, _ hint: String) -> Diagnostic {
      Diagnostic("bad_policy_file", "\(path) \(what)", hint: hint)
    }
    var policies = results.first ?? .nil
    var budgets: [Budget]?
    var targets: [NotifyTarget] = []
    if let table = policies.table, try await lua.count(of: table) == 0 {
      let fields = try await Self.fields(of: table, in: lua)
      if let unknown = fields.keys.first(where: { !Self.known.contains($0) }) {
        throw refuse(
          "returns a table with `\(unknown)`",
          nearest(to: unknown, among: Self.known).map { "did you mean `\($0)`?" }
            ?? "it may have \(Self.known.joined(separator: ", "))")
      }
      guard let named = fields["policies"] else {
        throw refuse("returns a table without `policies`", Self.shape)
      }
      policies = named
      if let value = fields["budgets"] { budgets = try Budget.list(try await lua.data(value)) }
      if let value = fields["notify"] {
        guard let named = NotifyTargetObject.targets(try await Self.list(value, in: lua)) else {
          throw refuse(
            "has a `notify` that isn't made of targets",
            "make them with ha.notify, such as ha.notify.email{...}")
        }
        targets = named
      }
    }
    let objects = try await Self.policies(policies, in: lua)
    guard let objects else {
      throw refuse(
        "returns \(results.isEmpty ? "nothing" : policies.kind)", Self.shape)
    }
    book = PolicyBook(
      objects.map { PolicyBook.Page($0.policy, source: text, targets: targets + $0.targets, home: lua) },
      budgets: budgets)
    sessions = objects.compactMap(\.session)
  }

  /// What a document or a stack's template says.
  init(
    _ policies: [PolicyObject], source: String = "", budgets: [Budget]? = nil, targets: [NotifyTarget] = []
  ) {
    book = PolicyBook(
      policies.map { PolicyBook.Page($0.policy, source: source, targets: targets + $0.targets) },
      budgets: budgets)
    sessions = policies.compactMap(\.session)
  }

  private static let shape =
    "return ha.policy{...}, or a list of them, or { policies = { ... }, budgets = { ... }, notify = ... }"
  private static let known = ["policies", "budgets", "notify"]

  /// The policies of a value that is one or a list of them; nil when it is neither.
  private static func policies(_ value: LuaValue, in lua: Lua) async throws -> [PolicyObject]? {
    if let policy = value.object as? PolicyObject { return [policy] }
    guard case .list(let items) = try await list(value, in: lua) else { return nil }
    let policies = items.compactMap { $0.object as? PolicyObject }
    return policies.count == items.count ? policies : nil
  }

  /// A table as a list of its items; other values as they are.
  private static func list(_ value: LuaValue, in lua: Lua) async throws -> LuaValue {
    guard let table = value.table else { return value }
    return .list(try await lua.entries(of: table).map(\.value))
  }

  private static func fields(
    of table: LuaTable, in lua: Lua
  ) async throws -> OrderedDictionary<String, LuaValue> {
    var fields: OrderedDictionary<String, LuaValue> = [:]
    for (key, value) in try await lua.entries(of: table) { fields[key.string ?? key.kind] = value }
    return fields
  }
}

extension Workbench {
  /// Reads a policy file in YAML or JSON.
  ///
  /// - Throws: All that is wrong with it, each with its place.
  package func policyFile(_ source: Source) async throws -> PolicyFile {
    var reader = PolicyReader(policies, ambient: ambient)
    return try await reader.file(source)
  }

  /// Reads the policies that the template of a stack says.
  ///
  /// - Throws: What is wrong with them; also when there is none.
  package func policyFile(ofStack name: String) async throws -> PolicyFile {
    let session = try await sessions.session()
    let stack = try await session.engine.describe(name)
    return PolicyFile(
      try await StackPolicies(plugins: policies, ambient: ambient).policies(of: stack, on: session))
  }
}

extension PolicyBook {
  /// The books of several files as one.
  package init(joining books: [PolicyBook]) {
    let budgets = books.compactMap(\.budgets)
    self.init(books.flatMap(\.pages), budgets: budgets.isEmpty ? nil : budgets.flatMap(\.self))
  }
}
