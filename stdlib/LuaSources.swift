/// The modules of kiln that are written in Lua, compiled into the program.
package enum LuaSources {
  /// Source texts by module name.
  package static var all: [(name: String, source: String)] {
    [
      ("kiln", text(PackageResources.init_lua)),
      ("kiln.template", text(PackageResources.template_lua)),
    ]
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
