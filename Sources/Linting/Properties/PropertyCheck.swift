import Document
import OrderedCollections
import Templates

/// Holds a resource's properties against the schema of its type.
///
/// Values that functions give are left out, but both branches of `Fn::If` are looked at, each in the
/// combinations of conditions in which it can be taken.
struct PropertyCheck {
  /// Properties that may name a file, which `aws cloudformation package` puts in place.
  private static let packaged: Set<String> = [
    "Code", "Content", "ContentUri", "CodeUri", "BodyS3Location", "DefinitionS3Location", "SourceBundle",
    "DefinitionUri",
  ]
  /// The most combinations that are looked at for one map.
  private static let combinationLimit = 64

  let context: RuleContext
  /// Whether numbers and booleans must be written as such, as a template's metadata can ask.
  let isStrict: Bool
  let patterns: PatternCache

  /// Where a value is: the place to say something of it, its name, and the conditions that hold there.
  struct Position {
    let place: Place
    /// The nearest key above it.
    let key: Place
    let name: String
    let branch: Outline.Branch?
  }

  init(_ context: RuleContext) {
    self.context = context
    patterns = context.outline.patterns
    isStrict = context.outline.hasStrictTypes
  }

  /// A check of what a call gives, which is never taken strictly.
  init(ofResultIn context: RuleContext) {
    self.context = context
    patterns = context.outline.patterns
    isStrict = false
  }

  func check(_ resource: Outline.Resource) {
    let type = resource.type.hasPrefix("Custom::") ? "AWS::CloudFormation::CustomResource" : resource.type
    guard let schema = context.schema(type), !isElsewhere(resource, schema) else { return }
    let branch = resource.condition.map { Outline.Branch($0, true, nil) }
    guard let entry = resource.entry.value.entry(context.outline.isHeat ? "properties" : "Properties") else {
      let place = resource.entry.keyPlace
      let position = Position(place: place, key: place, name: resource.type, branch: branch)
      members([], schema.shape.content, position)
      return
    }
    let place = entry.keyPlace
    map(
      entry.value, schema.shape, nil,
      Position(place: place, key: place, name: resource.type, branch: branch))
  }

  /// Whether its properties aren't looked at: it exists already, or its type is gone.
  private func isElsewhere(_ resource: Outline.Resource, _ schema: ResourceSchema) -> Bool {
    guard context.outline.isHeat else { return false }
    if resource.entry.value["external_id"] != nil { return true }
    guard let successor = HeatLineage.successors[resource.type], schema.properties.isEmpty else {
      return false
    }
    context.report(
      "removed_type", at: resource.entry.value.entry("type")?.shownPlace ?? resource.entry.keyPlace,
      "OpenStack has no \(resource.type) any more", hint: successor.isEmpty ? nil : "use \(successor)")
    return true
  }

  // MARK: - Values

  func value(
    _ node: Node, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    if case .limited(let inner, let limits) = kind {
      value(node, inner, limits, position)
      return
    }
    if let call = context.outline.call(node) {
      function(call, node, kind, limits, position)
      return
    }
    switch kind {
    case .json, .limited: break
    case .string, .integer, .number, .boolean: scalar(node, kind, limits, position)
    case .list(let element): list(node, element, limits, position)
    case .map(let shape): map(node, shape, limits, position)
    case .mapOf(let element):
      guard let entries = node.entries else {
        wrongKind(node, kind, limits, position)
        return
      }
      for entry in entries { member(entry, element, nil, position) }
    }
  }

  private func member(
    _ entry: Node.Entry, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    value(
      entry.value, kind, limits,
      Position(place: entry.shownPlace, key: entry.keyPlace, name: entry.key, branch: position.branch))
  }

  private func list(
    _ node: Node, _ element: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    guard let items = node.items else {
      wrongKind(node, .list(element), limits, position)
      return
    }
    for item in items {
      value(
        item, element, nil,
        Position(place: item.place, key: position.key, name: position.name, branch: position.branch))
    }
    if let limits { count(items, limits, position) }
  }

  private func count(_ items: [Node], _ limits: ValueLimits, _ position: Position) {
    let isOpen = items.contains { context.outline.call($0) != nil }
    if let most = limits.most, !isOpen, Double(items.count) > most {
      context.report(
        "E3032", at: position.place, "`\(position.name)` has \(items.count) items, more than \(most.text)")
    } else if let least = limits.least, !isOpen, Double(items.count) < least {
      context.report(
        "E3032", at: position.place, "`\(position.name)` has \(items.count) items, fewer than \(least.text)")
    }
    if limits.itemsAreUnique { unique(items, position) }
  }

