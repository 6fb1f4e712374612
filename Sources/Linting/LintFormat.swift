package import Document

/// How what a linter found is written: for people, for programs, for code hosts.
package enum LintFormat: String, Sendable, CaseIterable {
  /// With an excerpt, a caret, related places and a hint.
  case pretty
  case json
  /// SARIF 2.1.0, which code hosts show beside the lines.
  case sarif
  /// Workflow commands, which GitHub shows beside the lines.
  case github

  /// The diagnostics of all files as one text without a line end at its end.
  package func text(
    of diagnostics: [Diagnostic], rules: [Rule] = Rule.all, version: String = "", color: Bool = false
  ) -> String {
    switch self {
    case .pretty: Diagnostics(diagnostics).rendered(color: color)
    case .json: Value.list(diagnostics.map(\.lintValue)).jsonText(indent: 2)
    case .sarif: SARIFLog(rules: rules, version: version).value(of: diagnostics).jsonText(indent: 2)
    case .github: diagnostics.map(GitHubAnnotation.text).joined(separator: "\n")
    }
  }
}

extension Diagnostic {
  /// The diagnostic for programs.
  package var lintValue: Value {
    var members: [(String, Value)] = [
      ("severity", .string(severity.rawValue)), ("code", .string(code)), ("message", .string(message)),
    ]
    members += place.map { $0.members } ?? []
    if let hint { members.append(("hint", .string(hint))) }
    if !notes.isEmpty {
      let related = notes.map { note in
        Value(members: [("message", .string(note.message))] + (note.place?.members ?? []))
      }
      members.append(("related", .list(related)))
    }
    return Value(members: members)
  }
}

extension Place {
  fileprivate var members: [(String, Value)] {
    [
      ("file", .string(source.name)), ("line", .integer(Int64(start.line))),
      ("column", .integer(Int64(start.column))), ("endLine", .integer(Int64(end.line))),
      ("endColumn", .integer(Int64(end.column))),
    ]
  }
}

/// Workflow commands, as GitHub's runner reads them from a job's output.
private enum GitHubAnnotation {
  static func text(_ item: Diagnostic) -> String {
    var settings: [String] = []
    if let place = item.place {
      settings = [
        "file=\(escaped(place.source.name, inSetting: true))", "line=\(place.start.line)",
        "col=\(place.start.column)", "endLine=\(place.end.line)", "endColumn=\(place.end.column)",
      ]
    }
    settings.append("title=\(escaped(item.code, inSetting: true))")
    let message = item.message + (item.hint.map { "\n\($0)" } ?? "")
    return "::\(command(item.severity)) \(settings.joined(separator: ","))::\(escaped(message))"
  }

  private static func command(_ severity: Diagnostic.Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .note: "notice"
    }
  }

  /// Percent signs and line ends, and in settings colons and commas, are written as codes.
  private static func escaped(_ text: String, inSetting: Bool = false) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      case ":" where inSetting: result += "%3A"
      case "," where inSetting: result += "%2C"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
