import EmbeddedCloud
import HighAvailability
import StackEngine

/// What a healing life begins with, drawn by lot: stacks, the applications on them, and how these are kept alive.
struct HealingSketch: Sendable {
  struct Stack: Sendable {
    let name: String
    var servers: [String]
    /// What servers depend on, an earlier one each.
    var needs: [String: String] = [:]
    /// Changed by updates.
    var label = 0

    var text: String {
      let resources = servers.map {
        "\"\($0)\": {\"type\": \"OS::Nova::Server\", \"properties\": "
          + "{\"image\": \"cirros\", \"flavor\": \"m1.nano\", \"metadata\": {\"label\": \"\(label)\"}}"
          + (needs[$0].map { ", \"depends_on\": \"\($0)\"" } ?? "") + "}"
      }
      return
        "{\"heat_template_version\": \"2018-08-31\", \"resources\": {\(resources.joined(separator: ", "))}}"
    }
  }

  var stacks: [Stack] = []
  var policies: [ApplicationPolicy] = []
  /// What goes wrong in this life.
  var faults: Set<HealingFault> = []
  /// How many machines have a supervisor.
  var machines = 1

  /// Draws it; families are drawn from lots of their own.
  init(_ lots: Lots, _ options: HealingOptions, families: Lots) {
    for fault in HealingFault.allCases where options.faults.contains(fault) {
      let chance = fault == .crash ? 0.85 : fault == .rival ? 0.4 : 0.3
      if options.faults.count <= 2 || lots.isDrawn(chance) { faults.insert(fault) }
    }
    // Now and then only applications fail, or nothing but what is between.
    if lots.isDrawn(0.15), options.faults.contains(.crash) { faults = [.crash] }
    if lots.isDrawn(0.15), options.faults.count > 2 { faults = faults.filter { !$0.hurtsApplications } }
    machines = faults.contains(.rival) ? 2 : 1
    var left = 3 + lots.below(lots.isDrawn(0.3) ? 10 : 4)
    let isPair = lots.isDrawn(0.3)
    for number in 1...(isPair ? 2 : 1) {
      let count = isPair && number == 1 ? left / 2 : left
      left -= count
      stacks.append(Stack(name: "ward\(number)", servers: (1...max(1, count)).map { "S\($0)" }))
    }
    let terms = HealingTerms(lots, options, hasHandler: faults.contains(.handler))
    for stack in stacks {
      for server in stack.servers {
        addPolicies(on: Target(stack: stack.name, logicalID: server), lots, terms)
      }
    }
    if options.trial == nil, families.isDrawn(0.25) { drawFamilies(families, terms) }
  }

  private mutating func addPolicies(on target: Target, _ lots: Lots, _ terms: HealingTerms) {
    let name = "\(target.stack)-\(target.logicalID)"
    var policy = ApplicationPolicy(
      name: name, target: target, checks: terms.checks(name, lots, mayConnect: true),
      ladder: terms.ladder(lots))
    if lots.isDrawn(0.1), let other = lots.pick(policies.filter { $0.target.stack == target.stack }) {
      policy.relations.needs = [other.name]
    }
    policies.append(policy)
    guard lots.isDrawn(0.1) else { return }
    let second = name + "-b"
    policies.append(
      ApplicationPolicy(
        name: second, target: target, checks: terms.checks(second, lots, mayConnect: false),
        ladder: terms.ladder(lots)))
  }

  /// The names of the applications on each server that are asked.
  var applications: [Target: [String]] {
    Dictionary(grouping: policies.filter { !$0.checks.isEmpty }, by: \.target).mapValues { $0.map(\.name) }
  }

  var hasFamilies: Bool { policies.contains { $0.checks.isEmpty } }
}

/// How the applications of a life are checked and healed, as far as that is the same for all.
struct HealingTerms: Sendable {
  let every: Duration
  let hasHandler: Bool
  let trial: HealingTrial?