  private func unique(_ items: [Node], _ position: Position) {
    guard items.count > 1 else { return }
    var seen: Set<Value> = []
    for item in items where !seen.insert(item.tag == nil ? item.value : .list([item.value])).inserted {
      context.report(
        "E3037", at: position.place, "`\(position.name)` has an item twice", hint: "remove one of them",
        notes: [.init("the second", at: item.place)])
      return
    }
  }

  private func map(_ node: Node, _ shape: Shape, _ limits: ValueLimits?, _ position: Position) {
    if let call = context.outline.call(node) {
      function(call, node, .map(shape), limits, position)
      return
    }
    guard let entries = node.entries else {
      wrongKind(node, .map(shape), limits, position)
      return
    }
    members(entries, shape.content, position)
  }

  func wrongKind(
    _ node: Node, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    if case .map = kind, Self.packaged.contains(position.name), node.scalar?.string != nil { return }
    if limits?.acceptsText == true, node.scalar?.string != nil { return }
    context.report(
      "E3012", at: position.place, "`\(position.name)` must be \(kind.words), found \(node.words)")
    if kind.isScalar, let allowed = limits?.allowedValues {
      context.report(
        "E3030", at: position.place, "`\(position.name)` can't be \(node.words)",
        hint: "it can be \(allowed.compactMap(\.scalarText).joined(separator: ", "))")
    }
  }

  // MARK: - Maps

  private func members(_ entries: [Node.Entry], _ shape: Shape.Content, _ position: Position) {
    for entry in entries {
      guard let property = shape.properties[entry.key] else {
        if entry.key.hasPrefix("Fn::ForEach::") || entry.key == "Fn::Transform" { return }
        if !shape.isOpen { unknown(entry, shape, position) }
        continue
      }
      if property.isReadOnly, case .resource = context.part, position.name == context.resourceType {
        context.report(
          "E3040", at: entry.keyPlace, "`\(entry.key)` is read-only",
          hint: "it can be asked for by `Fn::GetAtt`")
      } else if !property.isImplemented {
        context.report(
          "ignored_property", at: entry.keyPlace, "on OpenStack `\(entry.key)` has no effect")
      }
      member(entry, property.kind, property.limits, position)
    }
    presence(entries, shape, position)
  }

  private func unknown(_ entry: Node.Entry, _ shape: Shape.Content, _ position: Position) {
    let known = shape.properties.keys
    let hint =
      context.suggestion(entry.key, known)
      ?? (known.count <= 12 ? "it has \(known.joined(separator: ", "))" : nil)
    context.report(
      "E3002", at: entry.keyPlace, "\(position.subject) has no property `\(entry.key)`", hint: hint)
  }

  /// Checks which members are there, in each combination of the conditions that decide on that.
  private func presence(_ entries: [Node.Entry], _ shape: Shape.Content, _ position: Position) {
    if shape.required.isEmpty, shape.rules.isEmpty { return }
    var conditions: Set<String> = []
    for entry in entries { Presence.conditions(of: entry.value, &conditions, context.outline) }
    if conditions.isEmpty {
      var rules = PresenceCheck(context, entries, position)
      rules.check(Presence.names(entries, in: [], context.outline), shape)
      return
    }
    let around = context.outline.conditions(around: position.branch)
    conditions.formUnion(around.keys)
    let worlds = (context.outline.worlds.worlds(of: conditions) ?? []).filter { world in
      around.allSatisfy { world.contains($0.key) == $0.value }
    }
    var rules = PresenceCheck(context, entries, position)
    for world in worlds.prefix(Self.combinationLimit) {
      rules.check(Presence.names(entries, in: world, context.outline), shape)
    }
  }
}

extension PropertyCheck.Position {
  /// The map that it is, in words: a type, or a property in quotes.
  var subject: String { name.contains("::") ? name : "`\(name)`" }
}

extension RuleContext {
  var resourceType: String? { if case .resource(let resource) = part { resource.type } else { nil } }
}

extension Node {
  /// What kind of value it is, in words.
  var words: String {
    switch content {
    case .scalar(let value): value.kind
    case .list: "a list"
    case .map: "a map"
    }
  }
}

extension Double {
  /// The number without a needless fraction.
  var text: String { Value.number(self).scalarText ?? "" }
}

extension ResourceSchema.Kind {
  var isNumberOrBoolean: Bool {
    switch self {
    case .integer, .number, .boolean: true
    default: false
    }
  }

  var isScalar: Bool {
    if case .string = self { return true }
    return isNumberOrBoolean
  }

  /// The kind in words.
  var words: String {
    switch self {
    case .string: "a text"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "true or false"
    case .json: "a value"
    case .list: "a list"
    case .map, .mapOf: "a map"
    case .limited(let inner, _): inner.words
    }
  }
}
