import ArgumentParser
import Document
import HighAvailability
import LifeSimulation
import OrderedCollections
import Shell

extension HACommand {
  /// `kiln ha simulate`: many lives of applications that are kept alive, with faults.
  struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Lives hours of applications that are kept alive on virtual time, with faults, and audits each.",
      discussion: """
        Each life is drawn from a seed: stacks on the embedded cloud, applications with checks and ladders, one or two \
        supervisors, and what goes wrong with all of them. Afterwards the journal, the cloud's own lists and what was \
        seen are held to the rules: no action missed or taken twice, none without a reason, none on what is to be left \
        alone, budgets and ladders kept, and in the end everything healed or given up with someone told. A life that \
        breaks a rule is told by its seed, which gives the same life again.

        Faults are: \(HealingFault.allCases.map(\.rawValue).joined(separator: ", ")).
        """)
    @Option(help: "How many lives.") var seeds = 1000
    @Option(help: "The seed of the first; the others follow it.") var from: UInt64 = 1
    @Option(help: "How many at once.") var jobs = 2
    @Option(
      help: ArgumentHelp(
        "What may go wrong, separated by commas; all that can if not given.", valueName: "faults"))
    var faults: FaultList?
    @Option(
      help: ArgumentHelp(
        "A file of Lua that returns policies, the first of which gives all applications its ladder and its checks' "
          + "intervals and counts.",
        valueName: "file"))
    var policy: String?
    @Option(help: ArgumentHelp("Tells all that happens in the life of one seed instead.", valueName: "seed"))
    var trace: UInt64?
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if seeds < 1 { throw ValidationError("--seeds is 1 or more") }
      if jobs < 1 { throw ValidationError("--jobs is 1 or more") }
    }

    func run() async throws {
      var options = HealingOptions()
      if let faults { options.faults = faults.faults }
      if let policy { options.trial = try await trial(policy) }
      if let trace { return try tell(trace, options) }
      let lives = LifeSeries<HealingSummary>(from: from, count: seeds, jobs: jobs)
      let summary = await lives.live { [options] in
        HealingLife(seed: $0, options: options).live()
      } told: { [output] report in
        Self.show(report, output)
      }
      Output.standard.line(output.output == .json ? summary.value.jsonText() : summary.text)
      if !summary.failures.isEmpty { throw ExitCode(1) }
    }

    private func tell(_ seed: UInt64, _ options: HealingOptions) throws {
      let report = HealingLife(seed: seed, options: options, isTraced: true).live()
      if output.output == .json {
        var value = report.value.map ?? [:]
        value["trace"] = .list(report.trace.map { .string($0) })
        Output.standard.line(Value.map(value).jsonText())
      } else {
        for line in report.trace { Output.standard.line(line) }
        Self.show(report, output)
      }
      if !report.violations.isEmpty { throw ExitCode(1) }
    }

    /// Tells of a life that broke a rule.
    private static func show(_ report: HealingReport, _ output: OutputOptions) {
      guard !report.violations.isEmpty else { return }
      if output.output == .json { return Output.standard.line(report.value.jsonText()) }
      for violation in report.violations { Output.standard.line("seed \(report.seed): \(violation)") }
    }

    private func trial(_ path: String) async throws -> HealingTrial {
      let program = try Program(cloud, output)
      let pages = try await PolicyFiles(paths: [path], program: program).read().book.pages
      guard let first = pages.first else {
        throw HAError(
          .invalidPolicy, "the file \(path) names no application to watch",
          hint: "return ha.policy{...}, or a list of them")
      }
      return try HealingTrial(first.policy)
    }
  }
}

/// Faults by their names, separated by commas.
struct FaultList: ExpressibleByArgument {
  let faults: Set<HealingFault>

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    let found = names.compactMap { HealingFault(rawValue: String($0)) }
    guard found.count == names.count, !found.isEmpty else { return nil }
    faults = Set(found)
  }

  static var allValueStrings: [String] { HealingFault.allCases.map(\.rawValue) }
}
