package import LuaRuntime
import StandardLibrary

extension Workbench {
  /// What the comments of the modules written in Lua say.
  package static var library: LuaLibrary {
    var library = LuaLibrary()
    for (name, source) in LuaSources.all {
      library.add(source, chunk: name.split(separator: ".").joined(separator: "/") + ".lua")
    }
    return library
  }

  /// Examples of what Lua has from Swift.
  package static var examples: LuaExamples { LuaExamples(LuaSources.examples) }

  /// The modules of Swift, to be described and not to be called.
  package var modules: [LuaModule] { modules { throw CancellationError() } }

  /// The stub files from which editors know the modules, by file name.
  package var stubs: [(file: String, text: String)] {
    let (library, examples) = (Self.library, Self.examples)
    func file(_ module: String) -> String {
      module.split(separator: ".").dropFirst().joined(separator: "_") + ".lua"
    }
    return modules.map { (file($0.name), $0.stub(examples)) }
      + library.modules.map { (file($0), library.stub(of: $0)) }
  }

  /// The reference of all modules that scripts use, in Markdown.
  package var reference: String {
    let (library, modules) = (Self.library, modules)
    var page = LuaReferencePage(Self.introduction, library: library, examples: Self.examples)
    for name in library.modules.sorted(by: { Self.rank($0) < Self.rank($1) }) {
      page.add(name)
      // The objects that the module has from Swift.
      let native = "kiln.native." + name.split(separator: ".").dropFirst().joined(separator: ".")
      if let module = modules.first(where: { $0.name == native }) { page.add(module, named: name) }
    }
    for module in modules where !module.name.hasPrefix("kiln.native.") { page.add(module) }
    return page.text
  }

  private static func rank(_ module: String) -> String { module == "kiln.template" ? "" : module }

  private static let introduction = """
    # kiln's modules for Lua

    What scripts and the REPL find under the global `kiln`, which is also `require "kiln"`. In the REPL `help(x)` says
    the same of any value, and Tab completes it. This page is written by `kiln stubs`; the tests run each example, on a
    stage of these things:

    ```lua
    local template = kiln.template
    local t = template.new "an example"
    local flavor = t:parameter("Flavor", { default = "m1.small" })
    local is_small = t:condition("IsSmall", flavor:equals "m1.small")
    local web = t:resource("Web", "AWS::EC2::Instance", { ImageId = "cirros", InstanceType = flavor })
    local disk = t:resource("Disk", "AWS::EC2::Volume", { Size = 1, AvailabilityZone = "nova" })
    ```

    """
}
