internal import CLua
internal import Document

/// What a Lua function bound to Swift holds on to.
final class Binding: Sendable {
  let declaration: LuaFunctionDeclaration
  /// The function as messages call it, such as `kiln.stacks.create` or `kiln.Stack:delete`.
  let path: String
  let receiver: LuaClass?

  init(_ declaration: LuaFunctionDeclaration, path: String, receiver: LuaClass? = nil) {
    self.declaration = declaration
    self.path = path
    self.receiver = receiver
  }
}

// MARK: - Registering

extension Core {
  func push(
    _ declaration: LuaFunctionDeclaration, named path: String, receiver: LuaClass? = nil, _ stack: State
  ) {
    let binding = Binding(declaration, path: path, receiver: receiver)
    kl_push_binding(stack, Unmanaged.passRetained(binding).toOpaque())
  }

  func binding(_ stack: State, _ index: Int32) -> Binding? {
    kl_binding(stack, index).map { Unmanaged<Binding>.fromOpaque($0).takeUnretainedValue() }
  }
}

// MARK: - Calling

extension Core {
  /// Runs a bound function, whose arguments are on the stack.
  func enter(_ stack: State, _ binding: Binding) -> Int32 {
    do {
      let arguments = try arguments(stack, binding)
      switch binding.declaration.body {
      case .plain(let body): return try answer(body(arguments), stack)
      case .awaiting(let body): return try wait(stack, binding) { try await body(arguments) }
      case .inside(let body):
        switch try body(self, arguments) {
        case .results(let results): return try answer(results, stack)
        case .awaits(let operation): return try wait(stack, binding, operation)
        }
      }
    } catch {
      kl_settop(stack, 0)
      pushError(error, stack)
      return Int32(KL_RAISE)
    }
  }

  private func answer(_ results: [LuaValue], _ stack: State) throws -> Int32 {
    guard kl_room(stack, Int32(clamping: results.count + 4)) else {
      throw LuaError(.memory, "too many results")
    }
    for result in results { try push(result, stack) }
    return Int32(results.count)
  }

  private func wait(
    _ stack: State, _ binding: Binding, _ operation: @escaping LuaFunctionDeclaration.Operation
  )
    throws -> Int32
  {
    guard level != .pure else {
      throw LuaError(.cannotWait, "'\(binding.path)' waits, which a pure chunk can't")
    }
    guard kl_can_await(stack) else { throw cannotWait(stack, binding) }
    pending = operation
    return Int32(KL_AWAIT)
  }

  /// Says which function of C is in the way, such as `table.sort` with its comparator.
  ///
  /// It is looked for among the innermost calls only: to reach a call takes as long as there are calls within it.
  private func cannotWait(_ stack: State, _ binding: Binding) -> LuaError {
    var level: Int32 = 1
    var frame = kl_frame()
    var barrier: String?
    while barrier == nil, level < 100, kl_frame_at(stack, level, &frame) {
      if let what = frame.what, String(cString: what) == "C", let name = frame.name {
        barrier = String(cString: name)
      }
      level += 1
    }
    let place = barrier.map { "called by '\($0)'" } ?? "called from there"
    return LuaError(
      .cannotWait, "'\(binding.path)' waits, which a function \(place) can't",
      hint: "call it in a loop before, and give '\(barrier ?? "it")' the results")
  }
}

// MARK: - Arguments

extension Core {
  private func arguments(_ stack: State, _ binding: Binding) throws(LuaError) -> LuaArguments {
    var first: Int32 = 1
    var receiver: (any LuaObject)?
    if let type = binding.receiver {
      guard let object = object(stack, 1), Swift.type(of: object).luaClass.name == type.name else {
        throw LuaError(
          .badArgument, "'\(binding.path)' is a method: it needs a \(type.name), got \(kindName(stack, 1))",
          hint: "call it with a colon, as object:\(binding.declaration.name)(...)")
      }
      receiver = object
      first = 2
    }
    do {
      return LuaArguments(
        function: binding.path, parameters: binding.declaration.parameters,
        values: try values(stack, first, binding), selfObject: receiver)
    } catch {
      guard binding.receiver == nil, isModule(stack, 1, of: binding.declaration.name) else { throw error }
      var error = error
      error.hint = "call it with a dot, as \(binding.path)(...)"
      throw error
    }
  }

  /// Whether a value is a module that has a function of a name: its function was called with a colon, then.
  private func isModule(_ stack: State, _ index: Int32, of name: String) -> Bool {
    guard kl_room(stack, 3), kl_type(stack, index) == Int32(KL_TABLE) else { return false }
    let isOwn = kl_get_field(stack, index, name) == Int32(KL_FUNCTION)
    kl_pop(stack, 1)
    if isOwn { return true }
    // What a frozen table shows is in another.
    guard kl_get_metatable(stack, index) else { return false }
    defer { kl_pop(stack, 2) }
    guard kl_get_field(stack, -1, "__index") == Int32(KL_TABLE) else { return false }
    defer { kl_pop(stack, 1) }
    return kl_get_field(stack, -1, name) == Int32(KL_FUNCTION)
  }

