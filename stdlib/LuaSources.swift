/// The modules of kiln that are written in Lua, compiled into the program.
package enum LuaSources {
  /// Source texts by module name.
  package static var all: [(name: String, source: String)] {
    [
      ("kiln", text(PackageResources.init_lua)),
      ("kiln.data", text(PackageResources.data_lua)),
      ("kiln.lint", text(PackageResources.lint_lua)),
      ("kiln.template", text(PackageResources.template_lua)),
      ("kiln.template.check", text(PackageResources.check_lua)),
      ("kiln.template.composer", text(PackageResources.composer_lua)),
      ("kiln.template.expect", text(PackageResources.expect_lua)),
      ("kiln.template.extending", text(PackageResources.extending_lua)),
      ("kiln.template.functions", text(PackageResources.functions_lua)),
      ("kiln.template.inlining", text(PackageResources.inlining_lua)),
      ("kiln.template.later", text(PackageResources.later_lua)),
      ("kiln.template.pure", text(PackageResources.pure_lua)),
      ("kiln.template.resource", text(PackageResources.resource_lua)),
      ("kiln.template.splitting", text(PackageResources.splitting_lua)),
      ("kiln.template.trees", text(PackageResources.trees_lua)),
    ]
  }

  /// Examples of what Lua has from Swift, each below its path.
  package static var examples: String { text(PackageResources.examples_lua) }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
