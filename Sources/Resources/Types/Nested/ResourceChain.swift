import Document
import OrderedCollections
import StackEngine
import Templates

/// `OS::Heat::ResourceChain`: one resource of each type in a list, with the same properties, one after the other.
struct ResourceChain: ResourceType {
  let name = "OS::Heat::ResourceChain"
  let carriesStackTags = true
  let schema: ResourceSchema

  func create(_ call: ResourceCall) async throws -> PhysicalResource { try await bring(call) }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await bring(call)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await call.nested.delete(call.physicalName)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await call.nested.find(call.physicalName).map { PhysicalResource(nested: $0) }
  }

  private func bring(_ call: ResourceCall) async throws -> PhysicalResource {
    let isConcurrent = call.properties["concurrent"]?.bool ?? false
    var members = Members()
    members.isSecret = !call.properties.secretNames.isEmpty
    for (index, type) in (call.properties["resources"]?.list ?? []).enumerated() {
      members.members[String(index)] = Members.Member(
        type: type, properties: call.properties["resource_properties"]?.map ?? [:],
        after: isConcurrent || index == 0 ? nil : String(index - 1))
    }
    let stack = try await members.bring(call)
    return PhysicalResource(
      group: stack, names: Array(members.members.keys), attributesMap: "attributes", listsMap: nil)
  }
}
