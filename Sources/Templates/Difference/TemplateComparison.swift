import Document
package import OrderedCollections

extension Template {
  /// The metadata with which a template says what its resources were called before.
  package static let movesKey = "Kiln::Moved"

  /// New logical IDs by old ones, as the metadata says.
  package var moves: OrderedDictionary<String, String> {
    (metadata?[Self.movesKey]?.map ?? [:]).compactMapValues(\.string)
  }

  /// What turns this template into another; `schemas` knows which properties replace a resource.
  package func difference(
    to other: Template, schemas: (any ResourceTypes)? = nil
  ) -> TemplateDifference {
    var comparison = TemplateComparison(before: self, after: other, schemas: schemas)
    return comparison.run()
  }
}

/// Compares two templates, what is referred to before what refers to it, so that consequences are seen.
private struct TemplateComparison {
  typealias Entry = TemplateDifference.Entry
  typealias Change = TemplateDifference.Change

  let before: Template
  let after: Template
  let schemas: (any ResourceTypes)?
  /// Old logical IDs by new ones, of the resources that were moved.
  private let origins: [String: String]
  private let expressions: ExpressionComparison
  private var entries: [Entry] = []
  /// The parameters, mappings and conditions whose value changes, and the resources that are replaced.
  private var changed: Set<String> = []

