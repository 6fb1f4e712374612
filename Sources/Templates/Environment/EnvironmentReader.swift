package import Document
import OrderedCollections

/// What reading an environment gives: the environment, when nothing in it is wrong, and all there is to say.
package struct EnvironmentReading: Sendable {
  package let environment: Environment?
  package let diagnostics: [Diagnostic]
}

/// Reads environment files, as YAML and as JSON.
package struct EnvironmentReader {
  private static let sections = [
    "parameters", "parameter_defaults", "resource_registry", "encrypted_param_names", "event_sinks",
    "parameter_merge_strategies",
  ]

  private let scan = TemplateScan(schemas: nil)

  package static func read(_ source: Source) -> EnvironmentReading {
    do throws(Diagnostics) {
      return EnvironmentReader().read(try DocumentReader.any(source), source)
    } catch {
      // A file of comments alone is an environment that says nothing.
      if error.items.map(\.code) == ["empty_document"] {
        var environment = Environment()
        environment.sources = [source]
        return EnvironmentReading(environment: environment, diagnostics: [])
      }
      return EnvironmentReading(environment: nil, diagnostics: error.items)
    }
  }

  private func read(_ node: Node, _ source: Source) -> EnvironmentReading {
    var environment = Environment()
    environment.sources = [source]
    if node.scalar?.isNull != true,
      let entries = scan.entries(of: node, "an environment", code: "invalid_environment")
    {
      scan.check(entries, known: Self.sections, in: "an environment", code: "invalid_environment")
      for entry in entries { read(entry, source.name, &environment) }
    }
    return EnvironmentReading(environment: scan.hasErrors ? nil : environment, diagnostics: scan.diagnostics)
  }

  private func read(_ entry: Node.Entry, _ address: String, _ environment: inout Environment) {
    guard Self.sections.contains(entry.key) else { return }
    if entry.value.scalar?.isNull == true {
      scan.error(
        "invalid_environment", "the section `\(entry.key)` is empty", at: entry.keyPlace, hint: "remove it")
      return
    }
    switch entry.key {
    case "parameters":
      environment.parameters = values(entry)
      for member in entry.value.entries ?? [] { environment.places[member.key] = member.keyPlace }
    case "parameter_defaults": environment.parameterDefaults = values(entry)
    case "resource_registry": environment.registry = RegistryReader(scan, address).read(entry)
    case "encrypted_param_names": environment.encryptedParameterNames = names(entry.value, entry.key)
    case "event_sinks": environment.eventSinks = sinks(entry.value)
    default: strategies(entry.value, &environment)
    }
  }

  private func values(_ entry: Node.Entry) -> OrderedDictionary<String, Value> {
    var result: OrderedDictionary<String, Value> = [:]
    for member in scan.entries(of: entry.value, entry.key, code: "invalid_environment") ?? [] {
      // Without a value the parameter counts as not given.
      if member.value.scalar?.isNull != true { result[member.key] = member.value.faithful }
    }
    return result
  }

  private func names(_ node: Node, _ what: String) -> [String] {
    guard let items = node.items else {
      scan.error("invalid_environment", "\(what) must be a list, found \(node.kind)", at: node.place)
      return []
    }
    return items.compactMap { scan.text(of: $0, "a name", code: "invalid_environment") }
  }

  private func sinks(_ node: Node) -> [Environment.EventSink] {
    guard let items = node.items else {
      scan.error("invalid_environment", "event_sinks must be a list, found \(node.kind)", at: node.place)
      return []
    }
    return items.compactMap { item in
      guard let entries = scan.entries(of: item, "an event sink", code: "invalid_environment") else {
        return nil
      }
      scan.check(entries, known: ["type", "target", "ttl"], in: "an event sink", code: "invalid_environment")
      guard let type = item["type"]?.plainText, let target = item["target"]?.plainText else {
        scan.error("invalid_environment", "an event sink needs `type` and `target`", at: item.place)
        return nil
      }
      if type != "zaqar-queue" {
        scan.error(
          "invalid_environment", "there is no event sink `\(type)`", at: item["type"]?.place ?? item.place,
          hint: "Heat has zaqar-queue")
      }
      return Environment.EventSink(type: type, target: target, lifetime: item["ttl"]?.scalar?.integer)
    }
  }

  private func strategies(_ node: Node, _ environment: inout Environment) {
    for entry in scan.entries(of: node, "parameter_merge_strategies", code: "invalid_environment") ?? [] {
      let names = Environment.MergeStrategy.allCases.map(\.rawValue)
      guard let text = scan.text(of: entry.value, "a merge strategy", code: "invalid_environment") else {
        continue
      }
      guard let strategy = Environment.MergeStrategy(rawValue: text) else {
        scan.error(
          "invalid_environment", "there is no merge strategy `\(text)`", at: entry.value.place,
          hint: scan.suggestion(text, names) ?? "there are \(names.joined(separator: ", "))")
        continue
      }
      if entry.key == "default" {
        environment.defaultStrategy = strategy
      } else {
        environment.mergeStrategies[entry.key] = strategy
      }
    }
  }
}

