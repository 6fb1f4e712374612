package import Document
package import Secrets

/// What a server is created from.
package struct NewServer: NewResource {
  package typealias Resource = Server

  package enum Networks: Sendable, Hashable {
    /// The project's only network, or one that Neutron makes.
    case automatic
    case none
    case these([Interface])
  }

  package enum Interface: Sendable, Hashable {
    case network(String, fixedAddress: String? = nil)
    case port(String)
  }

  package struct BlockDevice: Sendable, Hashable {
    package enum Source: String, Sendable { case image, volume, snapshot, blank }
    package var source: Source
    package var id: String?
    /// Whether Nova boots from it (0), or nil.
    package var bootIndex: Int?
    package var deletesOnTermination: Bool
    /// In GiB; needed to make a volume of an image.
    package var size: Int?
    package var volumeType: String?
    /// Such as `/dev/vdb`; most hypervisors choose by themselves.
    package var deviceName: String?

    package init(
      _ source: Source, id: String? = nil, bootIndex: Int? = nil, deletesOnTermination: Bool = false,
      size: Int? = nil, volumeType: String? = nil, deviceName: String? = nil
    ) {
      self.source = source
      self.id = id
      self.bootIndex = bootIndex
      self.deletesOnTermination = deletesOnTermination
      self.size = size
      self.volumeType = volumeType
      self.deviceName = deviceName
    }
  }

  package var name: String
  package var flavorID: String
  /// Nil to boot from a block device.
  package var imageID: String?
  package var networks: Networks
  package var keyName: String?
  /// What the guest gets as user data, at most 65,535 bytes in base64.
  package var userData: [UInt8]?
  package var usesConfigDrive: Bool?
  /// Security groups for ports that Nova makes, by id or name; not for ports that are given.
  package var securityGroups: [String]
  package var blockDevices: [BlockDevice]
  package var metadata: [String: String]
  /// At most 50, none with `/` or `,`.
  package var tags: [String]
  package var availabilityZone: String?
  package var adminPassword: Secret?
  package var schedulerHints: Value?

  package init(
    name: String, flavorID: String, imageID: String?, networks: Networks = .automatic, keyName: String? = nil,
    userData: [UInt8]? = nil, usesConfigDrive: Bool? = nil, securityGroups: [String] = [],
    blockDevices: [BlockDevice] = [], metadata: [String: String] = [:], tags: [String] = [],
    availabilityZone: String? = nil, adminPassword: Secret? = nil, schedulerHints: Value? = nil
  ) {
    self.name = name
    self.flavorID = flavorID
    self.imageID = imageID
    self.networks = networks
    self.keyName = keyName
    self.userData = userData
    self.usesConfigDrive = usesConfigDrive
    self.securityGroups = securityGroups
    self.blockDevices = blockDevices
    self.metadata = metadata
    self.tags = tags
    self.availabilityZone = availabilityZone
    self.adminPassword = adminPassword
    self.schedulerHints = schedulerHints
  }

  package var needs: Microversion? {
    if blockDevices.contains(where: { $0.volumeType != nil }) { return Microversion(2, 67) }
    return tags.isEmpty ? Microversion(2, 37) : Microversion(2, 52)
  }

  package var body: Value {
    let groups: Value? =
      securityGroups.isEmpty ? Value?.none : .list(securityGroups.map { ["name": .string($0)] })
    return .object(given: [
      ("name", .string(name)), ("flavorRef", .string(flavorID)), ("imageRef", Value(imageID)),
      ("networks", networks.value), ("key_name", Value(keyName)),
      ("user_data", userData.map { .string(Base64.encode($0)) }), ("config_drive", Value(usesConfigDrive)),
      ("security_groups", groups),
      ("block_device_mapping_v2", blockDevices.isEmpty ? Value?.none : .list(blockDevices.map(\.value))),
      ("metadata", metadata.isEmpty ? Value?.none : Value(metadata)),
      ("tags", tags.isEmpty ? Value?.none : Value(tags)),
      ("availability_zone", Value(availabilityZone)), ("adminPass", Value(adminPassword?.reveal())),
    ])
  }
}

extension NewServer.Networks {
  fileprivate var value: Value {
    switch self {
    case .automatic: "auto"
    case .none: "none"
    case .these(let interfaces): .list(interfaces.map(\.value))
    }
  }
}

extension NewServer.Interface {
  fileprivate var value: Value {
    switch self {
    case .network(let id, let address):
      .object(given: [("uuid", .string(id)), ("fixed_ip", Value(address))])
    case .port(let id): ["port": .string(id)]
    }
  }
}

extension NewServer.BlockDevice {
  fileprivate var value: Value {
    .object(given: [
      ("source_type", .string(source.rawValue)), ("uuid", Value(id)),
      ("destination_type", source == .blank && size == nil ? "local" : "volume"),
      ("boot_index", .integer(Int64(bootIndex ?? -1))),
      ("delete_on_termination", .bool(deletesOnTermination)), ("volume_size", Value(size)),
      ("volume_type", Value(volumeType)), ("device_name", Value(deviceName)),
    ])
  }
}
