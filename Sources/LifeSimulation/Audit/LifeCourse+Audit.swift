import Ambience
import Document
import EmbeddedCloud
import OrderedCollections
import StackEngine

extension LifeCourse {
  /// Compares journal and cloud, now that nothing goes on.
  func auditNow() async {
    await calmDown()
    guard await journal.unfinishedOperations().isEmpty else { return violate("an operation is unfinished") }
    var stacks: [StackRecord] = []
    for head in await journal.stacks(includingDeleted: false) {
      if let stack = await journal.stack(id: head.identity.id) { stacks.append(stack) }
      guard let lease = await journal.claim([head.identity.id], by: "audit").first else {
        violate("\(head.identity.name) is still leased")
        continue
      }
      await journal.release([lease])
    }
    let main = stacks.first { $0.identity.name == Self.stackName }
    note("audit of \(main?.status.rawValue ?? "nothing"): \(main?.head.reason ?? "")")
    report.statuses[main?.status.rawValue ?? "DELETE_COMPLETE", default: 0] += 1
    await collectRetained()
    let holdings = await cloud.holdings()
    let accounts = Accounts(stacks)
    audit.note(accounts)
    checkOrphans(holdings, accounts)
    for stack in stacks {
      if stack.status.isInProgress { violate("\(stack.identity.name) is \(stack.status.rawValue)") }
      checkPresence(stack, holdings, accounts)
    }
    if let main { checkLikeness(main, after: await journal.operations(of: main.identity.id).last) }
  }

  /// Waits until the leases of the dead are over, and what Nova calls deleted is gone.
  private func calmDown() async {
    for _ in 0..<20 {
      let isDeleting = await cloud.holdings().contains { $0.text("status") == "DELETED" }
      var isLeased = false
      for head in await journal.stacks(includingDeleted: false) {
        guard let lease = await journal.claim([head.identity.id], by: "audit").first else {
          isLeased = true
          continue
        }
        await journal.release([lease])
      }
      if !isDeleting, !isLeased { return }
      try? await ambient.sleep(.seconds(1))
    }
  }

  /// What a deletion policy left in the cloud isn't the stack's any more.
  private func collectRetained() async {
    for head in await journal.stacks(includingDeleted: true) {
      for event in await journal.events(of: head.identity.id, since: 0, limit: .max)
      where event.status == ResourceStatus.deleteSkipped.rawValue {
        if let id = event.physicalID { audit.leave(id) }
      }
    }
  }

  private func checkOrphans(_ holdings: [Holding], _ accounts: Accounts) {
    func isKnown(_ holding: Holding) -> Bool {
      audit.foreign.contains(holding.id) || accounts.accounts(for: holding)
        || holding.kind == .keyPair && audit.foreign.contains(holding.text("name"))
    }
    let known = Set(holdings.filter(isKnown).map(\.id))
    // The ports of servers and routers go with them.
    for holding in holdings where !known.contains(holding.id) && !known.contains(holding.text("device_id")) {
      violate("orphan: \(holding.kind) \(holding.id) \(holding.text("name")) \(holding.text("description"))")
    }
  }

  // MARK: - What is recorded is there

