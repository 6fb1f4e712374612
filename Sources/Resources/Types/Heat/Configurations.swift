import Document
import OpenStack
import OrderedCollections
import StackEngine

extension LocalType {
  /// What servers and deployments take their configuration from: texts and maps that others refer to by id.
  static let configurations: [String: Make] = [
    "OS::Heat::SoftwareConfig": { call in .configuration(call, call.properties["config"] ?? "") },
    "OS::Heat::StructuredConfig": { call in .configuration(call, call.properties["config"] ?? [:]) },
    "OS::Heat::SoftwareComponent": { call in
      .configuration(call, ["configs": call.properties["configs"] ?? []], group: "component")
    },
    "OS::Heat::CloudConfig": { call in
      let text = "#cloud-config\n" + (call.properties["cloud_config"] ?? [:]).jsonText()
      return .configuration(call, .string(text))
    },
  ]
}

extension PhysicalResource {
  /// What others refer to by id to be configured with.
  static func configuration(
    _ call: ResourceCall, _ config: Value, group: String = "Heat::Ungrouped"
  ) -> PhysicalResource {
    let properties = call.properties
    let described: OrderedDictionary<String, Value> = [
      "group": properties["group"] ?? .string(group), "config": config,
      "inputs": properties["inputs"] ?? [], "outputs": properties["outputs"] ?? [],
      "options": properties["options"] ?? [:], "name": .string(call.physicalName),
    ]
    var resource = PhysicalResource.local(
      call, attributes: ["config": config, "configuration": .map(described)])
    if !properties.secretNames.isEmpty { resource.secretAttributes = ["config", "configuration"] }
    return resource
  }
}

extension ResourceCall {
  /// The configuration that an id names; nil when it names none.
  func configuration(_ id: String) async throws -> Value? {
    try await lookUp(id)?.attributes["configuration"]
  }

  /// The text that is meant by an id of a configuration, or by itself.
  func configurationText(_ text: String) async throws -> String {
    guard !text.contains("\n"), text.utf8.count < 200, let found = try await configuration(text) else {
      return text
    }
    return found["config"].map { $0.string ?? $0.jsonText() } ?? ""
  }
}
