import Ambience
import Document
import OpenStack
import StackEngine
import Templates

/// `OS::Heat::Delay`: waits while it is made, or changed, or deleted.
struct Delay: RecordOnlyType {
  let name = "OS::Heat::Delay"
  let schema: ResourceSchema

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    try await pause(call, "CREATE")
    return .local(call)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await pause(call, "UPDATE")
    return resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await pause(call, "DELETE")
  }

  private func pause(_ call: ResourceCall, _ action: String) async throws {
    let actions = call.properties["actions"]?.list?.compactMap(\.string) ?? ["CREATE"]
    guard actions.contains(action) else { return }
    func number(_ name: String) -> Double { call.text(name).flatMap { Double($0) } ?? 0 }
    let chance = call.ambient.share()
    let jitter = number("max_jitter") * (call.text("jitter_multiplier").flatMap { Double($0) } ?? 1) * chance
    try await call.ambient.sleep(.milliseconds(Int64((number("min_wait") + jitter) * 1000)))
  }
}
