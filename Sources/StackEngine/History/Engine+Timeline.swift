import Ambience
import OrderedCollections
import Templates

extension Engine {
  /// How one of a stack's operations went in time: one named by its number or id, or the last that was worked on.
  package func timeline(of name: String, operation wanted: String? = nil) async throws -> Timeline {
    let entry = try await historyEntry(wanted, of: name)
    return Timeline(
      entry.operation, events: try await events(of: entry), needs: needs(in: entry.operation),
      now: ambient.now())
  }

  /// What each resource of an operation needs: as its templates say, of where it leads and where it comes from.
  func needs(in operation: OperationRecord) -> [String: [String]] {
    var needs: [String: OrderedSet<String>] = [:]
    for blueprint in [operation.goal, operation.origin].compactMap(\.self) {
      guard let template = try? Language.template(of: blueprint, reader) else { continue }
      let given = blueprint.parameters.values
      let form = (try? Language.form(of: template, given: given)) ?? template
      for resource in form.resources.values {
        needs[resource.logicalID, default: []].formUnion(resource.dependencies)
      }
    }
    return needs.mapValues { Array($0) }
  }
}
