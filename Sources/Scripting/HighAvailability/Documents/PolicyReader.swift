import Ambience
import Document
import HighAvailability
import LuaRuntime

/// Reads policies that are written as documents: YAML or JSON files, and resources of the type `Kiln::HA::Policy`.
///
/// Checks, rungs and targets are what `ha.check`, `ha.rung` and `ha.notify` make, by the same names and options; what
/// takes a function can't be said. All mistakes are told at once, each with its place.
struct PolicyReader {
  private let checks: [LuaFunctionDeclaration]
  private let rungs: [LuaFunctionDeclaration]
  private let targets: [LuaFunctionDeclaration]
  private(set) var problems: [Diagnostic] = []

  init(_ plugins: PluginHost, ambient: Ambient) {
    let call: LuaCall = { _, _ in throw LuaError(.foreign, "a document has no functions") }
    checks = CheckMaker(call: call).functions
    rungs = RungMaker(plugins, ambient, call: call).functions
    targets = NotifyMaker(ambient, call: call).functions
  }

  static let fields = [
    "name", "scope", "stack", "resource", "checks", "ladder", "reset_after", "needs", "parent", "group",
    "tags", "notify",
  ]

  // MARK: - Policies

  /// Reads a policy; nil, with complaints, when it can't be read.
  ///
  /// With a resource whose properties it is, its texts are looked up there whenever they are needed: they follow the
  /// stack when it changes.
  mutating func policy(
    _ node: Node, name: String? = nil, stack: String? = nil, propertiesOf owner: String? = nil
  ) async -> PolicyObject? {
    let before = problems.count
    let fields = fields(of: node, "a policy", Self.fields)
    guard node.entries != nil else { return nil }
    let own = (name: text(fields["name"]) ?? name, stack: text(fields["stack"]) ?? stack)
    let scope = scope(fields["scope"])
    let resource = text(fields["resource"]) ?? (scope == .stack && fields["resource"] == nil ? "" : nil)
    for (field, value) in [("name", own.name), ("stack", own.stack), ("resource", resource)]
    where value == nil {
      if fields[field] == nil { refuse("the policy has no `\(field)`", at: node.place) }
    }
    let isScope = scope != .application && fields["checks"] == nil
    let checks = isScope ? [] : await checks(fields["checks"], of: node, owner)
    let ladder = await ladder(fields["ladder"], resetAfter: span(fields["reset_after"]), owner)
    var relations = Relations()
    relations.scope = scope
    relations.needs = texts(fields["needs"]) ?? []
    relations.parent = text(fields["parent"])
    relations.group = text(fields["group"])
    if let tags = fields["tags"] {
      if tags.value.entries == nil { refuse("`\(tags.key)` is a map of words by keys", at: tags.value.place) }
      for entry in tags.value.entries ?? [] { relations.tags[entry.key] = text(entry) }
    }
    let targets = await notified(fields["notify"])
    guard problems.count == before, let name = own.name, let stack = own.stack, let resource else {
      return nil
    }
    var policy = ApplicationPolicy(
      name: name, target: Target(stack: stack, logicalID: resource), checks: checks,
      ladder: ladder ?? .standard(for: scope))
    policy.relations = relations
    return PolicyObject(policy, targets: targets)
  }

  private mutating func scope(_ entry: Node.Entry?) -> ScopeLevel {
    guard let entry, let word = text(entry) else { return .application }
    do { return try ScopeLevel(word: word) } catch {
      let known = (error as? any Explainable)?.diagnostics.first
      refuse(known?.message ?? "\(error)", at: entry.value.place, hint: known?.hint)
      // What else it lacks goes by what it is meant to be.
      return .stack
    }
  }

  private mutating func checks(_ entry: Node.Entry?, of policy: Node, _ owner: String?) async -> [Check] {
    guard let entry else {
      refuse("the policy has no `checks`", at: policy.place, hint: "such as: checks: [{ tcp: { … } }]")
      return []
    }
    var made: [Check] = []
    for (index, item) in items(of: entry).enumerated() {
      guard let (kind, options) = kind(item, "check"),
        let object = await make(kind, options, "check", self.checks) as? CheckObject
      else { continue }
      let path = [entry.key, "\(index)", kind.name]
      made.append(late(object.check, \.knownText, { $0.asking($1) }, options, path, owner))
    }
    return made
  }

  private mutating func ladder(_ entry: Node.Entry?, resetAfter: Duration?, _ owner: String?) async
    -> Ladder?
  {
    guard let entry else { return nil }
    var made: [Rung] = []
    for (index, item) in items(of: entry).enumerated() {
      guard let (kind, options) = kind(item, "rung"),
        let object = await make(kind, options, "rung", rungs) as? RungObject
      else { continue }
      var rung = object.rung
      let path = [entry.key, "\(index)", kind.name]
      rung.action = late(rung.action, \.knownText, { $0.reached(at: $1) }, options, path, owner)
      made.append(rung)
    }
    var ladder = Ladder(made)
    if let resetAfter { ladder.resetAfter = resetAfter }
    return ladder
  }

