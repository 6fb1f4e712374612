import Document
import OrderedCollections

extension Template {
  /// The Lua program that composes this template, with a comment in place of what Lua can't compose.
  ///
  /// Types that `isKnown` doesn't know are composed without a check.
  package func luaText(isKnown: @escaping (String) -> Bool = { _ in true }) -> String {
    var program = LuaProgram(self, isKnown: isKnown)
    return program.text()
  }
}

/// A Lua program in the making, section by section, each resource after those that it refers to.
private struct LuaProgram {
  private static let parameterOptions: KeyValuePairs = [
    "Type": "type", "Description": "description", "Default": "default", "NoEcho": "no_echo",
    "AllowedValues": "allowed_values", "AllowedPattern": "allowed_pattern", "MinLength": "min_length",
    "MaxLength": "max_length", "MinValue": "min_value", "MaxValue": "max_value",
    "ConstraintDescription": "constraint_description",
  ]
  private static let resourceMethods: KeyValuePairs = [
    "Metadata": "metadata", "CreationPolicy": "creation_policy", "UpdatePolicy": "update_policy",
    "DeletionPolicy": "deletion_policy", "UpdateReplacePolicy": "update_replace_policy",
  ]

  private let template: Template
  private let isKnown: (String) -> Bool
  private let root: Node
  private var values: LuaValues
  private var result = ""

  init(_ template: Template, isKnown: @escaping (String) -> Bool) {
    self.template = template
    self.isKnown = isKnown
    root = CloudFormationWriter.document(of: template).document.withLongFunctions
    var uses = LuaUses(template)
    uses.visit(root)
    let lists = template.parameters.values.filter { $0.type.contains("List") }.map(\.name)
    values = LuaValues(
      names: LuaNames(uses.names), lists: Set(lists), resources: Set(template.resources.keys))
  }

  mutating func text() -> String {
    result = "local template = require \"kiln.template\"\n\n"
    let description = root["Description"]?.scalar?.string.map { LuaLiteral.string($0) }
    result += description.map { "local t = template.new(\($0))\n" } ?? "local t = template.new()\n"
    if values.names.areFields { result += "local part = {} -- more parts than Lua has locals\n" }
    if let transform = root["Transform"] {
      let names = transform.items ?? [transform]
      statement(LuaCode(call: "t:transform", names.map(values.raw)))
    }
    section("Parameters") { $0.parameter($1) }
    section("Mappings") { $0.mapping($1) }
    conditions()
    section("Rules") { $0.statement(LuaCode(call: "t:rule", [Self.name($1), $0.values.raw($1.value)])) }
    resources()
    section("Outputs") { $0.output($1) }
    if let metadata = root["Metadata"], metadata.entries != nil {
      result += "\n"
      statement(LuaCode(call: "t:metadata", [values.raw(metadata)]))
    }
    return result + "\nreturn t\n"
  }

  // MARK: - Sections

  private mutating func section(_ name: String, _ write: (inout LuaProgram, Node.Entry) -> Void) {
    guard let entries = root[name]?.entries, !entries.isEmpty else { return }
    result += "\n"
    for entry in entries { write(&self, entry) }
  }

  private mutating func conditions() {
    guard let entries = root["Conditions"]?.entries, !entries.isEmpty else { return }
    var graph = Graph<String>()
    for name in template.conditions.keys { graph.add(name) }
    for (name, expression) in template.conditions {
      for other in expression.conditionNames where template.conditions[other] != nil {
        graph.add(name, needs: other)
      }
    }
    let byName = Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    result += "\n"
    for name in graph.components.joined() {
      guard let entry = byName[name], !isOdd(entry, "Conditions") else { continue }
      define(
        "Conditions/" + name, LuaCode(call: "t:condition", [Self.name(entry), values.condition(entry.value)]))
    }
    for entry in entries where template.conditions[entry.key] == nil { asEntry(entry, "Conditions") }
  }

  private mutating func resources() {
    guard let entries = root["Resources"]?.entries else { return }
    var graph = Graph<String>()
    for name in template.resources.keys { graph.add(name) }
    for (name, resource) in template.resources {
      for other in resource.dependencies where template.resources[other] != nil {
        graph.add(name, needs: other)
      }
    }
    let byName = Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for name in graph.components.joined() {
      if let entry = byName[name], !isOdd(entry, "Resources") { resource(entry) }
    }
    for entry in entries where template.resources[entry.key] == nil { asEntry(entry, "Resources") }
  }

