import Document
import Templates
import TestSupport
import Testing

struct RuleIDTests {
  @Test("each mistake is said under cfn-lint's id at its line", arguments: GoldenCase.all("rules.txt"))
  func rules(_ golden: GoldenCase) {
    let said = Set(
      reading(golden.input).diagnostics.compactMap { diagnostic in
        diagnostic.place.map { "\($0.start.line) \(diagnostic.code)" }
      })
    let expected = Set(golden.expected.split(separator: "\n").map(String.init))
    #expect(said.subtracting(expected).sorted() == [])
    #expect(expected.subtracting(said).sorted() == [])
  }
}
