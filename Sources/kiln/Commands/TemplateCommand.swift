import ArgumentParser
import Document
import ResourceFacts
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

extension TemplateFile {
  /// Reads it, and checks it against the types that kiln knows.
  func read(_ schemas: ResourceSchemas?) -> TemplateReading {
    do throws(Diagnostics) {
      return TemplateReader.read(try source(), schemas: schemas)
    } catch {
      return TemplateReading(template: nil, diagnostics: error.items)
    }
  }

  /// Reads it as it must be to be shown.
  func template(_ schemas: ResourceSchemas?) throws(Diagnostics) -> Template {
    let reading = read(schemas)
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }
}
