import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Glance::WebImage`: an image that Glance itself fetches from an address.
struct WebImage: ResourceType {
  let name = "OS::Glance::WebImage"
  let schema: ResourceSchema
  let context: OpenStackContext
  private var images: Calls<Thing> { Calls(context.cloud, Image.kind) }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let name = call.text("name") ?? call.physicalName
    let fields = fields(call, name)
    let id = try await call.stepID("image", find: { try await find(call)?.id }) {
      try await images.create(fields: fields).id
    }
    _ = try await call.step("import") {
      _ = try await context.cloud.request(
        service: "image", method: "POST", path: "/images/\(id)/import",
        body: ["method": ["name": "web-download", "uri": .string(try call.required("location"))]])
      return true
    }
    return physical(try await images.wait(id, for: "active", timeout: .seconds(3600)))
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let changeable = [
      "protected", "visibility", "tags", "architecture", "os_distro", "os_version", "kernel_id",
    ]
    var changed: OrderedDictionary<String, Value> = [:]
    for name in changeable where call.properties[name] != call.previous?[name] {
      changed[name] = call.properties[name] ?? .null
    }
    if !changed.isEmpty { _ = try await images.update(resource.id, .map(changed)) }
    return resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await images.deleteIfPresent(resource.id)
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let image = try await images.getIfPresent(resource.id) else { return .gone(resource) }
    var sighting = Sighting(call)
    for name in call.properties.values.keys where !["location", "members", "active"].contains(name) {
      sighting.tell(name, image.raw[name])
    }
    return Observation(image.condition(Image.kind), physical(image), properties: sighting.properties)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? { try await find(call).map(physical) }

  private func find(_ call: ResourceCall) async throws -> Thing? {
    try await images.list(["name": call.text("name") ?? call.physicalName]).first {
      $0.raw["kiln_token"]?.string == call.physicalName
    }
  }

  private func fields(_ call: ResourceCall, _ name: String) -> Value {
    var fields: OrderedDictionary<String, Value> = [
      "name": .string(name), "kiln_token": .string(call.physicalName),
    ]
    for (name, value) in call.properties.values where !value.isNull {
      if ["name", "location", "active", "members", "extra_properties"].contains(name) { continue }
      fields[name] = value
    }
    return .map(fields.merging(call.properties["extra_properties"]?.map ?? [:]) { $1 })
  }

  private func physical(_ image: Thing) -> PhysicalResource {
    PhysicalResource(id: image.id, attributes: ["show": image.raw])
  }
}
