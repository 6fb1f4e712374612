/// What there is to say about a value, for `help` and for completion.
package struct LuaDocumentation: Sendable {
  /// How it is called or named: `kiln.stacks.create(name, options?)`.
  package var signature: String
  /// One sentence.
  package let summary: String
  /// Lines on parameters, results, fields and methods, ready to show.
  package let details: [String]
  /// Whether calling it may suspend the caller.
  package let awaits: Bool
  /// The lines of an example.
  package var example: [String] = []

  /// The lines on results: one for all, or one for each where there is more to say.
  static func results(_ results: [(what: String, summary: String)]) -> [String] {
    guard results.contains(where: { !$0.summary.isEmpty }) else {
      return results.isEmpty ? [] : ["returns " + results.map(\.what).joined(separator: ", ")]
    }
    return results.map { "returns \($0.what)" + ($0.summary.isEmpty ? "" : "  \($0.summary)") }
  }

  /// All of it as lines of text.
  package var text: String {
    let waits = awaits ? ["It waits."] : []
    let summary = summary.isEmpty ? [] : [summary]
    let example = example.isEmpty ? [] : ["", "for example"] + example.map { "  \($0)" }
    return ([signature] + (summary + waits + details + example).map { $0.isEmpty ? "" : "  \($0)" })
      .joined(separator: "\n")
  }
}

extension LuaFunctionDeclaration {
  /// The function's documentation; `path` is its full name when the declaration has only its last part.
  package func documentation(path: String? = nil, examples: LuaExamples = LuaExamples()) -> LuaDocumentation {
    let prefix = path.map { String($0.dropLast(name.count)) } ?? ""
    var details = parameters.flatMap { Self.lines(for: $0, indent: "") }
    details += LuaDocumentation.results(
      returns.map { ("\($0.name): \($0.type.annotation)", $0.summary) })
    return LuaDocumentation(
      signature: prefix + signature, summary: summary, details: details, awaits: awaits,
      example: usage.map { [$0] } ?? examples[path ?? name])
  }

  private static func lines(for parameter: LuaParameter, indent: String) -> [String] {
    var own = "\(indent)\(parameter.name)\(parameter.isOptional ? "?" : "")"
    if case .options(let options) = parameter.bareType {
      own += parameter.summary.isEmpty ? ": a table of" : ": \(parameter.summary) A table of"
      return [own] + options.flatMap { lines(for: $0, indent: indent + "  ") }
    }
    own += ": \(parameter.bareType.annotation)"
    return [own + (parameter.summary.isEmpty ? "" : "  \(parameter.summary)")]
  }
}

extension LuaModule {
  package var documentation: LuaDocumentation {
    LuaDocumentation(
      signature: name, summary: summary,
      details: members.map { member in
        switch member {
        case .function(let function): "\(name).\(function.signature)  \(function.summary)"
        case .constant(let constant): "\(name).\(constant.name)  \(constant.summary)"
        case .type(let type): "\(type.name)  \(type.summary)"
        case .module(let module): "\(module.name)  \(module.summary)"
        case .call(let call):
          "\(name)(\(call.parameters.map(\.name).joined(separator: ", ")))  \(call.summary)"
        }
      }, awaits: false)
  }
}

extension LuaClass {
  package var documentation: LuaDocumentation { documentation(with: []) }

  /// The class's documentation with the methods that an object adds.
  func documentation(with own: [LuaFunctionDeclaration]) -> LuaDocumentation {
    LuaDocumentation(
      signature: name, summary: summary,
      details: (methods + own).map { ":\($0.signature)  \($0.summary)" }
        + properties.map { ".\($0.name)  \($0.summary)" },
      awaits: false)
  }
}
