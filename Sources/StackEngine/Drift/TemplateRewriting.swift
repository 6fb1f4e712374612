import Document
import OrderedCollections
import Templates

/// What has to be written otherwise in a template so that it says what the cloud has.
struct TemplateRewriting {
  private(set) var edits: [(path: [String], edit: TreeEdit?)] = []
  /// The new values of parameters.
  private(set) var parameters: OrderedDictionary<String, Value> = [:]
  private let template: Template

  /// Looks for what differs in a template as it was read, by the form that its parameters give it.
  ///
  /// - Throws: `not_acceptable` for each property that can't be written.
  init(
    template: Template, form: Template, parameters given: Properties, from stack: StackRecord,
    to now: StackRecord, accepting drift: [ResourceDrift]
  ) throws(Diagnostics) {
    self.template = template
    var problems: [Diagnostic] = []
    let wanted = Self.parameterValues(in: form, now, drift)
    for found in drift {
      guard let definition = form.resources[found.logicalID], let record = stack.resources[found.logicalID],
        let new = now.resources[found.logicalID]
      else { continue }
      for property in found.changes.map(\.property) {
        let isSecret = record.properties.secretNames.contains(property)
        let expression = definition.properties[property]
        if case .parameter(let name)? = expression?.kind, let value = wanted[name],
          isSecret == (template.parameters[name]?.isSecret ?? false), accepts(name, value, given)
        {
          parameters[name] = value
        } else if isSecret {
          problems.append(Self.refusal(found, property, "is a secret, which no template may say", definition))
        } else if let value = new.properties[property] {
          guard let edit = Self.edit(expression, from: record.properties[property], to: value) else {
            problems.append(
              Self.refusal(found, property, "comes from a function, which can't say it", definition))
            continue
          }
          edits.append((path(found.logicalID, property), edit))
        } else {
          edits.append((path(found.logicalID, property), nil))
        }
      }
    }
    if !problems.isEmpty { throw Diagnostics(problems) }
  }

  /// What the stack is made from then.
  ///
  /// - Throws: `not_acceptable` when the text doesn't have a part that would have to change.
  func blueprint(_ old: Blueprint) throws -> Blueprint {
    var text = old.templateText
    for edit in edits {
      let source = Source(name: old.templateName, text: text)
      guard let changed = try TemplateFormatter.editing(source, [edit]) else {
        throw EngineError(
          .notAcceptable,
          "the text of \(old.templateName) doesn't have \(edit.path.joined(separator: ".")) in a form that can be changed",
          hint: "change the template yourself, and update the stack")
      }
      text = changed
    }
    var values = old.parameters
    for (name, value) in parameters {
      values.values[name] = value
      if template.parameters[name]?.isSecret ?? false { values.secretNames.insert(name) }
    }
    var new = Blueprint(templateName: old.templateName, templateText: text, parameters: values)
    new.tags = old.tags
    new.files = old.files
    new.environments = old.environments
    new.isNested = old.isNested
    return new
  }

  private func path(_ logicalID: String, _ property: String) -> [String] {
    template.isHeat
      ? ["resources", logicalID, "properties", property]
      : ["Resources", logicalID, "Properties", property]
  }

  private static func refusal(
    _ drift: ResourceDrift, _ property: String, _ why: String, _ definition: ResourceDefinition
  ) -> Diagnostic {
    Diagnostic(
      EngineError.Code.notAcceptable.rawValue, "\(drift.logicalID)'s \(property) \(why)",
      at: definition.properties[property]?.place ?? definition.place,
      hint: "change the template yourself, or revert")
  }

  // MARK: - Parameters

  /// The values that parameters would get: of those that properties are, and that nothing else uses.
  private static func parameterValues(
    in template: Template, _ now: StackRecord, _ drift: [ResourceDrift]
  ) -> [String: Value] {
    var values: [String: Value] = [:]
    var uses: [String: Int] = [:]
    var torn: Set<String> = []
    for found in drift {
      for property in found.changes.map(\.property) {
        guard case .parameter(let name)? = template.resources[found.logicalID]?.properties[property]?.kind,
          template.parameters[name] != nil,
          let text = now.resources[found.logicalID]?.properties[property]?.scalarText
        else { continue }
        if let other = values.updateValue(.string(text), forKey: name), other.string != text {
          torn.insert(name)
        }
        uses[name, default: 0] += 1
      }
    }
    let all = template.parameterUses
    return values.filter { name, _ in
      !torn.contains(name) && !template.formParameters.contains(name) && all[name] == uses[name]
    }
  }

  private func accepts(_ name: String, _ value: Value, _ given: Properties) -> Bool {
    var values = given.values
    values[name] = value
    return (try? Language.parameters(of: template, given: values)) != nil
  }

  // MARK: - Values

  /// What turns what a template says into what the cloud has; nil when a function would have to say it.
  static func edit(_ expression: Expression?, from old: Value?, to new: Value) -> TreeEdit? {
    if let old, old == new { return .keep }
    guard let expression else { return .set(new) }
    switch expression.kind {
    case .literal(let value): return edit(value, to: new)
    case .parameter: return .set(new)
    case .list(let items):
      guard let before = old?.list, before.count == items.count, let after = new.list else { return nil }
      return list(before, after) { edit(items[$0], from: before[$0], to: $1) }
    case .map(let members):
      guard let before = old?.map, let after = new.map else { return nil }
      var edits: OrderedDictionary<String, TreeEdit> = [:]
      for (name, value) in after {
        let member = members.first { $0.key == name }?.value
        guard let edit = edit(member, from: before[name], to: value) else { return nil }
        edits[name] = edit
      }
      return .members(edits)
    case .resource, .attribute, .function, .noValue: return nil
    }
  }

  private static func edit(_ old: Value, to new: Value) -> TreeEdit {
    if old == new { return .keep }
    switch (old, new) {
    case (.list(let before), .list(let after)): return list(before, after) { edit(before[$0], to: $1) }
    case (.map(let before), .map(let after)):
      return .members(
        OrderedDictionary(
          uniqueKeysWithValues: after.map { name, value in
            (name, before[name].map { edit($0, to: value) } ?? .set(value))
          }))
    default: return .set(new)
    }
  }

  /// The items that stay where they are the same; what is left over of both is taken for changed, in order.
  private static func list(
    _ before: [Value], _ after: [Value], _ change: (Int, Value) -> TreeEdit?
  ) -> TreeEdit {
    var free = Array(before.indices)
    let same = after.map { item in
      free.firstIndex { before[$0] == item }.map { free.remove(at: $0) }
    }
    return .items(
      zip(after, same).map { item, index in
        if let index { return .old(index, .keep) }
        guard !free.isEmpty else { return .new(item) }
        let index = free.removeFirst()
        return change(index, item).map { .old(index, $0) } ?? .new(item)
      })
  }
}

extension Template {
  /// How often each parameter is asked for.
  fileprivate var parameterUses: [String: Int] {
    var uses: [String: Int] = [:]
    func count(_ expression: Expression?) {
      expression?.visit { if case .parameter(let name) = $0.kind { uses[name, default: 0] += 1 } }
    }
    for resource in resources.values {
      resource.properties.values.forEach(count)
      for part in [
        resource.metadata, resource.creationPolicy, resource.updatePolicy, resource.details.externalID,
      ] {
        count(part)
      }
    }
    for output in outputs.values {
      count(output.value)
      count(output.exportName)
    }
    conditions.values.forEach(count)
    for rule in rules.values {
      count(rule.condition)
      rule.assertions.forEach { count($0.assert) }
    }
    return uses
  }
}
