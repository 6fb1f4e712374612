import OrderedCollections

extension LuaLibrary {
  /// The classes of a module that is written in Lua, the module itself last, as LuaCATS declares them.
  package func stub(of module: String) -> String {
    let header = "---@meta \(module)\nerror('Cannot require a meta file')\n"
    let local = module.split(separator: ".").last.map(String.init) ?? module
    return ([header] + classes(of: module).map(\.stub) + ["return \(local)\n"]).joined(separator: "\n")
  }

  /// The classes that a module's chunks declare, the module itself last.
  package func classes(of module: String) -> [Class] {
    let found = classes.values.filter { $0.module == module && !$0.functions.isEmpty }
    return found.filter { $0.name != module } + found.filter { $0.name == module }
  }

  /// The modules that are written in Lua.
  package var modules: [String] {
    classes.values.filter { $0.name == $0.module && !$0.functions.isEmpty }.map(\.name)
  }
}

extension LuaLibrary.Class {
  fileprivate var stub: String {
    let local = name.split(separator: ".").last.map(String.init) ?? name
    let head =
      [comment.prose, "---@class \(name)" + (parent.map { " : \($0)" } ?? "")]
      + comment.fields.map { "---@field \($0.name) \($0.type) \($0.summary)" } + ["local \(local) = {}\n"]
    return ([head.joined(separator: "\n")] + functions.map { $0.stub(local) }).joined(separator: "\n")
  }
}

extension LuaLibrary.Function {
  fileprivate func stub(_ owner: String) -> String {
    var lines = [comment.prose]
    if comment.awaits { lines.append("---@async") }
    lines += comment.parameters.map { "---@param \($0.name) \($0.type) \($0.summary)".trimmed }
    lines += comment.returns.map { "---@return \($0.type) \($0.name) \($0.summary)".trimmed }
    lines += comment.usage.map { "---@usage \($0)" }
    lines.append(
      "function \(owner)\(isMethod ? ":" : ".")\(name)(\(arguments.joined(separator: ", "))) end\n")
    return lines.joined(separator: "\n")
  }
}

extension LuaComment {
  /// The text of the comment again, without its annotations.
  fileprivate var prose: String {
    ([summary] + more).map { "---\($0)" }.joined(separator: "\n---\n")
  }
}
