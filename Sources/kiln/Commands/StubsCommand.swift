import ArgumentParser
import Document
import Glibc
import Loading
import Scripting
import Shell

/// The command that writes, or checks, the files from which editors know kiln's modules.
struct StubsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stubs", abstract: "Writes the LuaCATS stubs and the reference of kiln's modules.",
    shouldDisplay: false)

  @Flag(help: "Only says which files aren't up to date.")
  var check = false

  @Option(help: "Also the file of the reference, in Markdown.")
  var markdown: String?

  @Argument(help: "The folder of the stubs.")
  var folder: String

  @OptionGroup var cloud: CloudOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    var stale: [String] = []
    let program = try Program(cloud, output)
    let reference = markdown.map { [($0, program.reference)] } ?? []
    for (path, text) in program.stubs.map({ ("\(folder)/\($0.file)", $0.text) }) + reference {
      if LocalFile.text(of: path) == text { continue }
      stale.append(path)
      if !check { try write(text, to: path) }
    }
    guard check, !stale.isEmpty else { return }
    throw Diagnostic(
      "stale_stubs", "not up to date: \(stale.joined(separator: ", "))",
      hint: "run scripts/kiln stubs \(folder)" + (markdown.map { " --markdown \($0)" } ?? ""))
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "we") else {
      throw Diagnostic("unwritable_file", "\(path) can't be written: \(String(cString: strerror(errno)))")
    }
    fputs(text, file)
    fclose(file)
  }
}
