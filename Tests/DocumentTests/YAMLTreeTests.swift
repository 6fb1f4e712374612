import Document
import OrderedCollections
import TestSupport
import Testing

struct YAMLTreeTests {
  @Test("a text is written anew", arguments: GoldenCase.all("format.txt"))
  func golden(_ example: GoldenCase) throws {
    let source = Source(name: "t.yaml", text: example.input)
    do throws(Diagnostics) {
      let written = try DocumentReader.yamlTree(source).text
      #expect(written == example.expected + "\n")
      let again = Source(name: "t.yaml", text: written)
      #expect(try DocumentReader.yamlTree(again).text == written, "written twice is written once")
      #expect(try DocumentReader.yaml(again).value == DocumentReader.yaml(source).value)
    } catch {
      #expect("error: \(error.items[0].message)" == example.expected)
    }
  }

  @Test("line ends of other systems, a byte order mark and a missing end of line don't mislead")
  func lineEnds() throws {
    let text = "\u{FEFF}a: 1 # one\r\n# b\r\nb: |\r\n  x\r\n  y\r\nc: \"2\" # end"
    let tree = try DocumentReader.yamlTree(Source(name: "t", text: text))
    #expect(tree.text == "a: 1 # one\n# b\nb: |\n  x\n  y\nc: '2' # end\n")
  }

  @Test("what a program made is written in block style")
  func value() {
    let value: Value = ["a": [1, ["b": [:]]], "c": "x\ny", "d": ["e": nil], "1": "on"]
    #expect(YAMLTree(value).text == "a:\n  - 1\n  - b: {}\nc: |-\n  x\n  y\nd:\n  e: null\n'1': 'on'\n")
  }

  @Test("a key that is too long for a line of its own is marked")
  func longKey() throws {
    let key = String(repeating: "k", count: 3000)
    let value: Value = ["m": [.map([key: ["x": 1]])]]
    #expect(try DocumentReader.yaml(Source(name: "t", text: value.yamlText())).value == value)
  }
}
