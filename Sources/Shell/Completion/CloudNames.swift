package import LuaRuntime
package import Scripting

/// The names of what clouds have, where a call in Lua asks for them.
package struct CloudNames: NameSource {
  private let lua: Lua
  private let names: RemoteNames

  package init(lua: Lua, names: RemoteNames) {
    self.lua = lua
    self.names = names
  }

  package func names(for argument: CallArgument) async -> [String]? {
    guard let method = argument.path.last else { return nil }
    let owner = argument.path.dropLast()
    return await names.names(
      for: method, of: await lua.object(ofPath: Array(owner)), in: owner.last, index: argument.index,
      field: argument.field)
  }

  package func names(forProperty property: String) async -> [String] {
    await names.names(forProperty: property)
  }
}
