internal import CLua
package import Document

// MARK: - Globals and modules

extension Lua {
  package func setGlobal(_ name: String, _ value: LuaValue) throws {
    let core = core
    try core.scoped { stack in
      kl_push_globals(stack)
      try core.push(value, stack)
      kl_set_field(stack, -2, name)
    }
  }

  package func global(_ name: String) -> LuaValue {
    let core = core
    return core.scoped { stack in
      kl_push_globals(stack)
      kl_get_field(stack, -1, name)
      return core.read(stack, -1)
    }
  }

  /// Makes `require` find a module of Swift.
  package func preload(_ module: LuaModule) {
    let core = core
    core.scoped { stack in
      core.pushLoader(module, stack)
      core.setPreload(module.name, stack)
    }
  }

  /// Makes `require` find a module of Lua; messages call it `name` with slashes and `.lua`:
  /// `kiln/template.lua`.
  package func preload(source: String, name: String) throws(LuaError) {
    let file = name.split(separator: ".").joined(separator: "/") + ".lua"
    let core = core
    let stack = core.main
    try core.load(source, name: file, stack)
    core.setPreload(name, stack)
    core.library[core.shortName("@" + file)] = source
  }

  /// Gives `help` examples of the functions of Swift.
  package func setExamples(_ examples: LuaExamples) { core.examples = examples }

  /// Makes a module, and gives its table without anything being required.
  package func table(of module: LuaModule) throws -> LuaTable {
    let core = core
    return try core.scoped { stack in
      try core.push(module, stack)
      return LuaTable(reference: core.reference(stack))
    }
  }

  /// Where `require` looks for files: patterns with `?`, separated by semicolons.
  package func setPackagePath(_ path: String) {
    let core = core
    core.scoped { stack in
      kl_push_globals(stack)
      guard kl_get_field(stack, -1, "package") == Int32(KL_TABLE) else { return }
      core.push(path, stack)
      kl_set_field(stack, -2, "path")
    }
  }
}

// MARK: - Values

extension Lua {
  /// A field of a table, without metamethods.
  package func get(_ table: LuaTable, _ key: LuaValue) throws -> LuaValue {
    let core = core
    return try core.scoped { stack in
      try core.push(table.reference, stack)
      try core.push(key, stack)
      _ = kl_get(stack, -2)
      return core.read(stack, -1)
    }
  }

  /// Sets a field of a table, without metamethods; the key may be neither nil nor not-a-number.
  package func set(_ table: LuaTable, _ key: LuaValue, _ value: LuaValue) throws {
    let core = core
    try core.scoped { stack in
      try core.push(table.reference, stack)
      try core.push(key, stack)
      try core.push(value, stack)
      guard kl_set(stack, -3) else { throw LuaError(.badArgument, "a table's key can't be \(key.kind)") }
    }
  }

  /// How many items a table has.
  package func count(of table: LuaTable) throws -> Int {
    let core = core
    return try core.scoped { stack in
      try core.push(table.reference, stack)
      return kl_length(stack, -1)
    }
  }

  /// The pairs of a table without metamethods: items first, then ordered or sorted fields, then others.
  package func entries(of table: LuaTable, limit: Int = .max) throws -> [(key: LuaValue, value: LuaValue)] {
    let core = core
    return try core.scoped { stack in
      try core.push(table.reference, stack)
      return try core.entries(stack, kl_top(stack), limit: limit)
    }
  }

  package func newTable() -> LuaTable {
    let core = core
    return core.scoped { stack in
      kl_push_table(stack, 0, 0)
      return LuaTable(reference: core.reference(stack))
    }
  }

  /// Copies a value as data.
  package func data(_ value: LuaValue) throws -> Value {
    let core = core
    return try core.scoped { stack in
      try core.push(value, stack)
      return try core.data(stack, -1)
    }
  }

  /// A value as `tostring` gives it, waiting if that waits.
  package func text(of value: LuaValue) async throws -> String {
    guard let tostring = global("tostring").function else { return value.kind }
    return try await call(tostring, [value]).first?.string ?? value.kind
  }
}

// MARK: - In the core

