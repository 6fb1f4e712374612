import Document
import OrderedCollections
import Templates
import TestSupport
import Testing

/// Queries as public templates have them, and what YAQL gives for them.
struct YaqlTests {
  private func answer(_ expression: String, _ data: String) throws -> String {
    let text = """
      heat_template_version: rocky
      outputs:
        o:
          value:
            yaql:
              expression: \(Value.string(expression).jsonText())
              data: \(data)
      """
    let reading = HOTTests.reading(text)
    let problems = Diagnostics(reading.diagnostics.filter { $0.severity == .error })
    guard let template = reading.template, let output = template.outputs["o"] else { throw problems }
    guard case .known(let value, _) = try output.value.evaluate(in: Nowhere(), of: template) else {
      return ""
    }
    return value.jsonText()
  }

  private struct Nowhere: Scope {
    func parameter(_ name: String) -> Evaluated? { nil }
    func reference(_ logicalID: String) -> Evaluated { .absent }
    func attribute(_ name: String, of logicalID: String) throws(Diagnostic) -> Evaluated { .absent }
    func zones(ofRegion region: String) -> [String] { [] }
    func export(_ name: String) -> Evaluated? { nil }
  }

  @Test("a query has its answer, or says what is wrong", arguments: GoldenCase.all("yaql.txt"))
  func query(_ golden: GoldenCase) {
    let lines = golden.input.split(separator: "\n").map(String.init)
    var answer: String
    do {
      answer = try self.answer(lines[0], lines[1])
    } catch {
      let items = (error as? any Explainable)?.diagnostics ?? []
      answer = "error: " + items.map(\.message).joined(separator: "; ")
    }
    if golden.expected.hasPrefix("error: ") {
      #expect(answer.hasPrefix("error: "))
      #expect(answer.contains(golden.expected.dropFirst(7)))
    } else {
      #expect(answer == golden.expected)
    }
  }

  @Test("a query nested without end is refused")
  func deep() {
    let open = String(repeating: "(", count: 4_000)
    #expect(throws: (any Error).self) { try answer(open, "x") }
    #expect(throws: (any Error).self) { try answer("$" + String(repeating: ".a", count: 4_000), "x") }
    #expect(throws: (any Error).self) { try answer("1" + String(repeating: "+1", count: 4_000), "x") }
  }
}
