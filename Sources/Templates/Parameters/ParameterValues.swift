package import Document
package import OrderedCollections
package import Secrets

/// The values of a template's parameters, checked, secrets closed.
package struct ParameterValues: Sendable {
  package enum Content: Sendable {
    case plain(Value)
    /// A secret's JSON text.
    case secret(Secret)
  }

  package let contents: OrderedDictionary<String, Content>

  /// What an expression gets for the parameter; nil when there is none of that name.
  package subscript(name: String) -> Evaluated? {
    switch contents[name] {
    case .plain(let value): .known(value, isSecret: false)
    case .secret(let secret): .known((try? Value.json(secret.reveal())) ?? .null, isSecret: true)
    case nil: nil
    }
  }

  /// The same with the values of these parameters closed, whatever their definitions say.
  func closing(_ names: [String]) -> ParameterValues {
    var closed = contents
    for name in names {
      if case .plain(let value)? = closed[name] { closed[name] = .secret(Secret(value.jsonText())) }
    }
    return ParameterValues(contents: closed)
  }

  /// All of them, as scopes hold them.
  package var evaluated: [String: Evaluated] {
    var result: [String: Evaluated] = [:]
    for name in contents.keys { result[name] = self[name] }
    return result
  }
}

extension Template {
  /// The parameters' values: those given, checked, then those of its environment, and defaults for the rest.
  ///
  /// Those that get their values `later` aren't missing; the rules, which may ask for them, aren't looked at then.
  ///
  /// - Throws: all problems at once: missing, unknown and refused ones, and what the rules say against them.
  package func parameterValues(
    given: [String: Value], later: Set<String> = []
  ) throws(Diagnostics) -> ParameterValues {
    guard var environment = surroundings.environment else {
      return try ownParameterValues(given: given, later: later)
    }
    if surroundings.isNested { environment.forgetParameters() }
    return try parameterValues(given: given, environment: environment, later: later)
  }

  /// The same, whatever the environment says.
  func ownParameterValues(
    given: [String: Value], later: Set<String>
  ) throws(Diagnostics) -> ParameterValues {
    var problems: [Diagnostic] = []
    var contents: OrderedDictionary<String, ParameterValues.Content> = [:]
    for name in later.union(given.keys).sorted() where parameters[name] == nil {
      let hint = nearest(to: name, among: parameters.keys).map { "did you mean `\($0)`?" }
      problems.append(
        Diagnostic("unknown_parameter", "the template has no parameter `\(name)`", hint: hint))
    }
    for definition in parameters.values where !later.contains(definition.name) {
      guard let value = given[definition.name] ?? definition.defaultValue else {
        problems.append(
          Diagnostic(
            "missing_parameter", "the parameter `\(definition.name)` needs a value", at: definition.place,
            hint: definition.description))
        continue
      }
      do throws(ParameterFault) {
        let typed = try definition.check(value)
        contents[definition.name] =
          definition.isSecret ? .secret(Secret(typed.jsonText())) : .plain(typed)
      } catch {
        problems.append(refused(definition, value, error))
      }
    }
    for name in openTransforms {
      problems.append(
        Diagnostic(
          "transform_not_supported", "kiln doesn't have the transform \(name)",
          hint: "give the template as it is after the transform"))
    }
    let values = ParameterValues(contents: contents)
    if problems.isEmpty, !rules.isEmpty, later.isEmpty {
      problems = brokenRules(in: ParameterScope(values: values.evaluated))
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return values
  }

  private func refused(_ definition: ParameterDefinition, _ value: Value, _ fault: ParameterFault)
    -> Diagnostic
  {
    let shown = definition.isSecret ? "" : value.scalarText.map { " `\($0)`" } ?? ""
    let separator = definition.constraintDescription == fault.message ? ":" : ""
    return Diagnostic(
      "invalid_parameter",
      "the value\(shown) of the parameter `\(definition.name)`\(separator) \(fault.message)",
      at: definition.place)
  }
}
