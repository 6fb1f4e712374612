import Ambience
import Document
import OrderedCollections
import StackEngine
import Templates

extension LifeCourse {
  /// Something that is done to the stack.
  enum Deed {
    case create, update, revert, delete, check, suspend, resume, retry, rollBack
    case replace(String)
    case act(ResourceAction, String)
    case scale(String)
    case drift
  }

  /// What is done next, as the stack is now.
  func choice() async -> Deed {
    guard let stack = await journal.stack(named: Self.stackName), !stack.status.isFailedCreation else {
      return .create
    }
    if stack.status.isSuspended { return lots.isDrawn(0.7) ? .resume : .delete }
    if stack.status.rawValue.hasSuffix("_FAILED"), lots.isDrawn(0.6) {
      return lots.isDrawn(0.6) ? .retry : .rollBack
    }
    let ids = stack.resources.keys.elements
    switch lots.below(20) {
    case 0: return .delete
    case 1: return .check
    case 2: return .suspend
    case 3, 4: return lots.pick(ids).map { .replace($0) } ?? .update
    case 5: return .revert
    case 6: return .drift
    case 7:
      let servers = stack.resources.values.filter {
        $0.type.hasSuffix("::Server") || $0.type.hasSuffix("::Instance")
      }
      let action = lots.pick([ResourceAction.softReboot, .hardReboot, .stopStart, .rebuild])
      guard let server = lots.pick(Array(servers)), let action else { return .update }
      return .act(action, server.logicalID)
    case 8:
      let policies = stack.resources.values.filter { $0.type.hasSuffix("ScalingPolicy") }
      return lots.pick(Array(policies)).map { .scale($0.logicalID) } ?? .update
    default: return .update
    }
  }

  /// Does something to the stack, while things go wrong, until nothing goes on any more; then audits.
  func perform(_ deed: Deed) async {
    note("== \(deed)")
    report.operations += 1
    let began = ambient.uptime()
    isDisturbed = false
    replaced = nil
    do {
      if case .drift = deed { return try await drift() }
      if case .update = deed { sketch = sketch.changed(lots) }
      if lots.isDrawn(0.12) {
        sketch.failing = Set(
          lots.some(sketch.resources.filter { $0.value.kind == .test }.map { "l\($0.key)" }, most: 2))
        isDisturbed = true
      }
      scheduleMishaps()
      if let operation = await begin(deed) { await attend(operation) }
      try await settle()
    } catch {
      violate("\(deed) broke off: \(error)")
    }
    network.weather = .calm
    if ambient.uptime() - began > .seconds(86_400) { violate("\(deed) took \(ambient.uptime() - began)") }
    await auditNow()
  }

  func scheduleMishaps() {
    if lots.isDrawn(0.7) { network.weather = weather }
    if network.weather != .calm { isDisturbed = true }
    if lots.isDrawn(0.4) {
      isDisturbed = true
      process?.gate.die(after: lots.below(lots.isDrawn(0.5) ? 12 : 80), keepsLast: lots.isDrawn(0.5))
    }
  }

