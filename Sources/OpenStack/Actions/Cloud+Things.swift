package import Document
import HTTP

extension Cloud {
  /// The resources of a kind, with the fields of the API.
  package func things(_ kind: ResourceKind) async throws -> Calls<Thing> {
    switch kind.root {
    case .service: Calls(self, kind)
    case .currentUser:
      Calls(self, kind, under: "/users/" + percentEncoded(try await identity.currentUser().id))
    }
  }

  /// Does something with a whole service.
  package func perform(_ action: Action, of service: Service, _ arguments: Arguments = Arguments())
    async throws -> Action.Outcome
  {
    let target = Target(cloud: self, service: service, path: "", id: "", raw: .null)
    return try await action.perform(target, arguments)
  }
}

extension Calls where Resource == Thing {
  /// Those of a kind that belong to one of these.
  package func children(_ kind: ResourceKind, of thing: Thing) -> Calls<Thing> {
    Calls(cloud, kind, under: path(of: thing))
  }

  private func path(of thing: Thing) -> String { parent + kind.path(of: thing.raw, thing.id) }

  /// Creates one, from the words that the kind has for its fields or from the API's own.
  package func make(_ fields: Value) async throws -> Thing {
    try await create(fields: kind.resolved(fields, cloud))
  }

  /// Changes fields, given in the same words.
  package func change(_ id: String, _ fields: Value) async throws -> Thing {
    try await update(id, kind.resolved(fields, cloud))
  }

  /// Does one of the kind's actions.
  @discardableResult
  package func perform(_ action: String, _ thing: Thing, _ arguments: Arguments = Arguments()) async throws
    -> Action.Outcome
  {
    guard let known = kind.action(action) else {
      throw OpenStackError(
        .badRequest, "a \(kind.label) has no action \(action)", service: kind.service,
        hint: nearest(to: action, among: kind.actions.map(\.name)).map { "did you mean \($0)?" })
    }
    let target = Target(
      cloud: cloud, service: kind.service, path: path(of: thing), id: thing.id, raw: thing.raw)
    return try await known.perform(target, arguments)
  }
}
