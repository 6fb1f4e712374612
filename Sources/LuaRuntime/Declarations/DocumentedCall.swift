package import Document

/// A call of a declared function whose one table of options is written in a document.
///
/// So that what a script can say in Lua can be said in YAML or JSON by the same names, with the same checks. A name may
/// also be written as templates write theirs: `KeyFile` is `key_file`.
package struct DocumentedCall {
  private let function: LuaFunctionDeclaration
  private var problems: [Diagnostic] = []

  package init(_ function: LuaFunctionDeclaration) { self.function = function }

  /// Calls the function; without a map of options as if none were given.
  ///
  /// - Throws: All that is wrong with the options, each with its place.
  package mutating func run(_ node: Node?, at place: Place) async throws(Diagnostics) -> [LuaValue] {
    let declared = function.parameters.first.map { parameter -> [LuaParameter] in
      if case .options(let options) = parameter.bareType { options } else { [] }
    }
    let record = options(node, declared ?? [], function.name, at: place)
    guard problems.isEmpty, let record else { throw Diagnostics(problems) }
    let arguments = LuaArguments(
      function: function.name, parameters: function.parameters, values: [record], selfObject: nil)
    do {
      switch function.body {
      case .plain(let body): return try body(arguments)
      case .awaiting(let body): return try await body(arguments)
      case .inside: throw LuaError(.cannotWait, "\(function.name) can't be called from a document")
      }
    } catch {
      throw Diagnostics(placed(error, node, place))
    }
  }

  /// The name of an option as functions declare it: `key_file` for `KeyFile`.
  package static func name(_ key: String) -> String {
    guard key.first?.isUppercase ?? false else { return key }
    var name = ""
    for character in key {
      if character.isUppercase, !name.isEmpty { name += "_" }
      name += character.lowercased()
    }
    return name
  }

  // MARK: - Values

  private mutating func options(
    _ node: Node?, _ declared: [LuaParameter], _ owner: String, at place: Place
  ) -> LuaValue? {
    let entries: [Node.Entry]
    switch node?.content {
    case nil, .scalar(.null): entries = []
    case .map(let given): entries = given
    default:
      refuse("\(owner) is given \(node?.kind ?? "nothing"), not a map of options", at: node?.place ?? place)
      return nil
    }
    var fields: [LuaField] = []
    for entry in entries {
      let name = Self.name(entry.key)
      guard let option = declared.first(where: { $0.name == name }) else {
        let names = declared.map(\.name)
        refuse(
          "\(owner) has no option `\(entry.key)`", at: entry.keyPlace,
          hint: nearest(to: name, among: names).map { "did you mean `\($0)`?" }
            ?? (names.isEmpty ? nil : "it has \(names.joined(separator: ", "))"))
        continue
      }
      if let value = value(entry.value, option.type, "`\(entry.key)` of \(owner)") {
        fields.append(LuaField(option.name, value))
      }
    }
    for option in declared where !option.isOptional {
      if entries.contains(where: { Self.name($0.key) == option.name }) { continue }
      refuse("\(owner) has no `\(option.name)`", at: place)
    }
    return .record(fields)
  }

  /// A node as a value of a type; nil, with a complaint, when it is of none.
  private mutating func value(_ node: Node, _ type: LuaType, _ what: String) -> LuaValue? {
    switch type {
    case .optional(let type): return node.scalar?.isNull ?? false ? .nil : value(node, type, what)
    case .options(let declared): return options(node, declared, what, at: node.place)
    case .list(let type):
      guard let items = node.items else { break }
      let values = items.map { value($0, type, "an item of \(what)") }
      return .list(values.compactMap(\.self))
    case .union(let types):
      for type in types {
        var trial = self
        if let value = trial.value(node, type, what), trial.problems.count == problems.count { return value }
      }
    case .function, .object, .table:
      refuse(
        "\(what) is a function or an object of Lua", at: node.place,
        hint: "a document can't say that; write the policy in Lua")
      return nil
    default: if let value = plain(node, type) { return value }
    }
    refuse("\(what) is \(node.kind), and \(type.phrase) is wanted", at: node.place)
    return nil
  }

  private func plain(_ node: Node, _ type: LuaType) -> LuaValue? {
    switch (type, node.scalar) {
    case (.any, _), (.data, _): .data(node.value)
    case (.map, nil) where node.entries != nil: .data(node.value)
    case (.string, let scalar?) where scalar.scalarText != nil:
      (node.written ?? scalar.scalarText).map { .string($0) }
    case (.integer, .integer(let number)): .integer(number)
    case (.number, .integer(let number)): .integer(number)
    case (.number, .number(let number)): .number(number)
    case (.boolean, .bool(let truth)): .bool(truth)
    // Templates write numbers and truths as texts, too.
    case (.integer, .string(let text)): Int64(text).map { .integer($0) }
    case (.number, .string(let text)): Double(text).map { .number($0) }
    case (.boolean, .string("true")): .bool(true)
    case (.boolean, .string("false")): .bool(false)
    default: nil
    }
  }

  // MARK: - Complaints

  private mutating func refuse(_ message: String, at place: Place, hint: String? = nil) {
    problems.append(Diagnostic(LuaError.Code.badArgument.name, message, at: place, hint: hint))
  }

  /// What a function complains of, at the option that it names, else where the call is.
  private func placed(_ error: any Error, _ node: Node?, _ place: Place) -> [Diagnostic] {
    let known = (error as? any Explainable)?.diagnostics ?? [Diagnostic("failed", "\(error)")]
    return known.map { diagnostic in
      let (option, message) = Self.parted(diagnostic.message)
      let entry = node?.entries?.first { Self.name($0.key) == option }
      return Diagnostic(
        diagnostic.severity, diagnostic.code, message,
        at: diagnostic.place ?? entry?.value.place ?? place, hint: diagnostic.hint, notes: diagnostic.notes)
    }
  }

  /// The option that a complaint of an argument is about, and the complaint without the words for a call.
  private static func parted(_ message: String) -> (option: String?, message: String) {
    guard let parts = message.wholeMatch(of: /bad (?:argument #\d+|option) '(.+?)' (?:to|of) '(.+?)': (.*)/)
    else { return (nil, message) }
    return (String(parts.1), "`\(parts.1)` of \(parts.2): \(parts.3)")
  }
}

extension Node {
  /// What it is, for messages: `a list`.
  fileprivate var kind: String {
    switch content {
    case .scalar(.null): "nothing"
    case .scalar: "`\(written ?? scalar?.scalarText ?? "")`"
    case .list: "a list"
    case .map: "a map"
    }
  }
}
