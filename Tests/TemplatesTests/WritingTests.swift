import Document
import Templates
import TestSupport
import Testing

struct WritingTests {
  @Test("functions are written as short tags where YAML allows it")
  func shortTags() throws {
    let json = """
      {"A": {"Fn::Join": ["", ["a", {"Ref": "B"}, {"Fn::GetAtt": ["C", "D"]}]]},
       "E": {"Fn::Base64": {"Fn::Sub": "x\\ny"}}, "F": {"Fn::FindInMap": ["M", {"Ref": "R"}, "k"]},
       "G": {"Fn::And": [{"Condition": "X"}, {"Fn::Not": [{"Condition": "W"}]}]},
       "H": {"Condition": "Z"}, "I": {"Fn::GetAtt": ["a.b", "c"]}}
      """
    let tree = YAMLTree(try DocumentReader.json(Source(name: "t", text: json))).withShortTags
    let expected = """
      A: !Join
        - ''
        - - a
          - !Ref B
          - !GetAtt C.D
      E:
        Fn::Base64: !Sub |-
          x
          y
      F: !FindInMap [M, !Ref R, k]
      G: !And
        - !Condition X
        - !Not [!Condition W]
      H:
        Condition: Z
      I: !GetAtt [a.b, c]

      """
    #expect(tree.text == expected)
  }

  @Test("comments stay when functions change their form")
  func commentsOfFunctions() throws {
    let yaml = """
      A:
        # why
        Fn::Sub: |  # text
          x
        # end
      B: !If # which
        - C
        # first
        - !GetAtt D.E
        - x

      """
    let tree = try DocumentReader.yamlTree(Source(name: "t", text: yaml))
    let short = tree.withShortTags
    let long = short.withLongFunctions
    let expected = """
      # why
      A: !Sub | # text
        x
      # end
      B: !If # which
        - C
        # first
        - !GetAtt D.E
        - x

      """
    #expect(short.text == expected)
    #expect(Set(long.comments) == Set(tree.comments))
    #expect(long.withShortTags.text == expected)
  }
}

@Suite(.enabled(if: Corpus.root != nil, "the public templates aren't beside the package"))
struct CorpusWritingTests {
  @Test("public YAML templates are written anew without loss, and only once")
  func yaml() throws {
    var count = 0
    for path in Corpus.paths(["cfn", "heatcfn", "hot", "env"]) {
      guard let source = Corpus.source(path), !DocumentReader.looksLikeJSON(source.text),
        let node = try? DocumentReader.yaml(source)
      else { continue }
      count += 1
      let tree = try DocumentReader.yamlTree(source)
      let text = tree.text
      let written = Source(name: path, text: text)
      let again = try DocumentReader.yamlTree(written)
      #expect(try DocumentReader.yaml(written).value == node.value, "\(path)")
      #expect(again.comments == tree.comments, "\(path)")
      #expect(again.text == text, "\(path)")
      let hashes = source.text.utf8.count { $0 == UInt8(ascii: "#") }
      #expect(hashes == text.utf8.count { $0 == UInt8(ascii: "#") }, "\(path): every # is still there")
      try functions(tree, node, path)
    }
    #expect(count > 200)
  }

  private func functions(_ tree: YAMLTree, _ node: Node, _ path: String) throws {
    guard node["heat_template_version"] == nil else { return }
    let long = try DocumentReader.yaml(Source(name: path, text: tree.withLongFunctions.text))
    #expect(long.withLongFunctions.value == node.withLongFunctions.value, "\(path)")
    let short = tree.withLongFunctions.withShortTags
    #expect(Set(short.comments) == Set(tree.comments), "\(path)")
    let read = try DocumentReader.yaml(Source(name: path, text: short.text))
    #expect(read.withLongFunctions.value == node.withLongFunctions.value, "\(path)")
  }

  @Test("public JSON templates become YAML that says the same")
  func json() throws {
    for path in Corpus.paths() {
      guard let source = Corpus.source(path), DocumentReader.looksLikeJSON(source.text),
        let node = try? DocumentReader.json(source)
      else { continue }
      let text = YAMLTree(node).withShortTags.text
      let read = try DocumentReader.yaml(Source(name: path, text: text))
      #expect(read.withLongFunctions.value == node.withLongFunctions.value, "\(path)")
    }
  }
}
