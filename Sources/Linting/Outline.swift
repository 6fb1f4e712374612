package import Document
import OrderedCollections
package import Templates

/// The parts of a template and every function call in it, found in one walk over its tree.
///
/// It is made from the tree, not from the checked model, so that rules work on templates with errors too, and
/// so that each part has the place of its key.
package final class Outline {
  /// A resource with what rules often ask of it.
  package final class Resource: Sendable {
    package let entry: Node.Entry
    package let type: String
    /// Its calls, as a stretch of the outline's.
    let calls: Range<Int>

    init(entry: Node.Entry, type: String, calls: Range<Int>) {
      self.entry = entry
      self.type = type
      self.calls = calls
    }

    package var id: String { entry.key }
    package var properties: Node? { entry.value["Properties"] ?? entry.value["properties"] }
    var condition: String? { (entry.value["Condition"] ?? entry.value["condition"])?.scalar?.string }
  }

  /// A call of an intrinsic function.
  package final class Call: Sendable {
    package let name: String
    package let argument: Node
    /// Where to say something of it: the key of the long form, or the nearest key above a short tag.
    package let place: Place
    /// The call's node.
    package let node: Node
    /// Where what holds the call is: the key whose value it is, or the item.
    let holder: Place
    /// The section that it is in.
    package let section: String
    /// The index of the resource that it is in.
    let resource: Int?
    /// The resource's key that it is under, such as `Properties`.
    package let attribute: String
    /// The conditions that hold where it is, by the branches of `Fn::If` around it.
    let branch: Branch?

    init(
      _ call: FunctionCall, node: Node, place: Place, holder: Place, section: String, resource: Int?,
      attribute: String,
      branch: Branch?
    ) {
      name = call.name
      argument = call.argument
      self.node = node
      self.place = place
      self.holder = holder
      self.section = section
      self.resource = resource
      self.attribute = attribute
      self.branch = branch
    }
  }

  /// A way into branches of `Fn::If`, from the innermost outwards.
  final class Branch: Sendable {
    let condition: String
    let isTrue: Bool
    let outer: Branch?

    init(_ condition: String, _ isTrue: Bool, _ outer: Branch?) {
      self.condition = condition
      self.isTrue = isTrue
      self.outer = outer
    }
  }

  /// A name that a call refers to: by `Ref`, `Fn::GetAtt` or in the text of `Fn::Sub`.
  struct Reference {
    enum Kind: String {
      case ref = "Ref"
      case attribute = "Fn::GetAtt"
      case substitution = "Fn::Sub"
    }

    let kind: Kind
    /// A parameter, pseudo parameter or logical ID.
    let name: String
    /// What is asked of a resource; nil for `Ref`.
    let attribute: String?
    /// The index of the call.
    let call: Int
  }

  package let document: Node
  package let template: Template?
  /// Whether it is in Heat's own language, whose sections and keys have other names.
  let isHeat: Bool
  let schemas: SchemaCache
  let parameters: [Node.Entry]
  let mappings: [Node.Entry]
  let conditions: [Node.Entry]
  let outputs: [Node.Entry]
  private(set) var resources: [Resource] = []
  private(set) var calls: [Call] = []
  /// The positions of resources by logical ID.
  private(set) var resourceIndex: [String: Int] = [:]
  private(set) lazy var parameterIndex = Dictionary(
    parameters.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  private(set) lazy var worlds = ConditionWorlds(self)
  let patterns = PatternCache()
  private(set) lazy var possibleValues = PossibleValues(self)
  /// Whether the template's metadata asks for numbers and booleans that are written as such.
  private(set) lazy var hasStrictTypes: Bool = {
    let rules = document["Metadata"]?["cfn-lint"]?["config"]?["configure_rules"]
    return rules?["E3012"]?["strict"]?.scalar?.scalarText == "true"
  }()
  /// All references, in the order of the calls.
  private(set) lazy var references = ReferenceReader.references(in: calls)
  /// The names that anything refers to.
  private(set) lazy var referredNames = Set(references.map(\.name))
  /// Whether a transform changes the template before it is used, so that names may be used unseen.
  private(set) lazy var isTransformed = document["Transform"].map { $0.items?.isEmpty != true } ?? false

  /// Reads files that a template names; nil when it may not.
  let files: (@Sendable (String) -> Source?)?

  /// The text that the tree was read from; nil when a program made it.
  private let source: Source?

  init(
    _ document: Node, from source: Source?, template: Template?, schemas: SchemaCache,
    files: (@Sendable (String) -> Source?)?
  ) {
    self.document = document
    self.source = source
    self.files = files
    self.template = template
    self.schemas = schemas
    let isHeat = document["heat_template_version"] != nil
    self.isHeat = isHeat
    func entries(_ section: String) -> [Node.Entry] {
      document[isHeat ? section.lowercased() : section]?.entries ?? []
    }
    parameters = entries("Parameters")
    mappings = entries("Mappings")
    conditions = entries("Conditions")
    outputs = entries("Outputs")
    var collected = CallWalk()
    for section in document.entries ?? [] where section.key != "Resources" && !isHeat {
      if ["Parameters", "Mappings", "Description"].contains(section.key) { continue }
      if section.key == "Outputs" {
        for output in outputs { walk(output: output, &collected) }
      } else {
        collected.place(in: section.key)
        collected.node(section.value, key: section.keyPlace, branch: nil)
      }
    }
    for entry in entries("Resources") { add(entry, &collected) }
    calls = collected.calls
  }

  /// The call that a node is, outside of conditions.
  func call(_ node: Node) -> FunctionCall? {
    isHeat ? HeatCall.call(node) : FunctionCall(node, isInCondition: false)
  }

  /// Whether a word can stand anywhere in the template: spares rules that seek it a walk over the whole tree.
  func mayMention(_ word: String) -> Bool { source?.mentions(word) ?? true }

  /// The conditions that hold in a branch.
  func conditions(around branch: Branch?) -> [String: Bool] {
    var result: [String: Bool] = [:]
    var branch = branch
    while let step = branch {
      if result[step.condition] == nil { result[step.condition] = step.isTrue }
      branch = step.outer
    }
    return result
  }

  private(set) lazy var conditionNames = Set(conditions.map(\.key))

  /// Whether the conditions around a branch can hold together.
  func isReachable(_ branch: Branch) -> Bool {
    var outer = branch.outer
    while let step = outer {
      if step.condition == branch.condition { return step.isTrue == branch.isTrue }
      outer = step.outer
    }
    return branch.outer == nil || worlds.isReachable(conditions(around: branch))
  }

  func resource(_ id: String) -> Resource? { resourceIndex[id].map { resources[$0] } }

  /// The references in a resource.
  func references(in resource: Resource) -> ArraySlice<Reference> {
    let start = referenceStart(resource.calls.lowerBound)
    return references[start..<max(start, referenceStart(resource.calls.upperBound))]
  }

  /// The first reference that isn't in an earlier call.
  private func referenceStart(_ call: Int) -> Int {
    var (low, high) = (0, references.count)
    while low < high {
      let middle = (low + high) / 2
      if references[middle].call < call { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The calls in a resource.
  func calls(in resource: Resource) -> ArraySlice<Call> { calls[resource.calls] }

  private func add(_ entry: Node.Entry, _ walk: inout CallWalk) {
    let start = walk.calls.count
    let branch = entry.value["Condition"]?.scalar?.string.map { Branch($0, true, nil) }
    if isHeat {
      resourceIndex[entry.key] = resources.count
      resources.append(Resource(entry: entry, type: heatType(entry), calls: start..<start))
      return
    }
    if entry.value.entries == nil {
      walk.place(in: "Resources")
      walk.node(entry.value, key: entry.keyPlace, branch: nil)
    }
    for part in entry.value.entries ?? [] {
      walk.place(in: "Resources", resources.count, part.key)
      walk.node(part.value, key: part.keyPlace, branch: branch)
    }
    if entry.key.hasPrefix("Fn::") { return }
    let type = entry.value["Type"].flatMap { $0.tag == nil ? $0.scalar?.string : nil }
    resourceIndex[entry.key] = resources.count
    resources.append(Resource(entry: entry, type: type ?? "", calls: start..<walk.calls.count))
  }

  /// The type that an environment makes of what is written; none for what stands for a template.
  private func heatType(_ entry: Node.Entry) -> String {
    guard let resource = template?.resources[entry.key] else {
      return entry.value["type"]?.scalar?.string ?? ""
    }
    return resource.details.templateAddress == nil ? resource.type : ""
  }

  private func walk(output entry: Node.Entry, _ walk: inout CallWalk) {
    let condition = entry.value["Condition"]?.scalar?.string
    walk.place(in: "Outputs")
    walk.node(entry.value, key: entry.keyPlace, branch: condition.map { Branch($0, true, nil) })
  }
}

/// Collects the calls under a node; as deep as a document can be.
private struct CallWalk {
  private var section = ""
  private var isInCondition = false
  private var resource: Int?
  private var attribute = ""
  private(set) var calls: [Outline.Call] = []

  /// Says where the calls to come are.
  mutating func place(in section: String, _ resource: Int? = nil, _ attribute: String = "") {
    self.section = section
    isInCondition = section == "Conditions" || section == "Rules"
    self.resource = resource
    self.attribute = attribute
  }

  mutating func node(_ node: Node, key: Place, branch: Outline.Branch?, isItem: Bool = false) {
    if let call = FunctionCall(node, isInCondition: isInCondition) {
      add(
        call, node, key: node.tag == nil ? call.namePlace : key, holder: isItem ? node.place.atStart : key,
        branch)
      return
    }
    content(node, key: key, branch)
  }

  private mutating func content(_ node: Node, key: Place, _ branch: Outline.Branch?) {
    switch node.content {
    case .scalar: break
    case .list(let items): for item in items { self.node(item, key: key, branch: branch, isItem: true) }
    case .map(let entries):
      for entry in entries { self.node(entry.value, key: entry.keyPlace, branch: branch) }
    }
  }

  private mutating func add(
    _ call: FunctionCall, _ node: Node, key: Place, holder: Place, _ branch: Outline.Branch?
  ) {
    calls.append(
      Outline.Call(
        call, node: node, place: key, holder: holder, section: section, resource: resource,
        attribute: attribute,
        branch: branch))
    if call.name == "Fn::If", let items = call.argument.items, items.count == 3,
      let condition = items[0].scalar?.string
    {
      self.node(items[1], key: key, branch: Outline.Branch(condition, true, branch))
      self.node(items[2], key: key, branch: Outline.Branch(condition, false, branch))
    } else {
      // The argument may be a call itself: `Fn::Base64: !Sub …`.
      self.node(call.argument, key: key, branch: branch)
    }
  }
}