  /// Starts an operation; nil when that is refused.
  private func begin(_ deed: Deed) async -> Operation? {
    guard let engine = process?.engine else { return nil }
    let name = Self.stackName
    var options = OperationOptions(onFailure: lots.isDrawn(0.25) ? .keep : .rollback)
    if lots.isDrawn(0.1) {
      options.timeout = .seconds(lots.below(200))
      isDisturbed = true
    }
    do {
      switch deed {
      case .create:
        return try await engine.create(
          name, template(sketch), parameters: sketch.parameterValues, options: options)
      case .update:
        return try await engine.update(
          name, template(sketch), parameters: sketch.parameterValues, options: options)
      case .revert: return try await engine.run(engine.planRevert(name), options: options)
      case .retry:
        let ids = await journal.stack(named: name)?.resources.keys.elements ?? []
        let isDeletion = await journal.stack(named: name)?.status == .deleteFailed
        return try await engine.retry(name, skipping: isDeletion ? Set(lots.some(ids, most: 1)) : [])
      case .rollBack: return try await engine.run(engine.planRollback(name), options: options)
      case .delete: return try await engine.delete(name)
      case .check: return try await engine.start(.check, on: name)
      case .suspend: return try await engine.start(.suspend, on: name)
      case .resume: return try await engine.start(.resume, on: name)
      case .replace(let id):
        let stack = await journal.stack(named: name)
        replaced = stack?.resources[id]
        lastOperation = await journal.operations(of: stack?.identity.id ?? "").last?.id
        return try await engine.replace(id, of: name, reason: "by lot", options: options)
      case .act(let action, let id):
        return try await engine.perform(action, on: id, of: name, reason: "by lot")
      case .scale(let id):
        return try await engine.signal(
          name, id, Signal(id: "s", isSuccess: true, reason: "", data: #"{"state": "alarm"}"#))
      case .drift: return nil
      }
    } catch {
      refused(deed, error)
      return nil
    }
  }

  private func refused(_ deed: Deed, _ error: any Error) {
    let told = (error as? any Explainable)?.diagnostics.map(\.message).joined(separator: "; ") ?? "\(error)"
    note("refused: \(told)")
    report.statuses["refused", default: 0] += 1
    if case .create = deed, !(error is Gate.Dead), error is Diagnostics {
      violate("a template is refused: \(told)")
    }
  }

  /// Waits for the end of an operation or of its process, and does meanwhile what others may do.
  func attend(_ operation: Operation) async {
    guard let process else { return }
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          let stack = try await operation.result()
          self.note("ended as \(stack.status.rawValue)")
        } catch {
          await self.failed(error)
        }
        return true
      }
      group.addTask {
        await process.gate.death()
        return true
      }
      group.addTask {
        await self.signal(process)
        return false
      }
      for disturbance in disturbances(process) {
        group.addTask {
          try? await disturbance()
          return false
        }
      }
      for await isOver in group where isOver { break }
      group.cancelAll()
    }
    if process.gate.isDiskFull { process.gate.fillDisk(false) }
  }

  private func failed(_ error: any Error) {
    let told = sentence(error)
    note("ended: \(told)")
    if isDisturbed { return }
    // Without what differs from life to life.
    report.refusals[told.replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "ID"), default: 0] += 1
  }

  /// What happens once while an operation runs.
  private func disturbances(_ process: EngineProcess) -> [@Sendable () async throws -> Void] {
    var found: [@Sendable () async throws -> Void] = []
    let ambient = ambient
    let network = network
    let start = lots.span(upTo: 60_000)
    let length = lots.span(upTo: 400_000)
    defer { if !found.isEmpty { isDisturbed = true } }
    if lots.isDrawn(0.1) {
      found.append {
        try await ambient.sleep(start)
        self.note("the user cancels")
        try await process.engine.cancel(Self.stackName)
      }
    }
    if lots.isDrawn(0.05) {
      found.append {
        try await ambient.sleep(start)
        self.note("the process is killed")
        process.gate.kill()
      }
    }
    if lots.isDrawn(0.05) {
      found.append {
        try await ambient.sleep(start)
        self.note("the disk is full")
        process.gate.fillDisk(true)
        try await ambient.sleep(length)
        process.gate.fillDisk(false)
      }
    }
    if lots.isDrawn(0.08) {
      let span = Duration.milliseconds(5_000 + lots.below(40_000))
      found.append {
        try await ambient.sleep(start / 2)
        await self.pause(process, for: span)
      }
    } else if lots.isDrawn(0.06) {
      found.append {
        try await ambient.sleep(start)
        await self.supersede()
      }
    }
    if lots.isDrawn(0.05), let service = lots.pick(["compute", "network", "volume", "identity", "object"]) {
      found.append {
        try await ambient.sleep(start)
        self.note("\(service) is cut off")
        network.cut(service)
        defer { network.join(service) }
        try await ambient.sleep(length)
      }
    }
    return found
  }

  /// Signals what waits to be signalled, sooner or later.
  private func signal(_ process: EngineProcess) async {
    for number in 0..<200 {
      guard (try? await ambient.sleep(.seconds(5 + lots.below(10)))) != nil else { return }
      guard let stack = await journal.stack(named: Self.stackName) else { continue }
      for handle in stack.resources.values where handle.type.hasSuffix("WaitConditionHandle") {
        if lots.isDrawn(0.8) { continue }
        let signal = Signal(id: "\(number)", isSuccess: lots.isDrawn(0.95), reason: "by lot", data: "d")
        _ = try? await process.engine.signal(Self.stackName, handle.logicalID, signal)
      }
    }
  }

  // MARK: - Taking up

  /// Starts processes and lets them recover until nothing is left to do.
  func settle() async throws {
    // The leases of the dead hold for 15 rounds, and several may die one after the other.
    for round in 0..<200 {
      if round == 10 { network.calm() }
      try await restart()
      guard let process else { return }
      process.gate.fillDisk(false)
      do {
        for operation in try await process.engine.recover() {
          note("an operation is taken up")
          await attend(operation)
        }
        if !process.gate.isDead { await finishRunning(process) }
        if !process.gate.isDead { await calmRival() }
      } catch {
        note("recovery failed: \(error)")
      }
      guard !process.gate.isDead else { continue }
      if await journal.unfinishedOperations().isEmpty { return }
      try await ambient.sleep(.seconds(1))
    }
    violate("operations stay unfinished")
  }

  private func finishRunning(_ process: EngineProcess) async {
    await withTaskGroup { group in
      group.addTask { await process.engine.settle() }
      group.addTask { await process.gate.death() }
      await group.next()
      group.cancelAll()
    }
  }

  // MARK: - The end

  /// Without any faults, whatever the stack is, an update gets it where it is to be, and a deletion leaves nothing.
  func end() async {
    note("== the end")
    network.calm()
    process?.gate.die(after: .max, keepsLast: true)
    do {
      try await restartCalm()
      guard let engine = process?.engine else { return }
      if let stack = await journal.stack(named: Self.stackName), stack.status.isSuspended {
        _ = try? await engine.start(.resume, on: Self.stackName).result()
      }
      if let stack = await journal.stack(named: Self.stackName), !stack.status.isFailedCreation,
        !stack.status.isSuspended,
        lots.isDrawn(0.5)
      {
        note("== an update to almost nothing")
        var last = StackSketch()
        last.resources["Last"] = ResourceSketch(kind: .value)
        sketch = last
        _ = try await engine.update(Self.stackName, template(last)).result()
        await auditNow()
      }
      if await journal.stack(named: Self.stackName) != nil {
        note("== the deletion")
        _ = try await engine.delete(Self.stackName).result()
      }
    } catch {
      violate("the end failed: \(sentence(error))")
    }
    await auditNow()
    await auditEvents()
  }

  private func restartCalm() async throws {
    try await settle()
    process?.gate.die(after: .max, keepsLast: true)
  }

  nonisolated func sentence(_ error: any Error) -> String {
    (error as? any Explainable)?.diagnostics.map(\.message).joined(separator: "; ") ?? "\(error)"
  }
}

extension StackStatus {
  /// Whether a stack of the name is made anew instead of changed.
  var isFailedCreation: Bool { self == .rollbackComplete }
}
