import Document
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("Templates whose form depends on parameters")
struct FormTests {
  private static let template = """
    {"Transform": "AWS::LanguageExtensions",
     "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a,b"}},
     "Rules": {"Few": {"Assertions": [
       {"Assert": {"Fn::Not": [{"Fn::Contains": [{"Ref": "Names"}, "z"]}]},
        "AssertDescription": "z can't be one"}]}},
     "Resources": {"Fn::ForEach::Things": ["Name", {"Ref": "Names"}, {
       "Thing${Name}": {"Type": "Test::Thing", "Properties": {"Password": {"Ref": "Name"}}}}]}}
    """

  @Test("are planned, launched and changed in the form of the values that are given")
  func form() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.template)
      let stack = try await world.engine.create("web", template, parameters: ["Names": "x,y"]).record(
        in: world.engine)
      #expect(stack.resources.keys.sorted() == ["Thingx", "Thingy"])
      let changed = try await world.engine.update("web", template, parameters: ["Names": "y,w"]).record(
        in: world.engine)
      #expect(changed.resources.keys.sorted() == ["Thingw", "Thingy"])
    }
  }

  @Test("aren't planned with values that their rules refuse")
  func rules() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.template)
      await #expect(throws: Diagnostics.self) {
        _ = try await world.engine.planCreate("web", template, parameters: ["Names": "z"])
      }
    }
  }
}
