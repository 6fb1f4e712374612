import Ambience
import ArgumentParser
import Document
import HighAvailability
import OrderedCollections
import Shell

extension HACommand {
  /// `kiln ha backtest`: policies on what has happened.
  struct Backtesting: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "backtest",
      abstract: "Says what policies would have done about what has happened, beside what was done.",
      discussion: """
        What happened is known from the store's incidents, or from a trace that `run --record` has written. The checks \
        are taken to have said what they did whatever the policy does. Each application is looked at by itself: \
        budgets, dependencies and the guard against mass failures have no say.
        """)
    @Option(help: ArgumentHelp("A file of Lua that returns policies; may be repeated.", valueName: "file"))
    var policy: [String]
    @Option(
      help: "How far back the store's incidents are taken: a number and s, m, h, d or w; 30d if not given.")
    var since: Age?
    @Option(help: ArgumentHelp("A trace, in place of the store's incidents.", valueName: "file"))
    var trace: String?
    @Option(help: "Only this application.") var application: String?
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if policy.isEmpty { throw ValidationError("name a policy file by --policy") }
      if since != nil, trace != nil { throw ValidationError("give --since or --trace, not both") }
    }

    func run() async throws {
      let program = try Program(cloud, output)
      let policies = try await PolicyFiles(paths: policy, program: program).read().book.pages.map(\.policy)
        .filter { application == nil || $0.name == application }
      let now = program.ambient.now()
      var (lines, start, end) = ([TraceLine](), now, now)
      if let trace {
        guard let text = TextFile.read(trace) else {
          throw Diagnostic("unreadable_file", "the trace \(trace) can't be read: \(lastSystemError())")
        }
        lines = try TraceFile.lines(text, of: trace)
        (start, end) = (lines.first?.time ?? now, (lines.last?.time ?? now) + .seconds(3600))
      } else {
        start = now + (.zero - (since?.span ?? .seconds(30 * 86_400)))
        lines = try await incidents(cloud).history(of: policies, from: start, to: end)
      }
      var test = Backtest()
      let own = Dictionary(grouping: lines, by: \.application)
      for policy in policies { try await test.add(policy, own[policy.name] ?? [], from: start, to: end) }
      tell(test)
    }

    private func tell(_ test: Backtest) {
      show(test.rows.map(\.value), output) { rows in
        let table =
          rows.isEmpty ? [] : Table(["time", "application", "would", "did", "reason"], rows).lines + [""]
        let (would, did, both) = test.counts
        return table + [
          "\(test.incidents) \(test.incidents == 1 ? "incident" : "incidents"), "
            + "\(would) \(would == 1 ? "action" : "actions") in place of \(did), \(both) of them the same"
            + (test.givenUp == 0 ? "" : "; given up \(test.givenUp == 1 ? "once" : "\(test.givenUp) times")")
        ]
      }
    }
  }
}
