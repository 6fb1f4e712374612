/// The LuaCATS stubs from which editors know the modules.
extension LuaModule {
  /// The module as a stub file, with the classes that it names and with examples.
  package func stub(_ examples: LuaExamples = LuaExamples()) -> String {
    let types = members.compactMap { if case .type(let type) = $0 { type } else { nil } }
    let header = "---@meta \(name)\nerror('Cannot require a meta file')\n"
    let constants = members.compactMap { member -> String? in
      guard case .constant(let constant) = member else { return nil }
      let type = constant.type.map { "---@type \($0)\n" } ?? ""
      return "---\(constant.summary)\n\(type)\(lastName).\(constant.name) = nil\n"
    }
    let parts =
      [header] + types.map { $0.stub(examples) } + [declaration("local \(lastName)", examples)] + constants
      + functions(of: lastName, examples)
      + modules.flatMap { module in
        let path = "\(lastName).\(module.lastName)"
        return [module.declaration(path, examples)] + module.functions(of: path, examples)
      } + ["return \(lastName)\n"]
    return parts.joined(separator: "\n")
  }

  /// The module's table.
  private func declaration(_ path: String, _ examples: LuaExamples) -> String {
    "---\(summary)\n\(examples.usage(name))---@class \(name)\(overloads)\n\(path) = {}\n"
  }

  private func functions(of path: String, _ examples: LuaExamples) -> [String] {
    functions.map { $0.stub(prefix: "\(path).", examples.usage("\(name).\($0.name)")) }
  }
}

extension LuaModule {
  private var overloads: String {
    members.compactMap { member in
      guard case .call(let call) = member else { return nil }
      let parameters = call.parameters.map { "\($0.name): \($0.type.annotation)" }.joined(separator: ", ")
      return
        "\n---@overload fun(\(parameters)): \(call.returns.map(\.type.annotation).joined(separator: ", "))"
    }.joined()
  }
}

extension LuaClass {
  /// The class as LuaCATS declares it.
  package func stub(_ examples: LuaExamples = LuaExamples()) -> String {
    let local = name.split(separator: ".").last.map(String.init) ?? name
    let fields = properties.map { "---@field \($0.name) \($0.type.annotation) \($0.summary)" }
    let head =
      ["---\(summary)", "\(examples.usage(name))---@class \(name)"] + fields + ["local \(local) = {}\n"]
    let methods = methods.map { $0.stub(prefix: "\(local):", examples.usage("\(name):\($0.name)")) }
    return ([head.joined(separator: "\n")] + methods)
      .joined(separator: "\n")
  }
}

extension LuaFunctionDeclaration {
  func stub(prefix: String, _ usage: String = "") -> String {
    var lines = ["---\(summary)"]
    if awaits { lines.append("---@async") }
    for parameter in parameters {
      let mark = parameter.isOptional ? "?" : ""
      let text = "---@param \(parameter.name)\(mark) \(parameter.bareType.annotation) \(parameter.summary)"
      lines.append(text.trimmed)
    }
    if variadic { lines.append("---@param ... any") }
    for result in returns {
      lines.append("---@return \(result.type.annotation) \(result.name) \(result.summary)".trimmed)
    }
    let names = (parameters.map(\.name) + (variadic ? ["..."] : [])).joined(separator: ", ")
    let example = self.usage.map { "---@usage \($0)\n" } ?? usage
    return (lines + [example + "function \(prefix)\(name)(\(names)) end\n"]).joined(separator: "\n")
  }
}

extension LuaExamples {
  /// The lines of an example as annotations.
  fileprivate func usage(_ path: String) -> String { self[path].map { "---@usage \($0)\n" }.joined() }
}

extension String {
  var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
