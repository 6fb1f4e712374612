import Ambience
import ArgumentParser
import Document
import HTTP
import Loading
import OpenStack
import ResourceFacts
import Scripting
import Templates

/// `kiln template`: what can be said of template files, and done with them, without any cloud.
struct TemplateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template", abstract: "Checks, shows and rewrites template files.",
    subcommands: [
      TemplateValidate.self, TemplateLint.self, TemplateShow.self, TemplateGraph.self, TemplateDiff.self,
      TemplateConvert.self, TemplateFormat.self, TemplateBench.self,
    ])
}

/// What templates are read with besides their own text.
struct SurroundingsOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "An environment: parameters and what resource types mean. Of several the later win.", valueName: "file")
  )
  var environment: [String] = []

  @Option(help: "The cloud whose objects templates may name (swift://container/object).")
  var cloud: String?

  /// Loads the environment; throws all that is wrong in it.
  func library(_ schemas: ResourceSchemas?) async throws -> TemplateLibrary {
    try await TemplateLibrary(environment: environment, cloud: cloud, schemas: schemas)
  }
}

/// Reads template files with what they name.
struct TemplateLibrary: Sendable {
  let loader: TemplateLoader
  let environment: Templates.Environment?

  /// Loads an environment's files; `cloud` has the objects that templates may name.
  ///
  /// - Throws: All that is wrong in the environment.
  init(environment files: [String], cloud: String?, schemas: ResourceSchemas?) async throws {
    let texts = TextLoader(web: { CurlTransport() }) {
      let opening = try Opening(
        cloud: cloud, store: nil, environment: Environment.variables, ambient: Ambient.system())
      return try await opening.session(opening.defaultName).cloud.object
    }
    loader = TemplateLoader(texts: texts, schemas: schemas)
    environment = try await loader.environment(at: files)
  }

  func reading(_ file: TemplateFile) async -> TemplateReading {
    do throws(Diagnostics) {
      return await loader.read(try file.source(), in: environment)
    } catch {
      return TemplateReading(template: nil, diagnostics: error.items)
    }
  }

  /// Reads a file as it must be to be shown.
  func template(_ file: TemplateFile) async throws(Diagnostics) -> Template {
    let reading = await reading(file)
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }
}
