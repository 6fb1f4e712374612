import Document
import LuaRuntime
import OrderedCollections
import StackEngine
import Templates

/// A resource type whose work functions of Lua do, with the same powers as those of kiln's own.
struct ScriptType: ResourceType {
  /// What the script gave; all but `create` may be missing.
  struct Functions: Sendable {
    let create: LuaFunction
    var update: LuaFunction?
    var delete: LuaFunction?
    /// Finds what a lost call made.
    var find: LuaFunction?
    /// Gives the attributes as they are now.
    var read: LuaFunction?
  }

  let name: String
  let schema: ResourceSchema
  let replacesAfterDelete: Bool
  let functions: Functions
  let run: LuaCall

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let made = try await call.step("create", find: { try await found(call).map(Self.remembered) }) {
      Self.remembered(
        try await answer(functions.create, call, [.object(CallObject(call, run)), properties(call)]))
    }
    return PhysicalResource(
      id: made["id"]?.scalarText ?? call.physicalName, attributes: made["attributes"]?.map ?? [:])
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    guard let update = functions.update else { return resource }
    let old = call.previous.map { LuaValue.data(.map($0.values)) } ?? .nil
    let results = try await run(
      update, [.object(CallObject(call, run)), .string(resource.id), properties(call), old])
    var now = resource
    if case .map(let attributes)? = results.first?.data {
      now.attributes = resource.attributes.merging(attributes) { $1 }
    }
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    guard let delete = functions.delete else { return }
    _ = try await run(delete, [.object(CallObject(call, run)), .string(resource.id), properties(call)])
  }

  func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    guard let read = functions.read else { return resource }
    var now = resource
    if case .map(let attributes)? = try await run(read, [.string(resource.id)]).first?.data {
      now.attributes = resource.attributes.merging(attributes) { $1 }
    }
    return now
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    for step in try await call.journal.entries() where step.key == "create" {
      if case .done(let made) = step.record {
        return PhysicalResource(id: made["id"]?.scalarText ?? call.physicalName)
      }
    }
    return try await found(call)
  }

  private func found(_ call: ResourceCall) async throws -> PhysicalResource? {
    guard let find = functions.find else { return nil }
    return try await answer(find, call, [.object(CallObject(call, run)), properties(call)], orNothing: true)
  }

  private func properties(_ call: ResourceCall) -> LuaValue { .data(.map(call.properties.values)) }

  /// What a function gave: an id, and attributes if there are any.
  private func answer(_ function: LuaFunction, _ call: ResourceCall, _ arguments: [LuaValue]) async throws
    -> PhysicalResource
  {
    try await answer(function, call, arguments, orNothing: false) ?? PhysicalResource(id: call.physicalName)
  }

  private func answer(
    _ function: LuaFunction, _ call: ResourceCall, _ arguments: [LuaValue], orNothing: Bool
  ) async throws -> PhysicalResource? {
    let results = try await run(function, arguments)
    let id = results.first?.data?.scalarText
    if id == nil, orNothing { return nil }
    var resource = PhysicalResource(id: id ?? call.physicalName)
    if case .map(let attributes)? = results.dropFirst().first?.data { resource.attributes = attributes }
    return resource
  }

  private static func remembered(_ resource: PhysicalResource) -> Value {
    ["id": .string(resource.id), "attributes": .map(resource.attributes)]
  }
}
