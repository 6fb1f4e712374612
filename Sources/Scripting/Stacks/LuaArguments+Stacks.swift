import Document
import LuaRuntime
import OrderedCollections
import StackEngine

// What several functions about stacks take.

extension LuaArguments {
  /// The logical IDs under `skip`.
  var skipped: Set<String> {
    get throws { Set((try optional("skip", as: Value.self)?.list ?? []).compactMap(\.string)) }
  }

  /// The failure policy that is given, if one is.
  ///
  /// - Throws: `bad_argument` for a policy that there isn't.
  var failurePolicy: OperationOptions.FailurePolicy? {
    get throws {
      guard let name: String = try optional("on_failure") else { return nil }
      if let policy = OperationOptions.FailurePolicy(rawValue: name) { return policy }
      throw LuaError(.badArgument, "on_failure can't be '\(name)'", hint: "it is 'rollback' or 'keep'")
    }
  }

  /// What becomes of the stack after a failure, if that is said, and whether the failed step waits first.
  ///
  /// - Throws: `bad_argument` for a policy that there isn't.
  var failureHandling: (policy: OperationOptions.FailurePolicy?, pauses: Bool)? {
    get throws {
      guard let name: String = try optional("on_failure") else { return nil }
      if name == "pause" { return (nil, true) }
      if let policy = OperationOptions.FailurePolicy(rawValue: name) { return (policy, false) }
      throw LuaError(
        .badArgument, "on_failure can't be '\(name)'", hint: "it is 'rollback', 'keep' or 'pause'")
    }
  }

  /// The logical IDs under `resources`: new ones by old ones.
  ///
  /// - Throws: `bad_argument` for what says no logical IDs.
  var moved: OrderedDictionary<String, String> {
    get throws {
      let given = try optional("resources", as: Value.self)
      let pairs =
        given?.list.map { $0.map { ($0.string, $0.string) } } ?? given?.map.map { $0.map { ($0, $1.string) } }
        ?? []
      let known = pairs.compactMap { old, new in old.flatMap { old in new.map { (old, $0) } } }
      guard !pairs.isEmpty, known.count == pairs.count else {
        throw LuaError(
          .badArgument, "resources says which: a list of logical IDs, or new ones by old ones",
          hint: "write { \"Disk\" } or { Disk = \"Data\" }")
      }
      return OrderedDictionary(known, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The tags that are given, if any are.
  ///
  /// - Throws: `bad_argument` for what is no text, number or boolean.
  var tags: Tags? {
    get throws {
      guard let given = try optional("tags", as: Value.self)?.map else { return nil }
      return try Tags(
        uniqueKeysWithValues: given.map { key, value in
          if let text = value.scalarText { return (key, text) }
          throw LuaError(.badArgument, "the tag `\(key)` must be a text")
        })
    }
  }

  /// A stack policy, as a table or as JSON.
  func policy(_ name: String) throws -> StackPolicy? {
    guard let given = try optional(name, as: Value.self) else { return nil }
    if let text = given.string { return try StackPolicy(Value.json(text)) }
    return try StackPolicy(given)
  }
}
