import Ambience
import Document
import OrderedCollections
import Templates

/// Steps that need no waiting: nothing to be done, or only something to be noted.
///
/// They are taken in the walk itself, and kept together. What goes wrong here is left to the longer way, which tells it.
extension OperationRun {
  /// Takes a step of the change phase at once; false when it needs more.
  func take(_ step: Step, _ plan: Plan) -> Bool {
    guard let template = plan.template, let definition = template.resources[step.logicalID] else {
      return false
    }
    switch step.action {
    case .keep: if passOver(definition) { return true }
    case .create, .update, .replace: break
    case .delete, .retain, .restore, .skip, .import: return false
    }
    guard let type = try? catalog.type(of: definition, in: template),
      let target = targetAtOnce(definition, type, template)
    else { return false }
    guard let old = current[step.logicalID] else {
      return step.action == .create && make(definition, type, target)
    }
    if isCutOff(old, type) || step.action == .create || step.action == .replace && !step.isConditional {
      return false
    }
    let difference = Difference(from: old, to: target.evaluated, type: type)
    guard !difference.needsReplacement, old.isAsRecorded else { return false }
    return difference.changes.isEmpty ? passOver(definition) : change(old, definition, type, target)
  }

  /// Takes a step of the cleanup phase at once; false when it needs more.
  func takeAway(_ step: Step) -> Bool {
    guard step.action != .retain, isUnwatched,
      var resource = superseded[step.physicalName ?? ""] ?? current[step.logicalID],
      resource.physical != nil, let type = try? catalog.type(of: resource), type is any InstantType
    else { return false }
    resource.status = .deleteInProgress
    let begun = event(of: resource, resource.status.rawValue, "")
    let done = event(of: resource, ResourceStatus.deleteComplete.rawValue, "")
    taken += [.event(begun), removal(of: resource), .event(done)]
    forget(resource)
    return true
  }

  /// Keeps what was taken at once; false when the journal can't be written.
  func keepTaken() async -> Bool {
    if taken.isEmpty { return ledger.loss == nil }
    let entries = taken
    taken = []
    do { try await ledger.keep(entries) } catch { return false }
    return true
  }

  // MARK: - The steps

  /// Takes note of a resource that stays as it is.
  private func passOver(_ definition: ResourceDefinition) -> Bool {
    guard let resource = current[definition.logicalID], let physical = resource.physical,
      resource.isLike(definition)
    else { return false }
    scope.resources[definition.logicalID] = .all(physical)
    return true
  }

  private func make(_ definition: ResourceDefinition, _ type: any ResourceType, _ target: Wanted) -> Bool {
    guard let type = type as? any InstantType, isUnwatched, target.creationPolicy == nil, kept == nil else {
      return false
    }
    var resource = fresh(definition)
    resource.give(target)
    let call = ResourceCall.instant(resource, of: record.stack, signals: signals, ambient: ambient)
    guard let physical = try? type.made(call) else { return false }
    let begun = event(of: resource, resource.status.rawValue, "")
    resource.physical = physical
    resource.status = .createComplete
    note(resource, begun)
    return true
  }

  private func change(
    _ old: ResourceRecord, _ definition: ResourceDefinition, _ type: any ResourceType, _ target: Wanted
  ) -> Bool {
    guard let type = type as? any InstantType, isUnwatched, record.options.policy == nil,
      let before = old.physical
    else { return false }
    var resource = adopt(old, definition)
    let previous = old.known(wanting: target.properties)
    resource.give(target)
    let call = ResourceCall.instant(
      resource, of: record.stack, previous: previous, signals: signals, ambient: ambient)
    guard let physical = try? type.changed(before, call) else {
      current[old.logicalID] = old
      return false
    }
    resource.status = .updateInProgress
    resource.reason = ""
    let begun = event(of: resource, resource.status.rawValue, "")
    resource.physical = physical
    resource.status = .updateComplete
    note(resource, begun)
    return true
  }

  private func note(_ resource: ResourceRecord, _ begun: Event) {
    let done = event(of: resource, resource.status.rawValue, "")
    current[resource.logicalID] = resource
    if let physical = resource.physical { scope.resources[resource.logicalID] = .all(physical) }
    taken += [.event(begun), .resource(resource, stack: record.stack.id), .event(done)]
  }

  // MARK: - What they need

  /// Whether nobody may want to stop at a step.
  private var isUnwatched: Bool {
    !canPause || record.options.breakpoints.isEmpty && pauses.isEmpty && engine.hooks?.isIdle ?? true
  }

  /// A resource as it is wanted; nil when something has to be fetched for that, or is wrong.
  private func targetAtOnce(
    _ definition: ResourceDefinition, _ type: any ResourceType, _ template: Template
  ) -> Wanted? {
    let references = Language.references(in: definition, of: template, scope)
    guard references.allSatisfy({ scope.elsewhere.references[$0] != nil }) else { return nil }
    return try? target(definition, type, template)
  }
}

extension ResourceRecord {
  fileprivate mutating func give(_ target: OperationRun.Wanted) {
    properties = target.properties
    uncertain = []
    metadata = target.metadata
    metadataIsSecret = target.metadataIsSecret
    tags = target.evaluated.tags
  }
}
