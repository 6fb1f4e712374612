import Document
import OpenStack

extension OpenStackContext {
  /// Makes the group's rules those that are wanted; what is as it should be stays, so it can be done again.
  ///
  /// Neutron's own egress rules go only when the template says something about egress, or said it before.
  func setRules(of id: String, to wanted: [RuleDraft], changesEgress: Bool) async throws {
    let present = try await cloud.network.securityGroups.get(id).rules
    let rules = cloud.network.securityGroupRules
    for rule in present where !wanted.contains(RuleDraft(rule)) {
      if rule.direction == .egress, !changesEgress { continue }
      try await rules.deleteIfPresent(rule.id)
    }
    var known = Set(present.map { RuleDraft($0) })
    for rule in wanted where known.insert(rule).inserted {
      do {
        _ = try await rules.create(rule.new(in: id))
      } catch let error as OpenStackError where error.code == .conflict {}
    }
  }
}
