import ArgumentParser
import LifeSimulation
import Shell

/// The command that lives many simulated lives and tells which broke a rule.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Lives random stacks on virtual time, with faults, and audits what becomes of them.",
    shouldDisplay: false)

  @Option(help: "How many lives.")
  var seeds = 1000

  @Option(help: "The seed of the first; the others follow it.")
  var from: UInt64 = 1

  @Option(help: "How many at once.")
  var jobs = 2

  @Option(help: ArgumentHelp("Tells all that happens in the life of one seed instead.", valueName: "seed"))
  var trace: UInt64?

  func run() async throws {
    if let trace { return try tell(trace) }
    let lives = LifeSeries<LifeSummary>(from: from, count: seeds, jobs: jobs)
    let summary = await lives.live {
      Life(seed: $0).live()
    } told: { report in
      for violation in report.violations { Output.standard.write("seed \(report.seed): \(violation)\n") }
    }
    Output.standard.write(summary.text + "\n")
    if !summary.failures.isEmpty { throw ExitCode(1) }
  }

  private func tell(_ seed: UInt64) throws {
    let report = Life(seed: seed, isTraced: true).live()
    for line in report.trace { Output.standard.write(line + "\n") }
    for violation in report.violations { Output.standard.write("seed \(seed): \(violation)\n") }
    if !report.violations.isEmpty { throw ExitCode(1) }
  }
}
