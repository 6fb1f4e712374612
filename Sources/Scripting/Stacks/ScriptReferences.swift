import StackEngine
internal import Synchronization
package import Templates

/// What scripts say that dynamic references stand for: a function of Lua for each service.
package final class ScriptReferences: ReferenceSource {
  struct Resolver: Sendable {
    let isSecret: Bool
    let call: @Sendable (_ rest: String) async throws -> Evaluated
  }

  private let resolvers = Mutex<[String: Resolver]>([:])

  package init() {}

  /// Sets the resolver of a service; the last one counts.
  func define(_ service: String, _ resolver: Resolver) { resolvers.withLock { $0[service] = resolver } }

  package func value(of reference: DynamicReference) async throws -> Evaluated? {
    let (service, rest) = reference.parts
    guard let resolver = resolvers.withLock({ $0[service] }) else { return nil }
    let value = try await resolver.call(rest)
    guard resolver.isSecret, case .known(let known, _) = value else { return value }
    return .known(known, isSecret: true)
  }
}

extension DynamicReference {
  /// The service's name and what follows it.
  fileprivate var parts: (service: String, rest: String) {
    let inside = text.dropFirst("{{resolve:".count).dropLast("}}".count)
    let service = inside.prefix { $0 != ":" }
    return (String(service), String(inside.dropFirst(service.count + 1)))
  }
}
