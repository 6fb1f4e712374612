import Document
import Templates
import TestSupport
import Testing

@Suite(.enabled(if: Corpus.root != nil, "the public templates aren't beside the package"))
struct HOTCorpusTests {
  @Test("every public HOT template loads")
  func templates() throws {
    let paths = Corpus.paths(["hot"])
    #expect(paths.count > 60)
    for path in paths {
      let reading = TemplateReader.read(try #require(Corpus.source(path)))
      let errors = reading.diagnostics.filter { $0.severity == .error }
      #expect(errors.isEmpty, "\(errors.map { $0.rendered() }.joined(separator: "\n"))")
    }
  }

  @Test("every public environment loads")
  func environments() throws {
    for path in Corpus.paths(["env"]) {
      let reading = EnvironmentReader.read(try #require(Corpus.source(path)))
      #expect(
        reading.environment != nil, "\(reading.diagnostics.map { $0.rendered() }.joined(separator: "\n"))")
    }
  }

  @Test("a template that is cut off or damaged gives errors and nothing else")
  func damaged() throws {
    let path = "hot/tripleo-heat-templates/deployment/placement/placement-api-container-puppet.yaml"
    let bytes = Array(try #require(Corpus.source(path)).text.utf8)
    for step in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
      _ = TemplateReader.read(Source(name: path, text: String(decoding: bytes[..<step], as: UTF8.self)))
      var flipped = bytes
      flipped[step] ^= 0x15
      _ = TemplateReader.read(Source(name: path, text: String(decoding: flipped, as: UTF8.self)))
    }
  }
}
