package import Ambience
package import LuaRuntime
import OpenStack
import StackEngine

/// The names of what the clouds have, for completing them while somebody types.
///
/// Names come from memory. What isn't there, or is old, is asked for in the background; an answer that comes
/// at once is waited for, and none longer than a person notices.
package actor RemoteNames {
  private struct Entry {
    var names: [String] = []
    var read: Duration?
    var isAsked = false
  }

  /// For how long names are taken to be true.
  private static let fresh = Duration.seconds(20)
  /// How long an answer is waited for.
  private static let patience = Duration.milliseconds(200)

  private let sessions: Sessions
  private let ambient: Ambient
  private var entries: [String: Entry] = [:]

  package init(sessions: Sessions, ambient: Ambient) {
    self.sessions = sessions
    self.ambient = ambient
  }

  /// The names that may stand in an argument of a function or method.
  ///
  /// - Parameters:
  ///   - method: The function's name, such as `server`.
  ///   - owner: What has the method, if it is an object of Swift.
  ///   - module: The name before the function's, such as `stacks`.
  ///   - index: Which argument, from 0 on.
  ///   - field: The field, where the argument is a table.
  /// - Returns: The names in order; nil where it isn't names that the argument takes.
  package func names(
    for method: String, of owner: (any LuaObject)?, in module: String?, index: Int, field: String?
  ) async -> [String]? {
    if owner == nil, module == "stacks", method == "get", index == 0 { return await stackNames }
    guard let owner = owner as? any CloudOwner, let kind = owner.kind(for: method, index: index, field: field)
    else { return nil }
    return await names(of: kind, on: owner.access.name)
  }

  /// The names that may be the value of a template's property.
  package func names(forProperty property: String) async -> [String] {
    guard let kind = Self.properties[property] else { return [] }
    return await names(of: kind, on: sessions.defaultName)
  }

  private static let properties: [String: ResourceKind] = {
    let words: [(ResourceKind, [String])] = [
      (Image.kind, ["image", "ImageId"]), (Flavor.kind, ["flavor", "InstanceType"]),
      (KeyPair.kind, ["key_name", "KeyName"]), (Router.kind, ["router", "router_id"]),
      (Network.kind, ["network", "network_id", "NetworkId", "floating_network", "floating_network_id"]),
      (Subnet.kind, ["subnet", "subnet_id", "SubnetId"]), (VolumeType.kind, ["volume_type"]),
    ]
    return Dictionary(uniqueKeysWithValues: words.flatMap { kind, names in names.map { ($0, kind) } })
  }()

  // MARK: - Memory

  private var stackNames: [String] {
    get async {
      await names("stacks") { [sessions] in
        try await sessions.session().engine.list().map(\.identity.name)
      }
    }
  }

  private func names(of kind: ResourceKind, on cloud: String) async -> [String] {
    guard kind.verbs.contains(.list) else { return [] }
    return await names("\(cloud) \(kind.service.type) \(kind.path)") { [sessions] in
      try await sessions.session(cloud).cloud.things(kind).list().map(\.name)
    }
  }

  private func names(_ key: String, _ ask: @escaping @Sendable () async throws -> [String]) async -> [String]
  {
    let age = entries[key]?.read.map { ambient.uptime() - $0 }
    if let age, age < Self.fresh { return entries[key]?.names ?? [] }
    if entries[key]?.isAsked != true {
      entries[key, default: Entry()].isAsked = true
      Task {
        let names = try? await ask()
        keep(names, key)
      }
    }
    let end = ambient.uptime() + Self.patience
    while entries[key]?.isAsked == true, ambient.uptime() < end {
      do { try await ambient.sleep(.milliseconds(5)) } catch { break }
    }
    return entries[key]?.names ?? []
  }

  private func keep(_ names: [String]?, _ key: String) {
    entries[key]?.isAsked = false
    // A cloud that doesn't answer isn't asked again by each key that is pressed.
    entries[key]?.read = ambient.uptime()
    if let names { entries[key]?.names = Array(Set(names)).sorted() }
  }
}

/// An object whose methods take names of a cloud's things.
protocol CloudOwner: LuaObject {
  var access: CloudAccess { get }
  /// The kind that an argument of a method names, or that a field of it names.
  func kind(for method: String, index: Int, field: String?) -> ResourceKind?
}

extension ServiceObject: CloudOwner {
  func kind(for method: String, index: Int, field: String?) -> ResourceKind? {
    if let kind = directory.kinds.named(by: method, index: index, field: field) { return kind }
    return directory.actions.first { $0.name == method }?.kind(index, field)
  }
}

extension ThingObject: CloudOwner {
  func kind(for method: String, index: Int, field: String?) -> ResourceKind? {
    thing.kind.action(method)?.kind(index, field)
  }
}

extension [ResourceKind] {
  /// The kind that `server "…"`, `delete_server "…"` or a field of `create_server { … }` names.
  fileprivate func named(by method: String, index: Int, field: String?) -> ResourceKind? {
    for kind in self where index == 0 {
      if field == nil, method == kind.word || method == "delete_" + kind.word { return kind }
      if method == "create_" + kind.word, let field { return kind.fields.kind(of: field) }
    }
    return nil
  }
}

extension Action {
  /// The kind that an argument names, by its place or in a table by its name.
  fileprivate func kind(_ index: Int, _ field: String?) -> ResourceKind? {
    if let field { return parameters.kind(of: field) }
    return parameters.indices.contains(index) ? parameters[index].kind : nil
  }
}

extension [Parameter] {
  fileprivate func kind(of name: String) -> ResourceKind? { first { $0.name == name }?.kind }
}

extension Parameter {
  fileprivate var kind: ResourceKind? {
    switch form {
    case .named(let kind), .allNamed(let kind): kind()
    default: nil
    }
  }
}
