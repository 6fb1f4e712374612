internal import CLua
internal import Document

// MARK: - Reading

extension Core {
  func read(_ L: State, _ index: Int32) -> LuaValue {
    switch kl_type(L, index) {
    case Int32(KL_NONE), Int32(KL_NIL): .nil
    case Int32(KL_BOOLEAN): .bool(kl_boolean(L, index))
    case Int32(KL_NUMBER):
      kl_is_integer(L, index) ? .integer(kl_integer(L, index)) : .number(kl_number(L, index))
    case Int32(KL_STRING): text(L, index)
    case Int32(KL_TABLE): .table(LuaTable(reference: hold(L, index)))
    case Int32(KL_FUNCTION): .function(LuaFunction(reference: hold(L, index)))
    default: foreign(L, index)
    }
  }

  private func foreign(_ L: State, _ index: Int32) -> LuaValue {
    if let object = object(L, index) { return .object(object) }
    return kl_is_null(L, index) ? .null : .other(hold(L, index))
  }

  func object(_ L: State, _ index: Int32) -> (any LuaObject)? {
    guard let address = kl_object(L, index) else { return nil }
    return Unmanaged<AnyObject>.fromOpaque(address).takeUnretainedValue() as? any LuaObject
  }

  private func text(_ L: State, _ index: Int32) -> LuaValue {
    var length = 0
    guard let start = kl_text(L, index, &length) else { return .nil }
    let bytes = UnsafeRawBufferPointer(start: start, count: length)
    return String(validating: bytes, as: UTF8.self).map(LuaValue.string) ?? .bytes(Array(bytes))
  }

  func string(_ L: State, _ index: Int32) -> String? {
    var length = 0
    return kl_text(L, index, &length).map { Core.string($0, length) }
  }

  private func hold(_ L: State, _ index: Int32) -> LuaReference {
    kl_copy(L, index)
    return reference(L)
  }

  func read(_ L: State, last count: Int32) -> [LuaValue] {
    let top = kl_top(L)
    return count <= 0 ? [] : (top - count + 1...top).map { read(L, $0) }
  }
}

// MARK: - Pushing

extension Core {
  func push(_ value: LuaValue, _ L: State) throws {
    guard kl_room(L, 12) else { throw LuaError(.memory, "the values are nested too deep, or too many") }
    switch value {
    case .nil: kl_push_nil(L)
    case .null: kl_push_null(L)
    case .bool(let truth): kl_push_boolean(L, truth)
    case .integer(let number): kl_push_integer(L, number)
    case .number(let number): kl_push_number(L, number)
    case .string(let text): push(text, L)
    case .bytes(let bytes): push(bytes, L)
    case .table(let table): try push(table.reference, L)
    case .function(let function): try push(function.reference, L)
    case .other(let reference): try push(reference, L)
    case .object(let object): try push(object, L)
    case .data(let data): try push(data, L)
    case .list(let items): try push(items, L)
    case .record(let fields): try push(fields, L)
    case .native(let declaration): push(declaration, named: declaration.name, L)
    }
  }

  func push(_ text: String, _ L: State) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { kl_push_text(L, $0.baseAddress, $0.count) }
    }
  }

  private func push(_ bytes: [UInt8], _ L: State) {
    bytes.withUnsafeBytes { bytes in
      kl_push_text(L, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
    }
  }

  private func push(_ items: [LuaValue], _ L: State) throws {
    kl_push_table(L, Int32(clamping: items.count), 0)
    for (index, item) in items.enumerated() {
      try push(item.isNil ? .null : item, L)
      kl_set_item(L, -2, Int64(index + 1))
      if index % 1000 == 999 { try checkMemory() }
    }
    kl_mark_list(L)
  }

  private func push(_ fields: [LuaField], _ L: State) throws {
    kl_push_table(L, 0, Int32(clamping: fields.count))
    for field in fields {
      push(field.name, L)
      try push(field.value, L)
      _ = kl_set(L, -3)
    }
  }

  func checkMemory() throws(LuaError) {
    let limit = kl_limit(state)
    if limit > 0, kl_used(state) > limit { throw LuaError(.memory, "not enough memory") }
  }
}