  init(before: Template, after: Template, schemas: (any ResourceTypes)?) {
    self.before = before
    self.after = after
    self.schemas = schemas
    let moves = after.moves.filter { old, new in
      before.resources[old] != nil && after.resources[old] == nil && after.resources[new] != nil
        && before.resources[new] == nil
    }
    origins = Dictionary(moves.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    expressions = ExpressionComparison(
      renames: Dictionary(moves.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
  }

  mutating func run() -> TemplateDifference {
    compareParameters()
    compareMappings()
    compareConditions()
    compareResources()
    compareOutputs()
    return TemplateDifference(entries: entries)
  }

  private mutating func note(
    _ section: TemplateDifference.Section, _ name: String, _ action: TemplateDifference.Action,
    type: String? = nil, from previous: String? = nil, _ changes: [Change] = [], reason: String? = nil
  ) {
    entries.append(
      Entry(
        section: section, name: name, type: type, action: action, previousName: previous, changes: changes,
        reason: reason))
  }

  /// The names of both sides: those that are still there in the new order, then those that are gone.
  private func names<Old, New>(
    _ old: OrderedDictionary<String, Old>, _ new: OrderedDictionary<String, New>
  ) -> OrderedSet<String> {
    new.keys.union(old.keys)
  }

  // MARK: - What isn't a resource

  private mutating func compareParameters() {
    for name in names(before.parameters, after.parameters) {
      guard let old = before.parameters[name] else {
        note(.parameter, name, .added, type: after.parameters[name]?.type)
        continue
      }
      guard let new = after.parameters[name] else {
        note(.parameter, name, .removed, type: old.type)
        continue
      }
      let (left, right) = (old.members, new.members)
      let changes = left.keys.union(right.keys).compactMap { key -> Change? in
        guard left[key] != right[key] else { return nil }
        let isSecret = key == "Default" && (old.isSecret || new.isSecret)
        return Change(
          path: key, before: left[key].map { isSecret ? "(secret)" : $0 },
          after: right[key].map { isSecret ? "(secret)" : $0 }, effect: .inPlace, cause: nil)
      }
      if changes.isEmpty { continue }
      if changes.contains(where: { $0.path == "Default" || $0.path == "Type" }) { changed.insert(name) }
      note(.parameter, name, .changed, type: new.type, changes)
    }
  }

  private mutating func compareMappings() {
    for name in names(before.mappings, after.mappings) {
      guard let old = before.mappings[name] else {
        note(.mapping, name, .added)
        continue
      }
      guard let new = after.mappings[name] else {
        note(.mapping, name, .removed)
        continue
      }
      var changes: [Change] = []
      for first in names(old, new) {
        for second in names(old[first] ?? [:], new[first] ?? [:]) {
          let (left, right) = (old[first]?[second], new[first]?[second])
          if left == right { continue }
          changes.append(
            Change(
              path: "\(first).\(second)", before: left?.jsonText(), after: right?.jsonText(),
              effect: .inPlace, cause: nil))
        }
      }
      if changes.isEmpty { continue }
      changed.insert("mapping " + name)
      note(.mapping, name, .changed, changes)
    }
  }

  private mutating func compareConditions() {
    for name in names(before.conditions, after.conditions) {
      guard let old = before.conditions[name] else {
        note(.condition, name, .added)
        continue
      }
      guard let new = after.conditions[name] else {
        note(.condition, name, .removed)
        continue
      }
      if expressions.isSame(old, new) { continue }
      changed.insert("condition " + name)
      let change = Change(path: "", before: old.summary, after: new.summary, effect: .inPlace, cause: nil)
      note(.condition, name, .changed, [change])
    }
  }

  private mutating func compareOutputs() {
    for name in names(before.outputs, after.outputs) {
      guard let old = before.outputs[name] else {
        note(.output, name, .added)
        continue
      }
      guard let new = after.outputs[name] else {
        note(.output, name, .removed)
        continue
      }
      var changes = differences("Value", old.value, new.value, .inPlace)
      changes += differences("Export", old.exportName, new.exportName, .inPlace)
      changes += plain("Condition", old.condition, new.condition)
      changes += plain("Description", old.description, new.description)
      if !changes.isEmpty { note(.output, name, .changed, changes) }
    }
  }

  // MARK: - Resources

  private mutating func compareResources() {
    var found: [String: Entry] = [:]
    for name in order {
      guard let new = after.resources[name] else { continue }
      let start = entries.count
      if let old = before.resources[origins[name] ?? name] {
        compare(old, new)
      } else {
        note(.resource, name, .added, type: new.type)
      }
      if entries.count > start { found[name] = entries.removeLast() }
    }
    entries += after.resources.keys.compactMap { found[$0] }
    let moved = Set(origins.values)
    for (name, old) in before.resources where after.resources[name] == nil && !moved.contains(name) {
      note(.resource, name, .removed, type: old.type)
    }
  }

  /// The new resources, each after those that it needs.
  private var order: [String] {
    var graph = Graph<String>()
    for (name, resource) in after.resources {
      graph.add(name)
      for other in resource.dependencies { graph.add(name, needs: other) }
    }
    return graph.components.flatMap(\.self)
  }

  private mutating func compare(_ old: ResourceDefinition, _ new: ResourceDefinition) {
    let previous = old.logicalID == new.logicalID ? nil : old.logicalID
    guard old.type == new.type else {
      changed.insert(new.logicalID)
      note(
        .resource, new.logicalID, .replaced, type: new.type, from: previous,
        reason: "its type was \(old.type)")
      return
    }
    let schema = schemas?[new.type]
    var changes: [Change] = []
    for name in names(old.properties, new.properties) {
      let effect = schema?.effect(ofChanging: name) ?? .unknown
      let own = differences(name, old.properties[name], new.properties[name], effect)
      changes += own
      if own.isEmpty, let value = new.properties[name], let cause = cause(in: value) {
        changes.append(
          Change(path: name, before: value.summary, after: value.summary, effect: effect, cause: cause))
      }
    }
    changes += differences("Metadata", old.metadata, new.metadata, .inPlace)
    changes += differences("CreationPolicy", old.creationPolicy, new.creationPolicy, .inPlace)
    changes += differences("UpdatePolicy", old.updatePolicy, new.updatePolicy, .inPlace)
    changes += plain("DeletionPolicy", "\(old.deletionPolicy)", "\(new.deletionPolicy)")
    changes += plain("UpdateReplacePolicy", "\(old.updateReplacePolicy)", "\(new.updateReplacePolicy)")
    changes += plain("Condition", old.condition, new.condition)
    changes += plain(
      "DependsOn", words(old.dependsOn.map { expressions.renames[$0] ?? $0 }), words(new.dependsOn))
    if let condition = new.condition, changed.contains("condition " + condition) {
      changes.append(
        Change(
          path: "Condition", before: condition, after: condition, effect: .inPlace,
          cause: "the condition \(condition)"))
    }
    let isReplaced = changes.contains { $0.effect == .replacement }
    if isReplaced { changed.insert(new.logicalID) }
    guard !changes.isEmpty || previous != nil else { return }
    note(
      .resource, new.logicalID, isReplaced ? .replaced : changes.isEmpty ? .moved : .changed, type: new.type,
      from: previous, changes)
  }

  private func words(_ names: [String]) -> String? { names.isEmpty ? nil : names.joined(separator: ", ") }

  /// What a value refers to that changes.
  private func cause(in value: Expression) -> String? {
    guard !changed.isEmpty else { return nil }
    var cause: String?
    value.visit { part in
      guard cause == nil else { return }
      switch part.kind {
      case .parameter(let name) where changed.contains(name): cause = "the parameter \(name)"
      case .resource(let id), .attribute(let id, _):
        if changed.contains(id) { cause = "\(id), which is replaced" }
      case .function(.if(let name, _, _)) where changed.contains("condition " + name):
        cause = "the condition \(name)"
      case .function(.findInMap(let map, _, _, _)):
        if case .literal(let name) = map.kind, let name = name.string, changed.contains("mapping " + name) {
          cause = "the mapping \(name)"
        }
      default: break
      }
    }
    return cause
  }

  // MARK: - Values

  private func plain(_ path: String, _ old: String?, _ new: String?) -> [Change] {
    old == new ? [] : [Change(path: path, before: old, after: new, effect: .inPlace, cause: nil)]
  }

  /// The innermost parts that differ: members of maps, and items of lists of the same length.
  private func differences(
    _ path: String, _ old: Expression?, _ new: Expression?, _ effect: ChangeEffect
  ) -> [Change] {
    if expressions.isSame(old, new) { return [] }
    guard let old, let new else {
      return [Change(path: path, before: old?.summary, after: new?.summary, effect: effect, cause: nil)]
    }
    switch (old.kind, new.kind) {
    case (.map(let left), .map(let right)):
      let ours = OrderedDictionary(left.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      let theirs = OrderedDictionary(
        right.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      return names(ours, theirs).flatMap { differences("\(path).\($0)", ours[$0], theirs[$0], effect) }
    case (.list(let left), .list(let right)) where left.count == right.count:
      return left.indices.flatMap { differences("\(path)[\($0 + 1)]", left[$0], right[$0], effect) }
    default:
      return [Change(path: path, before: old.summary, after: new.summary, effect: effect, cause: nil)]
    }
  }
}

extension ParameterDefinition {
  /// What a parameter says, by the keys of templates.
  fileprivate var members: OrderedDictionary<String, String> {
    var members: OrderedDictionary<String, String> = ["Type": type]
    members["Default"] = defaultValue?.jsonText()
    members["Description"] = description
    if isSecret { members["NoEcho"] = "true" }
    members["AllowedValues"] = allowedValues.map { Value.list($0).jsonText() }
    members["AllowedPattern"] = allowedPattern
    members["ConstraintDescription"] = constraintDescription
    members["Length"] = length.map { "\($0.lowerBound)...\($0.upperBound)" }
    members["Range"] = range.map { "\($0.lowerBound)...\($0.upperBound)" }
    return members
  }
}
