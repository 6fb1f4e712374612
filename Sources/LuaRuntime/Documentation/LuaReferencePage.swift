/// The reference of all modules as a page of Markdown.
package struct LuaReferencePage {
  private let library: LuaLibrary
  private let examples: LuaExamples
  private(set) package var text: String

  /// A page that begins with a text.
  package init(_ introduction: String, library: LuaLibrary, examples: LuaExamples) {
    self.library = library
    self.examples = examples
    text = introduction
  }

  /// Adds a module that is written in Lua, with its classes.
  package mutating func add(_ name: String) {
    for type in library.classes(of: name).reversed() {
      heading(type.name, isModule: type.name == name)
      write(type.comment.summary, type.comment.more)
      fields(type.comment.fields.map { ($0.name, $0.type, $0.summary) })
      for function in type.functions { write(function.documentation) }
    }
  }

  /// Adds a module of Swift, with its classes.
  package mutating func add(_ module: LuaModule, named name: String? = nil) {
    let isShown = name == nil
    if isShown {
      heading(module.name, isModule: true)
      write(module.summary, [])
      fields(
        module.members.compactMap { member in
          switch member {
          case .constant(let constant): (constant.name, "", constant.summary)
          case .module(let inner): (inner.lastName, "", inner.summary)
          case .function, .type, .call: nil
          }
        })
      write(examples[module.name])
      functions(of: module)
      for inner in module.modules {
        heading(inner.name, isModule: false)
        write(inner.summary, [])
        write(examples[inner.name])
        functions(of: inner)
      }
    }
    for case .type(let type) in module.members { add(type) }
  }

  private mutating func functions(of module: LuaModule) {
    for function in module.functions {
      write(function.documentation(path: "\(module.name).\(function.name)", examples: examples))
    }
  }

  private mutating func add(_ type: LuaClass) {
    heading(type.name, isModule: false)
    write(type.summary, [])
    fields(type.properties.map { ($0.name, $0.type.annotation, $0.summary) })
    write(examples[type.name])
    for method in type.methods {
      write(method.documentation(path: "\(type.name):\(method.name)", examples: examples))
    }
  }

  // MARK: - Writing

  private mutating func heading(_ name: String, isModule: Bool) {
    text += "\n\(isModule ? "##" : "###") \(name)\n"
  }

  private mutating func write(_ summary: String, _ more: [String]) {
    for paragraph in [summary] + more { text += "\n\(paragraph)\n" }
  }

  private mutating func fields(_ fields: [(name: String, type: String, summary: String)]) {
    if fields.isEmpty { return }
    text += "\n| field | type | what it is |\n|---|---|---|\n"
    for (name, type, summary) in fields {
      let type = type.isEmpty ? "" : "`\(type.replacing("|", with: "\\|"))`"
      text += "| `\(name)` | \(type) | \(summary) |\n"
    }
  }

  private mutating func write(_ documentation: LuaDocumentation) {
    text += "\n#### `\(documentation.signature)`\n\n\(documentation.summary)"
    text += documentation.awaits ? " It waits.\n" : "\n"
    if !documentation.details.isEmpty { text += "\n" }
    for detail in documentation.details { text += "* \(item(detail))\n" }
    write(documentation.example)
  }

  /// `name: type  summary` as a list's item.
  private func item(_ detail: String) -> String {
    let line = detail.drop { $0 == " " }
    let indent = String(repeating: " ", count: detail.count - line.count)
    guard let gap = line.firstRange(of: "  ") else { return "\(indent)`\(line)`" }
    return "\(indent)`\(line[..<gap.lowerBound])`: \(line[gap.upperBound...])"
  }

  private mutating func write(_ example: [String]) {
    if example.isEmpty { return }
    text += "\n```lua\n\(example.joined(separator: "\n"))\n```\n"
  }
}
