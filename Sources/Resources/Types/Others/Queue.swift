import Ambience
import Document
import HTTP
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Zaqar::Queue`: a queue of Zaqar's, which its name is all there is of.
struct Queue: ResourceType {
  let name = "OS::Zaqar::Queue"
  let schema: ResourceSchema
  let context: OpenStackContext
  /// Two queues can't have one name.
  var replacesAfterDelete: Bool { true }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let queue = call.text("name") ?? call.physicalName
    _ = try await call.step("queue") {
      _ = try await send("PUT", queue, call, call.properties["metadata"] ?? [:])
      return .string(queue)
    }
    return physical(queue)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let metadata = call.properties["metadata"] ?? [:]
    let change: Value = [["op": "replace", "path": "/metadata", "value": metadata]]
    _ = try await send("PATCH", resource.id, call, change)
    return resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    do {
      _ = try await send("DELETE", resource.id, call)
    } catch let error as OpenStackError where error.code == .notFound {}
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    do {
      let metadata = try await send("GET", resource.id, call).value()
      var sighting = Sighting(call)
      sighting.tell("metadata", metadata)
      return Observation(.sound, resource, properties: sighting.properties)
    } catch let error as OpenStackError where error.code == .notFound {
      return .gone(resource)
    }
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    physical(call.text("name") ?? call.physicalName)
  }

  private func physical(_ queue: String) -> PhysicalResource {
    PhysicalResource(
      id: queue,
      attributes: ["queue_id": .string(queue), "href": .string("/v2/queues/" + percentEncoded(queue))])
  }

  private func send(
    _ method: String, _ queue: String, _ call: ResourceCall, _ body: Value? = nil
  ) async throws -> Answer {
    var headers = ["Client-ID": call.ambient.uuid()]
    if method == "PATCH" { headers["Content-Type"] = "application/openstack-messaging-v2.0-json-patch" }
    return try await context.cloud.send(
      Call(
        "message", method, "/v2/queues/" + percentEncoded(queue), headers: headers,
        body: body.map { .json($0) } ?? .none))
  }
}