extension Core {
  /// Stores the loader on top of the stack, and takes it off.
  func setPreload(_ name: String, _ stack: State) {
    kl_push_registry(stack, "_PRELOAD")
    kl_insert(stack, -2)
    kl_set_field(stack, -2, name)
    kl_pop(stack, 1)
  }

  func pushLoader(_ module: LuaModule, _ stack: State) {
    let loader = Function(
      "load", "", [], variadic: true,
      inside: { core, _ in
        let table = try core.scoped { stack in
          try core.push(module, stack)
          return LuaTable(reference: core.reference(stack))
        }
        return .results([.table(table)])
      })
    push(loader.declaration, named: module.name, stack)
  }

  /// Pushes a module's table: read-only below `trusted`, and strict about unknown fields.
  func push(_ module: LuaModule, _ stack: State) throws {
    kl_push_table(stack, 0, Int32(module.members.count))
    note(module, stack)
    for member in module.members {
      switch member {
      case .function(let function): push(function, named: "\(module.name).\(function.name)", stack)
      case .constant(let constant): try push(constant.value, stack)
      case .module(let inner): try push(inner, stack)
      case .type, .call: continue
      }
      kl_set_field(stack, -2, member.name)
    }
    kl_push_table(stack, 0, 1)
    push(strictness(of: module), named: module.name, stack)
    kl_set_field(stack, -2, "__index")
    setCall(of: module, stack)
    kl_set_metatable(stack, -2)
    guard level != .trusted else { return }
    kl_freeze(stack)
    note(module, stack)
  }

  /// Gives the metatable on top what calling the module does.
  private func setCall(of module: LuaModule, _ stack: State) {
    for case .call(let function) in module.members {
      let own = LuaFunctionDeclaration(
        function.name, function.summary, [LuaParameter("module")] + function.parameters, function.returns,
        variadic: function.variadic, awaits: function.awaits, body: function.body)
      push(own, named: module.name, stack)
      kl_set_field(stack, -2, "__call")
    }
  }

  /// Remembers that the table on top is a module's.
  private func note(_ module: LuaModule, _ stack: State) {
    kl_copy(stack, -1)
    let table = reference(stack)
    modules[table.address] = (module, table)
  }

  private func strictness(of module: LuaModule) -> LuaFunctionDeclaration {
    let parameters = [LuaParameter("module"), LuaParameter("field")]
    return Function("__index", "", parameters) { arguments in
      guard let name = arguments[1].string else { return [.nil] }
      let near = nearest(to: name, among: module.members.map(\.name))
      throw LuaError(
        .unknownField, "'\(module.name)' has no field '\(name)'", hint: near.map { "did you mean '\($0)'?" })
    }.declaration
  }

  /// Makes the chunk on top see names before the globals.
  func setEnvironment(_ locals: [LuaField], _ stack: State) throws {
    try push(.record(locals), stack)
    kl_push_table(stack, 0, 2)
    kl_push_globals(stack)
    kl_set_field(stack, -2, "__index")
    kl_push_globals(stack)
    kl_set_field(stack, -2, "__newindex")
    kl_set_metatable(stack, -2)
    kl_set_environment(stack, -2)
  }

  func entries(_ stack: State, _ index: Int32, limit: Int) throws -> [(key: LuaValue, value: LuaValue)] {
    var items: [(key: LuaValue, value: LuaValue)] = []
    var fields: [String: LuaValue] = [:]
    var others: [(key: LuaValue, value: LuaValue)] = []
    kl_push_nil(stack)
    while kl_next(stack, index) {
      let value = read(stack, kl_top(stack))
      kl_pop(stack, 1)
      switch read(stack, kl_top(stack)) {
      case .string(let name): fields[name] = value
      case .integer(let number): items.append((.integer(number), value))
      case let key: others.append((key, value))
      }
      guard items.count + fields.count + others.count < limit else {
        kl_pop(stack, 1)
        break
      }
    }
    items.sort { ($0.key.integer ?? 0) < ($1.key.integer ?? 0) }
    let names = others.isEmpty && items.isEmpty ? (try? keys(stack, index)) : nil
    let ordered = (names ?? fields.keys.sorted()).compactMap { name in
      fields[name].map { (key: LuaValue.string(name), value: $0) }
    }
    return items + ordered + others
  }
}
