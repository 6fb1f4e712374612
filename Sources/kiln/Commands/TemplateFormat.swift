import ArgumentParser
import Document
import Glibc
import Shell
import Templates

/// `kiln template fmt`: templates laid out as kiln lays out.
struct TemplateFormat: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Lays templates out anew, comments and order kept.",
    discussion: """
      Prints the text, or with --write puts it into the file. With --check it prints the names of the files \
      that would change, and ends with 1 when there are any.
      """)

  @OptionGroup var files: TemplateFiles
  @OptionGroup var functions: FunctionOptions

  @Flag(help: "Only say which files aren't laid out so.")
  var check = false

  @Flag(help: "Write the files.")
  var write = false

  func validate() throws {
    if check && write { throw ValidationError("--check and --write exclude each other") }
    if write && files.files.contains("-") { throw ValidationError("--write needs files, not standard input") }
  }

  private struct Change: Sendable {
    let before: String
    let after: String
  }

  func run() async throws {
    let functions = functions.functions ?? .keep
    var failed = false
    try await files.found().each { file -> Result<Change, Diagnostics> in
      do throws(Diagnostics) {
        let source = try file.source()
        return .success(
          Change(before: source.text, after: try TemplateFormatter.format(source, functions: functions)))
      } catch {
        return .failure(error)
      }
    } show: { file, result in
      switch result {
      case .success(let change): failed = try finish(file, change) || failed
      case .failure(let error):
        Complaint.show(error.items)
        failed = true
      }
    }
    if failed { throw ExitCode(1) }
  }

  /// Shows or writes a text; true when it is other than `--check` wants it.
  private func finish(_ file: TemplateFile, _ change: Change) throws -> Bool {
    guard check || write else {
      Output.standard.write(change.after)
      return false
    }
    guard change.before != change.after else { return false }
    if write {
      try OutputFile.replace(file.path, with: change.after)
      Output.standard.line(file.path)
      return false
    }
    Output.standard.line(file.path)
    return true
  }
}

/// Files that are written.
enum OutputFile {
  /// Replaces a file's text at once: whoever reads it meanwhile has the old text or the new one.
  static func replace(_ path: String, with text: String) throws(Diagnostics) {
    let draft = "\(path).\(getpid()).new"
    var status = stat()
    let mode = stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0o644
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else { throw failure(path) }
    let isWritten = TextFile.write(text, to: file) && fsync(file) == 0
    close(file)
    guard isWritten, rename(draft, path) == 0 else {
      let error = failure(path)
      unlink(draft)
      throw error
    }
  }

  private static func failure(_ path: String) -> Diagnostics {
    Diagnostics(
      Diagnostic("unwritable_file", "\(path) can't be written: \(String(cString: strerror(errno)))"))
  }
}
