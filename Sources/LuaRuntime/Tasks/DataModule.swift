internal import CLua
internal import Document

extension LuaModule {
  /// Marks by which tables say what they are as data: lists, maps with an order of keys, null.
  package static var data: LuaModule {
    LuaModule(name: "kiln.native.data", summary: "Says what tables are as data.") {
      Constant("null", "JSON's null, which a table can hold.", .null)
      Function(
        "list", "Marks a table as a list, so that it stays one when it is empty.",
        [LuaParameter("items", .optional(.table))], returns: [LuaParameter("items", .table)],
        inside: { core, arguments in try core.mark(arguments[0]) { stack in kl_mark_list(stack) } })
      Function(
        "map", "Marks a table as a map whose fields come in the given order.",
        [
          LuaParameter("fields", .optional(.table)),
          LuaParameter("keys", .optional(.list(.string)), "The order; sorted unless given."),
        ], returns: [LuaParameter("fields", .table)],
        inside: { core, arguments in
          try core.mark(arguments[0]) { stack in
            var keys = try core.keys(stack, kl_top(stack))
            if case .list(let order) = arguments[1] { keys = order.compactMap(\.string) }
            core.pushShape(keys, stack)
            kl_set_metatable(stack, -2)
          }
        })
      Function(
        "keys", "Lists the fields of a table in their order.", [LuaParameter("fields", .table)],
        returns: [LuaParameter("keys", .list(.string))],
        inside: { core, arguments in
          let keys = try core.scoped { stack in
            try core.push(arguments[0], stack)
            return try core.keys(stack, kl_top(stack))
          }
          return .results([.list(keys.map(LuaValue.string))])
        })
      Function(
        "is_list", "Tells whether a table is a list: marked as one, or with items and nothing else.",
        [LuaParameter("value")], returns: [LuaParameter("is_list", .boolean)],
        inside: { core, arguments in
          let isList = try core.scoped { stack in
            try core.push(arguments[0], stack)
            guard kl_type(stack, -1) == Int32(KL_TABLE) else { return false }
            return kl_is_list(stack, -1) || kl_length(stack, -1) > 0
          }
          return .results([.bool(isList)])
        })
      Function(
        "json", "Writes a value as JSON text; maps without an order are sorted by key.",
        [
          LuaParameter("value"),
          LuaParameter("indent", .optional(.integer), "Spaces for each level; without it, all on one line."),
        ], returns: [LuaParameter("text", .string)],
        inside: { core, arguments in
          let indent: Int? = try arguments.optional("indent")
          let bytes = try core.scoped { stack in
            try core.push(arguments[0], stack)
            return try core.json(stack, -1, indent: indent.map { min(max(0, $0), 16) })
          }
          return .results([.bytes(bytes)])
        })
      Function(
        "copy", "Copies a value as data.", [LuaParameter("value", .data)],
        returns: [LuaParameter("copy", .any)]
      ) { arguments in [arguments[0]] }
    }
  }
}

extension Core {
  /// Does something with a table on the stack, a new one when none is given, and answers with it.
  fileprivate func mark(
    _ table: LuaValue, _ body: (State) throws -> Void
  ) throws -> LuaFunctionDeclaration.Outcome {
    let marked = try scoped { stack in
      if table.isNil { kl_push_table(stack, 0, 0) } else { try push(table, stack) }
      try body(stack)
      return LuaTable(reference: reference(stack))
    }
    return .results([.table(marked)])
  }
}
