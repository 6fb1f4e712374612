import Ambience
import Document
import EmbeddedCloud
import HTTP
import OpenStack
import OrderedCollections
import Secrets
import StackEngine

extension LifeCourse {
  /// Somebody changes or deletes something behind kiln's back; then the stack is made again what it was.
  func drift() async throws {
    guard let stack = await journal.stack(named: Self.stackName), let engine = process?.engine,
      [.createComplete, .updateComplete].contains(stack.status)
    else { return }
    let cloud = Cloud(configuration: EngineProcess.configuration, transport: self.cloud, ambient: ambient)
    for resource in lots.some(Array(stack.resources.values), most: 2) {
      guard let id = resource.physical?.id else { continue }
      note("drift of \(resource.logicalID)")
      try? await meddle(resource, id, cloud)
    }
    audit.isDrifted = true
    // Until what was deleted is gone.
    try await ambient.sleep(.seconds(30))
    do {
      scheduleMishaps()
      let operation = try await engine.run(engine.planRevert(Self.stackName))
      await attend(operation)
    } catch {
      note("refused: \(sentence(error))")
    }
    try await settle()
    network.weather = .calm
    // What came of it under faults is put right without any.
    try await engineSettled()
    if let engine = process?.engine, let stack = await journal.stack(named: Self.stackName),
      !stack.status.isFailedCreation, !stack.status.isSuspended
    {
      do {
        if try await engine.run(engine.planRevert(Self.stackName)).result().status == .updateComplete {
          audit.isDrifted = false
        }
      } catch {
        note("not reverted: \(sentence(error))")
      }
    }
    await auditNow()
  }

  private func engineSettled() async throws {
    try await settle()
    process?.gate.die(after: .max, keepsLast: true)
  }

  private func meddle(_ resource: ResourceRecord, _ id: String, _ cloud: Cloud) async throws {
    let isDeleted = lots.isDrawn(0.5)
    switch resource.type {
    case "OS::Nova::Server", "AWS::EC2::Instance":
      if isDeleted {
        try await cloud.compute.servers.deleteIfPresent(id)
      } else {
        try await cloud.compute.servers.setMetadata(id, ["k": "meddled"])
      }
    case "OS::Cinder::Volume", "AWS::EC2::Volume":
      if isDeleted {
        try await cloud.volume.volumes.deleteIfPresent(id)
      } else {
        _ = try await cloud.volume.volumes.update(id, ["name": "meddled"])
      }
    case "OS::Neutron::Port":
      if isDeleted {
        _ = try await cloud.network.ports.deleteIfPresent(id)
      } else {
        _ = try await cloud.network.ports.update(id, ["name": "meddled"])
      }
    case "OS::Neutron::FloatingIP", "AWS::EC2::EIP":
      _ = try await cloud.network.floatingIPs.deleteIfPresent(id)
    case "OS::Neutron::SecurityGroup", "AWS::EC2::SecurityGroup":
      if isDeleted {
        _ = try await cloud.network.securityGroups.deleteIfPresent(id)
      } else {
        for rule in try await cloud.network.securityGroups.get(id).rules.prefix(1) {
          _ = try await cloud.network.securityGroupRules.deleteIfPresent(rule.id)
        }
      }
    case "OS::Neutron::Net": _ = try await cloud.network.networks.update(id, ["name": "meddled"])
    default: return
    }
  }
}
