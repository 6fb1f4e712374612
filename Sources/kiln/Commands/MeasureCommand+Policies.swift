import Ambience
import ArgumentParser
import Document
import HighAvailability
import Loading
import Scripting
import Shell
import Synchronization

extension MeasureCommand {
  // MARK: - Backtests

  /// How much faster than real time a policy is tried on what applications did that fail every six hours.
  func backtest() async throws -> Value {
    let (start, days) = (Timestamp(milliseconds: 0), Int(span))
    let end = start + .seconds(days * 86_400)
    let policies = (0..<count).map { number in
      ApplicationPolicy(
        name: "application-\(number)", target: Target(stack: "stack", logicalID: "Server"),
        checks: [check(number)], ladder: .standard())
    }
    var test = Backtest()
    let used = Self.processorTime
    for policy in policies {
      var lines: [TraceLine] = []
      for outage in 0..<days * 4 {
        let time = start + .seconds(outage * 21_600 + 3600)
        for (offset, outcome) in [(0, Outcome.down("refused")), (300, .up)] {
          lines.append(
            TraceLine(
              time: time + .seconds(offset), application: policy.name, .outcome(check: "web", outcome)))
        }
      }
      try await test.add(policy, lines, from: start, to: end)
    }
    return [
      "applications": .integer(Int64(count)), "incidents": .integer(Int64(test.incidents)),
      "span": .integer(Int64(days * 86_400)), "cpu": .number(Self.processorTime - used),
    ]
  }

  // MARK: - Plugins

  private static let proposal = StepProposal(
    application: "wiki", target: Target(stack: "web", logicalID: "Web"), reason: "connection refused",
    action: "restart", rung: 0, attempt: 1, intensity: 3, downFor: .seconds(60))

  /// How long a plugin takes to decide, by itself and beside hostile ones, and how late those are stopped.
  func plugins() async throws -> Value {
    guard let attacks, let text = LocalFile.text(of: attacks) else {
      throw Diagnostic("no_attacks", "name a file of hostile bodies, one in each line, by --attacks")
    }
    let bodies = text.split(separator: "\n").map(String.init)
    let ambient = Ambient.system()
    let decider =
      "local n = 0 ha.decide(function(step) n = n + 1 if n % 5 == 0 and step.attempt > 9 then "
      + "return ha.hold('often') end end)"
    let good = PluginHost(ambient: ambient)
    try await good.load(decider, file: "good.lua")
    let apart = PluginHost(ambient: ambient, servant: PluginHostCommand.program)
    try await apart.load(decider, file: "apart.lua", isolated: true)
    let sharing = try await Self.attackers(bodies, ambient, isolated: false)
    let confined = try await Self.attackers(bodies, ambient, isolated: true)
    var (alone, apartAlone) = (Histogram(), Histogram())
    var (shared, isolated) = (Toll(), Toll())
    // In turns of a second, so that minutes in which the machine is slow are everyone's.
    for _ in 0..<Int(span.rounded(.up)) {
      alone.add(try await Self.decisions(of: good, ambient))
      apartAlone.add(try await Self.decisions(of: apart, ambient))
      shared.add(try await Self.toll(of: sharing, on: good, ambient))
      isolated.add(try await Self.toll(of: confined, on: good, ambient))
    }
    return [
      "alone": .integer(alone.quantile(0.99)), "apart": .integer(apartAlone.quantile(0.99)),
      "shared": shared.value, "isolated": isolated.value,
    ]
  }

  /// What comes of attacks: how long another plugin's decisions take meanwhile, and by how much they overrun, in
  /// nanoseconds.
  private struct Toll: Sendable {
    var decisions = Histogram()
    /// On the clock, and of the processor.
    var late = Histogram()
    var over = Histogram()
    /// How many cost the plugin its process.
    var killed = 0

    mutating func add(_ other: Toll) {
      decisions.add(other.decisions)
      late.add(other.late)
      over.add(other.over)
      killed += other.killed
    }

    var value: Value {
      [
        "beside": .integer(decisions.quantile(0.99)), "decisions": .integer(Int64(decisions.count)),
        "attacks": .integer(Int64(late.count)), "late": .integer(late.quantile(0.99)),
        "latest": .integer(late.quantile(1)), "over": .integer(over.quantile(0.99)),
        "killed": .integer(Int64(killed)),
      ]
    }
  }

  /// A turn's toll of attacks, one after the other.
  private static func toll(
    of attackers: [Attacker], on good: PluginHost, _ ambient: Ambient
  ) async throws -> Toll {
    let isOver = Atomic(false)
    async let attacks = attack(attackers, ambient) { isOver.load(ordering: .relaxed) }
    let decisions = try await Self.decisions(of: good, ambient)
    isOver.store(true, ordering: .relaxed)
    var toll = try await attacks
    toll.decisions = decisions
    return toll
  }

  /// How long decisions take, in nanoseconds, one each millisecond of a turn.
  private static func decisions(of host: PluginHost, _ ambient: Ambient) async throws -> Histogram {
    var times = Histogram()
    let end = ambient.uptime() + .seconds(1)
    while ambient.uptime() < end {
      let start = ambient.uptime()
      _ = await host.advice(on: proposal)
      times.add((ambient.uptime() - start).nanoseconds)
      try await ambient.sleep(.milliseconds(1))
    }
    return times
  }

  /// A hostile plugin, and who asks it.
  private struct Attacker: Sendable {
    let host: PluginHost
    let plugin: any RunningPlugin
  }

  /// Hostile plugins that are asked again however often they have failed.
  private static func attackers(
    _ bodies: [String], _ ambient: Ambient, isolated: Bool
  ) async throws -> [Attacker] {
    var attackers: [Attacker] = []
    for body in bodies {
      let host = PluginHost(
        ambient: ambient, servant: PluginHostCommand.program, breaker: PluginBreaker.Limits(faults: .max))
      let plugin = try await host.load(
        "ha.decide(function() \(body) end) ha.test('starts', function() end)", file: "bad.lua",
        isolated: isolated)
      attackers.append(Attacker(host: host, plugin: plugin))
    }
    return attackers
  }

  /// By how much hostile plugins overrun the time that they have, on the clock and of the processor.
  @concurrent
  private static func attack(
    _ attackers: [Attacker], _ ambient: Ambient, until isOver: @Sendable () -> Bool
  ) async throws -> Toll {
    var toll = Toll()
    let burst = PolicyPlugin.Limits().burst
    while true {
      for attacker in attackers {
        if isOver() { return toll }
        let process = attacker.plugin.process
        let (start, used) = (ambient.uptime(), await attacker.plugin.processorTime)
        _ = await attacker.host.advice(on: proposal)
        toll.late.add((ambient.uptime() - start - burst).nanoseconds)
        if attacker.plugin.process == process {
          toll.over.add((await attacker.plugin.processorTime - used - burst).nanoseconds)
        } else {
          // What it has used nobody knows. The next attack isn't late by the start of a process.
          toll.killed += 1
          try await attacker.plugin.runTests()
        }
      }
    }
  }
}
