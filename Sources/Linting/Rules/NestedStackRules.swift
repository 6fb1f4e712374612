import Document
import Templates

extension Rule {
  static let nestedStackRules: [Rule] = [
    Rule("E3043", .error, "nested stacks get the parameters that they have", .resource) { context in
      guard case .resource(let resource) = context.part else { return }
      NestedStackCheck(context)?.check(resource)
    }
  ]
}

/// E3043: what a nested stack is given, held against its own template, where that is a file.
private struct NestedStackCheck {
  private static let locations = [
    "AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location",
  ]
  private static let combinationLimit = 64

  private let context: RuleContext
  private let files: @Sendable (String) -> Source?

  /// Nil when no files can be read.
  init?(_ context: RuleContext) {
    guard let files = context.outline.files else { return nil }
    self.context = context
    self.files = files
  }

  func check(_ resource: Outline.Resource) {
    guard let name = Self.locations[resource.type], let properties = resource.properties,
      let location = properties[name], let parameters = properties.entry("Parameters")
    else { return }
    var conditions: Set<String> = []
    Scenario.conditions(of: location, &conditions)
    Scenario.conditions(of: parameters.value, &conditions)
    let isServerless = resource.type.hasPrefix("AWS::Serverless")
    let place = isServerless ? resource.entry.keyPlace : parameters.keyPlace
    let worlds = conditions.isEmpty ? [[]] : context.outline.worlds.worlds(of: conditions) ?? []
    var said: Set<String> = []
    for world in worlds.prefix(Self.combinationLimit) {
      guard let path = Scenario.node(location, in: world).scalar?.string, let nested = template(at: path),
        let given = Scenario.node(parameters.value, in: world).entries
      else { continue }
      for (message, key) in differences(given, nested) where said.insert(message).inserted {
        context.report(at: conditions.isEmpty ? key ?? place : place, message, hint: "see \(path)")
      }
    }
  }

  private func differences(_ given: [Node.Entry], _ nested: [Node.Entry]) -> [(String, Place?)] {
    let known = Set(nested.map(\.key))
    let present = Set(given.map(\.key))
    let unknown = given.filter { !known.contains($0.key) }
      .map { ("the nested template has no parameter `\($0.key)`", Optional($0.keyPlace)) }
    let missing = nested.filter { !present.contains($0.key) && $0.value["Default"] == nil }
      .map { ("the nested template needs the parameter `\($0.key)`", Place?.none) }
    return unknown + missing
  }

  /// The parameters of the template in a file beside this one; nil when there is none to read.
  private func template(at location: String) -> [Node.Entry]? {
    if location.contains("://") || location.contains("{{resolve:") { return nil }
    let name = context.document.place.source.name
    let folder = name.lastIndex(of: "/").map { name[...$0] } ?? ""
    guard let source = files(location.hasPrefix("/") ? location : folder + location),
      let document = try? DocumentReader.any(source)
    else { return nil }
    return document["Parameters"]?.entries ?? []
  }
}

/// Values with their `Fn::If` decided.
private enum Scenario {
  static func conditions(of node: Node, _ result: inout Set<String>) {
    guard let (condition, then, otherwise) = choice(node) else { return }
    result.insert(condition)
    conditions(of: then, &result)
    conditions(of: otherwise, &result)
  }

  static func node(_ node: Node, in world: ConditionWorlds.World) -> Node {
    var node = node
    while let (condition, then, otherwise) = choice(node) {
      node = world.contains(condition) ? then : otherwise
    }
    return node
  }

  private static func choice(_ node: Node) -> (condition: String, then: Node, otherwise: Node)? {
    guard let call = FunctionCall(node, isInCondition: false), call.name == "Fn::If",
      let items = call.argument.items, items.count == 3, let name = items[0].scalar?.string
    else { return nil }
    return (name, items[1], items[2])
  }
}
