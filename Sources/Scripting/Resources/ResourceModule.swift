import Document
import LuaRuntime
import OrderedCollections
import StackEngine
import Templates

extension LuaModule {
  /// `kiln.resource`: resource types that scripts define.
  static func resource(_ types: ScriptTypes, call: @escaping LuaCall) -> LuaModule {
    LuaModule(name: "kiln.resource", summary: "Resource types that are written in Lua.") {
      Function(
        "define", "Defines a resource type; templates use it under its name as any other.",
        [
          LuaParameter("name", .string, "Such as `Custom::DnsRecord`."),
          LuaParameter("definition", .options(definition)),
        ]
      ) { arguments in
        types.define(try ScriptType(arguments("name"), arguments.options("definition"), call))
        return []
      }
      Function(
        "types", "The names of the types that scripts have defined.",
        returns: [LuaParameter("names", .list(.string))]
      ) { _ in [.list(types.names.map { .string($0) })] }
      CallObject.luaClass
    }
  }

  private static let definition = [
    LuaParameter(
      "properties", .optional(.map),
      "Each a type (`string`, `integer`, `number`, `boolean`, `list`, `map`, `json`), or a table with `type`, "
        + "`required`, `update` (`in_place`; else a change replaces) and `allowed_values`."),
    LuaParameter(
      "attributes", .optional(.data), "The names of what `Fn::GetAtt` and `get_attr` can ask for."),
    LuaParameter("delete_first", .optional(.boolean), "Whether it can't exist beside its replacement."),
    LuaParameter("create", .function, "`function(call, properties)` gives an id, and attributes."),
    LuaParameter(
      "update", .optional(.function), "`function(call, id, properties, old)` gives attributes that changed."),
    LuaParameter(
      "delete", .optional(.function), "`function(call, id, properties)`; what is gone is a success."),
    LuaParameter(
      "find", .optional(.function),
      "`function(call, properties)` gives the id of what a lost `create` made, or nil."),
    LuaParameter("read", .optional(.function), "`function(id)` gives the attributes as they are now."),
  ]
}

extension ScriptType {
  fileprivate init(_ name: String, _ options: LuaArguments, _ call: @escaping LuaCall) throws {
    let given: Value? = try options.optional("properties")
    var properties: OrderedDictionary<String, ResourceSchema.Property> = [:]
    for (property, words) in given?.map ?? [:] {
      properties[property] = try Self.property(words, named: property, of: name)
    }
    let attributes: Value? = try options.optional("attributes")
    self.init(
      name: name,
      schema: ResourceSchema(
        properties: properties, attributes: (attributes?.list ?? []).compactMap(\.string)),
      replacesAfterDelete: try options.optional("delete_first") ?? false,
      functions: Functions(
        create: try options("create"), update: try options.optional("update"),
        delete: try options.optional("delete"), find: try options.optional("find"),
        read: try options.optional("read")), run: call)
  }

  private static func property(_ words: Value, named property: String, of name: String) throws
    -> ResourceSchema.Property
  {
    let word = words.string ?? words["type"]?.string ?? "json"
    guard let kind = kinds[word] else {
      throw Diagnostic(
        "bad_definition", "the property `\(property)` of \(name) can't be a `\(word)`",
        hint: "use \(kinds.keys.sorted().joined(separator: ", "))")
    }
    let allowed = words["allowed_values"]?.list
    return ResourceSchema.Property(
      kind, isRequired: words["required"]?.bool ?? false,
      updatesInPlace: words["update"]?.string == "in_place",
      limits: allowed.map { ValueLimits(allowedValues: $0) })
  }

  private static let kinds: [String: ResourceSchema.Kind] = [
    "string": .string, "integer": .integer, "number": .number, "boolean": .boolean, "list": .list(.json),
    "map": .mapOf(.json), "json": .json,
  ]
}

extension Lua {
  /// Calls a function whose tables are wanted as data.
  func callForData(_ function: LuaFunction, _ arguments: [LuaValue]) async throws -> [LuaValue] {
    var results: [LuaValue] = []
    for result in try await call(function, arguments) {
      if case .table = result { results.append(.data(try data(result))) } else { results.append(result) }
    }
    return results
  }
}
