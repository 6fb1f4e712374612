import Ambience
import ArgumentParser
import Document
import OrderedCollections
import Shell
import StackEngine

extension StacksCommand {
  struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows every operation that a stack has seen, also of one that is deleted, oldest first.")
    @Argument(help: "The stack's name.") var name: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let entries = try await engine(cloud).history(of: name)
      let now = Ambient.system().now()
      kiln.show(entries.map(\.fields), output) { _ in
        let rows = entries.map { $0.cells(at: now) }
        return Table(HistoryEntry.columns, rows).styledLines(fitting: Output.standard.width).map {
          $0.text(color: Output.standard.isColored)
        }
      }
    }
  }

  struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a stack again what it was, after showing the plan.",
      discussion: """
        Template, files, environment and parameters are those of then. Undoing twice leads back; a deleted stack is
        made anew.
        """)
    @Argument(help: "The stack's name.") var name: String
    @Option(
      help: ArgumentHelp(
        "What it was after this operation, by its number in the history or its id.", valueName: "operation"))
    var to: String?
    @OptionGroup var carrying: CarryingOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await carryOut(cloud, output, carrying) { [name, to] in try await $0.planUndo(name, to: to) }
    }
  }
}

extension HistoryEntry {
  static let columns = [
    "#", "started", "operation", "result", "duration", "changed", "plan", "template", "reason",
  ]

  func cells(at now: Timestamp) -> [Table.Cell] {
    let style: Style? =
      switch operation.phase {
      case .succeeded: .good
      case .failed, .rolledBack: .bad
      case .forward, .rollback: .active
      }
    return [
      Table.Cell("\(number)", isNumber: true), Table.Cell(operation.started.description),
      Table.Cell(operation.kind.rawValue), Table.Cell(result, style: style),
      Table.Cell(duration(until: now).words, isNumber: true), Table.Cell("\(changed.count)", isNumber: true),
      Table.Cell(plan), Table.Cell(operation.goal?.templateName ?? ""), Table.Cell(remark),
    ]
  }
}
