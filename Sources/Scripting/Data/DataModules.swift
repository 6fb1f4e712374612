import Document
import LuaRuntime

extension LuaModule {
  /// `kiln.json`: values as JSON text and back.
  static let json = LuaModule(name: "kiln.json", summary: "Reads and writes JSON.") {
    Function(
      "decode", "Reads JSON text; maps keep their order, and null is `kiln.null`.",
      [LuaParameter("text", .string), LuaParameter("name", .optional(.string), "What messages call the text.")],
      returns: [LuaParameter("value", .any)]
    ) { arguments in
      let source = Source(name: try arguments.optional("name") ?? "json", text: try arguments("text"))
      return [.data(try DocumentReader.json(source).value)]
    }
    Function(
      "encode", "Writes a value as JSON text.",
      [LuaParameter("value", .data), LuaParameter("options", .optional(.options([indentOption])))],
      returns: [LuaParameter("text", .string)]
    ) { arguments in
      let indent: Int? = try arguments.options("options").optional("indent")
      return [.string(try arguments("value", as: Value.self).jsonText(indent: indent))]
    }
  }

  /// `kiln.yaml`: values as YAML text and back.
  static let yaml = LuaModule(name: "kiln.yaml", summary: "Reads and writes YAML.") {
    Function(
      "decode", "Reads YAML text of one document; tags other than YAML's own are refused.",
      [LuaParameter("text", .string), LuaParameter("name", .optional(.string), "What messages call the text.")],
      returns: [LuaParameter("value", .any)]
    ) { arguments in
      let source = Source(name: try arguments.optional("name") ?? "yaml", text: try arguments("text"))
      return [.data(try DocumentReader.yaml(source).value)]
    }
    Function(
      "encode", "Writes a value as YAML text.", [LuaParameter("value", .data)],
      returns: [LuaParameter("text", .string)]
    ) { arguments in
      [.string(try arguments("value", as: Value.self).yamlText())]
    }
  }
}

private let indentOption = LuaParameter(
  "indent", .optional(.integer), "Spaces for each level; without it, all is on one line.")
