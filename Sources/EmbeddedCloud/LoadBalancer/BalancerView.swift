import Document
import OrderedCollections

// How load balancers and their parts are shown, and what comes through them.

extension EmbeddedCloud {
  /// A thing as Octavia shows it: with the ids of what belongs to it, and without what it was only asked with.
  func shownBalancing(_ thing: Fields, _ kind: BalancerKind) -> Fields {
    var shown = thing.shown
    let id = thing.text("id")
    switch kind.table {
    case .balancers:
      shown["listeners"] = links(.listeners) { $0.text("_balancer") == id }
      shown["pools"] = links(.pools) { $0.text("_balancer") == id }
    case .listeners:
      shown["loadbalancer_id"] = nil
      shown["loadbalancers"] = [["id": thing["_balancer"] ?? .null]]
      shown["l7policies"] = links(.policies) { $0.text("listener_id") == id }
    case .pools:
      shown["loadbalancer_id"] = nil
      shown["listener_id"] = nil
      shown["loadbalancers"] = [["id": thing["_balancer"] ?? .null]]
      shown["listeners"] = links(.listeners) { $0.text("default_pool_id") == id }
      shown["members"] = links(.members) { $0.text("_owner") == id }
      if let monitor = monitor(of: id) { shown["healthmonitor_id"] = monitor["id"] }
    case .members: shown["operating_status"] = .string(state(ofMember: thing))
    case .monitors:
      shown["pool_id"] = nil
      shown["pools"] = [["id": thing["_owner"] ?? .null]]
    case .policies: shown["rules"] = links(.l7Rules) { $0.text("_owner") == id }
    case .l7Rules: shown["name"] = nil
    default: break
    }
    return shown
  }

  private func links(_ table: Table, _ isMeant: (Fields) -> Bool) -> Value {
    .list(all(table).filter(isMeant).map { ["id": $0["id"] ?? .null] })
  }

  private func monitor(of pool: String) -> Fields? { all(.monitors).first { $0.text("_owner") == pool } }

  /// A load balancer with the states of all under it.
  func statusTree(_ balancer: Fields) -> Fields {
    let own = ["id", "name", "operating_status", "provisioning_status"]
    var tree = balancer.only(Set(own))
    let listeners = all(.listeners).filter { $0["_balancer"] == balancer["id"] }
    tree["listeners"] = .list(
      listeners.map { listener in
        let pools = all(.pools).filter { $0["id"] == listener["default_pool_id"] }.map { pool -> Value in
          let members = all(.members).filter { $0["_owner"] == pool["id"] }
            .map { Value.map(shownBalancing($0, .members).only(Set(own + ["address", "protocol_port"]))) }
          var shown = pool.only(Set(own)).with(["members": .list(members)])
          if let monitor = monitor(of: pool.text("id")) {
            shown["health_monitor"] = .map(monitor.only(Set(own + ["type"])))
          }
          return .map(shown)
        }
        return .map(listener.only(Set(own)).with(["pools": .list(pools)]))
      })
    return tree
  }

  // MARK: - Traffic

  /// What a pool's monitor says of a member, whose guest answers or doesn't.
  private func state(ofMember member: Fields) -> String {
    guard monitor(of: member.text("_owner")) != nil else { return "NO_MONITOR" }
    guard member["admin_state_up"] == true else { return "OFFLINE" }
    return connect(member.text("address"), port: member.integer("protocol_port")) == .open
      ? "ONLINE" : "ERROR"
  }

  /// What a load balancer answers at a port of its address; nil when the address isn't a load balancer's.
  ///
  /// It takes a connection when one of the members behind the listener does.
  func balanced(_ port: Fields, at number: Int) -> ProbeAnswer? {
    guard let balancer = all(.balancers).first(where: { $0["vip_port_id"] == port["id"] }) else { return nil }
    let listener = all(.listeners).first {
      $0["_balancer"] == balancer["id"] && $0.integer("protocol_port") == number
    }
    guard let listener, listener["admin_state_up"] == true, balancer["admin_state_up"] == true else {
      return .refused
    }
    let members = all(.members).filter { $0["_owner"] == listener["default_pool_id"] }
    let isServed = members.contains { member in
      member["admin_state_up"] == true && member.integer("weight") > 0
        && connect(member.text("address"), port: member.integer("protocol_port")) == .open
    }
    return isServed ? .open : .refused
  }
}
