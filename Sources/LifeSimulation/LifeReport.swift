/// What came of a life.
package struct LifeReport: Sendable {
  package let seed: UInt64
  /// What mustn't have happened, each in a sentence; none when all went as it must.
  package var violations: [String] = []
  package var operations = 0
  package var crashes = 0
  package var writes = 0
  package var requests = 0
  /// What happened, line by line, if that was asked for.
  package var trace: [String] = []
  /// The statuses that operations led to, with how often.
  package var statuses: [String: Int] = [:]
  /// Why operations failed that nothing disturbed, with how often.
  package var refusals: [String: Int] = [:]

  package init(seed: UInt64) { self.seed = seed }
}

/// What came of many lives.
package struct LifeSummary: LifeTally {
  package typealias Report = LifeReport

  package private(set) var lives = 0
  package private(set) var operations = 0
  package private(set) var crashes = 0
  package private(set) var writes = 0
  package private(set) var requests = 0
  package private(set) var statuses: [String: Int] = [:]
  package private(set) var refusals: [String: Int] = [:]
  /// The lives with violations, without their traces.
  package private(set) var failures: [LifeReport] = []

  package init() {}

  package mutating func add(_ report: LifeReport) {
    lives += 1
    operations += report.operations
    crashes += report.crashes
    writes += report.writes
    requests += report.requests
    statuses.merge(report.statuses) { $0 + $1 }
    refusals.merge(report.refusals) { $0 + $1 }
    if !report.violations.isEmpty { failures.append(report) }
  }

  package mutating func add(_ other: LifeSummary) {
    lives += other.lives
    operations += other.operations
    crashes += other.crashes
    writes += other.writes
    requests += other.requests
    statuses.merge(other.statuses) { $0 + $1 }
    refusals.merge(other.refusals) { $0 + $1 }
    failures += other.failures
  }

  /// The figures, in lines for people.
  package var text: String {
    let outcomes = statuses.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
    return """
      \(lives) lives: \(operations) operations, \(requests) requests, \(writes) writes, \(crashes) crashes
      after operations: \(outcomes.joined(separator: ", "))
      \(failures.count) lives broke a rule
      """
  }
}
