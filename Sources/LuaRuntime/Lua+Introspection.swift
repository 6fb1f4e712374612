internal import CLua
internal import Document
internal import OrderedCollections

/// A name that could follow, for completion.
package struct LuaName: Sendable {
  package enum Kind: String, Sendable {
    case function, method, property, table, object, value
  }

  package let name: String
  package let kind: Kind
  /// One sentence, when it is known.
  package let summary: String?
}

extension Lua {
  /// The names in what a path of names leads to, without calling anything; an empty path leads to the
  /// globals.
  ///
  /// A path that leads nowhere, or to a value without fields, gives none.
  package func fields(of path: [String]) -> [LuaName] {
    let core = core
    return core.scoped { stack in
      kl_push_globals(stack)
      for name in path {
        guard core.pushField(name, stack) else { return [] }
      }
      return core.names(stack).sorted { $0.name < $1.name }
    }
  }

  /// The object of Swift's that a path of names leads to, found without calling anything.
  package func object(ofPath path: [String]) -> (any LuaObject)? {
    let core = core
    return core.scoped { stack in
      kl_push_globals(stack)
      for name in path {
        guard core.pushField(name, stack) else { return nil }
      }
      return core.object(stack, kl_top(stack))
    }
  }

  /// What is known about a value: a module, a function, an object or its class.
  package func documentation(of value: LuaValue) -> LuaDocumentation? {
    let core = core
    return core.scoped { stack in
      guard (try? core.push(value, stack)) != nil else { return nil }
      return core.documentation(stack, kl_top(stack))
    }
  }

  /// What is known about what a path of names leads to, which may be a method or a property.
  package func documentation(ofPath path: [String]) -> LuaDocumentation? {
    let core = core
    return core.scoped { stack in
      kl_push_globals(stack)
      for (index, name) in path.enumerated() {
        let isLast = index == path.count - 1
        if isLast, let object = core.object(stack, kl_top(stack)) {
          return core.documentation(of: name, in: object)
        }
        if isLast, let found = core.classOfLua(stack)?.documentation(of: name) { return found }
        guard core.pushField(name, stack) else { return nil }
      }
      return core.documentation(stack, kl_top(stack))
    }
  }
}

// MARK: - In the core

extension Core {
  /// Replaces nothing, and pushes a field of the table on top, also through tables of `__index`.
  fileprivate func pushField(_ name: String, _ stack: State) -> Bool {
    guard kl_room(stack, 12) else { return false }
    if let object = object(stack, -1) { return pushField(name, of: object, stack) }
    guard kl_type(stack, -1) == Int32(KL_TABLE) else { return false }
    kl_copy(stack, -1)
    for _ in 0..<8 {
      push(name, stack)
      if kl_get(stack, -2) != Int32(KL_NIL) { return true }
      kl_pop(stack, 1)
      guard pushIndex(stack) else { return false }
    }
    return false
  }

  /// Pushes a field that an object tells at once; those that wait aren't looked at.
  private func pushField(_ name: String, of object: any LuaObject, _ stack: State) -> Bool {
    guard let value = try? Swift.type(of: object).luaClass.fallback?.get(object, name) else { return false }
    return (try? push(value, stack)) != nil
  }

  /// Pushes the table in which a table looks for what it lacks.
  fileprivate func pushIndex(_ stack: State) -> Bool {
    guard kl_get_metatable(stack, -1) else { return false }
    return kl_get_field(stack, -1, "__index") == Int32(KL_TABLE)
  }

  fileprivate func type(_ stack: State, _ index: Int32) -> LuaClass? {
    object(stack, index).map { Swift.type(of: $0).luaClass }
  }

  /// The class of the library that a table is an object of, as its metatable's `__class` says.
  fileprivate func classOfLua(_ stack: State) -> LuaLibrary.Class? {
    guard kl_room(stack, 4), kl_type(stack, -1) == Int32(KL_TABLE), kl_get_metatable(stack, -1) else {
      return nil
    }
    defer { kl_pop(stack, 2) }
    kl_get_field(stack, -1, "__class")
    return string(stack, -1).flatMap { comments.classes[$0] }
  }

  fileprivate func names(_ stack: State) -> [LuaName] {
    if let object = object(stack, -1) { return names(of: object) }
    var found: [String: LuaName] = [:]
    if let type = classOfLua(stack) {
      for function in type.functions {
        found[function.name] = LuaName(name: function.name, kind: .method, summary: function.comment.summary)
      }
      return Array(found.values)
    }
    for _ in 0..<8 where kl_type(stack, -1) == Int32(KL_TABLE) && kl_room(stack, 12) {
      let index = kl_top(stack)
      kl_push_nil(stack)
      while kl_next(stack, index) {
        if let name = string(stack, -2), found[name] == nil { found[name] = describe(name, stack) }
        kl_pop(stack, 1)
      }
      guard pushIndex(stack) else { break }
    }
    return Array(found.values)
  }

