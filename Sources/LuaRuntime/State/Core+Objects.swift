internal import CLua
internal import Document

// MARK: - Objects

extension Core {
  /// Pushes an object's userdata; the same object is always the same userdata.
  func push(_ object: any LuaObject, _ stack: State) throws(LuaError) {
    let address = Unmanaged<AnyObject>.passUnretained(object).toOpaque()
    if kl_push_known_object(stack, address) { return }
    kl_push_ref(stack, metatable(type(of: object).luaClass, stack))
    kl_push_object(stack, Unmanaged<AnyObject>.passRetained(object).toOpaque())
  }

  /// The registry's key of a class's metatable, which is made the first time.
  private func metatable(_ type: LuaClass, _ stack: State) -> Int32 {
    if let key = classes[type.name] { return key }
    push(fallback(of: type), named: type.name, receiver: type, stack)
    pushMethods(type, stack)
    kl_push_table(stack, 0, 12)
    push(type.name, stack)
    kl_set_field(stack, -2, "__name")
    setOperators(type, stack)
    kl_make_class(stack)
    let key = kl_ref(stack)
    classes[type.name] = key
    classDeclarations[type.name] = type
    return key
  }

  private func pushMethods(_ type: LuaClass, _ stack: State) {
    kl_push_table(stack, 0, Int32(type.methods.count))
    for method in type.methods {
      push(method, named: "\(type.name):\(method.name)", receiver: type, stack)
      kl_set_field(stack, -2, method.name)
    }
  }

  private func setOperators(_ type: LuaClass, _ stack: State) {
    set(.text, defaultText(of: type), type, stack)
    push(setter(of: type), named: type.name, receiver: type, stack)
    kl_set_field(stack, -2, "__newindex")
    push(defaultPairs(of: type), named: type.name, receiver: type, stack)
    kl_set_field(stack, -2, "__pairs")
    for case .operation(let operation, let declaration) in type.members {
      set(operation, declaration, type, stack)
    }
  }

  private func set(
    _ operation: LuaClass.Operator, _ declaration: LuaFunctionDeclaration, _ type: LuaClass, _ stack: State
  ) {
    push(declaration, named: "\(type.name).\(operation.rawValue)", receiver: type, stack)
    kl_set_field(stack, -2, operation.rawValue)
  }

  private func defaultText(of type: LuaClass) -> LuaFunctionDeclaration {
    declare("__tostring") { _, arguments in
      .results([.string("\(type.name): \(arguments.selfObject.map { address(of: $0) } ?? "?")")])
    }
  }
}

private func address(of object: any LuaObject) -> String {
  "0x" + String(UInt(bitPattern: Unmanaged<AnyObject>.passUnretained(object).toOpaque()), radix: 16)
}

private func declare(
  _ name: String, _ parameters: [LuaParameter] = [], awaits: Bool = false,
  _ body: @escaping @Sendable (Core, LuaArguments) throws -> LuaFunctionDeclaration.Outcome
) -> LuaFunctionDeclaration {
  LuaFunctionDeclaration(
    name, "", parameters, [], variadic: true, awaits: awaits, body: .inside(body))
}

// MARK: - Fields

extension Core {
  /// Answers the fields that aren't methods.
  private func fallback(of type: LuaClass) -> LuaFunctionDeclaration {
    let getters = Dictionary(type.properties.map { ($0.name, $0.getter) }, uniquingKeysWith: { $1 })
    return declare("__index", [LuaParameter("field", .any)], awaits: true) { core, arguments in
      guard let name = arguments[0].string else {
        throw LuaError(.unknownField, "a \(type.name) has no field that isn't named by a string")
      }
      if let getter = getters[name] { return try core.outcome(of: getter, arguments) }
      if let object = arguments.selfObject, let value = try type.fallback?.get(object, name) {
        return .results([value])
      }
      if let object = arguments.selfObject,
        let method = type.ownMethods(of: object).first(where: { $0.name == name })
      {
        return .results([.native(method)])
      }
      throw unknown(name, type, arguments.selfObject)
    }
  }

  private func outcome(of getter: LuaFunctionDeclaration, _ arguments: LuaArguments) throws
    -> LuaFunctionDeclaration.Outcome
  {
    switch getter.body {
    case .plain(let body): .results(try body(arguments))
    case .awaiting(let body): .awaits { try await body(arguments) }
    case .inside(let body): try body(self, arguments)
    }
  }

  private func setter(of type: LuaClass) -> LuaFunctionDeclaration {
    let setters = Dictionary(type.properties.map { ($0.name, $0.setter) }, uniquingKeysWith: { $1 })
    let parameters = [LuaParameter("field", .any), LuaParameter("value", .any)]
    return declare("__newindex", parameters) { core, arguments in
      let name = arguments[0].string ?? arguments[0].kind
      guard let setter = setters[name] else {
        throw unknown(name, type, arguments.selfObject)
      }
      guard let setter else {
        throw LuaError(.unknownField, "'\(name)' of a \(type.name) can't be set")
      }
      return try core.outcome(
        of: setter,
        LuaArguments(
          function: "\(type.name).\(name)", parameters: setter.parameters, values: [arguments[1]],
          selfObject: arguments.selfObject))
    }
  }

  /// Iterates over the properties that don't wait, and the object's own fields.
  private func defaultPairs(of type: LuaClass) -> LuaFunctionDeclaration {
    declare("__pairs") { core, arguments in
      guard let object = arguments.selfObject else { return .results([]) }
      var fields: [LuaField] = []
      for property in type.properties where !property.awaits {
        guard case .results(let values) = try core.outcome(of: property.getter, arguments) else { continue }
        fields.append(LuaField(property.name, values.first ?? .nil))
      }
      for name in type.fallback?.names(object) ?? [] {
        fields.append(LuaField(name, try type.fallback?.get(object, name) ?? .nil))
      }
      return .results([iterator(over: fields)])
    }
  }
}

private func unknown(_ name: String, _ type: LuaClass, _ object: (any LuaObject)?) -> LuaError {
  let near = nearest(to: name, among: type.names(for: object))
  return LuaError(
    .unknownField, "a \(type.name) has no field '\(name)'", hint: near.map { "did you mean '\($0)'?" })
}

/// A function for `for name, value in` that gives one field after another.
private func iterator(over fields: [LuaField]) -> LuaValue {
  let position = Cursor()
  return .native(
    declare("next") { _, _ in
      guard let index = position.next(below: fields.count) else { return .results([.nil]) }
      return .results([.string(fields[index].name), fields[index].value])
    })
}
