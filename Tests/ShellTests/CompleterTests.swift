import Ambience
import LuaRuntime
import Scripting
import TestSupport
import Testing

@testable import Shell

@Suite("completion")
struct CompleterTests {
  private final class Thing: LuaObject {
    static let luaClass = LuaClass("demo.Thing", "Something with a method.") {
      Method("wait", "Waits for it.") { (_: Thing, _) in [] }
      Property("name", .string, "Its name.") { (_: Thing) in "thing" }
    }
  }

  /// Knows what `far.server`, the second argument of `far.join` and the field `image` of `far.make` take.
  private struct Far: NameSource {
    func names(for argument: CallArgument) async -> [String]? {
      switch (argument.path.joined(separator: "."), argument.index, argument.field) {
      case ("far.server", 0, nil): ["web", "worker"]
      case ("far.join", 1, nil): ["private", "public"]
      case ("far.make", 0, "image"): ["cirros"]
      default: nil
      }
    }
    func names(forProperty property: String) async -> [String] { property == "flavor" ? ["m1.tiny"] : [] }
  }

  private static let count = LuaParameter("n", .optional(.integer))

  private static let stacks = LuaModule(name: "demo.stacks", summary: "Stacks.") {
    Function("create", "Creates a stack.", [LuaParameter("name", .string), count]) { _ in [] }
    Function("list", "Lists stacks.", []) { _ in [] }
  }

  private func completer() async throws -> (Completer, Lua) {
    let lua = Lua(ambient: .system(), output: { _ in })
    let setup = """
      demo = ...
      sizes = { small = 1, large = 2, ["very large"] = 3 }
      nested = { a = { b = 1 } }
      word = "text"
      trap = setmetatable({}, { __index = function() error "called" end })
      local names = function() return { Ip = "attribute", depends_on = "method" } end
      gadget = setmetatable({}, { __names = names })
      """
    try await lua.setGlobal("thing", .object(Thing()))
    let demo = await lua.newTable()
    try await lua.set(demo, "stacks", .table(lua.table(of: Self.stacks)))
    try await lua.set(demo, "gadget", .table(lua.newTable()))
    _ = try await lua.run(setup, name: "=setup", arguments: [.table(demo)])
    let files = ["scripts/one.lua", "scripts/two.lua", "output.json"].map { KnownName($0, .file) }
    let completer = Completer(
      introspection: LuaIntrospection(lua), types: SchemaCatalogue(SchemaShelf()), remote: Far(),
      files: { prefix in files.filter { $0.name.hasPrefix(prefix) } })
    return (completer, lua)
  }

  @Test("candidates fit what is written", arguments: GoldenCase.all("completion.txt"))
  func golden(golden: GoldenCase) async throws {
    let (completer, lua) = try await completer()
    let parts = golden.input.split(separator: "|", omittingEmptySubsequences: false)
    let line = parts[0] + parts.dropFirst().joined(separator: "|")
    let found = await completer.completion(of: String(line), cursor: parts[0].utf8.count)
    #expect(found.candidates.map(\.text).joined(separator: " ") == golden.expected)
    withExtendedLifetime(lua) {}
  }

  @Test("there are golden cases")
  func cases() { #expect(GoldenCase.all("completion.txt").count > 30) }

  @Test("a candidate replaces what is written of its word, and says what it is")
  func details() async throws {
    let (completer, lua) = try await completer()
    let found = await completer.completion(of: "x = demo.stacks.cr", cursor: 18)
    #expect(found.bytes == 16..<18)
    #expect(
      found.candidates == [
        Completion.Candidate(
          "create", label: "create(name, n?)", kind: "function", summary: "Creates a stack.")
      ])
    let volume = await completer.completion(of: "t:resource('V', 'AWS::EC2::Volume', { Si", cursor: 40)
    #expect(volume.candidates.first?.summary == "an integer")
    withExtendedLifetime(lua) {}
  }

  @Test("completing calls nothing of the user's")
  func harmless() async throws {
    let (completer, lua) = try await completer()
    #expect(await completer.completion(of: "trap.x.", cursor: 7).candidates == [])
    #expect(await completer.completion(of: "trap.", cursor: 5).candidates == [])
    withExtendedLifetime(lua) {}
  }

  @Test("what is written already in full is kept by the common prefix")
  func prefix() {
    let completion = Completion(0..<2, ["create", "creating"].map { Completion.Candidate($0) })
    #expect(completion.commonPrefix == "creat")
    #expect(Completion(0..<0).commonPrefix == "")
  }

  @Test("other programs get a candidate and its description on each line")
  func lines() async throws {
    let (completer, lua) = try await completer()
    #expect(
      await completer.lines(for: "demo.stacks.") == [
        "create\tfunction: Creates a stack.", "list\tfunction: Lists stacks.",
      ])
    withExtendedLifetime(lua) {}
  }

  @Test("the name at the cursor is explained, else the function whose arguments are written")
  func explaining() async throws {
    let (completer, lua) = try await completer()
    let create = await completer.explanation(of: "demo.stacks.create", cursor: 18)
    #expect(create.first == "demo.stacks.create(name, n?)")
    #expect(create.contains("  Creates a stack."))
    #expect(await completer.explanation(of: "demo.stacks.create(f(1), ", cursor: 25).first == create.first)
    #expect(await completer.explanation(of: "x = 1", cursor: 5).isEmpty)
    let volume = await completer.explanation(of: "'AWS::EC2::Volume'", cursor: 18)
    #expect(volume.contains { $0.hasPrefix("  AvailabilityZone  a string, required") })
    withExtendedLifetime(lua) {}
  }
}
