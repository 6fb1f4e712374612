import OrderedCollections
import StackEngine

// Applications are parts of others: a tree as of OTP's supervisors. When a ladder is used up, that is one failure of the
// parent, whose own ladder counts it within its own intensity and period. While something is to be done for the parent
// nothing is done for its parts; once it is done they begin anew on their lowest rungs. So within the shortest period
// there are never more actions than the product of the intensities from the part up to the root.
extension Supervisor {
  // MARK: - The tree

  func adopt(_ policy: ApplicationPolicy) {
    guard let parent = policy.relations.parent else { return }
    parts[parent, default: []].append(policy.name)
  }

  func orphan(_ policy: ApplicationPolicy) {
    guard let parent = policy.relations.parent else { return }
    parts[parent]?.remove(policy.name)
    if parts[parent]?.isEmpty ?? false { parts[parent] = nil }
  }

  /// The parts of an application, their parts, and so on, each after what it is a part of.
  func descendants(of name: String) -> [String] {
    guard let own = parts[name] else { return [] }
    var found = Array(own)
    var next = 0
    while next < found.count {
      // What has a parent that is its own part is refused, though not before all are known.
      found += (parts[found[next]] ?? []).filter { !found.contains($0) && $0 != name }
      next += 1
    }
    return found
  }

  /// What an application is a part of, from the inside out.
  func ancestors(of policy: ApplicationPolicy) -> [String] {
    var found: [String] = []
    var parent = policy.relations.parent
    while let name = parent, !found.contains(name) {
      found.append(name)
      parent = watches[name]?.watch.policy.relations.parent
    }
    return found
  }

  // MARK: - Up

  /// Tells those that an application is a part of, or that are parts of it, what its news mean to them.
  func tellFamily(_ notices: [Watch.Notice], of name: String) {
    guard !parts.isEmpty else { return }
    for notice in notices {
      switch notice.verb {
      case .gaveUp: tellParent(of: name)
      case .recovered, .maintenanceBegan: relieveParent(of: name)
      case .maintenanceEnded: tellParents(by: name)
      default: break
      }
    }
  }

  /// Tells the parent of an application that has given up, which counts that as a failure of its own.
  func tellParent(of name: String) {
    guard let watched = watches[name], let surrender = watched.watch.surrender,
      let parent = watched.watch.policy.relations.parent, leads(parent)
    else { return }
    watches[parent]?.watch.count(
      failureOf: name, surrender, incident: watched.log?.incident.id, at: now)
    guard let rounds = watches[parent]?.watch.incident?.rounds else { return }
    watches[name]?.watch.noteTold(parent, after: rounds)
    attend(to: name)
    attend(to: parent)
  }

  /// Tells the parent of an application that isn't down any more.
  func relieveParent(of name: String) {
    guard let parent = watches[name]?.watch.policy.relations.parent, leads(parent) else { return }
    guard watches[parent]?.watch.incident?.parts[name] != nil else { return }
    watches[parent]?.watch.relieve(of: name, at: now)
    attend(to: parent)
  }

  /// Ends the watch of a server, too, when an application on it has ended because that server is gone: nothing else
  /// tells of it.
  func endParent(of name: String, for reason: String) {
    guard let watch = watches[name]?.watch, let parent = watch.policy.relations.parent, leads(parent),
      let above = watches[parent]?.watch, above.isScope, above.policy.target == watch.policy.target,
      watches[parent]?.watch.lose(reason) ?? false
    else { return }
    attend(to: parent)
  }

  /// Sees to it that parents know what has become of their parts while nobody led both: the application that is led now,
  /// or parts of it.
  func tellParents(by name: String) {
    guard !parts.isEmpty else { return }
    for part in [name] + (parts[name] ?? []) { reconcile(part) }
  }

  private func reconcile(_ name: String) {
    guard leads(name), let watch = watches[name]?.watch, let parent = watch.policy.relations.parent,
      leads(parent), let above = watches[parent]?.watch
    else { return }
    guard let failure = watch.incident else { return relieveParent(of: name) }
    guard case .gaveUp = watch.phase else { return }
    guard let known = above.incident, known.parts[name] != nil, let told = failure.told else {
      return tellParent(of: name)
    }
    if told < known.rounds {
      // Its parent was acted for since it gave up, and that wasn't kept of it.
      startOver(
        name, after: "something was done for \(parent)", settle: known.lastStep?.rung.settle ?? .zero)
    } else if case .settling = above.phase {
      tellParent(of: name)
    }
  }

  /// Has parents forget parts that nobody watches any more.
  func forgetStrangers() {
    for parent in names(where: { $0.watch.incident?.isOfPart ?? false }) {
      for part in watches[parent]?.watch.incident?.parts.keys ?? [] where watches[part] == nil {
        watches[parent]?.watch.relieve(of: part, at: now)
        attend(to: parent)
      }
    }
  }

  // MARK: - Down

  /// Lets all parts of an application begin anew, since something was done for it.
  func startPartsOver(of name: String, after what: String, settle: Duration) {
    for part in descendants(of: name) { startOver(part, after: what, settle: settle) }
  }

  private func startOver(_ name: String, after what: String, settle: Duration) {
    guard leads(name) else { return }
    watches[name]?.watch.startOver(after: what, settle: settle, at: now)
    attend(to: name)
  }

  /// Why nothing may be done for an application as long as its family is as it is.
  func familyObstacle(to policy: ApplicationPolicy) -> Obstacle? {
    guard !parts.isEmpty else { return nil }
    for name in ancestors(of: policy) where watches[name]?.watch.isHealing ?? false {
      return Obstacle(reason: "\(name), which it is a part of, is healed first", changesMuch: true)
    }
    for name in descendants(of: policy.name) {
      guard let watch = watches[name]?.watch else { continue }
      if !leads(name) {
        return Obstacle(
          reason: "its part \(name) is watched by another supervisor", changesMuch: false)
      }
      switch watch.phase {
      case .asking, .acting:
        return Obstacle(reason: "something is being done for its part \(name)", changesMuch: false)
      case .watching, .planned, .settling, .held, .gaveUp: break
      }
    }
    return nil
  }

  // MARK: - Leases

  /// Whether the lease of an application may be asked for: whoever leads what it is a part of leads it, too.
  func mayClaim(_ name: String) -> Bool {
    guard !parts.isEmpty, let parent = watches[name]?.watch.policy.relations.parent,
      let above = watches[parent]
    else { return true }
    return above.isLed || above.hasEnded
  }

  /// Leaves the parts of an application to whoever leads that now.
  func leaveParts(of name: String) {
    for part in descendants(of: name) {
      guard let lease = watches[part]?.lease else { continue }
      leasesToLeave.append(lease)
      stepDown(part, lease)
    }
  }
}
