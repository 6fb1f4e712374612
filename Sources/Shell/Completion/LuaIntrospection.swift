package import LuaRuntime

/// What a state of Lua knows about its values.
package struct LuaIntrospection: Introspection {
  private let lua: Lua

  package init(_ lua: Lua) { self.lua = lua }

  /// Loads the modules that are else loaded when they are first used, so that their names are known.
  package func loadModules() async {
    _ = try? await lua.run("for _ in pairs(kiln or {}) do end", name: "=completion")
  }

  package func names(of path: [String]) async -> [KnownName] {
    let fields = await lua.fields(of: path)
    var names: [KnownName] = []
    for field in fields where !field.name.hasPrefix("__") { names.append(await name(field, path)) }
    return names + (await offered(by: path))
  }

  package func documentation(of path: [String]) async -> LuaDocumentation? {
    await lua.documentation(ofPath: path)
  }

  private func name(_ field: LuaName, _ path: [String]) async -> KnownName {
    let kind = KnownName.Kind(rawValue: field.kind.rawValue) ?? .value
    guard kind == .function || kind == .method else {
      return KnownName(field.name, kind, field.summary ?? "")
    }
    let signature = await lua.documentation(ofPath: path + [field.name])?.signature
    return KnownName(
      field.name, kind, field.summary ?? "", signature: signature.flatMap { Self.tail(of: $0, field.name) })
  }

  /// `create(name)` of `kiln.stacks.create(name)`.
  private static func tail(of signature: String, _ name: String) -> String? {
    guard let parenthesis = signature.firstIndex(of: "(") else { return nil }
    return name + signature[parenthesis...]
  }

  /// The names that a value of the standard library's offers by its metatable's `__names`, and a string's methods.
  private func offered(by path: [String]) async -> [KnownName] {
    guard !path.isEmpty,
      let answer = try? await lua.run(Self.asking, name: "=completion", arguments: path.map(LuaValue.string)),
      let first = answer.first
    else { return [] }
    if first.string == "string" {
      return await names(of: ["string"]).map { name in
        var name = name
        if name.kind == .function { name.kind = .method }
        return name
      }
    }
    guard let table = first.table else { return [] }
    let entries = (try? await lua.entries(of: table, limit: 500)) ?? []
    return entries.compactMap { entry in
      guard let name = entry.key.string else { return nil }
      return KnownName(name, entry.value.string.flatMap(KnownName.Kind.init) ?? .value)
    }
  }

  /// Follows a path without metamethods.
  private static let asking = """
    local value = _G
    for _, name in ipairs { ... } do
      if type(value) ~= "table" then return nil end
      value = rawget(value, name)
    end
    if type(value) == "string" then return "string" end
    local meta = type(value) == "table" and getmetatable(value)
    local names = type(meta) == "table" and rawget(meta, "__names")
    if type(names) == "function" then return names(value) end
    """
}
