import Document
import OrderedCollections
import Templates
import TestSupport
import Testing

/// Whatever a text is, reading it ends soon, in a diagnostic with a place.
struct RobustnessTests {
  /// Reads a text as a template, within seconds; returns what the first diagnostic says.
  private func firstProblem(_ text: String) -> Diagnostic? {
    let start = ContinuousClock.now
    let diagnostic = TemplateReader.read(Source(name: "hostile", text: text)).diagnostics.first
    #expect(ContinuousClock.now - start < .seconds(20))
    return diagnostic
  }

  private func nested(_ open: String, _ depth: Int, _ close: String = "") -> String {
    String(repeating: open, count: depth) + String(repeating: close, count: depth)
  }

  @Test(
    "10,000 lists and maps inside each other are refused, and so are those that are never closed",
    arguments: ["[", "{\"a\":", "{a: ", "- ", "? ", "!If [", "{\"Fn::Not\": [", "[{"])
  func depth(open: String) throws {
    for text in [nested(open, 10_000), "A: " + nested(open, 10_000), nested(open, 10_000, "]")] {
      let problem = try #require(firstProblem(text))
      #expect(problem.severity == .error)
      #expect(problem.place != nil)
      #expect(!problem.rendered().isEmpty)
      #expect(throws: Diagnostics.self) { try DocumentReader.yamlTree(Source(name: "hostile", text: text)) }
    }
  }

  @Test("maps that step in by one space 5,000 times are refused")
  func steps() throws {
    let text = (0..<5_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(try #require(firstProblem(text)).message.contains("inside each other"))
  }

  @Test("a scalar of 100 MB is refused by its size before it is read", arguments: ["\"", "", "|\n  "])
  func size(lead: String) throws {
    let text = "A: " + lead + String(repeating: "x", count: 100 << 20)
    #expect(try #require(firstProblem(text)).message.contains("more than"))
  }

  @Test("a scalar of 20 MB is read", arguments: ["{\"A\": \"$\"}", "A: '$'", "A: |\n  $\n"])
  func largeScalar(form: String) throws {
    let parts = form.split(separator: "$")
    let text = parts[0] + String(repeating: "x", count: 20 << 20) + parts[1]
    let problem = try #require(firstProblem(String(text)))
    #expect(problem.rendered().utf8.count < 4_000)
  }

  @Test("20,000 errors on one line are told without walking all of it for each")
  func longLine() {
    let items = (0..<20_000).map {
      "\"Resource\($0)\":{\"Type\":\"T\",\"Properties\":{\"P\":{\"Ref\":\"Q\"}}}"
    }.joined(separator: ",")
    let source = Source(name: "hostile", text: "{\"Resources\":{\(items)}}")
    let start = ContinuousClock.now
    let diagnostics = TemplateReader.read(source).diagnostics
    #expect(diagnostics.count >= 20_000)
    for diagnostic in diagnostics.prefix(2_000) { #expect(diagnostic.rendered().utf8.count < 2_000) }
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("aliases that would stand for billions of values are refused", arguments: [true, false])
  func aliases(merges: Bool) throws {
    var text = "a0: &a0 {x: 1}\n"
    for level in 1...40 {
      let alias = "*a\(level - 1)"
      text +=
        "a\(level): &a\(level) "
        + (merges ? "{<<: \(alias), k\(level): \(alias)}\n" : "[\(alias), \(alias)]\n")
    }
    #expect(try #require(firstProblem(text)).message.contains("aliases"))
    let tree = try DocumentReader.yamlTree(Source(name: "hostile", text: text))
    #expect(tree.text.utf8.count < 10_000, "written anew, an alias is an alias")
  }

  @Test("an anchor inside itself is an unknown one")
  func recursion() throws {
    #expect(try #require(firstProblem("a: &a [*a]")).message.contains("no anchor"))
  }

  @Test(
    "control characters and NUL are refused with their place",
    arguments: [
      "a: \u{0}", "\u{0}", "{\"a\": \"\u{0}\"}", "{\"a\": \u{0}}", "a: \u{1}b", "a: 'x\u{7F}\u{0}'",
    ])
  func controls(text: String) throws {
    let problem = try #require(firstProblem(text))
    #expect(problem.place != nil)
    #expect(!problem.rendered().unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test("bytes that aren't UTF-8 are told with their place")
  func encoding() {
    let cases: [(bytes: [UInt8], line: Int, column: Int)] = [
      ([0x61, 0x3A, 0x20, 0xFF], 1, 4), ([0x61, 0x0A, 0xC3], 2, 1), ([0xED, 0xA0, 0x80], 1, 1),
      (Array("é: ".utf8) + [0xC0, 0x80], 1, 4), ([0xFF, 0xFE, 0x61, 0x00], 1, 1),
    ]
    for (bytes, line, column) in cases {
      #expect {
        try Source(name: "hostile", bytes: bytes)
      } throws: { error in
        let place = (error as? Diagnostics)?.items.first?.place
        return place?.start == Position(line: line, column: column)
      }
    }
  }

  @Test("duplicate keys are all told", arguments: [": 1, ", ": 1\n"])
  func duplicates(separator: String) {
    let isFlow = separator.hasSuffix(" ")
    let body = String(repeating: "\"k\"" + separator, count: 5_000)
    let text = isFlow ? "{" + body.dropLast(2) + "}" : body
    let problems = TemplateReader.read(Source(name: "hostile", text: text)).diagnostics
    #expect(problems.count { $0.severity == .error } == 4_999)
    #expect(problems.dropFirst().allSatisfy { $0.place != nil && $0.notes.first?.place?.start.line == 1 })
  }

  @Test("conditions that need each other in a row of 20,000 are refused when they are worked out")
  func conditions() throws {
    var text = "Conditions:\n  C0: !Equals [a, a]\n"
    for index in 1...20_000 { text += "  C\(index): !Not [!Condition C\(index - 1)]\n" }
    text += "Resources: {A: {Type: T, Condition: C20000}}\n"
    let reading = TemplateReader.read(Source(name: "hostile", text: text))
    guard let template = reading.template, let resource = template.resources["A"] else { return }
    #expect(throws: Diagnostic.self) { try template.isIncluded(resource, in: EmptyScope()) }
  }

  @Test("what once broke something doesn't any more", arguments: Findings.names)
  func findings(name: String) throws {
    #expect(Probe.fault(Findings.bytes(of: name)) == nil)
  }
}

private struct EmptyScope: Scope {
  func parameter(_ name: String) -> Evaluated? { nil }
  func reference(_ logicalID: String) -> Evaluated { .known(.string(logicalID), isSecret: false) }
  func attribute(_ name: String, of logicalID: String) throws(Diagnostic) -> Evaluated { .absent }
  func zones(ofRegion region: String) -> [String] { [] }
  func export(_ name: String) -> Evaluated? { nil }
}
