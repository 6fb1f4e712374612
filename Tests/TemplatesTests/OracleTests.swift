import Document
import Templates
import Testing

@Suite(.enabled(if: Corpus.root != nil, "the public templates aren't beside the package"))
struct OracleTests {
  @Test("reading finds what cfn-lint finds of the language, at the same lines")
  func agreement() throws {
    var found = 0
    var expected = 0
    var given = 0
    var differences: [String] = []
    for verdict in try Oracle.verdicts() {
      guard let source = Corpus.source(verdict.path) else { continue }
      let reading = TemplateReader.read(source)
      let own = Set(
        reading.diagnostics.compactMap { diagnostic in
          diagnostic.place.map { Oracle.Finding(id: diagnostic.code, line: $0.start.line) }
        }.filter { Oracle.isOfReading($0.id) })
      let theirs = verdict.findings.filter { Oracle.isOfReading($0.id) }
      expected += theirs.count
      given += own.count
      found += own.intersection(theirs).count
      for missing in theirs.subtracting(own).sorted() {
        differences.append(
          "\(verdict.path):\(missing.line) lacks \(missing.id): \((verdict.messages[missing] ?? "").prefix(120))"
        )
      }
      for extra in own.subtracting(theirs).sorted() {
        let message = reading.diagnostics.first { $0.code == extra.id && $0.place?.start.line == extra.line }
        differences.append("\(verdict.path):\(extra.line) has \(extra.id): \(message?.message ?? "")")
      }
    }
    print("found \(found) of \(expected) of cfn-lint's, \(given - found) more than it says")
    print(differences.joined(separator: "\n"))
    #expect(found * 100 >= expected * 80)
  }

  @Test("what isn't broken on purpose loads")
  func loading() {
    var failures: [String] = []
    for path in Corpus.paths() where !path.contains("/bad/") {
      guard let source = Corpus.source(path) else { continue }
      let reading = TemplateReader.read(source)
      guard reading.template == nil else { continue }
      let errors = reading.diagnostics.filter { $0.severity == .error }
      failures.append("\(path): \(errors.map { "\($0.code) \($0.place?.start.line ?? 0) \($0.message)" })")
    }
    print("\(failures.count) don't load:")
    print(failures.joined(separator: "\n"))
  }
}