  /// Who is told, from a target or a list of them.
  mutating func notified(_ entry: Node.Entry?) async -> [NotifyTarget] {
    guard let entry else { return [] }
    var made: [NotifyTarget] = []
    for item in entry.value.items ?? [entry.value] {
      guard let (kind, options) = kind(item, "target"),
        let object = await make(kind, options, "target", targets) as? NotifyTargetObject
      else { continue }
      made.append(object.target)
    }
    return made
  }

  /// Calls the function of a kind; nil, with complaints, when there is none or it refuses.
  private mutating func make(
    _ kind: (name: String, place: Place), _ options: Node?, _ what: String,
    _ functions: [LuaFunctionDeclaration]
  ) async -> (any LuaObject)? {
    let name = DocumentedCall.name(kind.name)
    guard let function = functions.first(where: { $0.name == name }) else {
      let names = functions.map(\.name)
      refuse(
        "there is no kind of \(what) named `\(kind.name)`", at: kind.place,
        hint: nearest(to: name, among: names).map { "did you mean `\($0)`?" }
          ?? "there are \(names.joined(separator: ", "))")
      return nil
    }
    var call = DocumentedCall(function)
    do { return try await call.run(options, at: kind.place).first?.object } catch {
      problems += error.items
      return nil
    }
  }

  /// A thing whose text is one of its options, which is looked up in the properties of a resource when there is one.
  private func late<Thing>(
    _ thing: Thing, _ text: (Thing) -> String?, _ asking: (Thing, LateText) -> Thing, _ options: Node?,
    _ path: [String], _ owner: String?
  ) -> Thing {
    guard let owner, let known = text(thing),
      let entry = options?.entries?.first(where: { $0.value.written == known })
    else { return thing }
    return asking(thing, LateText(.property(of: owner, path + [entry.key])))
  }
}

// MARK: - Fields

extension PolicyReader {
  mutating func refuse(_ message: String, at place: Place, hint: String? = nil) {
    problems.append(Diagnostic("bad_policy", message, at: place, hint: hint))
  }

  /// The members of a map by their names in lower snake case; others than the known ones are complained of.
  mutating func fields(of node: Node, _ what: String, _ known: [String]) -> [String: Node.Entry] {
    guard let entries = node.entries else {
      refuse("\(what) is a map", at: node.place, hint: "it has \(known.joined(separator: ", "))")
      return [:]
    }
    var fields: [String: Node.Entry] = [:]
    for entry in entries {
      let name = DocumentedCall.name(entry.key)
      guard known.contains(name) else {
        refuse(
          "\(what) has no `\(entry.key)`", at: entry.keyPlace,
          hint: nearest(to: name, among: known).map { "did you mean `\($0)`?" }
            ?? "it may have \(known.joined(separator: ", "))")
        continue
      }
      fields[name] = entry
    }
    return fields
  }

  /// What an item of a list is: `soft_reboot`, or a map of one kind to its options.
  private mutating func kind(_ item: Node, _ what: String) -> ((name: String, place: Place), Node?)? {
    if case .scalar(.string(let name)) = item.content { return ((name, item.place), nil) }
    guard let entries = item.entries, entries.count == 1, let entry = entries.first else {
      refuse(
        "a \(what) is a map of its kind to its options", at: item.place,
        hint:
          "such as: \(what == "check" ? "tcp: { address: 10.0.0.5, port: 80 }" : "restart: { intensity: 3 }")"
      )
      return nil
    }
    return ((entry.key, entry.keyPlace), entry.value)
  }

  private mutating func items(of entry: Node.Entry) -> [Node] {
    if let items = entry.value.items, !items.isEmpty { return items }
    refuse("`\(entry.key)` is a list with one item at least", at: entry.value.place)
    return []
  }

  private mutating func text(_ entry: Node.Entry?) -> String? {
    guard let entry else { return nil }
    if let text = entry.value.written, !text.isEmpty { return text }
    refuse("`\(entry.key)` is a text", at: entry.value.place)
    return nil
  }

  private mutating func texts(_ entry: Node.Entry?) -> [String]? {
    guard let entry else { return nil }
    let texts = entry.value.items?.map(\.written) ?? [nil]
    if texts.contains(nil) { refuse("`\(entry.key)` is a list of texts", at: entry.value.place) }
    return texts.compactMap(\.self)
  }

  private mutating func span(_ entry: Node.Entry?) -> Duration? {
    guard let entry else { return nil }
    let value: LuaValue =
      switch entry.value.scalar {
      case .integer(let number): .integer(number)
      case .number(let number): .number(number)
      default: .string(entry.value.written ?? "")
      }
    if let span = Span(lua: value) { return span.duration }
    refuse("`\(entry.key)` is \(Span.luaPhrase)", at: entry.value.place)
    return nil
  }
}
