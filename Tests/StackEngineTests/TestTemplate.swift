import Document
import StackEngine
import Templates

/// Templates of these tests, written in place.
enum TestTemplate {
  static func make(_ text: String) throws -> Template {
    let reading = TemplateReader.read(Source(name: "test.json", text: text))
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }
}
