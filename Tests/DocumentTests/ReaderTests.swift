import Document
import Testing

struct ReaderTests {
  @Test("YAML keeps as text what other readers would change")
  func scalars() throws {
    let node = try DocumentReader.yaml(
      Source(
        name: "t", text: "{a: 2010-09-09, b: 012, c: yes, d: true, e: 1.5, f: 7, g: , h: !Ref x, i: '7'}"))
    let expected: Value = [
      "a": "2010-09-09", "b": "012", "c": "yes", "d": true, "e": 1.5, "f": 7, "g": nil, "h": "x", "i": "7",
    ]
    #expect(node.value == expected)
    #expect(node["h"]?.tag == "Ref")
  }

  @Test("a value written as YAML or JSON reads back the same")
  func roundTrip() throws {
    let value: Value = [
      "yes": "no", "n": "012", "date": "2010-09-09", "lines": "a\n  b\n\nc\n", "open": "a\nb",
      "tail": "a\n\n",
      "list": [1, [2, ["k": nil]], [], [:]], "q": "it's: #1", "t": "tab\there", "e": "", "u": "é😀", "x": 1.5,
      "s": " lead", "big": 1e30, "dash": "- a", "m": ["a": ["b": "c"]],
    ]
    #expect(try DocumentReader.yaml(Source(name: "t", text: value.yamlText())).value == value)
    #expect(try Value.json(value.jsonText(indent: 2)) == value)
    #expect(try DocumentReader.json(Source(name: "t", text: value.jsonText())).value == value)
  }

  @Test("members that are left out are passed over, whatever is in them")
  func leftOut() throws {
    let text =
      #"{"a": 1, "b": {"x": ["}", "\\\"", {"b": -1.5e3}], "y": null}, "c": {"b": 2}, "d": "]\"", "e": true}"#
    let value = try Value.json(text, leavingOut: ["b", "d", "e"])
    #expect(value == ["a": 1, "c": ["b": 2]])
    for broken in [#"{"b": }"#, #"{"b": {"x": "#, #"{"b": "x"#, #"{"b": ]}"#, #"{"b""#] {
      #expect(throws: Diagnostics.self) { try Value.json(broken, leavingOut: ["b"]) }
    }
  }

  @Test("texts that documents share are in memory once when they are read with one pool")
  func sharedTexts() throws {
    let pool = TextPool()
    let text =
      "{\"a name of some length\": [\"the text that occurs again\", \"short\", \"ein längerer Text mit Umlaut\"]}"
    let values = try (0..<2).map { _ in try Value.json(text, sharing: pool) }
    #expect(try values[0] == Value.json(text))
    #expect(values[0] == values[1])
    let places = values.map { value in
      value["a name of some length"]?[0]?.string?.utf8.withContiguousStorageIfAvailable { $0.baseAddress }
    }
    #expect(places[0] != nil)
    #expect(places[0] == places[1])
    let other = try Value.json("[\"the text that occurs again!\"]", sharing: pool)
    #expect(other == ["the text that occurs again!"])
  }

  @Test(
    "a key that is there twice is an error that names both places",
    arguments: ["{\"a\":1,\n\"a\":2}", "a: 1\na: 2"])
  func duplicates(text: String) {
    #expect {
      try DocumentReader.any(Source(name: "t", text: text))
    } throws: { error in
      let item = (error as? Diagnostics)?.items.first
      return item?.code == "duplicate_key" && item?.place?.start.line == 2
        && item?.notes[0].place?.start.line == 1
    }
  }

  @Test(
    "large maps in large maps keep their own members, and find what is there twice",
    arguments: [9, 12], [true, false])
  func nestedMaps(count: Int, isJSON: Bool) throws {
    func read(_ text: String) throws -> Node {
      let source = Source(name: "t", text: text)
      return isJSON ? try DocumentReader.json(source) : try DocumentReader.yaml(source)
    }
    let keys = (0..<count).map { "k\($0)" }
    let inner = "{" + keys.map { "\"\($0)\": 7" }.joined(separator: ", ") + "}"
    let members = keys.map { "\"\($0)\": \(inner)" }.joined(separator: ", ")
    let node = try read("{\(members)}")
    #expect(node.entries?.map(\.key) == keys)
    #expect(node["k8"]?.entries?.map(\.key) == keys)
    #expect {
      _ = try read("{\(members), \"k7\": 2}")
    } throws: { error in
      (error as? Diagnostics)?.items.map(\.code) == ["duplicate_key"]
    }
  }

  @Test(
    "broken JSON says what was expected",
    arguments: [
      ("{\"a\": }", "expected a value after `:`, found `}`"), ("[1 2]", "expected `,` or `]`, found `2`"),
      ("[01]", "a number can't start with 0"), ("[\"\\x\"]", "there is no such escape in JSON"),
      ("[\"\\ud800\"]", "half of a surrogate pair stands alone"),
      ("[True]", "expected a value, found `True`"),
    ])
  func brokenJSON(text: String, message: String) {
    #expect {
      try DocumentReader.json(Source(name: "t", text: text))
    } throws: {
      ($0 as? Diagnostics)?.items.first?.message == message
    }
  }

  @Test("aliases that would stand for millions of values are refused")
  func laughs() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(throws: Diagnostics.self) { try DocumentReader.yaml(Source(name: "t", text: text)) }
  }

  @Test("an excerpt underlines the place")
  func rendering() {
    let source = Source(name: "t.yaml", text: "a: 1\nb:\t!Ref Nmae\n")
    let place = Place(source: source, start: .init(line: 2, column: 9), end: .init(line: 2, column: 13))
    let shown = Diagnostic("E1020", "there is no `Nmae`", at: place, hint: "did you mean `Name`?").rendered()
    let expected = """
      error: there is no `Nmae` [E1020]
       --> t.yaml:2:9
        |
      2 | b:  !Ref Nmae
        |          ^^^^
      hint: did you mean `Name`?
      """
    #expect(shown == expected)
  }
}