  private func checkPresence(_ stack: StackRecord, _ holdings: [Holding], _ accounts: Accounts) {
    if audit.isDrifted { return }
    let byID = Dictionary(holdings.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for record in stack.resources.values where record.status.isUsable {
      guard let physical = record.physical else {
        violate("\(record.logicalID) of \(stack.identity.name) is \(record.status.rawValue) and is nothing")
        continue
      }
      if let name = physical.notes["nested"]?.string {
        if !accounts.stacks.contains(where: { $0.identity.name == name }) {
          violate("the stack \(name) is lost")
        }
        continue
      }
      if let flaw = flaw(of: record, physical, byID, holdings) {
        violate("\(record.logicalID) of \(stack.identity.name), \(record.status.rawValue): \(flaw)")
      }
    }
  }

  /// What is wrong with a resource in the cloud, if anything.
  private func flaw(
    of record: ResourceRecord, _ physical: PhysicalResource, _ byID: [String: Holding], _ holdings: [Holding]
  ) -> String? {
    let properties = record.properties
    func text(_ name: String) -> String? { properties[name]?.scalarText }
    switch record.type {
    case "OS::Neutron::FloatingIPAssociation":
      guard let address = byID[text("floatingip_id") ?? ""] else { return "its address is lost" }
      return address.text("port_id") == text("port_id") ? nil : "it leads to \(address.text("port_id"))"
    case "AWS::EC2::EIPAssociation", "OS::Neutron::RouterInterface": return nil
    case "OS::Cinder::VolumeAttachment", "AWS::EC2::VolumeAttachment":
      let server = text("instance_uuid") ?? text("InstanceId") ?? ""
      guard let volume = byID[text("volume_id") ?? text("VolumeId") ?? ""] else {
        return "its volume is lost"
      }
      let isAttached = volume["attachments"]?.list?.contains { $0["server_id"]?.string == server } ?? false
      return isAttached ? nil : "the volume isn't attached: \(volume["attachments"]?.jsonText() ?? "")"
    case "OS::Nova::KeyPair":
      return holdings.contains { $0.kind == .keyPair && $0.text("name") == text("name") } ? nil : "it is lost"
    default: break
    }
    guard Self.cloudTypes.contains(record.type) else { return nil }
    guard let holding = byID[physical.id] else { return "it is lost: \(physical.id)" }
    return difference(properties, holding)
  }

  private static let cloudTypes: Set<String> = [
    "OS::Neutron::Net", "OS::Neutron::Subnet", "OS::Neutron::Port", "OS::Neutron::SecurityGroup",
    "AWS::EC2::SecurityGroup", "OS::Neutron::FloatingIP", "AWS::EC2::EIP", "OS::Neutron::Router",
    "OS::Cinder::Volume", "AWS::EC2::Volume", "OS::Nova::Server", "AWS::EC2::Instance",
    "OS::Nova::ServerGroup",
    "OS::Swift::Container",
  ]

  /// Where a resource isn't what it was last given.
  private func difference(_ properties: Properties, _ holding: Holding) -> String? {
    func differs(_ name: String, _ live: String) -> String? {
      guard let wanted = properties[name]?.scalarText, wanted != live else { return nil }
      return "\(name) is \(live), not \(wanted)"
    }
    switch holding.kind {
    case .volume:
      let tag =
        properties["Tags"]?.list?.first?["Value"]?.scalarText ?? properties["metadata"]?["k"]?.scalarText
      let live = holding["metadata"]?["k"]?.scalarText
      if tag != live { return "its metadata is \(live ?? "nothing"), not \(tag ?? "nothing")" }
      return differs("size", holding.text("size")) ?? differs("Size", holding.text("size"))
        ?? differs("name", holding.text("name"))
    case .server:
      let tag =
        properties["Tags"]?.list?.first?["Value"]?.scalarText ?? properties["metadata"]?["k"]?.scalarText
      let live = holding["metadata"]?["k"]?.scalarText
      if tag != live { return "its metadata is \(live ?? "nothing"), not \(tag ?? "nothing")" }
      return differs("flavor", holding.text("flavor")) ?? differs("InstanceType", holding.text("flavor"))
        ?? differs("name", holding.text("name"))
    case .network, .subnet, .port, .router: return differs("name", holding.text("name"))
    default: return nil
    }
  }

  // MARK: - What the stack is

  /// Notes what the stack is, where what it was asked to be has just become true and is about to be changed again.
  func noteStable() async {
    guard let stack = await journal.stack(named: Self.stackName) else { return }
    guard [.createComplete, .updateComplete].contains(stack.status) else { return }
    // Who gave way has left what was to go from the stack to the one that took over.
    let isAsked = stack.head.blueprint.isOf(sketchText)
    audit.stable = likenesses(stack).filter { !isAsked || sketch.resources[$0.key] != nil }
  }

  private func likenesses(_ stack: StackRecord) -> [String: Audit.Likeness] {
    // What couldn't be deleted isn't part of what the stack is to be.
    let now = stack.resources.filter { $0.value.status != .deleteFailed }
      .mapValues { Audit.Likeness(type: $0.type, properties: $0.properties.plain) }
    return Dictionary(uniqueKeysWithValues: now.map { ($0, $1) })
  }

  /// What the stack says that it couldn't delete, and what that needs, which can't be deleted either.
  private func leftovers(_ stack: StackRecord) -> Set<String> {
    guard stack.head.reason.contains("is left: ") else { return [] }
    var left: Set<String> = []
    var next = stack.resources.values.filter { $0.status == .deleteFailed }.map(\.logicalID)
    while let id = next.popLast() {
      if left.insert(id).inserted { next += stack.resources[id]?.dependencies ?? [] }
    }
    return left
  }

  private func checkLikeness(_ stack: StackRecord, after operation: OperationRecord?) {
    let plain = likenesses(stack)
    switch stack.status {
    case .createComplete, .updateComplete:
      audit.stable = plain
      if !stack.superseded.isEmpty, network.weather == .calm, stack.head.reason.isEmpty {
        violate("what was replaced is left, and nothing says so: \(stack.superseded.map(\.physicalName))")
      }
      if let old = replaced, let operation, operation.id != lastOperation, operation.phase == .succeeded,
        stack.resources[old.logicalID]?.physicalName == old.physicalName,
        !leftovers(stack).contains(old.logicalID)
      {
        violate("\(old.logicalID) was to be replaced, and wasn't")
      }
      for id in sketchIDs where stack.head.blueprint.isOf(sketchText) && stack.resources[id] == nil {
        violate("\(stack.status.rawValue), and \(id) isn't there")
      }
    case .updateRollbackComplete where !audit.isDrifted:
      for (id, before) in audit.stable where plain[id] != before {
        violate("\(id) isn't what it was before: \(before), now \(plain[id].map { "\($0)" } ?? "nothing")")
      }
      let left = leftovers(stack)
      for id in stack.resources.keys where audit.stable[id] == nil && !left.contains(id) {
        violate("\(id) is there after the rollback")
      }
    default: break
    }
  }

  private var sketchIDs: [String] { sketch.resources.keys.elements }
  private var sketchText: String { sketch.text(prefix: "l").jsonText() }

  // MARK: - Events

  /// Looks through the events of every stack that there was.
  func auditEvents() async {
    for head in await journal.stacks(includingDeleted: true) {
      var last: StackStatus?
      for (index, event) in await journal.events(of: head.identity.id, since: 0, limit: .max).enumerated() {
        if event.sequence != index + 1 {
          violate("event \(event.sequence) of \(head.identity.name) is out of order")
        }
        guard event.logicalID == nil, let status = StackStatus(rawValue: event.status) else { continue }
        if !status.mayFollow(last) {
          violate("\(head.identity.name) went from \(last?.rawValue ?? "nothing") to \(status.rawValue)")
        }
        last = status
      }
    }
  }
}

extension Properties {
  /// The properties without what names things that may have been made anew.
  fileprivate var plain: OrderedDictionary<String, Value> {
    values.compactMapValues { value in
      switch value {
      case .string(let text): text.count < 12 && !text.isAddress ? value : nil
      case .list, .map: nil
      default: value
      }
    }
  }
}

extension String {
  /// Whether it may be an IPv4 address, such as another floating IP has.
  fileprivate var isAddress: Bool {
    split(separator: ".", omittingEmptySubsequences: false).count == 4
      && allSatisfy { $0 == "." || $0.isNumber }
  }
}

extension Blueprint {
  fileprivate func isOf(_ text: String) -> Bool { templateText == text }
}

extension StackStatus {
  /// Whether a stack may have this status after another; the same again, where a new process goes on.
  fileprivate func mayFollow(_ last: StackStatus?) -> Bool {
    guard let last else { return self == .createInProgress }
    if self == last, isInProgress { return true }
    switch self {
    case .createInProgress: return !last.isInProgress && last != .deleteComplete
    case .createComplete, .createFailed: return last == .createInProgress
    case .rollbackInProgress: return last == .createInProgress || !last.isInProgress
    case .rollbackComplete, .rollbackFailed: return last == .rollbackInProgress
    case .updateInProgress, .deleteInProgress, .checkInProgress, .suspendInProgress, .resumeInProgress:
      return !last.isInProgress && last != .deleteComplete
    case .updateCleanupInProgress: return last == .updateInProgress
    case .updateComplete: return last == .updateCleanupInProgress
    case .updateFailed: return last == .updateInProgress
    case .updateRollbackInProgress: return last == .updateInProgress || !last.isInProgress
    case .updateRollbackCleanupInProgress: return last == .updateRollbackInProgress
    case .updateRollbackComplete: return last == .updateRollbackCleanupInProgress
    case .updateRollbackFailed:
      return [.updateRollbackInProgress, .updateRollbackCleanupInProgress].contains(last)
    case .deleteComplete: return last == .deleteInProgress || last == .rollbackComplete
    case .deleteFailed: return last == .deleteInProgress
    case .checkComplete, .checkFailed: return last == .checkInProgress || !last.isInProgress
    case .suspendComplete, .suspendFailed: return last == .suspendInProgress
    case .resumeComplete, .resumeFailed: return last == .resumeInProgress
    }
  }
}
