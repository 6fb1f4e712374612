import Document
import OrderedCollections
import Templates

extension Engine {
  /// Plans what makes all of a group's stacks what their templates say: one plan, in the order of what they ask each
  /// other for.
  ///
  /// Where a stack asks for outputs that aren't there yet, its values are known only after the other stack.
  package func plan(_ group: StackGroup) async throws -> GroupPlan {
    let order = try order(of: group)
    var elsewhere = try await Elsewhere(journal)
    var parts: [GroupPlan.Part] = []
    for name in try order.sorted() {
      guard let member = group.members[name] else { continue }
      do {
        let plan = try await plan(name, member, elsewhere, of: Set(group.members.keys))
        parts.append(
          GroupPlan.Part(
            name: name, plan: plan, needs: order.needs[name]?.elements ?? [], member: member))
        elsewhere.expect(plan.outputs, of: name)
      } catch let error as any Explainable {
        throw Diagnostics(error.diagnostics.map { $0.prefixed(name) })
      }
    }
    return GroupPlan(parts: parts)
  }

  /// Plans to delete those of a group's stacks that there are, each before those that it needs.
  package func planDeletion(of group: StackGroup) async throws -> GroupPlan {
    var order = try order(of: group)
    var there: Set<String> = []
    for head in try await journal.summaries(includingDeleted: false) {
      let name = head.identity.name
      guard group.members[name] != nil else { continue }
      there.insert(name)
      for use in head.uses { if let stack = use.stack { order.add(name, after: stack) } }
    }
    let reversed = order.reversed
    var parts: [GroupPlan.Part] = []
    for name in try reversed.sorted() where there.contains(name) {
      var plan = try await planDelete(name)
      plan.notices = []
      plan = try await noticing(plan, from: describe(name), besides: Set(group.members.keys))
      let needs = reversed.needs[name]?.elements.filter(there.contains) ?? []
      parts.append(GroupPlan.Part(name: name, plan: plan, needs: needs, member: nil))
    }
    return GroupPlan(parts: parts)
  }

  /// Plans one of the stacks, as far as what it asks for is known.
  func plan(
    _ name: String, _ member: StackGroup.Member, _ elsewhere: Elsewhere, of names: Set<String>
  ) async throws -> Plan {
    let stack = try await journal.stack(named: name)
    let isNew = stack?.isRolledBackToNothing ?? true
    var options = PlanOptions()
    options.tags = member.tags
    options.elsewhere = elsewhere
    options.group = names
    var given: OrderedDictionary<String, Value> = [:]
    for (parameter, argument) in member.arguments {
      switch argument {
      case .value(let value): given[parameter] = value
      case .output(let output, let stack):
        switch elsewhere.output(output, of: stack) {
        case .known(let value, let isSecret)?:
          given[parameter] = value
          let definition = member.template.parameters[parameter]
          if isSecret, let definition, !definition.isSecret {
            throw Diagnostic(
              "secret_output",
              "the output \(output) of \(stack) is a secret, and the parameter \(parameter) isn't",
              at: definition.place, hint: "give the parameter NoEcho (hidden in HOT)")
          }
        case .later(let needs)?: options.later[parameter] = needs
        case .absent?, nil: throw noOutput(output, of: stack, elsewhere)
        }
      }
    }
    if isNew { return try await planCreate(name, member.template, parameters: given, options: options) }
    var parameters = try await parameters(of: name, for: member.template, given: given)
    for parameter in options.later.keys { parameters[parameter] = nil }
    return try await planUpdate(name, member.template, parameters: parameters, options: options)
  }

  private func noOutput(_ output: String, of stack: String, _ elsewhere: Elsewhere) -> Diagnostic {
    let known = elsewhere.names(of: stack)
    let nearest = nearest(to: output, among: known)
    return Diagnostic(
      "no_output", "there is no output \(output) of a stack \(stack)",
      hint: nearest.map { "did you mean \($0)?" } ?? (known.isEmpty ? "add that stack to the group" : nil))
  }

  // MARK: - Order

  private func order(of group: StackGroup) throws -> GroupOrder {
    var order = GroupOrder(group.members.keys)
    var exports: [String: String] = [:]
    for (name, member) in group.members {
      for export in member.exports(name, surroundings) { exports[export] = name }
    }
    for (name, member) in group.members {
      try checkName(name)
      for other in member.dependsOn where group.members[other] == nil {
        throw EngineError(
          .noSuchStack, "\(name) depends on \(other), which isn't in the group",
          hint: nearest(to: other, among: group.members.keys).map { "did you mean \($0)?" })
      }
      for use in member.uses(name, surroundings) {
        if let stack = use.stack ?? exports[use.name] { order.add(name, after: stack) }
      }
      for other in member.dependsOn { order.add(name, after: other) }
    }
    return order
  }
}

extension StackGroup.Member {
  /// What is known of its expressions' values before anything else is.
  private func scope(_ name: String, _ surroundings: Surroundings) -> StackScope {
    var given: [String: Value] = [:]
    for (parameter, argument) in arguments {
      if case .value(let value) = argument { given[parameter] = value }
    }
    let later = Set(template.parameters.keys.filter { given[$0] == nil && arguments[$0] != nil })
    let values = try? template.parameterValues(given: given, later: later).evaluated
    var scope = StackScope(
      identity: StackIdentity(name: name, id: ""), surroundings: surroundings, parameters: values ?? [:],
      elsewhere: Elsewhere())
    for id in template.resources.keys { scope.resources[id] = .nothing }
    return scope
  }

  fileprivate func exports(_ name: String, _ surroundings: Surroundings) -> [String] {
    let scope = scope(name, surroundings)
    return template.outputs.values.compactMap { $0.exportName.flatMap { text($0, scope) } }
  }

  /// What it asks other stacks for, as far as the names are known before.
  fileprivate func uses(_ name: String, _ surroundings: Surroundings) -> [Use] {
    let scope = scope(name, surroundings)
    var uses: [Use] = []
    func look(at expression: Expression?) {
      expression?.visit { part in
        switch part.kind {
        case .function(.importValue(let name)):
          if let name = text(name, scope) { uses.append(Use(name: name)) }
        case .function(.stackOutput(let stack, let output, _, _)):
          if let stack = text(stack, scope) {
            uses.append(Use(stack: stack, name: text(output, scope) ?? ""))
          }
        default: break
        }
      }
    }
    for resource in template.resources.values {
      resource.properties.values.forEach(look)
      look(at: resource.metadata)
    }
    template.outputs.values.forEach { look(at: $0.value) }
    for case .output(let output, let stack) in arguments.values {
      uses.append(Use(stack: stack, name: output))
    }
    return uses
  }

  private func text(_ expression: Expression, _ scope: StackScope) -> String? {
    guard case .known(let value, _)? = try? Language.value(of: expression, in: template, scope) else {
      return nil
    }
    return value.scalarText
  }
}

extension Diagnostic {
  /// The same, told of a stack.
  fileprivate func prefixed(_ stack: String) -> Diagnostic {
    Diagnostic(severity, code, "\(stack): \(message)", at: place, hint: hint, notes: notes)
  }
}
