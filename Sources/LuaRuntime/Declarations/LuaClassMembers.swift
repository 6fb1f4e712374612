/// A method that answers at once.
package struct Method: LuaClassMember {
  package let member: LuaClass.Member

  package init<Object: LuaObject>(
    _ name: String, _ summary: String, _ parameters: [LuaParameter] = [], returns: [LuaParameter] = [],
    variadic: Bool = false,
    _ body: @escaping @Sendable (Object, LuaArguments) throws -> [LuaValue]
  ) {
    member = .method(
      LuaFunctionDeclaration(
        name, summary, parameters, returns, variadic: variadic, awaits: false,
        body: .plain { try body($0.receiver(as: Object.self), $0) }))
  }

  init<Object: LuaObject>(
    _ name: String, _ summary: String, _ parameters: [LuaParameter] = [], returns: [LuaParameter] = [],
    awaits: Bool,
    inside body: @escaping @Sendable (Object, Core, LuaArguments) throws -> LuaFunctionDeclaration.Outcome
  ) {
    member = .method(
      LuaFunctionDeclaration(
        name, summary, parameters, returns, variadic: false, awaits: awaits,
        body: .inside { try body($1.receiver(as: Object.self), $0, $1) }))
  }
}

/// A method during which the script waits.
package struct AsyncMethod: LuaClassMember {
  package let declaration: LuaFunctionDeclaration
  package var member: LuaClass.Member { .method(declaration) }

  package init<Object: LuaObject>(
    _ name: String, _ summary: String, _ parameters: [LuaParameter] = [], returns: [LuaParameter] = [],
    variadic: Bool = false, usage: String? = nil,
    _ body: @concurrent @escaping @Sendable (Object, LuaArguments) async throws -> [LuaValue]
  ) {
    declaration = LuaFunctionDeclaration(
      name, summary, parameters, returns, variadic: variadic, awaits: true, usage: usage,
      body: .awaiting { try await body($0.receiver(as: Object.self), $0) })
  }
}

/// A field that is computed when it is read, and may be set when it has a setter.
package struct Property: LuaClassMember {
  package let member: LuaClass.Member

  package init<Object: LuaObject>(
    _ name: String, _ type: LuaType, _ summary: String,
    _ get: @escaping @Sendable (Object) throws -> LuaValue,
    set: (@Sendable (Object, LuaValue) throws -> Void)? = nil
  ) {
    let getter = LuaFunctionDeclaration(
      name, summary, [], [LuaParameter(name, type)], variadic: false, awaits: false,
      body: .plain { [try get($0.receiver(as: Object.self))] })
    let setter = set.map { set in
      LuaFunctionDeclaration(
        name, summary, [LuaParameter(name, type)], [], variadic: false, awaits: false,
        body: .plain { arguments in
          try set(arguments.receiver(as: Object.self), arguments[0])
          return []
        })
    }
    member = .property(
      LuaClass.Property(name: name, type: type, summary: summary, getter: getter, setter: setter))
  }
}

/// A field for which the script waits.
package struct AsyncProperty: LuaClassMember {
  package let member: LuaClass.Member

  package init<Object: LuaObject>(
    _ name: String, _ type: LuaType, _ summary: String,
    _ get: @concurrent @escaping @Sendable (Object) async throws -> LuaValue
  ) {
    let getter = LuaFunctionDeclaration(
      name, summary, [], [LuaParameter(name, type)], variadic: false, awaits: true,
      body: .awaiting { [try await get($0.receiver(as: Object.self))] })
    member = .property(
      LuaClass.Property(name: name, type: type, summary: summary, getter: getter, setter: nil))
  }
}

/// What an operator or a built-in of Lua does with an object.
package struct Operation: LuaClassMember {
  package let member: LuaClass.Member

  /// An operation that answers at once; `__eq` gets the other operand as its argument.
  package init<Object: LuaObject>(
    _ operation: LuaClass.Operator,
    _ body: @escaping @Sendable (Object, LuaArguments) throws -> [LuaValue]
  ) {
    member = .operation(
      operation,
      LuaFunctionDeclaration(
        operation.rawValue, "", [], [], variadic: true, awaits: false,
        body: .plain { try body($0.receiver(as: Object.self), $0) }))
  }

  /// An operation during which the script waits, such as closing a handle; not for `__tostring` and `__len`.
  package init<Object: LuaObject>(
    _ operation: LuaClass.Operator,
    awaiting body: @concurrent @escaping @Sendable (Object, LuaArguments) async throws -> [LuaValue]
  ) {
    member = .operation(
      operation,
      LuaFunctionDeclaration(
        operation.rawValue, "", [], [], variadic: true, awaits: true,
        body: .awaiting { try await body($0.receiver(as: Object.self), $0) }))
  }

  init<Object: LuaObject>(
    _ operation: LuaClass.Operator,
    inside body: @escaping @Sendable (Object, Core, LuaArguments) throws -> LuaFunctionDeclaration.Outcome
  ) {
    member = .operation(
      operation,
      LuaFunctionDeclaration(
        operation.rawValue, "", [], [], variadic: true, awaits: true,
        body: .inside { try body($1.receiver(as: Object.self), $0, $1) }))
  }
}

/// Methods that aren't declared because only the object knows them, such as what can be done with its kind.
package struct OwnMethods: LuaClassMember {
  package let member: LuaClass.Member

  package init<Object: LuaObject>(_ methods: @escaping @Sendable (Object) -> [LuaFunctionDeclaration]) {
    // The class is asked for here and not by each method: a class's own members may be made while it is.
    member = .ownMethods { object in
      (object as? Object).map(methods)?.map { $0.received(by: Object.luaClass) } ?? []
    }
  }
}

/// Fields that aren't declared because only the object knows them, such as a resource's attributes.
package struct Fields: LuaClassMember {
  package let member: LuaClass.Member

  /// Answers a name with nil when the object has no such field; `names` is for completion and suggestions.
  package init<Object: LuaObject>(
    names: @escaping @Sendable (Object) -> [String],
    get: @escaping @Sendable (Object, String) throws -> LuaValue?
  ) {
    member = .fallback(
      LuaClass.Fallback(
        get: { object, name in try (object as? Object).flatMap { try get($0, name) } },
        names: { object in (object as? Object).map(names) ?? [] }))
  }
}