/// Reads the section `resource_registry`.
private struct RegistryReader {
  private let scan: TemplateScan
  private let address: String

  init(_ scan: TemplateScan, _ address: String) {
    self.scan = scan
    self.address = address
  }

  func read(_ entry: Node.Entry) -> ResourceRegistry {
    var registry = ResourceRegistry()
    for member in scan.entries(of: entry.value, entry.key, code: "invalid_environment") ?? [] {
      if member.key == "resources" {
        for inner in scan.entries(of: member.value, "resources", code: "invalid_environment") ?? [] {
          registry.sections[inner.key] = section(inner)
        }
      } else {
        target(member).map { registry.targets[member.key] = .some($0) }
      }
    }
    return registry
  }

  private func section(_ entry: Node.Entry) -> ResourceRegistry.Section {
    var section = ResourceRegistry.Section()
    for member in scan.entries(of: entry.value, "`\(entry.key)`", code: "invalid_environment") ?? [] {
      switch member.key {
      case "hooks": section.hooks = words(member, ResourceRegistry.Hook.self)
      case "restricted_actions": section.restrictedActions = words(member, ResourceRegistry.Action.self)
      case _ where member.value.entries != nil:
        let inner = self.section(member)
        if !inner.targets.isEmpty || !inner.restrictedActions.isEmpty {
          scan.warning(
            "nested_registry", "of resources inside `\(entry.key)` nothing but hooks is read",
            at: member.keyPlace)
        }
        section.inside[member.key] = inner
      default: target(member).map { section.targets[member.key] = .some($0) }
      }
    }
    return section
  }

  /// Nil when it can't be read; null takes a mapping away.
  private func target(_ entry: Node.Entry) -> ResourceRegistry.Target?? {
    if entry.value.scalar?.isNull == true { return .some(nil) }
    guard let text = scan.text(of: entry.value, "what `\(entry.key)` means", code: "invalid_environment")
    else {
      return nil
    }
    guard FileAddress.isTemplate(text) else { return .some(.type(text)) }
    return .some(.template(FileAddress.resolve(text, relativeTo: address)))
  }

  private func words<Word: RawRepresentable & CaseIterable>(_ entry: Node.Entry, _: Word.Type) -> [Word]
  where Word.RawValue == String {
    let names = Word.allCases.map(\.rawValue)
    return (entry.value.items ?? [entry.value]).compactMap { item in
      guard let text = scan.text(of: item, entry.key, code: "invalid_environment") else { return nil }
      if let word = Word(rawValue: text) { return word }
      scan.error(
        "invalid_environment", "\(entry.key) can't be `\(text)`", at: item.place,
        hint: scan.suggestion(text, names) ?? "there are \(names.joined(separator: ", "))")
      return nil
    }
  }
}
