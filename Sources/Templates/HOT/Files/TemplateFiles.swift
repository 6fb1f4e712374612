package import Document

/// The files that templates name, as far as somebody has loaded them.
///
/// Reading never waits: it says what it lacks (`TemplateReading.wishes`), the caller loads that, adds it here
/// and reads again.
package struct TemplateFiles: Sendable {
  enum Content: Sendable {
    case text(String)
    case failed(String)
  }

  private var contents: [String: Content] = [:]

  package init() {}

  /// Adds a file's text, by the address of the wish.
  package mutating func add(_ text: String, at address: String) { contents[address] = .text(text) }

  /// Says that a file can't be had, and why, as a sentence's end: `can't be read: no such file`.
  package mutating func fail(_ address: String, _ why: String) { contents[address] = .failed(why) }

  subscript(address: String) -> Content? { contents[address] }

  /// The texts that could be had, by address.
  package var texts: [String: String] {
    contents.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
  }
}

/// A file that a template names and that isn't loaded yet.
package struct FileWish: Sendable {
  package enum Purpose: Sendable {
    case text, template
  }

  /// The path or URL, resolved relative to the file that names it.
  package let address: String
  package let purpose: Purpose
  /// Where it is named.
  package let place: Place

  package init(address: String, purpose: Purpose, place: Place) {
    self.address = address
    self.purpose = purpose
    self.place = place
  }
}

/// What a template is read with: the files that it names, and an environment.
package struct TemplateSurroundings: Sendable {
  /// How many templates may stand inside each other; Heat's own limit.
  package static let depthLimit = 5

  /// Nil when files aren't looked at: then what they would say isn't known, and isn't an error.
  package var files: TemplateFiles?
  package var environment: Environment?
  /// Whether the template is part of another's stack: then the environment's parameters are that one's.
  package var isNested = false

  package var isEmpty: Bool { environment == nil && files?.texts.isEmpty ?? true }

  package init(files: TemplateFiles? = nil, environment: Environment? = nil) {
    self.files = files
    self.environment = environment
  }
}

extension TemplateReader {
  /// Reads a text with its files and its environment.
  ///
  /// While `wishes` isn't empty, load those, add them to the files, and read again: each time goes one
  /// template deeper, at most `TemplateSurroundings.depthLimit` times.
  package static func read(
    _ source: Source, in surroundings: TemplateSurroundings,
    schemas: (any ResourceTypes)? = nil, options: ReadingOptions = ReadingOptions()
  ) -> TemplateReading {
    do throws(Diagnostics) {
      let node = try DocumentReader.any(source)
      let scan = TemplateScan(schemas: schemas)
      scan.surroundings = surroundings
      return TemplateBody(scan, options).read(node, source).adding(surroundings)
    } catch {
      return TemplateReading(template: nil, diagnostics: asParseErrors(error.items, source))
    }
  }
}

extension TemplateReading {
  /// The reading of a template that remembers what it was read with.
  fileprivate func adding(_ surroundings: TemplateSurroundings) -> TemplateReading {
    guard var template, !surroundings.isEmpty else { return self }
    template.surroundings = surroundings
    return TemplateReading(
      template: template, diagnostics: diagnostics, document: document, wishes: wishes)
  }
}
