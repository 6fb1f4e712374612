import Document
import Loading
import LuaRuntime
import OrderedCollections
import ResourceFacts
import Templates

extension LuaModule {
  /// `kiln.native.template`: what `kiln.template` builds on.
  static func template(
    _ shelf: SchemaShelf, _ texts: TextLoader, warn: @escaping @Sendable (Diagnostic) -> Void
  ) -> LuaModule {
    let workshop = TemplateWorkshop(shelf: shelf, texts: texts, warn: warn)
    return LuaModule(name: "kiln.native.template", summary: "Loads, checks and composes templates.") {
      AsyncFunction(
        "load", "Reads a template with the files that it names; raises all its mistakes at once.",
        [LuaParameter("path", .string), readingOptions],
        returns: [LuaParameter("template", .object("kiln.Template"))]
      ) { [try await workshop.load($0("path"), $0.options("options"))] }
      AsyncFunction(
        "parse", "Reads a template's text; raises all its mistakes at once.",
        [
          LuaParameter("text", .string), LuaParameter("name", .optional(.string), "What messages call it."),
          readingOptions,
        ],
        returns: [LuaParameter("template", .object("kiln.Template"))]
      ) { arguments in
        let source = Source(name: try arguments.optional("name") ?? "template", text: try arguments("text"))
        return [try await workshop.read(source, arguments.options("options"))]
      }
      Function(
        "compose", "Makes a template of a composer's entries.",
        [
          LuaParameter("head", .data, "The sections that have no entries, such as Description."),
          LuaParameter("entries", .data, "Records with section, name, body, source and line."),
          LuaParameter(
            "chunk", .optional(.string), "Where the composer was made, for what is wrong as a whole."),
          LuaParameter("line", .optional(.integer)),
        ],
        returns: [LuaParameter("template", .object("kiln.Template"))]
      ) { arguments in
        let composition = Composition(
          head: try arguments("head"), entries: try arguments("entries"),
          start: (try arguments.optional("chunk"), try arguments.optional("line")))
        return [try workshop.compose(composition)]
      }
      Function(
        "facts", "Tells the properties and attributes of a resource type; nil when it isn't known.",
        [LuaParameter("type", .any)], returns: [LuaParameter("facts", .any)]
      ) { arguments in
        [try arguments["type"].string.flatMap { try shelf.schemas()[$0] }.map { .data($0.facts) } ?? .nil]
      }
      Function(
        "types", "Lists the names of the resource types.", returns: [LuaParameter("types", .list(.string))]
      ) { _ in [.list(try shelf.schemas().names.map(LuaValue.string))] }
      Function(
        "shape", "Tells what the properties of a resource type must be; nil when it isn't known.",
        [
          LuaParameter("type", .string),
          LuaParameter("path", .optional(.list(.string)), "The names that lead to a map inside."),
        ], returns: [LuaParameter("shape", .any)]
      ) { arguments in
        guard let schema = try shelf.schemas()[arguments("type")] else { return [.nil] }
        guard case .list(let path) = arguments["path"] else { return [.data(schema.luaShape)] }
        return [schema.luaMembers(at: path.compactMap(\.string)).map(LuaValue.data) ?? .nil]
      }
      Function(
        "gives", "Tells whether a resource of a type gives an attribute, besides those that its facts name.",
        [LuaParameter("type", .string), LuaParameter("attribute", .string)],
        returns: [LuaParameter("gives", .boolean)]
      ) { arguments in
        let type: String = try arguments("type")
        return [.bool(try shelf.schemas()[type]?.hasAttribute(arguments("attribute"), of: type) ?? true)]
      }
      Function(
        "nearest", "Finds the name in a list that was probably meant.",
        [LuaParameter("wrong", .string), LuaParameter("names", .list(.string))],
        returns: [LuaParameter("name", .optional(.string))]
      ) { arguments in
        guard case .list(let names) = arguments["names"] else { return [.nil] }
        return [
          nearest(to: try arguments("wrong"), among: names.compactMap(\.string)).map(LuaValue.string) ?? .nil
        ]
      }
      Function(
        "diff", "Says what lies between two templates.",
        [
          LuaParameter("before", .object("kiln.Template")), LuaParameter("after", .object("kiln.Template")),
        ], returns: [LuaParameter("difference", .object("kiln.TemplateDifference"))]
      ) { arguments in
        let (before, after): (TemplateObject, TemplateObject) = try (
          arguments.object("before"), arguments.object("after")
        )
        let difference = before.template.difference(to: after.template, schemas: after.schemas)
        return [.object(DifferenceObject(difference))]
      }
      TemplateObject.luaClass
      DifferenceObject.luaClass
    }
  }
}

private let readingOptions = LuaParameter(
  "options",
  .optional(
    .options([
      LuaParameter(
        "environment", .optional(.union([.string, .list(.string)])),
        "Environment files, for parameters and what resource types mean; the later win.")
    ])))

/// Reads templates for scripts: errors are thrown, warnings told.
struct TemplateWorkshop: Sendable {
  let shelf: SchemaShelf
  let texts: TextLoader
  let warn: @Sendable (Diagnostic) -> Void

  func load(_ path: String, _ options: LuaArguments) async throws -> LuaValue {
    do {
      return try await read(Source(name: path, text: try await texts.text(at: path)), options)
    } catch let failure as TextLoader.Failure {
      throw Diagnostic(
        "unreadable_file", "\(path) \(failure.why)", hint: "check that the file is there and readable")
    }
  }

  func read(_ source: Source, _ options: LuaArguments) async throws -> LuaValue {
    let schemas = try shelf.schemas()
    let loader = TemplateLoader(texts: texts, schemas: schemas)
    let environment = try await loader.environment(at: paths(options["environment"]))
    return try finish(await loader.read(source, in: environment), schemas)
  }

  private func paths(_ value: LuaValue) -> [String] {
    if case .list(let items) = value { return items.compactMap(\.string) }
    return [value.string].compactMap(\.self)
  }

  func compose(_ composition: Composition) throws -> LuaValue {
    let schemas = try shelf.schemas()
    return try finish(TemplateReader.read(composition.node, schemas: schemas), schemas)
  }

  private func finish(_ reading: TemplateReading, _ schemas: ResourceSchemas) throws -> LuaValue {
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    reading.diagnostics.forEach(warn)
    return .object(TemplateObject(template, schemas: schemas))
  }
}
