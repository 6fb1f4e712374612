package import Document
package import Templates

/// Reads templates with all that they name: the files of Heat's language, what they include, environments.
package struct TemplateLoader: Sendable {
  private let texts: TextLoader
  private let schemas: (any ResourceTypes)?

  package init(texts: TextLoader, schemas: (any ResourceTypes)? = nil) {
    self.texts = texts
    self.schemas = schemas
  }

  /// The environments at these addresses as one; nil when there are none.
  ///
  /// - Throws: all that is wrong in them, each with its place.
  package func environment(at addresses: [String]) async throws(Diagnostics) -> Environment? {
    if addresses.isEmpty { return nil }
    var environments: [Environment] = []
    var problems: [Diagnostic] = []
    for address in addresses {
      let source: Source
      do {
        source = Source(name: address, text: try await texts.text(at: address))
      } catch {
        problems.append(Diagnostic("unreadable_file", "\(address) \(error.why)"))
        continue
      }
      let reading = EnvironmentReader.read(source)
      problems += reading.diagnostics.filter { $0.severity == .error }
      if let environment = reading.environment { environments.append(environment) }
    }
    if !problems.isEmpty { throw Diagnostics(problems) }
    return try Environment.merging(environments)
  }

  /// Reads a template, having loaded what it names.
  package func read(_ source: Source, in environment: Environment? = nil) async -> TemplateReading {
    await load(source, environment) { surroundings, options in
      TemplateReader.read(source, in: surroundings, schemas: schemas, options: options)
    }.reading
  }

  /// Loads what a template names.
  ///
  /// A text that can't be had is told when the template is read.
  package func surroundings(
    of source: Source, in environment: Environment? = nil
  ) async -> (TemplateSurroundings, ReadingOptions) {
    let loaded = await load(source, environment) { surroundings, _ in
      // Only templates of Heat's language name files that aren't included.
      source.mentions("heat_template_version")
        ? TemplateReader.read(source, in: surroundings) : TemplateReading(template: nil, diagnostics: [])
    }
    return (loaded.surroundings, loaded.options)
  }

  private typealias Loaded = (
    surroundings: TemplateSurroundings, options: ReadingOptions, reading: TemplateReading
  )

  /// Reads a template until it wishes for no more: each file that is loaded may name others.
  private func load(
    _ source: Source, _ environment: Environment?,
    reading read: (TemplateSurroundings, ReadingOptions) -> TemplateReading
  ) async -> Loaded {
    var options = ReadingOptions()
    for inclusion in TemplateReader.inclusions(in: source) where options.snippets[inclusion.location] == nil {
      let address = FileAddress.resolve(inclusion.location, relativeTo: source.name)
      do {
        let text = try await texts.text(at: address)
        options.snippets[inclusion.location] = Source(name: address, text: text)
      } catch {
        options.unreadable[inclusion.location] = "\(address) \(error.why)"
      }
    }
    var surroundings = TemplateSurroundings(files: TemplateFiles(), environment: environment)
    var reading = read(surroundings, options)
    for _ in 0...TemplateSurroundings.depthLimit where !reading.wishes.isEmpty {
      for wish in reading.wishes { await load(wish.address, into: &surroundings.files) }
      reading = read(surroundings, options)
    }
    return (surroundings, options, reading)
  }

  private func load(_ address: String, into files: inout TemplateFiles?) async {
    do {
      files?.add(try await texts.text(at: address), at: address)
    } catch {
      files?.fail(address, error.why)
    }
  }
}
