import Ambience
import ArgumentParser
import Document
import HighAvailability
import OrderedCollections
import Shell

extension HACommand {
  /// `kiln ha status`: how all that is watched fares.
  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows how every watched application fares, whichever process watches it.")
    @Option(help: "Only this application.") var application: String?
    @Flag(help: "Goes on, and shows what has changed as it does.") var follow = false
    @OptionGroup var shadow: ShadowOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    /// How often the store is looked into.
    private static let pause = Duration.seconds(2)

    func run() async throws {
      let journal = try await incidents(cloud, shadow.isDryRun)
      guard follow else { return tell(try await rows(journal)) }
      let ambient = Ambient.system()
      let isLive = Output.standard.isLive && output.output == .text
      var last: [WatchSummary]?
      while true {
        let rows = try await rows(journal)
        if isLive { Output.standard.write("\u{1B}[H\u{1B}[2J") }
        if isLive || rows != last {
          tell(output.output == .json ? rows.filter { !(last ?? []).contains($0) } : rows)
        }
        last = rows
        try await ambient.sleep(Self.pause)
      }
    }

    private func rows(_ journal: IncidentJournal) async throws -> [WatchSummary] {
      try await journal.status(at: Ambient.system().now()).filter {
        application == nil || $0.application == application
      }
    }

    private func tell(_ rows: [WatchSummary]) {
      if rows.isEmpty, output.output == .text { return Output.errors.line("Nothing is watched.") }
      show(rows.map(\.value), output) { _ in
        Table(Self.columns, WatchSummary.tree(rows).map { $0.summary.cells(depth: $0.depth) }).styledLines(
          fitting: Output.standard.width
        ).map {
          $0.text(color: Output.standard.isColored)
        } + Self.warnings(rows)
      }
    }

    /// Who does nothing about failures, and why: one line for each.
    private static func warnings(_ rows: [WatchSummary]) -> [String] {
      let frozen = OrderedDictionary(grouping: rows.filter { $0.frozen != nil }, by: \.leader)
      return frozen.values.map { rows in
        let who = "\(rows[0].leader ?? "nobody") does nothing about \(rows.count) of these"
        return "\(who): \(rows[0].frozen ?? "")"
      }
    }

    private static let columns = ["application", "target", "state", "since", "rung", "reason", "leader"]
  }

  /// `kiln ha report`: how available applications were.
  struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows how available every watched application was, and what has healed it.",
      discussion:
        "An application is down from the first failed probe of an incident until that has ended, also while nobody "
        + "watched.")
    @Option(help: "How far back: a number and s, m, h, d or w.") var since = Age(span: .seconds(30 * 86_400))
    @Option(help: "Only this application.") var application: String?
    @OptionGroup var shadow: ShadowOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let now = Ambient.system().now()
      let reports = try await incidents(cloud, shadow.isDryRun).reports(
        from: now + (.zero - since.span), to: now
      )
      .filter { application == nil || $0.application == application }
      if reports.isEmpty, output.output == .text { return Output.errors.line("Nothing was watched.") }
      show(reports.map(\.value), output) { _ in
        let columns = ["application", "availability", "incidents", "open", "downtime", "mttr", "longest"]
        var lines = Table(columns, reports.map(\.cells)).lines
        let healings = reports.flatMap { report in report.healings.values.map { report.row(of: $0) } }
        if !healings.isEmpty {
          lines += [""] + Table(["application", "healed_by", "times", "mttr"], healings).lines
        }
        return lines
      }
    }
  }
}

extension WatchSummary {
  /// The cells of its row; what is a part of another is shown under that.
  fileprivate func cells(depth: Int) -> [Table.Cell] {
    let style: Style? =
      switch state {
      case .up: .good
      case .down, .held, .gaveUp: .bad
      case .planned, .acting, .settling: .active
      default: nil
      }
    return [
      Table.Cell(
        depth == 0 ? application : String(repeating: "  ", count: depth - 1) + "└ " + application),
      Table.Cell(target?.description ?? ""), Table.Cell(state.rawValue, style: style),
      Table.Cell(since.description), Table.Cell(rung ?? ""), Table.Cell(reason ?? ""),
      Table.Cell(leader ?? "nobody"),
    ]
  }
}

extension ServiceReport {
  fileprivate var cells: [Table.Cell] {
    // Rounded down, so that no downtime is hidden.
    let percent = (availability * 100_000).rounded(.down) / 1000
    return [
      Table.Cell(application), Table.Cell("\(percent)%", isNumber: true),
      Table.Cell("\(incidents)", isNumber: true), Table.Cell("\(open)", isNumber: true),
      Table.Cell(downtime.phrase, isNumber: true), Table.Cell(meanTime?.phrase ?? "", isNumber: true),
      Table.Cell(longest.phrase, isNumber: true),
    ]
  }

  fileprivate func row(of healing: Healing) -> [Table.Cell] {
    [
      Table.Cell(application), Table.Cell(healing.means), Table.Cell("\(healing.count)", isNumber: true),
      Table.Cell(healing.meanTime.phrase, isNumber: true),
    ]
  }
}
