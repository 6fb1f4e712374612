import Document
import LuaRuntime
import StandardLibrary
import Testing

/// What examples find: a template with a server, a disk, a parameter and a condition.
private let stage = """
  local kiln, print = kiln, function() end
  local template = kiln.template
  local t = template.new "an example"
  local flavor = t:parameter("Flavor", { default = "m1.small" })
  local is_small = t:condition("IsSmall", flavor:equals "m1.small")
  local web = t:resource("Web", "AWS::EC2::Instance", { ImageId = "cirros", InstanceType = flavor })
  local disk = t:resource("Disk", "AWS::EC2::Volume", { Size = 1, AvailabilityZone = "nova" })

  """

/// A function of the library that is written in Lua, with the example above it.
private struct Documented: CustomTestStringConvertible {
  let module: String
  let name: String
  let summary: String
  let example: String

  var testDescription: String { "\(module) \(name)" }

  /// The functions that a module's table, or the class of its objects, offers to everybody.
  static let all: [Documented] = LuaSources.all.flatMap { module, source in
    var comment: [Substring] = []
    return source.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> Documented? in
      if line.hasPrefix("---") {
        comment.append(line)
        return nil
      }
      defer { comment = [] }
      let heads = [
        "function F.", "function M.", "function Value:", "function Choice:", "function methods:",
        "function map_methods:", "function Composer:",
      ]
      let isInternal = [
        "kiln.template.later", "kiln.template.check", "kiln.template.resource", "kiln.template.composer",
        "kiln.template.pure",
      ].contains(module)
      guard let head = heads.first(where: line.hasPrefix), !(isInternal && head == "function M.") else {
        return nil
      }
      let usage = comment.filter { $0.hasPrefix("---@usage ") }.map { $0.dropFirst(10) }
      return Documented(
        module: module, name: String(line.dropFirst(9).prefix { $0 != "(" }),
        summary: comment.first.map { String($0.dropFirst(3)) } ?? "",
        example: usage.joined(separator: "\n"))
    }
  }
}

@Suite("the documentation of the library in Lua")
struct UsageTests {
  @Test("each function has a summary and an example that runs", arguments: Documented.all)
  fileprivate func examples(_ function: Documented) async throws {
    #expect(function.summary.hasSuffix(".") || !function.summary.isEmpty)
    #expect(!function.example.isEmpty, "\(function.module) \(function.name) has no example")
    let lua = try await bench()
    do throws(LuaError) { _ = try await lua.execute(stage + function.example, name: "=example") } catch {
      Issue.record("\(function.name): \(error.message)\n\(function.example)")
    }
  }

  @Test("the library is documented whole") func count() { #expect(Documented.all.count > 50) }
}
