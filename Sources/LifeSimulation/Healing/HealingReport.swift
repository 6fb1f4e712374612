package import Document
import OrderedCollections

/// What came of a healing life.
package struct HealingReport: Sendable {
  package let seed: UInt64
  /// What mustn't have happened, each in a sentence.
  package var violations: [String] = []
  /// What happened, line by line, if that was asked for.
  package var trace: [String] = []
  package var applications = 0
  package var faults = 0
  package var crashes = 0
  package var writes = 0
  package var requests = 0
  package var probes = 0
  package var incidents = 0
  package var actions = 0
  /// How long it lived, on its own time.
  package var span = Duration.zero
  /// How long each outage lasted beyond what detection, action and recovery need, as a share of it; only of lives
  /// in which nothing but applications fails, and where the first action helped.
  package var overheads: [Double] = []
  /// How incidents ended, with how often.
  package var states: [String: Int] = [:]

  package init(seed: UInt64) { self.seed = seed }
}

/// What came of many healing lives.
package struct HealingSummary: LifeTally {
  package typealias Report = HealingReport

  package private(set) var lives = 0
  package private(set) var faults = 0
  package private(set) var crashes = 0
  package private(set) var writes = 0
  package private(set) var requests = 0
  package private(set) var probes = 0
  package private(set) var incidents = 0
  package private(set) var actions = 0
  package private(set) var span = Duration.zero
  package private(set) var overheads: [Double] = []
  package private(set) var states: [String: Int] = [:]
  /// The lives with violations, without their traces.
  package private(set) var failures: [HealingReport] = []

  package init() {}

  package mutating func add(_ report: HealingReport) {
    lives += 1
    faults += report.faults
    crashes += report.crashes
    writes += report.writes
    requests += report.requests
    probes += report.probes
    incidents += report.incidents
    actions += report.actions
    span += report.span
    overheads += report.overheads
    states.merge(report.states) { $0 + $1 }
    if !report.violations.isEmpty { failures.append(report) }
  }

  package mutating func add(_ other: HealingSummary) {
    lives += other.lives
    faults += other.faults
    crashes += other.crashes
    writes += other.writes
    requests += other.requests
    probes += other.probes
    incidents += other.incidents
    actions += other.actions
    span += other.span
    overheads += other.overheads
    states.merge(other.states) { $0 + $1 }
    failures += other.failures
  }

  /// The share of outages that the supervisor took beyond what it had to: the mean, and what one in a hundred exceeds.
  package var overhead: (mean: Double, tail: Double)? {
    guard !overheads.isEmpty else { return nil }
    let sorted = overheads.sorted()
    return (sorted.reduce(0, +) / Double(sorted.count), sorted[(sorted.count * 99 + 99) / 100 - 1])
  }

  /// The figures, in lines for people.
  package var text: String {
    let outcomes = states.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
    var lines = [
      "\(lives) lives of \(span.components.seconds / 3600) hours together: \(faults) faults, \(crashes) crashes, "
        + "\(probes) probes, \(requests) requests, \(writes) writes",
      "\(incidents) incidents, \(actions) actions; \(outcomes.joined(separator: ", "))",
    ]
    if let (mean, tail) = overhead {
      lines.append(
        "time to recovery beyond fall × interval + action + rise × interval: \(mean.percent) on average, "
          + "\(tail.percent) at most in 99 of 100 of \(overheads.count)")
    }
    lines.append("\(failures.count) lives broke a rule")
    return lines.joined(separator: "\n")
  }

  /// The figures for programs.
  package var value: Value {
    [
      "lives": .integer(Int64(lives)), "hours": .number(Double(span.components.seconds) / 3600),
      "faults": .integer(Int64(faults)), "crashes": .integer(Int64(crashes)),
      "probes": .integer(Int64(probes)), "requests": .integer(Int64(requests)),
      "writes": .integer(Int64(writes)), "incidents": .integer(Int64(incidents)),
      "actions": .integer(Int64(actions)),
      "states": .map(
        .init(uniqueKeysWithValues: states.sorted { $0.key < $1.key }.map { ($0, .integer(Int64($1))) })),
      "overhead": overhead.map { ["mean": .number($0.mean), "p99": .number($0.tail)] } ?? .null,
      "broken": .integer(Int64(failures.count)),
    ]
  }
}

extension HealingReport {
  /// The life for programs.
  package var value: Value {
    [
      "seed": .integer(Int64(bitPattern: seed)), "violations": .list(violations.map { .string($0) }),
    ]
  }
}

extension Double {
  /// Such as `0.4%`.
  fileprivate var percent: String {
    let tenths = (self * 1000).rounded()
    return "\(tenths / 10)%"
  }
}