  private func names(of object: any LuaObject) -> [LuaName] {
    let type = Swift.type(of: object).luaClass
    let own = type.fallback?.names(object) ?? []
    return (type.methods + type.ownMethods(of: object)).map {
      LuaName(name: $0.name, kind: .method, summary: $0.summary)
    }
      + type.properties.map { LuaName(name: $0.name, kind: .property, summary: $0.summary) }
      + own.map { LuaName(name: $0, kind: .property, summary: nil) }
  }

  private func describe(_ name: String, _ stack: State) -> LuaName {
    let kind: LuaName.Kind =
      switch kl_type(stack, -1) {
      case Int32(KL_FUNCTION): .function
      case Int32(KL_TABLE): .table
      case Int32(KL_USERDATA): .object
      default: .value
      }
    let summary = documentation(stack, kl_top(stack))?.summary
    return LuaName(name: name, kind: kind, summary: summary.flatMap { $0.isEmpty ? nil : $0 })
  }

  fileprivate func documentation(of name: String, in object: any LuaObject) -> LuaDocumentation? {
    let type = Swift.type(of: object).luaClass
    if let method = (type.methods + type.ownMethods(of: object)).first(where: { $0.name == name }) {
      return method.documentation(path: "\(type.name):\(name)", examples: examples)
    }
    return type.properties.first { $0.name == name }.map {
      LuaDocumentation(
        signature: "\(type.name).\(name): \($0.type.annotation)", summary: $0.summary, details: [],
        awaits: $0.awaits)
    }
  }

  func documentation(_ stack: State, _ index: Int32) -> LuaDocumentation? {
    if let object = object(stack, index) {
      let type = Swift.type(of: object).luaClass
      var found = type.documentation(with: type.ownMethods(of: object))
      found.example = examples[type.name]
      return found
    }
    switch kl_type(stack, index) {
    case Int32(KL_TABLE):
      if let module = modules[UInt(bitPattern: kl_address(stack, index))]?.module {
        return module.documentation
      }
      kl_copy(stack, index)
      defer { kl_pop(stack, 1) }
      return (classOfLua(stack) ?? moduleOfLua(stack)).map(\.documentation)
    case Int32(KL_FUNCTION):
      if let binding = binding(stack, index) {
        return binding.declaration.documentation(path: binding.path, examples: examples)
      }
      return comment(stack, index)
    default: return nil
    }
  }

  /// The module of the library whose table is on top.
  private func moduleOfLua(_ stack: State) -> LuaLibrary.Class? {
    let address = kl_address(stack, -1)
    let top = kl_top(stack)
    defer { kl_settop(stack, top) }
    guard kl_room(stack, 6) else { return nil }
    kl_push_globals(stack)
    guard kl_get_field(stack, -1, "package") == Int32(KL_TABLE),
      kl_get_field(stack, -1, "loaded") == Int32(KL_TABLE)
    else { return nil }
    return comments.classes.values.first { module in
      kl_get_field(stack, -1, module.name)
      defer { kl_pop(stack, 1) }
      return kl_type(stack, -1) == Int32(KL_TABLE) && kl_address(stack, -1) == address
    }
  }

  /// The comment of three dashes above a function of Lua, and its head as its signature.
  private func comment(_ stack: State, _ index: Int32) -> LuaDocumentation? {
    var frame = kl_frame()
    kl_function_info(stack, index, &frame)
    guard frame.defined > 0, let name = frame.short_source else { return nil }
    let chunk = String(cString: name)
    if let function = comments.function(in: chunk, line: Int(frame.defined)) { return function.documentation }
    let source = source(chunk)
    var lines: [Substring] = []
    var line = Int(frame.defined) - 1
    while line > 0 {
      let text = source.line(line).drop { $0 == " " }
      guard text.hasPrefix("---") else { break }
      lines.insert(text, at: 0)
      line -= 1
    }
    guard !lines.isEmpty else { return nil }
    let head = head(source.line(Int(frame.defined)))
    let function = LuaLibrary.Function(
      owner: "", name: head, isMethod: false, arguments: [], comment: LuaComment(lines))
    var found = function.documentation
    found.signature = head
    return found
  }

  /// `M.render(template, options)` of `function M.render(template, options)`.
  private func head(_ line: Substring) -> String {
    var words = line.drop { $0 == " " }
    for prefix in ["local ", "function "] where words.hasPrefix(prefix) {
      words = words.dropFirst(prefix.count)
    }
    let end = words.firstIndex(of: ")").map { words.index(after: $0) } ?? words.endIndex
    return String(words[..<end])
  }
}