  init(_ lots: Lots, _ options: HealingOptions, hasHandler: Bool) {
    every = .seconds(lots.pick([10, 15, 20, 30]) ?? 10)
    self.hasHandler = hasHandler
    trial = options.trial
  }

  func checks(_ name: String, _ lots: Lots, mayConnect: Bool) -> [Check] {
    let url = LateText([.text("http://"), .attribute(of: server(name), "first_address"), .text("/\(name)")])
    var checks = [
      Check(
        "http", .http(url: url, HTTPExpectation()), every: every, fall: 2 + lots.below(3),
        rise: 1 + lots.below(3), grace: .seconds(30 + lots.below(60)))
    ]
    if let trial {
      let model = lots.pick(trial.checks) ?? trial.checks[0]
      (checks[0].every, checks[0].timeout, checks[0].rules) = (model.every, model.timeout, model.rules)
    } else if mayConnect, lots.isDrawn(0.3) {
      var check = checks[0]
      check.name = "tcp"
      check.kind = .tcp(address: LateText(.attribute(of: server(name), "first_address")), port: 80)
      if lots.isDrawn(0.5) { checks = [check] } else { checks.append(check) }
    }
    return checks
  }

  private func server(_ name: String) -> String { String(name.split(separator: "-")[1]) }

  func rung(_ action: Action, _ most: Int, _ lots: Lots, backoff: Backoff = .none) -> Rung {
    Rung(
      action, intensity: 1 + lots.below(most), period: .seconds(lots.pick([600, 3600, 86_400]) ?? 600),
      settle: .seconds(20 + lots.below(60)), backoff: backoff, timeout: .seconds(120 + lots.below(300)))
  }

  func ladder(_ lots: Lots) -> Ladder {
    if let trial { return trial.ladder }
    var rungs: [Rung] = []
    if lots.isDrawn(0.8) {
      let backoff = lots.isDrawn(0.5) ? Backoff(.seconds(5), maximum: .seconds(60)) : .none
      rungs.append(rung(.restart(service: nil), 3, lots, backoff: backoff))
    }
    if lots.isDrawn(0.6) { rungs.append(rung(.softReboot, 2, lots)) }
    if hasHandler, lots.isDrawn(0.5) { rungs.append(rung(HealingHandler.action, 2, lots)) }
    if lots.isDrawn(0.7) { rungs.append(rung(.hardReboot, 2, lots)) }
    if lots.isDrawn(0.2) { rungs.append(rung(.stopStart, 1, lots)) }
    if lots.isDrawn(0.5) { rungs.append(rung(.rebuild, 1, lots)) }
    if rungs.isEmpty || lots.isDrawn(0.5) { rungs.append(rung(.replace(), 2, lots)) }
    if lots.isDrawn(0.2) { rungs.append(rung(.notify("operator"), 1, lots)) }
    return Ladder(rungs)
  }
}

extension Ladder {
  /// The strongest remedy that is on the ladder; nil when none is.
  var strength: Remedy? { rungs.compactMap(\.action.remedy).max() }
}

extension Action {
  /// What the action is for the guest.
  var remedy: Remedy? {
    switch self {
    case .restart, .remoteRestart, .agentRestart: .restart
    case .softReboot: .softReboot
    case .hardReboot, .stopStart, .handler: .hardReboot
    case .rebuild: .rebuild
    case .replace: .replace
    case .notify, .fence, .evacuate, .moveAddress, .drain, .admit, .custom: nil
    }
  }

  /// Whether it lets go of a server that Nova is stuck in a reboot with.
  var pullsPlug: Bool {
    switch self {
    case .hardReboot, .handler: true
    default: false
    }
  }

  /// The same without the members that are replaced with its target.
  var bare: Action {
    if case .replace(let replacement) = self { .replace(Replacement(replacement.strategy)) } else { self }
  }

  /// Whether the whole server feels it.
  var isDisturbing: Bool {
    switch self {
    case .restart, .remoteRestart, .agentRestart, .notify, .drain, .admit, .custom: false
    default: true
    }
  }
}
