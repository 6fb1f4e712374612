import Document
import OpenStack
import OrderedCollections
import StackEngine

extension NovaServer {
  /// What Nova is asked for, but for the user data.
  struct Draft {
    var fields: OrderedDictionary<String, Value>
    var needs = Microversion(2, 37)

    func with(userData: [UInt8]?) -> Value {
      var fields = fields
      if let userData { fields["user_data"] = .string(Base64.encode(userData)) }
      return .map(fields)
    }
  }

  func draft(_ call: ResourceCall, ports: [String?]) async throws -> Draft {
    var fields: OrderedDictionary<String, Value> = [
      "name": .string(call.text("name") ?? call.physicalName),
      "flavorRef": .string(
        try await context.names.id(of: Flavor.kind, named: try call.required("flavor"))),
      "metadata": .map(
        OrderedDictionary(
          uniqueKeysWithValues: call.labels(Self.metadata(call.properties))
            .sorted { $0.key < $1.key }.map { ($0, .string($1)) })),
    ]
    if let image = call.bootImage("image") {
      fields["imageRef"] = .string(try await context.names.id(of: Image.kind, named: image))
    }
    for (name, field) in [
      ("key_name", "key_name"), ("availability_zone", "availability_zone"), ("config_drive", "config_drive"),
      ("diskConfig", "OS-DCF:diskConfig"), ("admin_pass", "adminPass"),
    ] {
      if let value = call.properties[name], !value.isNull { fields[field] = value }
    }
    var draft = Draft(fields: fields)
    draft.fields["networks"] = try await networks(call, ports)
    let groups = call.texts("security_groups")
    if !groups.isEmpty, ports.allSatisfy({ $0 == nil }) {
      draft.fields["security_groups"] = .list(groups.map { ["name": .string($0)] })
    }
    let devices = try await devices(call)
    if !devices.isEmpty { draft.fields["block_device_mapping_v2"] = .list(devices) }
    if fields["imageRef"] == nil, !devices.contains(where: { $0["boot_index"]?.integer == 0 }) {
      throw ResourceError(
        .badProperty, "\(call.logicalID) has nothing to boot from",
        hint: "give image, or a block device with boot_index 0")
    }
    if let tags = call.properties["tags"], tags.list?.isEmpty == false {
      draft.fields["tags"] = tags
      draft.needs = Microversion(2, 52)
    }
    if devices.contains(where: { $0["volume_type"] != nil }) { draft.needs = Microversion(2, 67) }
    return draft
  }

  // MARK: - Disks

  private func devices(_ call: ResourceCall) async throws -> [Value] {
    var devices: [Value] = []
    let image = call.bootImage("image")
    for entry in call.properties["block_device_mapping"]?.list ?? [] {
      var device = try await source(entry)
      let name = entry["device_name"]?.scalarText ?? ""
      // Heat's older words have no order: the first disk is the one called so.
      let boots = image == nil && ["vda", "/dev/vda", "sda", "/dev/sda"].contains(name)
      device["boot_index"] = boots ? 0 : -1
      if !boots { device["device_name"] = .string(name) }
      devices.append(.map(device))
    }
    for (number, entry) in (call.properties["block_device_mapping_v2"]?.list ?? []).enumerated() {
      var device = try await source(entry)
      let isFirst = number == 0 && image == nil
      device["boot_index"] = entry["boot_index"] ?? .integer(isFirst ? 0 : -1)
      for name in ["device_type", "disk_bus", "device_name", "volume_type"] {
        if let value = entry[name], !value.isNull { device[name] = value }
      }
      devices.append(.map(device))
    }
    if !devices.isEmpty, let image {
      let root = try await context.names.id(of: Image.kind, named: image)
      let disk: Value = [
        "source_type": "image", "uuid": .string(root), "destination_type": "local", "boot_index": 0,
        "delete_on_termination": true,
      ]
      if !devices.contains(where: { $0["boot_index"]?.integer == 0 }) { devices.insert(disk, at: 0) }
    }
    return devices
  }

  private func source(_ entry: Value) async throws -> OrderedDictionary<String, Value> {
    var device: OrderedDictionary<String, Value> = [
      "source_type": "blank", "destination_type": "volume",
      "delete_on_termination": entry["delete_on_termination"] ?? false,
    ]
    if let size = entry["volume_size"], !size.isNull { device["volume_size"] = size }
    let kinds: [(String, String, ResourceKind)] = [
      ("volume_id", "volume", Volume.kind), ("snapshot_id", "snapshot", Snapshot.kind),
      ("image", "image", Image.kind), ("image_id", "image", Image.kind),
    ]
    for (property, type, kind) in kinds {
      guard let name = entry[property]?.scalarText, !name.isEmpty else { continue }
      device["source_type"] = .string(type)
      device["uuid"] = .string(try await context.names.id(of: kind, named: name))
    }
    for property in ["swap_size", "ephemeral_size"] {
      guard let size = entry[property], size.integer != nil else { continue }
      device["destination_type"] = "local"
      device["volume_size"] = size
      device["guest_format"] = property == "swap_size" ? "swap" : entry["ephemeral_format"]
    }
    return device.filter { !$0.value.isNull }
  }

  // MARK: - User data

  func userData(_ call: ResourceCall, _ desk: DeploymentDesk?) async throws -> [UInt8]? {
    // Templates of CloudFormation's language put it in `Fn::Base64`, which Heat ignores.
    let given = plainText(ofUserData: call.text("user_data") ?? "")
    let text = try await call.configurationText(given)
    switch call.text("user_data_format") ?? "HEAT_CFNTOOLS" {
    case "RAW": return text.isEmpty ? nil : try UserData.checked(text)
    case "SOFTWARE_CONFIG":
      return try UserData(script: text, metadata: desk?.initialData ?? call.metadata).encoded()
    default: return try UserData(script: text, metadata: call.metadata).encoded()
    }
  }
}
