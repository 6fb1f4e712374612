package import Ambience
package import Document
package import OrderedCollections
package import Templates

/// Plans and runs the operations on stacks, one at a time for each stack, and keeps all of it in a journal.
///
/// A plan is made first and is all that is then done. An operation runs by itself once it is started;
/// `resume()` finishes those that a dead process has left.
package actor Engine {
  /// Reads a template's text.
  package typealias Reader = @Sendable (Source) -> TemplateReading

  package let catalog: ResourceCatalog
  let journal: any Journal
  let ambient: Ambient
  let surroundings: Surroundings
  let reader: Reader
  /// Who this engine is when it claims a stack.
  let holder: String
  let bells = Bells()
  var running: [String: OperationRun] = [:]

  package init(
    catalog: ResourceCatalog, journal: any Journal, ambient: Ambient,
    surroundings: Surroundings = Surroundings(),
    reader: @escaping Reader = { TemplateReader.read($0) }
  ) {
    self.reader = reader
    self.catalog = catalog
    self.journal = journal
    self.ambient = ambient
    self.surroundings = surroundings
    holder = ambient.uuid()
  }
}

// MARK: - Plans

extension Engine {
  /// Plans a stack that doesn't exist, or whose creation was rolled back to nothing.
  package func planCreate(
    _ name: String, _ template: Template, parameters: OrderedDictionary<String, Value> = [:]
  ) async throws -> Plan {
    try checkName(name)
    if let old = try await journal.stack(named: name), old.status != .rollbackComplete || !old.isEmpty {
      throw EngineError(
        .stackExists, "there is a stack \(name) already, with status \(old.status.rawValue)",
        hint: "update or delete it, or choose another name")
    }
    let identity = StackIdentity(name: name, id: ambient.uuid())
    return try await planner(identity, kind: .create).plan(
      to: template, parameters: parameters, from: nil)
  }

  /// Plans what makes a stack into what a template says.
  package func planUpdate(
    _ name: String, _ template: Template, parameters: OrderedDictionary<String, Value> = [:]
  ) async throws -> Plan {
    let stack = try await describe(name)
    return try await planner(stack.identity, kind: .update).plan(
      to: template, parameters: parameters, from: stack)
  }

  package func planDelete(_ name: String) async throws -> Plan {
    let stack = try await describe(name)
    return try await planner(stack.identity, kind: .delete).planDeletion(of: stack)
  }

  /// Plans to replace a resource, and all that depends on it, though nothing has changed.
  package func planReplace(_ logicalID: String, of name: String, reason: String) async throws -> Plan {
    let stack = try await describe(name)
    guard stack.resources[logicalID] != nil else { throw noSuchResource(logicalID, in: stack) }
    let template = try Language.template(of: stack.head.blueprint, reader)
    var planner = try await planner(stack.identity, kind: .replace)
    planner.replacements = dependants(of: logicalID, in: stack, reason: reason)
    return try planner.plan(to: template, parameters: stack.head.blueprint.parameters.values, from: stack)
  }

  private func dependants(of logicalID: String, in stack: StackRecord, reason: String) -> [String: String] {
    var users: [String: [String]] = [:]
    for record in stack.resources.values {
      for needed in record.dependencies { users[needed, default: []].append(record.logicalID) }
    }
    var found = [logicalID: reason]
    var open = [logicalID]
    while let next = open.popLast() {
      for user in users[next] ?? [] where found[user] == nil {
        found[user] = "it depends on \(next), which is replaced"
        open.append(user)
      }
    }
    return found
  }

  private func checkName(_ name: String) throws {
    let letters = name.unicodeScalars
    let isFine =
      (1...128).contains(letters.count)
      && letters.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "-0123456789".unicodeScalars.contains($0))
      }
    if isFine, letters.first?.properties.isAlphabetic ?? false { return }
    throw EngineError(
      .badStackName, "\(name) can't be the name of a stack",
      hint: "use letters, digits and hyphens, a letter first, at most 128")
  }
}

// MARK: - Operations

extension Engine {
  package func create(
    _ name: String, _ template: Template, parameters: OrderedDictionary<String, Value> = [:],
    options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planCreate(name, template, parameters: parameters), options: options)
  }

  package func update(
    _ name: String, _ template: Template, parameters: OrderedDictionary<String, Value> = [:],
    options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planUpdate(name, template, parameters: parameters), options: options)
  }

  package func delete(
    _ name: String, options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planDelete(name), options: options)
  }

  /// Replaces a resource, and all that depends on it.
  package func replace(
    _ logicalID: String, of name: String, reason: String, options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planReplace(logicalID, of: name, reason: reason), options: options)
  }
}

extension Engine {
  func planner(_ identity: StackIdentity, kind: OperationRecord.Kind) async throws -> Planner {
    Planner(
      identity: identity, kind: kind, catalog: catalog, surroundings: surroundings,
      exports: try await exports(in: journal))
  }
}
