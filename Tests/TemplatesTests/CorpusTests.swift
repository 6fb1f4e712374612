import Document
import OrderedCollections
import Templates
import TestSupport
import Testing

@Suite(.enabled(if: Corpus.root != nil, "the public templates aren't beside the package"))
struct CorpusTests {
  @Test("every template of 2012 loads, but for the one that is cut off")
  func heat2012() {
    for path in Corpus.paths() where path.hasPrefix("cfn/heat-2012/") {
      guard let source = Corpus.source(path) else { continue }
      let reading = TemplateReader.read(source)
      let errors = reading.diagnostics.filter { $0.severity == .error }
      if path.hasSuffix("_puppet.template") {
        #expect(errors.map(\.code) == ["E0000"])
      } else {
        #expect(errors.isEmpty, "\(errors.map { $0.rendered() }.joined(separator: "\n"))")
      }
    }
  }

  @Test("pairs of JSON and YAML are equal")
  func pairs() throws {
    let folder = "cfn/heat/tests/"
    for name in ["Neutron", "WordPress_Single_Instance"] {
      let json = try DocumentReader.any(try #require(Corpus.source("\(folder)\(name).template")))
      let yaml = try DocumentReader.any(try #require(Corpus.source("\(folder)\(name).yaml")))
      #expect(json["Resources"].map { sorted($0.value) } == yaml["Resources"].map { sorted($0.value) })
    }
  }

  /// The value with its members in the order of their keys: these pairs differ in that.
  private func sorted(_ value: Value) -> Value {
    switch value {
    case .list(let items): return .list(items.map(sorted))
    case .map(let members):
      var result: OrderedDictionary<String, Value> = [:]
      for key in members.keys.sorted() { result[key] = members[key].map(sorted) }
      return .map(result)
    default: return value
    }
  }

  @Test("most public templates have no error, and none stops the reader")
  func all() throws {
    let paths = Corpus.paths()
    var clean = 0
    for path in paths {
      let source = try #require(Corpus.source(path))
      if TemplateReader.read(source).template != nil { clean += 1 }
    }
    #expect(clean >= 222, "\(clean) of \(paths.count) read without error")
  }

  @Test("a template that is cut off or damaged gives errors and nothing else")
  func damaged() throws {
    for path in ["cfn/heat-2012/WordPress_Single_Instance.template", "cfn/heat/tests/Neutron.yaml"] {
      let bytes = Array(try #require(Corpus.source(path)).text.utf8)
      for step in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
        _ = TemplateReader.read(Source(name: path, text: String(decoding: bytes[..<step], as: UTF8.self)))
        var flipped = bytes
        flipped[step] ^= 0x15
        _ = TemplateReader.read(Source(name: path, text: String(decoding: flipped, as: UTF8.self)))
      }
    }
  }
}

@Suite(.enabled(if: Corpus.root != nil, "the public templates aren't beside the package"))
struct LinterAgreementTests {
  /// The rules of cfn-lint that the reader has under the same id, as errors or warnings.
  private static let rules: Set<String> = [
    "E0000", "E1001", "E1020", "E3004", "E3007", "E3035", "E8003", "W2001", "W7001", "W8001",
  ]

  @Test("the reader and cfn-lint find the same rules broken, file by file")
  func agreement() throws {
    let lines = try #require(Corpus.source("cfnlint-1.51.0.jsonl")).text.split(separator: "\n")
    var (both, expected, found) = (0, 0, 0)
    for line in lines {
      let row = try Value.json(String(line))
      guard let path = row["path"]?.string, let source = Corpus.source(path) else { continue }
      let theirs = Set((row["errors"]?.list ?? []).compactMap { $0["id"]?.string }).intersection(Self.rules)
      let ours = Set(TemplateReader.read(source).diagnostics.map(\.code)).intersection(Self.rules)
      both += theirs.intersection(ours).count
      expected += theirs.count
      found += ours.count
    }
    #expect(both * 10 >= expected * 6, "\(both) of \(expected), \(found) found")
  }
}