  private func values(_ stack: State, _ first: Int32, _ binding: Binding) throws(LuaError) -> [LuaValue] {
    let declaration = binding.declaration
    let given = max(0, kl_top(stack) - first + 1)
    guard kl_room(stack, 20) else { throw LuaError(.memory, "too many arguments") }
    var values: [LuaValue] = []
    for (position, parameter) in declaration.parameters.enumerated() {
      let index = first + Int32(position)
      let expected = Expected(
        name: parameter.name, function: binding.path, position: position + 1, isOption: false)
      values.append(
        Int32(position) < given
          ? try check(stack, index, parameter.type, expected) : try missing(parameter, expected))
    }
    let declared = Int32(declaration.parameters.count)
    if declaration.variadic, given > declared {
      for index in first + declared..<first + given { values.append(read(stack, index)) }
    }
    return values
  }

  /// Where a value was given, for messages.
  private struct Expected {
    let name: String
    let function: String
    let position: Int
    let isOption: Bool

    func mismatch(_ expected: String, _ got: String) -> LuaError {
      isOption
        ? .badOption(name, function, expected, got)
        : .badArgument(position, name, function, expected, got)
    }
  }

  private func missing(_ parameter: LuaParameter, _ expected: Expected) throws(LuaError) -> LuaValue {
    guard parameter.isOptional else { throw expected.mismatch(parameter.type.phrase, "no value") }
    return .nil
  }

  /// Reads a value as its declared type, copying what the type says is copied.
  private func check(_ stack: State, _ index: Int32, _ type: LuaType, _ expected: Expected)
    throws(LuaError) -> LuaValue
  {
    switch type {
    case .any: return read(stack, index)
    case .optional(let type):
      let isMissing = kl_type(stack, index) <= Int32(KL_NIL)
      return isMissing ? .nil : try check(stack, index, type, expected)
    case .data: return .data(try data(stack, index, expected))
    case .map:
      guard kl_type(stack, index) == Int32(KL_TABLE) else { break }
      let value = try data(stack, index, expected)
      if case .map = value { return .data(value) }
    case .list(let type):
      if kl_type(stack, index) == Int32(KL_TABLE) { return try list(stack, index, type, expected) }
    case .options(let options):
      if kl_type(stack, index) == Int32(KL_TABLE) { return try self.options(stack, index, options, expected) }
    case .union(let types):
      for type in types {
        if let value = try? check(stack, index, type, expected) { return value }
      }
    default: if let value = plain(stack, index, type) { return value }
    }
    throw expected.mismatch(type.phrase, kindName(stack, index))
  }

  private func plain(_ stack: State, _ index: Int32, _ type: LuaType) -> LuaValue? {
    let value = read(stack, index)
    return switch (type, value) {
    case (.string, .string), (.string, .bytes), (.boolean, .bool), (.number, .integer), (.number, .number),
      (.integer, .integer), (.function, .function), (.table, .table):
      value
    case (.integer, .number): value.integer.map(LuaValue.integer)
    case (.object(let name), .object(let object)) where Swift.type(of: object).luaClass.name == name: value
    default: nil
    }
  }

  private func data(_ stack: State, _ index: Int32, _ expected: Expected) throws(LuaError) -> Value {
    let top = kl_top(stack)
    do throws(LuaError) { return try data(stack, index) } catch {
      kl_settop(stack, top)
      throw LuaError(error.code, "\(expected.function): in '\(expected.name)', \(error.message)")
    }
  }

  private func list(_ stack: State, _ index: Int32, _ type: LuaType, _ expected: Expected)
    throws(LuaError) -> LuaValue
  {
    guard kl_room(stack, 12) else { throw LuaError(.memory, "the values are nested too deep") }
    var items: [LuaValue] = []
    for item in stride(from: 1, through: kl_length(stack, index), by: 1) {
      kl_get_item(stack, index, Int64(item))
      let place = Expected(
        name: "\(expected.name)[\(item)]", function: expected.function, position: expected.position,
        isOption: expected.isOption)
      items.append(try check(stack, kl_top(stack), type, place))
      kl_pop(stack, 1)
    }
    return .list(items)
  }

  private func options(_ stack: State, _ index: Int32, _ options: [LuaParameter], _ expected: Expected)
    throws(LuaError) -> LuaValue
  {
    guard kl_room(stack, 12) else { throw LuaError(.memory, "the values are nested too deep") }
    var fields: [LuaField] = []
    try refuseUnknown(stack, index, options, expected)
    for option in options {
      push(option.name, stack)
      let type = kl_get(stack, index)
      let place = Expected(name: option.name, function: expected.function, position: 0, isOption: true)
      fields.append(
        LuaField(
          option.name,
          type == Int32(KL_NIL)
            ? try missing(option, place) : try check(stack, kl_top(stack), option.type, place)))
      kl_pop(stack, 1)
    }
    return .record(fields)
  }

  private func refuseUnknown(_ stack: State, _ index: Int32, _ options: [LuaParameter], _ expected: Expected)
    throws(LuaError)
  {
    kl_push_nil(stack)
    while kl_next(stack, index) {
      kl_pop(stack, 1)
      let name = string(stack, -1)
      if let name, options.contains(where: { $0.name == name }) { continue }
      let shown = name ?? "\(read(stack, kl_top(stack)).integer.map(String.init) ?? kindName(stack, -1))"
      kl_pop(stack, 1)
      let near = name.flatMap { nearest(to: $0, among: options.map(\.name)) }
      throw LuaError(
        .unknownOption, "unknown option '\(shown)' of '\(expected.function)'",
        hint: near.map { "did you mean '\($0)'?" }
          ?? "its options are \(options.map(\.name).joined(separator: ", "))")
    }
  }
}
