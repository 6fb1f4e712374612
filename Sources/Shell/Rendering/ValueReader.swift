import Document
package import LuaRuntime

/// Copies values out of Lua for showing them.
package struct ValueReader {
  package struct Limits: Sendable {
    package var depth = 6
    /// How many entries of the outermost table are shown.
    package var entries = 200
    /// How many entries of tables in it are shown.
    package var innerEntries = 30
    /// How many values there are at most altogether.
    package var total = 4000

    package init() {}
  }

  private let lua: Lua
  private let limits: Limits
  private var total = 0

  package init(_ lua: Lua, limits: Limits = Limits()) {
    self.lua = lua
    self.limits = limits
  }

  /// A value as it is shown; calls what scripts define as `__tostring`.
  package mutating func read(_ value: LuaValue) async throws -> Shown {
    try await read(value, within: [])
  }

  private mutating func read(_ value: LuaValue, within outer: [LuaTable]) async throws -> Shown {
    total += 1
    switch value {
    case .nil: return .text("nil", .faint)
    case .null: return .text("null", .faint)
    case .bool(let truth): return .text(truth ? "true" : "false", .number)
    case .integer(let number): return .text("\(number)", .number)
    case .number: return .text(try await lua.text(of: value), .number)
    case .string(let text): return .string(text)
    case .bytes(let bytes): return .text("<\(bytes.count) bytes>", .faint)
    case .table(let table): return try await read(table, within: outer)
    case .data(let data): return Shown(data)
    case .list(let items):
      if outer.isEmpty, let rows = rows(of: items) { return rows }
      var shown: [Shown] = []
      for item in items { shown.append(try await read(item, within: outer)) }
      return .table(items: shown, fields: [], more: 0)
    case .record(let fields):
      var shown: [Shown.Field] = []
      for field in fields {
        shown.append(Shown.Field(Shown.key(field.name), try await read(field.value, within: outer)))
      }
      return .table(items: [], fields: shown, more: 0)
    case .function, .native: return await function(value)
    case .object(let object):
      if outer.isEmpty, total == 1, let tabular = object as? any TabularObject { return card(tabular) }
      return .text(try await lua.text(of: value).harmless, .active)
    case .other: return .text(try await lua.text(of: value).harmless, .active)
    }
  }

  private func function(_ value: LuaValue) async -> Shown {
    let signature = await lua.documentation(of: value)?.signature
    return .text(signature.map { "function \($0)" } ?? "function", .faint)
  }

  private mutating func read(_ table: LuaTable, within outer: [LuaTable]) async throws -> Shown {
    if outer.contains(table) { return .text("<the table around it>", .faint) }
    let own = try await lua.text(of: .table(table))
    // What has no text of its own says its address.
    guard own.isAddress else { return .text(own.harmless, .active) }
    let limit = outer.isEmpty ? limits.entries : limits.innerEntries
    let entries = try await lua.entries(of: table, limit: limit + 1)
    if outer.isEmpty, entries.allSatisfy({ $0.key.integer != nil }),
      let rows = rows(
        of: entries.prefix(limit).map(\.value),
        more: entries.count > limit ? try await lua.count(of: table) - limit : 0)
    {
      return rows
    }
    if !entries.isEmpty, outer.count >= limits.depth || total > limits.total { return .text("{ … }", .faint) }
    var shown: (items: [Shown], fields: [Shown.Field]) = ([], [])
    for entry in entries.prefix(limit) {
      let value = try await read(entry.value, within: outer + [table])
      if entry.key.integer == Int64(shown.items.count + 1), shown.fields.isEmpty {
        shown.items.append(value)
      } else {
        shown.fields.append(Shown.Field(try await key(entry.key), value))
      }
    }
    let more = entries.count > limit ? try await lua.count(of: table) - limit : 0
    return .table(items: shown.items, fields: shown.fields, more: max(0, more))
  }

  // MARK: Things with facts

  /// Things of a cloud as the rows of a table, where all are such.
  private func rows(of items: [LuaValue], more: Int = 0) -> Shown? {
    let objects = items.compactMap { $0.object as? any TabularObject }
    guard !objects.isEmpty, objects.count == items.count else { return nil }
    let rows = objects.map { object in Shown.table(items: [], fields: Self.fields(object), more: 0) }
    return .table(items: rows, fields: [], more: more)
  }

  private func card(_ object: any TabularObject) -> Shown {
    let facts = Self.fields(object).filter { $0.value != .text("null", .faint) }
    return .card(object.heading.harmless, facts, more: max(0, object.fieldCount - object.facts.count))
  }

  private static func fields(_ object: any TabularObject) -> [Shown.Field] {
    object.facts.map { title, value in
      let isState = title == "status" || title == "state"
      guard isState, let word = value.string else { return Shown.Field(title, Shown(value)) }
      return Shown.Field(title, .text(word.harmless, Style(state: word)))
    }
  }

  private func key(_ key: LuaValue) async throws -> String {
    if let name = key.string { return Shown.key(name) }
    return "[\(try await lua.text(of: key).harmless)]"
  }
}

extension String {
  /// Whether this is what `tostring` gives for a table without a text of its own: `table: 0x55d0c8a3`.
  fileprivate var isAddress: Bool {
    guard let mark = range(of: ": 0x") else { return false }
    return self[mark.upperBound...].allSatisfy(\.isHexDigit)
  }

  private func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
