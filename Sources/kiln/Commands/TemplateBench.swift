import ArgumentParser
import Document
import Glibc
import Linting
import ResourceFacts
import Shell
import Templates

/// `kiln template bench`: how long it takes to read and check templates, for `scripts/bench-templates`.
struct TemplateBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures reading and checking in this process.", shouldDisplay: false)

  @OptionGroup var files: TemplateFiles

  @Option(help: "How often each is measured; the best time counts.")
  var times = 5

  func run() throws {
    let schemas = try? ResourceSchemas()
    let linter = Linter(schemas: schemas)
    for file in try files.found() {
      let source = try file.source()
      let parse = best { _ = try? DocumentReader.any(source) }
      let read = best { _ = TemplateReader.read(source) }
      let lint = best { _ = linter.lint(source) }
      let row: Value = [
        "file": .string(file.path), "bytes": .integer(Int64(source.text.utf8.count)),
        "parse": .integer(parse),
        "read": .integer(read), "lint": .integer(lint), "peak": .integer(Self.peak),
      ]
      Output.standard.line(row.jsonText())
    }
  }

  /// The least CPU time of several runs, in microseconds.
  private func best(_ work: () -> Void) -> Int64 {
    (0..<max(1, times)).map { _ in
      let start = Self.processorTime
      work()
      return Self.processorTime - start
    }.min() ?? 0
  }

  private static var processorTime: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// The most memory that the process has had, in KiB.
  private static var peak: Int64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int64(usage.ru_maxrss)
  }
}
