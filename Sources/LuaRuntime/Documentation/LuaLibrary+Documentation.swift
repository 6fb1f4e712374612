extension LuaLibrary.Function {
  package var documentation: LuaDocumentation {
    var details = comment.parameters.map { item in
      let mark = item.type.hasSuffix("?") && !item.name.hasSuffix("?") ? "?" : ""
      let type = mark.isEmpty ? item.type : String(item.type.dropLast())
      return "\(item.name)\(mark): \(type)" + (item.summary.isEmpty ? "" : "  \(item.summary)")
    }
    details += LuaDocumentation.results(
      comment.returns.map { ($0.name.isEmpty ? $0.type : "\($0.name): \($0.type)", $0.summary) })
    return LuaDocumentation(
      signature: String(path.dropLast(name.count)) + signature,
      summary: ([comment.summary] + comment.more).joined(separator: " "), details: details,
      awaits: comment.awaits, example: comment.usage)
  }
}

extension LuaLibrary.Class {
  package var documentation: LuaDocumentation {
    LuaDocumentation(
      signature: name, summary: ([comment.summary] + comment.more).joined(separator: " "),
      details: functions.map {
        "\($0.isMethod ? ":" : name + ".")\($0.signature)  \($0.comment.summary)"
      } + comment.fields.map { ".\($0.name)  \($0.summary)" },
      awaits: false, example: comment.usage)
  }

  /// What is known of a function or a field.
  package func documentation(of member: String) -> LuaDocumentation? {
    if let function = functions.first(where: { $0.name == member }) { return function.documentation }
    return comment.fields.first { $0.name == member }.map {
      LuaDocumentation(
        signature: "\(name).\($0.name): \($0.type)", summary: $0.summary, details: [], awaits: false)
    }
  }
}
