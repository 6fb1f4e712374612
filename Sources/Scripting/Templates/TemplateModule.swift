import Document
import LuaRuntime
import OrderedCollections
import ResourceFacts
import Templates

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension LuaModule {
  /// `kiln.native.template`: what `kiln.template` builds on.
  static func template(
    _ shelf: SchemaShelf, warn: @escaping @Sendable (Diagnostic) -> Void
  ) -> LuaModule {
    let workshop = TemplateWorkshop(shelf: shelf, warn: warn)
    return LuaModule(name: "kiln.native.template", summary: "Loads, checks and composes templates.") {
      Function(
        "load", "Reads a template file; raises all its mistakes at once.", [LuaParameter("path", .string)],
        returns: [LuaParameter("template", .object("kiln.Template"))]
      ) { [try workshop.load($0("path"))] }
      Function(
        "parse", "Reads a template's text; raises all its mistakes at once.",
        [LuaParameter("text", .string), LuaParameter("name", .optional(.string), "What messages call it.")],
        returns: [LuaParameter("template", .object("kiln.Template"))]
      ) { arguments in
        [try workshop.read(Source(name: arguments.optional("name") ?? "template", text: arguments("text")))]
      }
      Function(
        "compose", "Makes a template of a composer's entries.",
        [
          LuaParameter("head", .data, "The sections that have no entries, such as Description."),
          LuaParameter("entries", .data, "Records with section, name, body, source and line."),
        ],
        returns: [LuaParameter("template", .object("kiln.Template"))]
      ) { arguments in
        let composition = Composition(
          head: try arguments("head"), entries: try arguments("entries"))
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

/// Reads templates for scripts: errors are thrown, warnings told.
struct TemplateWorkshop: Sendable {
  let shelf: SchemaShelf
  let warn: @Sendable (Diagnostic) -> Void

  func load(_ path: String) throws -> LuaValue {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw Diagnostic(
        "unreadable_file", "\(path) can't be read", hint: "check that the file is there and readable")
    }
    return try read(Source(name: path, text: String(decoding: data, as: UTF8.self)))
  }

  func read(_ source: Source) throws -> LuaValue {
    let schemas = try shelf.schemas()
    return try finish(TemplateReader.read(source, schemas: schemas), schemas)
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
