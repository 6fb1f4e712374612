import Document
import OrderedCollections
import StackEngine
import Templates

/// `OS::Heat::ResourceGroup`: the same resource several times, with its number in the place of `%index%`.
struct ResourceGroup: ResourceType {
  let name = "OS::Heat::ResourceGroup"
  let carriesStackTags = true
  let schema: ResourceSchema

  func create(_ call: ResourceCall) async throws -> PhysicalResource { try await bring(call, removed: []) }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let before = resource.attributes["removed_rsrc_list"]?.list?.compactMap(\.string) ?? []
    let keeps = call.text("removal_policies_mode") != "update"
    return try await bring(call, removed: keeps ? before : [], known: resource)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await call.nested.delete(call.physicalName)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await call.nested.find(call.physicalName).map { PhysicalResource(nested: $0) }
  }

  private func bring(
    _ call: ResourceCall, removed before: [String], known: PhysicalResource? = nil
  ) async throws -> PhysicalResource {
    let removed = before + removals(call, known).filter { !before.contains($0) }
    let count = Int(call.properties["count"]?.integer ?? 1)
    var members = Members()
    members.isSecret = call.properties.secretNames.contains("resource_def")
    var index = 0
    func next() -> String {
      while removed.contains(String(index)) { index += 1 }
      defer { index += 1 }
      return String(index)
    }
    while members.members.count < count {
      let name = next()
      members.members[name] = member(name, call)
    }
    let present = try await call.nested.find(call.physicalName).map { Members(of: $0) } ?? Members()
    let stack: StackRecord
    if known != nil, let rolling = Rolling(hot: call.updatePolicy?["rolling_update"]) {
      stack = try await members.roll(call, rolling, from: present) {
        let name = next()
        return (name, member(name, call))
      }
    } else if known == nil, let growing = Rolling(hot: call.updatePolicy?["batch_create"]) {
      stack = try await members.grow(call, growing, from: present)
    } else {
      stack = try await members.bring(call)
    }
    var resource = PhysicalResource(
      group: stack, names: Array(members.members.keys), attributesMap: "attributes", listsMap: nil)
    resource.attributes["removed_rsrc_list"] = .list(removed.map { .string($0) })
    return resource
  }

  /// What the group's definition makes of a member with this number.
  private func member(_ number: String, _ call: ResourceCall) -> Members.Member {
    let mark = call.text("index_var") ?? "%index%"
    let definition = call.properties["resource_def"] ?? [:]
    let properties = (definition["properties"] ?? [:]).replacing(mark, with: number).map ?? [:]
    return Members.Member(
      type: definition["type"] ?? "", properties: properties.filter { !$0.value.isNull },
      metadata: definition["metadata"]?.replacing(mark, with: number))
  }

  /// The members that the policies name, by their number or by what they are called in the cloud.
  private func removals(_ call: ResourceCall, _ known: PhysicalResource?) -> [String] {
    let members = known?.attributes["refs_map"]?.map ?? [:]
    return (call.properties["removal_policies"]?.list ?? []).flatMap { policy in
      (policy["resource_list"]?.list ?? []).compactMap { entry -> String? in
        guard let text = entry.scalarText else { return nil }
        return members.first { $0.value.scalarText == text }?.key ?? text
      }
    }
  }
}

extension Value {
  /// The value with a mark replaced in all its texts.
  func replacing(_ mark: String, with text: String) -> Value {
    switch self {
    case .string(let own): .string(own.replacing(mark, with: text))
    case .list(let items): .list(items.map { $0.replacing(mark, with: text) })
    case .map(let members): .map(members.mapValues { $0.replacing(mark, with: text) })
    default: self
    }
  }
}
