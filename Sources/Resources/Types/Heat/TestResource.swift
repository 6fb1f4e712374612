import Ambience
import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Heat::TestResource`: does nothing but take time or fail, for tests of engines.
struct TestResource: RecordOnlyType {
  let name = "OS::Heat::TestResource"
  let schema: ResourceSchema

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    try await act(call, "create")
    return physical(call)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await act(call, "update")
    var now = physical(call)
    now.id = resource.id
    now.reference = resource.reference
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await act(call, "delete")
  }

  private func physical(_ call: ResourceCall) -> PhysicalResource {
    .local(call, attributes: ["output": call.properties["value"] ?? "test_string"])
  }

  private func act(_ call: ResourceCall, _ action: String) async throws {
    let own = call.properties["action_wait_secs"]?[action]?.scalarText
    let seconds = (own ?? call.text("wait_secs")).flatMap { Double($0) } ?? 0
    if seconds > 0 { try await call.ambient.sleep(.milliseconds(Int64(seconds * 1000))) }
    if action != "delete", call.properties["fail"]?.bool == true {
      throw ResourceError(.broken, "\(call.logicalID) was told to fail")
    }
  }
}
