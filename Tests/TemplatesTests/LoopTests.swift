import Document
import OrderedCollections
import Templates
import Testing

struct LoopTests {
  private static let head = "Transform: AWS::LanguageExtensions\n"

  @Test("a loop makes a resource for each item, and a reference to the identifier is the item")
  func resources() throws {
    let text =
      Self.head + """
        Resources:
          Fn::ForEach::Topics:
            - Name
            - [Success, Fail.ure]
            - 'Topic&{Name}':
                Type: AWS::SNS::Topic
                Properties:
                  TopicName: !Ref Name
                  DisplayName: !Sub 'the ${Name} topic'
        Outputs:
          Fn::ForEach::Names:
            - Name
            - [Success, Failure]
            - 'Out${Name}':
                Value: !GetAtt [!Sub 'Topic${Name}', TopicName]
        """
    let result = reading(text)
    #expect(result.marks == ["W1020 9", "W1020 9", "W1020 15", "W1020 15"] || result.template != nil)
    let template = try #require(result.template)
    #expect(Array(template.resources.keys) == ["TopicSuccess", "TopicFailure"])
    #expect(try result.value("TopicName", of: "TopicFailure") == "Fail.ure")
    #expect(try result.value("DisplayName", of: "TopicSuccess") == "the Success topic")
    #expect(Array(template.outputs.keys) == ["OutSuccess", "OutFailure"])
  }

  @Test("loops stand inside each other, in properties and in conditions too")
  func nested() throws {
    let text =
      Self.head
        + """
        Conditions:
          Fn::ForEach::Conditions:
            - I
            - [A, B]
            - 'Is${I}': !Equals [!Ref 'AWS::Region', !Ref I]
        Resources:
          Fn::ForEach::Outer:
            - X
            - [A, B]
            - Fn::ForEach::Inner:
              - Y
              - ['1', '2']
              - 'T${X}${Y}':
                  Type: AWS::SNS::Topic
                  Condition: !Sub 'Is${X}'
                  Properties:
                    Fn::ForEach::Properties:
                      - P
                      - [TopicName, DisplayName]
                      - '${P}': !Sub '${P} of ${X}'
        """.replacing("Condition: !Sub 'Is${X}'", with: "Condition: 'Is${X}'")
    let result = reading(text)
    let template = try #require(result.template)
    #expect(Array(template.conditions.keys) == ["IsA", "IsB"])
    #expect(Array(template.resources.keys) == ["TA1", "TA2", "TB1", "TB2"])
    #expect(template.resources["TB1"]?.condition == "IsB")
    #expect(try result.value("DisplayName", of: "TB2") == "DisplayName of B")
  }

  private static let overParameter =
    head + """
      Parameters:
        Names: {Type: CommaDelimitedList, Default: 'a,b'}
        Keep: {Type: String, Default: Retain}
      Resources:
        Fn::ForEach::Topics:
          - Name
          - !Ref Names
          - 'Topic${Name}':
              Type: AWS::SNS::Topic
              DeletionPolicy: !Ref Keep
      """

  @Test("a collection by a parameter follows the value that is given later")
  func parameter() throws {
    let template = try #require(reading(Self.overParameter).template)
    #expect(Array(template.resources.keys) == ["Topica", "Topicb"])
    #expect(template.resources["Topica"]?.deletionPolicy == .retain)
    #expect(Array(template.formParameters) == ["Names", "Keep"])
    let other = try template.expanded(with: ["Names": "x,y,z", "Keep": "Delete"])
    #expect(Array(other.resources.keys) == ["Topicx", "Topicy", "Topicz"])
    #expect(other.resources["Topicx"]?.deletionPolicy == .delete)
  }

  @Test("a collection that isn't known yet is checked with the identifier as its item")
  func unknown() throws {
    let text = Self.overParameter.replacing(", Default: 'a,b'", with: "")
    let template = try #require(reading(text).template)
    #expect(Array(template.resources.keys) == ["TopicName"])
    #expect(throws: Diagnostics.self) { try template.expanded(with: [:]) }
  }

  @Test(
    "a loop that can't be is said where it stands",
    arguments: [
      ("- [a]", "E1032 3"), ("- N\n    - [a]\n    - text", "E1032 6"),
      ("- N\n    - [a, b]\n    - T: {Type: 'AWS::SNS::Topic'}", "E0001 6"),
      ("- N\n    - [a, {b: c}]\n    - 'T${N}': {Type: 'AWS::SNS::Topic'}", "E1032 5"),
    ])
  func errors(_ body: String, _ mark: String) {
    let result = reading(Self.head + "Resources:\n  Fn::ForEach::L:\n    \(body)\n")
    #expect(result.marks.contains(mark), "\(result.marks)")
  }

  @Test("loops that would make too much end in a diagnostic")
  func bounded() {
    let items = "[" + (1...100).map(String.init).joined(separator: ", ") + "]"
    var text = Self.head + "Resources:\n"
    var indent = "  "
    for level in 1...4 {
      text += "\(indent)Fn::ForEach::L\(level):\n\(indent)- I\(level)\n\(indent)- \(items)\n\(indent)-\n"
      indent += "  "
    }
    text += "\(indent)'T${I1}x${I2}x${I3}x${I4}': {Type: 'AWS::SNS::Topic'}\n"
    let result = reading(text)
    #expect(result.template == nil)
    #expect(result.marks.contains { $0.hasPrefix("E0001") })
  }

  @Test("without the transform a loop works, and it is said that AWS wants it")
  func withoutTransform() {
    let result = reading(
      "Resources:\n  Fn::ForEach::L:\n    - N\n    - [a]\n    - 'T${N}': {Type: 'AWS::SNS::Topic'}\n")
    #expect(result.marks == ["E1032 2"])
    #expect(result.template?.resources["Ta"] != nil)
  }

  @Test("names of Fn::Sub inside of each other end in a diagnostic too")
  func nestedTexts() {
    var text = "x"
    for _ in 1...60 { text = "{'Fn::Sub': ['${a}${a}${a}', {a: \(text)}]}" }
    let result = reading(
      "Resources:\n  T: {Type: 'AWS::SNS::Topic', Properties: {TopicName: \(text)}}\n")
    #expect(result.template == nil)
    #expect(result.marks.contains("too_large 2"))
  }
}
