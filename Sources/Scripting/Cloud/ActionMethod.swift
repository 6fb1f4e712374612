import Document
import LuaRuntime
import OpenStack

/// An action of the client as a method of Lua: its arguments in their order, or all of them by name in one table.
struct ActionMethod {
  private let action: Action
  private let access: CloudAccess

  init(_ action: Action, _ access: CloudAccess) {
    self.action = action
    self.access = access
  }

  func declaration<Owner: LuaObject>(
    _ body: @concurrent @escaping @Sendable (Owner, Arguments) async throws -> [LuaValue]
  ) -> LuaFunctionDeclaration {
    AsyncMethod(action.name, action.summary, action.parameters.map(\.luaParameter), returns: returns) {
      [self] (owner: Owner, given) in try await body(owner, arguments(given))
    }.declaration
  }

  private var returns: [LuaParameter] {
    switch action.answer {
    case .nothing: []
    case .data: [LuaParameter("answer", .any)]
    case .thing: [LuaParameter("thing", .object("kiln.Thing"))]
    case .things: [LuaParameter("things", .list(.object("kiln.Thing")))]
    }
  }

  private func arguments(_ given: LuaArguments) throws -> Arguments {
    var values: [String: Document.Value] = [:]
    var progress: (@Sendable (Int64, Int64?) -> Void)?
    for parameter in action.parameters {
      let value = given[parameter.name]
      switch (parameter.form, value) {
      case (_, .nil), (_, .null): continue
      case (.progress, .function(let function)): progress = reporter(function)
      case (_, .object(let object)):
        guard let thing = object as? ThingObject else { continue }
        values[parameter.name] = .string(thing.thing.id)
      default: values[parameter.name] = try given(parameter.name, as: Document.Value.self)
      }
    }
    return Arguments(values, progress: progress)
  }

  /// Tells a function of Lua how far a file is; one that fails is told no more.
  private func reporter(_ function: LuaFunction) -> @Sendable (Int64, Int64?) -> Void {
    { [call = access.call] moved, total in
      let total: LuaValue = total.map { .integer($0) } ?? .nil
      Task { _ = try? await call(function, [.integer(moved), total]) }
    }
  }
}

extension Parameter {
  /// The parameter as Lua checks it.
  fileprivate var luaParameter: LuaParameter {
    let thing = LuaType.union([.string, .object("kiln.Thing")])
    let type: LuaType =
      switch form {
      case .text, .file: .string
      case .integer: .integer
      case .number: .number
      case .boolean: .boolean
      case .map: .map
      case .list, .any: .data
      case .progress: .function
      case .named: thing
      case .allNamed: .union([.string, .data])
      }
    let words = choices.isEmpty ? summary : summary + " One of \(choices.joined(separator: ", "))."
    return LuaParameter(name, isRequired ? type : .optional(type), words)
  }
}