  /// Whether an entry's name is none that the composer takes, so that it was written in its own form.
  private mutating func isOdd(_ entry: Node.Entry, _ section: String) -> Bool {
    let isPlain = entry.key.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
    }
    if isPlain, !entry.key.isEmpty { return false }
    asEntry(entry, section)
    return true
  }

  private mutating func asEntry(_ entry: Node.Entry, _ section: String) {
    result += "\n"
    let name = LuaCode(LuaLiteral.quoted(section))
    statement(LuaCode(call: "t:entry", [name, Self.name(entry), values.raw(entry.value)]))
  }

  // MARK: - Entries

  private mutating func parameter(_ entry: Node.Entry) {
    if isOdd(entry, "Parameters") { return }
    var options: [(key: String?, value: LuaCode)] = []
    for member in entry.value.entries ?? [] {
      guard let option = Self.parameterOptions.first(where: { $0.key == member.key })?.value else { continue }
      if option == "type", member.value.scalar == "String" { continue }
      options.append((option, values.raw(member.value)))
    }
    let arguments = [Self.name(entry)] + (options.isEmpty ? [] : [LuaCode(table: options)])
    define("Parameters/" + entry.key, LuaCode(call: "t:parameter", arguments))
  }

  private mutating func mapping(_ entry: Node.Entry) {
    if isOdd(entry, "Mappings") { return }
    define("Mappings/" + entry.key, LuaCode(call: "t:mapping", [Self.name(entry), values.raw(entry.value)]))
  }

  private mutating func resource(_ entry: Node.Entry) {
    let type = entry.value["Type"]?.scalar?.string ?? ""
    var arguments = [Self.name(entry), LuaCode(LuaLiteral.quoted(type))]
    if let properties = entry.value["Properties"], properties.entries != nil {
      arguments.append(values.code(properties))
    }
    if !isKnown(type), !type.hasPrefix("Custom::") {
      if arguments.count == 2 { arguments.append(LuaCode("nil")) }
      arguments.append(LuaCode("{ check = false }"))
    }
    result += "\n"
    let key = "Resources/" + entry.key
    write(values.names.assignment(key), LuaCode(call: "t:resource", arguments))
    for (index, call) in methods(entry.value.entries ?? []).enumerated() {
      let isFirst = index == 0 && result.hasSuffix("})")
      result += isFirst ? ":" : "\n  :"
      call.write(to: &result, indent: isFirst ? 0 : 2, used: 3)
    }
    result += "\n"
    values.names.define(key)
  }

  /// The calls that set what a resource has besides its type and properties.
  private func methods(_ entries: [Node.Entry]) -> [LuaCode] {
    entries.compactMap { entry in
      switch entry.key {
      case "Type", "Properties": return nil
      case "DependsOn":
        let names = (entry.value.items ?? [entry.value]).compactMap(\.scalar?.string)
        let others = names.map { name in
          values.names["Resources/" + name].map { LuaCode($0) } ?? LuaCode(LuaLiteral.quoted(name))
        }
        let isList = entry.value.items != nil
        return LuaCode(
          call: "depends_on", isList && others.count < 2 ? [LuaCode(table: others.map { (nil, $0) })] : others
        )
      case "Condition":
        guard let name = entry.value.scalar?.string else { break }
        let condition = values.names["Conditions/" + name] ?? LuaLiteral.quoted(name)
        return LuaCode(call: "only_if", [LuaCode(condition)])
      default:
        let method = Self.resourceMethods.first { $0.key == entry.key }?.value
        if let method, entry.value.scalar?.string != nil || entry.value.entries != nil {
          return LuaCode(call: method, [values.code(entry.value)])
        }
      }
      return LuaCode(call: "set", [Self.name(entry), values.code(entry.value)])
    }
  }

  private mutating func output(_ entry: Node.Entry) {
    guard !isOdd(entry, "Outputs"), let value = entry.value["Value"] else { return }
    var options: [(key: String?, value: LuaCode)] = []
    for member in entry.value.entries ?? [] {
      switch member.key {
      case "Description": options.append(("description", values.raw(member.value)))
      case "Export":
        if let name = member.value["Name"] { options.append(("export", values.code(name))) }
      case "Condition":
        guard let name = member.value.scalar?.string else { continue }
        options.append(("condition", LuaCode(values.names["Conditions/" + name] ?? LuaLiteral.quoted(name))))
      default: continue
      }
    }
    let isPlain = options.count == 1 && options[0].key == "description"
    let last = isPlain ? [options[0].value] : options.isEmpty ? [] : [LuaCode(table: options)]
    statement(LuaCode(call: "t:output", [Self.name(entry), values.code(value)] + last))
  }

  // MARK: - Statements

  private static func name(_ entry: Node.Entry) -> LuaCode { LuaCode(LuaLiteral.quoted(entry.key)) }

  private mutating func define(_ name: String, _ code: LuaCode) {
    write(values.names.assignment(name), code)
    result += "\n"
    values.names.define(name)
  }

  private mutating func statement(_ code: LuaCode) {
    write("", code)
    result += "\n"
  }

  private mutating func write(_ start: String, _ code: LuaCode) {
    result += start
    code.write(to: &result, indent: 0, used: start.utf8.count)
  }
}

/// The parts of a template that something refers to, and which so need a name in the program.
private struct LuaUses {
  private let template: Template
  private(set) var names: OrderedSet<String> = []

  init(_ template: Template) { self.template = template }

  mutating func visit(_ node: Node) {
    for item in node.items ?? [] { visit(item) }
    for entry in node.entries ?? [] {
      note(entry)
      visit(entry.value)
    }
  }

  private mutating func note(_ entry: Node.Entry) {
    let first = entry.value.items?.first?.scalar?.string
    switch entry.key {
    case "Ref": if let name = entry.value.scalar?.string { refer(to: name) }
    case "Fn::GetAtt":
      let id = entry.value.scalar?.string.map { String($0.prefix { $0 != "." }) }
      if let name = first ?? id { refer(to: name) }
    case "DependsOn":
      for item in entry.value.items ?? [entry.value] { if let name = item.scalar?.string { refer(to: name) } }
    case "Fn::If": if let first { condition(first) }
    case "Condition": if let name = entry.value.scalar?.string { condition(name) }
    case "Fn::FindInMap":
      if let first, template.mappings[first] != nil { names.append("Mappings/" + first) }
    default: break
    }
  }

  private mutating func refer(to name: String) {
    if template.resources[name] != nil { names.append("Resources/" + name) }
    if template.parameters[name] != nil { names.append("Parameters/" + name) }
  }

  private mutating func condition(_ name: String) {
    if template.conditions[name] != nil { names.append("Conditions/" + name) }
  }
}
