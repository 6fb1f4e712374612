import Document
import LuaRuntime
import OrderedCollections
import Scripting
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

/// A public function, method or class, with its example.
private struct Documented: CustomTestStringConvertible, Sendable {
  let path: String
  let summary: String
  let example: [String]

  var testDescription: String { path }

  /// All that the modules written in Lua offer.
  static let inLua: [Documented] = Workbench.library.classes.values.flatMap { type in
    type.functions.map {
      Documented(path: $0.path, summary: $0.comment.summary, example: $0.comment.usage)
    }
  }

  /// Each example of what Lua has from Swift.
  static let inSwift: [Documented] = Workbench.examples.lines.map { path, example in
    Documented(path: path, summary: "", example: example)
  }
}

@Suite("the documentation of the library")
struct UsageTests {
  @Test("each function in Lua has a summary and an example that runs", arguments: Documented.inLua)
  fileprivate func functions(_ function: Documented) async throws {
    #expect(function.summary.hasSuffix("."), "\(function.path): \(function.summary)")
    #expect(!function.example.isEmpty, "\(function.path) has no example: write ---@usage above it")
    try await run(function)
  }

  @Test("each example of what Lua has from Swift runs", arguments: Documented.inSwift)
  fileprivate func examples(_ example: Documented) async throws { try await run(example) }

  @Test("each function, method and field that Lua has from Swift has a summary and an example")
  func swift() throws {
    let examples = Workbench.examples
    var known: Set<String> = []
    var missing: [String] = []
    func look(at path: String, _ summary: String) {
      known.insert(path)
      if examples[path].isEmpty { missing.append(path) }
      #expect(summary.hasSuffix("."), "\(path): \(summary)")
    }
    var modules = try workbench().modules
    modules += modules.flatMap(\.modules)
    for module in modules {
      let isPublic = !module.name.hasPrefix("kiln.native.")
      known.insert(module.name)
      for function in module.functions where isPublic {
        look(at: "\(module.name).\(function.name)", function.summary)
      }
      for case .constant(let constant) in module.members where isPublic {
        let isShown = examples[module.name].contains { $0.contains(".\(constant.name)") }
        if !isShown { missing.append("\(constant.name) in \(module.name)") }
      }
      for case .type(let type) in module.members {
        known.insert(type.name)
        for method in type.methods { look(at: "\(type.name):\(method.name)", method.summary) }
        for property in type.properties {
          #expect(property.summary.hasSuffix("."), "\(type.name).\(property.name): \(property.summary)")
          let isShown = examples[type.name].contains { $0.contains(".\(property.name)") }
          if !isShown { missing.append("\(property.name) in \(type.name)") }
        }
      }
    }
    #expect(missing.isEmpty, "without an example in stdlib/kiln/examples.lua: \(missing)")
    let stray = examples.lines.keys.filter { !known.contains($0) && $0 != "kiln.Error" }
    #expect(stray.isEmpty, "examples of what isn't there: \(stray)")
  }

  @Test("the library is documented whole")
  func count() {
    #expect(Documented.inLua.count > 90)
    #expect(Documented.inSwift.count > 60)
  }

  private func run(_ function: Documented) async throws {
    let lua = try await bench()
    let chunk = stage + function.example.joined(separator: "\n")
    do throws(LuaError) { _ = try await lua.execute(chunk, name: "=example") } catch {
      Issue.record("\(function.path): \(error.message)\n\(function.example.joined(separator: "\n"))")
    }
  }
}
