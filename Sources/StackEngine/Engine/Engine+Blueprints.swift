package import Ambience
package import Templates

// Plans to what a blueprint says, which was accepted once, and engines beside this one.

extension Engine {
  /// Plans a new stack that is made from a blueprint.
  package func planCreate(_ name: String, as blueprint: Blueprint) async throws -> Plan {
    try await planCreate(
      name, Language.template(of: blueprint, reader), parameters: blueprint.parameters.values,
      options: PlanOptions(checksConstraints: false))
  }

  /// Plans what makes a stack into what a blueprint says.
  package func planUpdate(_ name: String, as blueprint: Blueprint) async throws -> Plan {
    try await planUpdate(
      name, Language.template(of: blueprint, reader), parameters: blueprint.parameters.values,
      options: PlanOptions(checksConstraints: false))
  }

  /// What the dynamic references stand for that a plan's templates have, of what it leads to and comes from.
  package func references(in plan: Plan) async throws -> [DynamicReference: Evaluated] {
    var elsewhere = try await Elsewhere(journal)
    for blueprint in [plan.origin, plan.goal].compactMap(\.self) {
      var planner = Planner(
        identity: plan.stack, kind: plan.kind, catalog: catalog, surroundings: surroundings)
      planner.elsewhere = elsewhere
      let wanted = try planner.references(
        in: Language.template(of: blueprint, reader), parameters: blueprint.parameters.values)
      try await elsewhere.fetch(wanted, from: references)
    }
    return elsewhere.references
  }

  /// An engine that reads templates as this one does and works elsewhere, where nothing holds it up.
  package func twin(
    catalog: ResourceCatalog, journal: any Journal, ambient: Ambient, references: any ReferenceSource
  ) -> Engine {
    Engine(
      catalog: catalog, journal: journal, ambient: ambient, surroundings: surroundings,
      references: references, heedsPauses: false, reader: reader)
  }
}

/// Dynamic references whose values are known already.
package struct FixedReferences: ReferenceSource {
  private let values: [DynamicReference: Evaluated]

  package init(_ values: [DynamicReference: Evaluated]) { self.values = values }

  package func value(of reference: DynamicReference) async throws -> Evaluated? { values[reference] }
}
