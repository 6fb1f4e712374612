package import Document
package import OrderedCollections

/// What resource types mean: other types, or templates; for all resources or for those of some names.
package struct ResourceRegistry: Sendable {
  package enum Target: Sendable, Equatable {
    case type(String)
    /// A template's address.
    case template(String)
  }

  package enum Action: String, Sendable, CaseIterable {
    case update, replace
  }

  /// When a stack stops and waits to be told to go on.
  package enum Hook: String, Sendable, CaseIterable {
    case preCreate = "pre-create"
    case preUpdate = "pre-update"
    case preDelete = "pre-delete"
    case postCreate = "post-create"
    case postUpdate = "post-update"
    case postDelete = "post-delete"
  }

  /// What holds for the resources of a name, in which `*` and `?` stand for other letters.
  package struct Section: Sendable, Equatable {
    /// By type; nil takes a mapping away.
    package var targets: OrderedDictionary<String, Target?> = [:]
    package var hooks: [Hook] = []
    package var restrictedActions: [Action] = []
    /// What holds for resources of the stacks that these are.
    package var inside: OrderedDictionary<String, Section> = [:]
  }

  /// The mappings for all resources.
  package var targets: OrderedDictionary<String, Target?> = [:]
  /// By the pattern of resource names.
  package var sections: OrderedDictionary<String, Section> = [:]

  package init() {}

  /// What a resource's type means; a type without mapping means itself.
  package func meaning(of type: String, resource name: String) throws(Diagnostic) -> Target {
    let own = sections.filter { FilePattern.matches(name, $0.key) }.values.map(\.targets)
    var type = type
    var path = [type]
    while let target = Self.target(of: type, own) ?? Self.target(of: type, [targets]) {
      guard case .type(let next) = target else { return target }
      if next == type { return target }
      if path.contains(next) {
        let cycle = (path + [next]).joined(separator: " → ")
        throw Diagnostic("registry_cycle", "the resource registry goes in a circle: \(cycle)")
      }
      path.append(next)
      type = next
    }
    return .type(type)
  }

  /// An exact name wins over patterns, a longer pattern over a shorter one.
  private static func target(of type: String, _ tables: [OrderedDictionary<String, Target?>]) -> Target? {
    for table in tables {
      if case .some(.some(let target)) = table[type] { return target }
    }
    let globs = tables.flatMap { $0.filter { $0.key.hasSuffix("*") && type.hasPrefix($0.key.dropLast()) } }
    guard let best = globs.max(by: { $0.key.count < $1.key.count }), let target = best.value else {
      return nil
    }
    guard case .type(let other) = target else { return target }
    if other.hasSuffix("*") { return .type(String(other.dropLast()) + type.dropFirst(best.key.count - 1)) }
    // A pattern that gives one type doesn't map that type again.
    return other == type ? nil : target
  }

  /// The hooks, each with the path of patterns that leads to its resources, through the stacks around them.
  package var hooks: [(path: [String], hook: Hook)] { Self.hooks(in: sections, below: []) }

  private static func hooks(
    in sections: OrderedDictionary<String, Section>, below path: [String]
  ) -> [(path: [String], hook: Hook)] {
    sections.flatMap { name, section in
      section.hooks.map { (path + [name], $0) } + hooks(in: section.inside, below: path + [name])
    }
  }

  package func restrictedActions(of name: String) -> [Action] { matching(name).flatMap(\.restrictedActions) }

  private func matching(_ name: String) -> [Section] {
    sections.filter { FilePattern.matches(name, $0.key) }.map(\.value)
  }

  /// Takes over another registry's entries, which win; an empty one removes what its name matches.
  mutating func merge(_ other: ResourceRegistry) {
    Self.merge(&targets, other.targets)
    Self.merge(&sections, other.sections)
  }

  private static func merge(
    _ old: inout OrderedDictionary<String, Section>, _ new: OrderedDictionary<String, Section>
  ) {
    for (name, section) in new {
      var merged = old[name] ?? Section()
      merge(&merged.targets, section.targets)
      if !section.hooks.isEmpty { merged.hooks = section.hooks }
      if !section.restrictedActions.isEmpty { merged.restrictedActions = section.restrictedActions }
      merge(&merged.inside, section.inside)
      old[name] = merged
    }
  }

  private static func merge(
    _ old: inout OrderedDictionary<String, Target?>, _ new: OrderedDictionary<String, Target?>
  ) {
    for (name, target) in new {
      if let target {
        old[name] = .some(target)
      } else if name.hasSuffix("*") {
        old.removeAll { $0.key.hasPrefix(name.dropLast()) }
      } else {
        old.removeValue(forKey: name)
      }
    }
  }
}

/// Names with `*` and `?` in them, as shells have for files.
package enum FilePattern {
  package static func matches(_ name: String, _ pattern: String) -> Bool {
    let name = Array(name.unicodeScalars)
    let pattern = Array(pattern.unicodeScalars)
    var (place, part) = (0, 0)
    var star: (part: Int, place: Int)?
    while place < name.count {
      if part < pattern.count, pattern[part] == "*" {
        star = (part, place)
        part += 1
      } else if part < pattern.count, pattern[part] == "?" || pattern[part] == name[place] {
        place += 1
        part += 1
      } else if let last = star {
        star = (last.part, last.place + 1)
        part = last.part + 1
        place = last.place + 1
      } else {
        return false
      }
    }
    return pattern[part...].allSatisfy { $0 == "*" }
  }
}
