/// A function that Swift gives to Lua, in the one place from which its registration, its argument checks, its
/// help,
/// its completion and its stub come.
package struct LuaFunctionDeclaration: Sendable {
  /// What a function does when Lua calls it.
  enum Body: Sendable {
    case plain(@Sendable (LuaArguments) throws -> [LuaValue])
    case awaiting(@concurrent @Sendable (LuaArguments) async throws -> [LuaValue])
    /// For parts of the runtime itself, which may look at the state.
    case inside(@Sendable (Core, LuaArguments) throws -> Outcome)
  }

  /// What a call comes to: its results at once, or an operation that has them later.
  enum Outcome: Sendable {
    case results([LuaValue])
    case awaits(Operation)
  }

  typealias Operation = @concurrent @Sendable () async throws -> [LuaValue]

  package let name: String
  /// One sentence in the indicative, with its full stop.
  package let summary: String
  package let parameters: [LuaParameter]
  package let returns: [LuaParameter]
  /// Whether further arguments are taken.
  package let variadic: Bool
  /// Whether the caller's coroutine may be suspended.
  package let awaits: Bool
  /// A line of Lua that shows how it is called; nil where the signature says enough.
  package let usage: String?
  let body: Body
  /// The class whose method this is, where no class declares it.
  private(set) var receiver: LuaClass?

  init(
    _ name: String, _ summary: String, _ parameters: [LuaParameter], _ returns: [LuaParameter],
    variadic: Bool,
    awaits: Bool,
    usage: String? = nil,
    body: Body
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.returns = returns
    self.variadic = variadic
    self.awaits = awaits
    self.usage = usage
    self.body = body
  }

  /// The same as a method that an object of a class adds to what the class declares.
  func received(by type: LuaClass) -> Self {
    var method = self
    method.receiver = type
    return method
  }

  /// The function as it is called: `create(name, template, options?)`.
  package var signature: String {
    let names = parameters.map { $0.isOptional ? "\($0.name)?" : $0.name } + (variadic ? ["..."] : [])
    return "\(name)(\(names.joined(separator: ", ")))"
  }
}

/// A function that answers at once.
package struct Function: LuaMember {
  package let declaration: LuaFunctionDeclaration

  package init(
    _ name: String, _ summary: String, _ parameters: [LuaParameter] = [], returns: [LuaParameter] = [],
    variadic: Bool = false,
    _ body: @escaping @Sendable (LuaArguments) throws -> [LuaValue]
  ) {
    declaration = LuaFunctionDeclaration(
      name, summary, parameters, returns, variadic: variadic, awaits: false, body: .plain(body))
  }

  /// A function of the runtime itself.
  init(
    _ name: String, _ summary: String, _ parameters: [LuaParameter] = [], returns: [LuaParameter] = [],
    variadic: Bool = false,
    awaits: Bool = false,
    inside body: @escaping @Sendable (Core, LuaArguments) throws -> LuaFunctionDeclaration.Outcome
  ) {
    declaration = LuaFunctionDeclaration(
      name, summary, parameters, returns, variadic: variadic, awaits: awaits, body: .inside(body))
  }

  package var member: LuaModule.Member { .function(declaration) }
}

/// A function during which the script waits, and other scripts run.
///
/// Its body runs outside the state's thread; cancelling the script cancels its task.
package struct AsyncFunction: LuaMember {
  package let declaration: LuaFunctionDeclaration

  package init(
    _ name: String, _ summary: String, _ parameters: [LuaParameter] = [], returns: [LuaParameter] = [],
    variadic: Bool = false,
    _ body: @concurrent @escaping @Sendable (LuaArguments) async throws -> [LuaValue]
  ) {
    declaration = LuaFunctionDeclaration(
      name, summary, parameters, returns, variadic: variadic, awaits: true, body: .awaiting(body))
  }

  package var member: LuaModule.Member { .function(declaration) }
}
