/// How many of those that belong together may be out of service for being healed at once.
///
/// Only what disturbs a whole server counts: restarting a service that is down takes nothing away.
package struct Budget: Sendable, Hashable {
  /// What belongs together.
  package enum Scope: Sendable, Hashable {
    case stack
    /// The group that the policy names.
    case group
    /// Those with the same value of this tag of their policies.
    case tag(String)
  }

  package var scope: Scope
  /// The share of the resources that may be out of service; one always may.
  package var share: Double
  /// Their number at most, if that is less.
  package var number: Int?

  package init(per scope: Scope = .stack, share: Double = 0.1, number: Int? = nil) {
    self.scope = scope
    self.share = share
    self.number = number
  }

  /// How many of so many may be out of service.
  package func allowance(of count: Int) -> Int {
    let shared = max(1, Int(share * Double(count)))
    return number.map { min(shared, max(1, $0)) } ?? shared
  }

  /// What an application belongs to; nil when this budget has nothing to do with it.
  package func family(of policy: ApplicationPolicy) -> String? {
    switch scope {
    case .stack: policy.target.stack
    case .group: policy.relations.group
    case .tag(let key): policy.relations.tags[key]
    }
  }

  /// The family in words.
  func phrase(_ family: String) -> String {
    switch scope {
    case .stack: "the stack \(family)"
    case .group: "the group \(family)"
    case .tag(let key): "\(key)=\(family)"
    }
  }
}
