internal import CLua
internal import Document

// MARK: - Reading

extension Core {
  func read(_ stack: State, _ index: Int32) -> LuaValue {
    switch kl_type(stack, index) {
    case Int32(KL_NONE), Int32(KL_NIL): .nil
    case Int32(KL_BOOLEAN): .bool(kl_boolean(stack, index))
    case Int32(KL_NUMBER):
      kl_is_integer(stack, index) ? .integer(kl_integer(stack, index)) : .number(kl_number(stack, index))
    case Int32(KL_STRING): text(stack, index)
    case Int32(KL_TABLE): .table(LuaTable(reference: hold(stack, index)))
    case Int32(KL_FUNCTION): .function(LuaFunction(reference: hold(stack, index)))
    default: foreign(stack, index)
    }
  }

  private func foreign(_ stack: State, _ index: Int32) -> LuaValue {
    if let object = object(stack, index) { return .object(object) }
    return kl_is_null(stack, index) ? .null : .other(hold(stack, index))
  }

  func object(_ stack: State, _ index: Int32) -> (any LuaObject)? {
    guard let address = kl_object(stack, index) else { return nil }
    return Unmanaged<AnyObject>.fromOpaque(address).takeUnretainedValue() as? any LuaObject
  }

  private func text(_ stack: State, _ index: Int32) -> LuaValue {
    var length = 0
    guard let start = kl_text(stack, index, &length) else { return .nil }
    let bytes = UnsafeRawBufferPointer(start: start, count: length)
    return String(validating: bytes, as: UTF8.self).map(LuaValue.string) ?? .bytes(Array(bytes))
  }

  func string(_ stack: State, _ index: Int32) -> String? {
    var length = 0
    return kl_text(stack, index, &length).map { Core.string($0, length) }
  }

  private func hold(_ stack: State, _ index: Int32) -> LuaReference {
    kl_copy(stack, index)
    return reference(stack)
  }

  func read(_ stack: State, last count: Int32) -> [LuaValue] {
    let top = kl_top(stack)
    return count <= 0 ? [] : (top - count + 1...top).map { read(stack, $0) }
  }
}

// MARK: - Pushing

extension Core {
  func push(_ value: LuaValue, _ stack: State) throws {
    guard kl_room(stack, 12) else { throw LuaError(.memory, "the values are nested too deep, or too many") }
    switch value {
    case .nil: kl_push_nil(stack)
    case .null: kl_push_null(stack)
    case .bool(let truth): kl_push_boolean(stack, truth)
    case .integer(let number): kl_push_integer(stack, number)
    case .number(let number): kl_push_number(stack, number)
    case .string(let text): push(text, stack)
    case .bytes(let bytes): push(bytes, stack)
    case .table(let table): try push(table.reference, stack)
    case .function(let function): try push(function.reference, stack)
    case .other(let reference): try push(reference, stack)
    case .object(let object): try push(object, stack)
    case .data(let data): try push(data, stack)
    case .list(let items): try push(items, stack)
    case .record(let fields): try push(fields, stack)
    case .native(let declaration):
      let path = declaration.receiver.map { "\($0.name):\(declaration.name)" } ?? declaration.name
      push(declaration, named: path, receiver: declaration.receiver, stack)
    }
  }

  func push(_ text: String, _ stack: State) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { kl_push_text(stack, $0.baseAddress, $0.count) }
    }
  }

  private func push(_ bytes: [UInt8], _ stack: State) {
    bytes.withUnsafeBytes { bytes in
      kl_push_text(stack, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
    }
  }

  private func push(_ items: [LuaValue], _ stack: State) throws {
    kl_push_table(stack, Int32(clamping: items.count), 0)
    for (index, item) in items.enumerated() {
      try push(item.isNil ? .null : item, stack)
      kl_set_item(stack, -2, Int64(index + 1))
      if index % 1000 == 999 { try checkMemory() }
    }
    kl_mark_list(stack)
  }

  private func push(_ fields: [LuaField], _ stack: State) throws {
    kl_push_table(stack, 0, Int32(clamping: fields.count))
    for field in fields {
      push(field.name, stack)
      try push(field.value, stack)
      _ = kl_set(stack, -3)
    }
    pushShape(fields.map(\.name), stack)
    kl_set_metatable(stack, -2)
  }

  func checkMemory() throws(LuaError) {
    let limit = kl_limit(state)
    if limit > 0, kl_used(state) > limit { throw LuaError(.memory, "not enough memory") }
  }
}
