import Document
import OrderedCollections
import Templates

extension OperationRun {
  func outputs(of template: Template?) async throws -> OrderedDictionary<String, OutputRecord> {
    guard let template else { return [:] }
    var scope = await refreshedScope(for: template)
    try await fetch(Language.references(inOutputsOf: template, scope))
    scope.elsewhere = self.scope.elsewhere
    var result: OrderedDictionary<String, OutputRecord> = [:]
    for output in template.outputs.values {
      guard try Language.holds(output.condition, in: template, scope) else { continue }
      guard case .known(let value, let isSecret) = try Language.value(of: output.value, in: template, scope)
      else { continue }
      var exportName: String?
      if let name = output.exportName,
        case .known(let text, _) = try Language.value(of: name, in: template, scope)
      {
        exportName = text.scalarText
      }
      result[output.name] = OutputRecord(
        OutputRecord.Content(value, isSecret: isSecret), description: output.description,
        exportName: exportName)
    }
    return result
  }

  /// The scope with the attributes that resources have by now, where outputs ask for them.
  ///
  /// A server's address, say, may have come only after the server: `refreshed` of the type knows.
  private func refreshedScope(for template: Template) async -> StackScope {
    var scope = scope
    for name in Set(template.outputs.values.flatMap(\.value.references)).sorted() {
      guard let resource = current[name], let physical = resource.physical else { continue }
      guard let type = catalog[resource.type] else { continue }
      // What can't be asked for now is told as it was.
      if let now = try? await type.refreshed(physical) { scope.resources[name] = .all(now) }
    }
    return scope
  }
}
