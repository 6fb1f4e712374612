import Document
import HighAvailability
import LuaRuntime
import Scripting
import Shell

/// The policy files of a supervisor, which may be read again and again.
struct PolicyFiles: Sendable {
  let paths: [String]
  /// The stacks whose own templates say how to keep them alive.
  var stacks: [String] = []
  let program: Program

  /// Reads all files, each in a state of its own, and finds the cloud on which their stacks are.
  ///
  /// - Throws: What is wrong with a file, or that its stacks are on several clouds.
  func read() async throws -> (book: PolicyBook, session: CloudSession) {
    var books: [PolicyBook] = []
    var sessions: [CloudSession] = []
    for path in paths {
      let file = try await read(path)
      books.append(file.book)
      sessions += file.sessions
    }
    for stack in stacks {
      let file = try await program.workbench.policyFile(ofStack: stack)
      books.append(file.book)
      sessions += file.sessions
    }
    let session: CloudSession
    if let first = sessions.first {
      session = first
    } else {
      session = try await program.workbench.sessions.session()
    }
    if let other = sessions.first(where: { $0.name != session.name }) {
      throw Diagnostic(
        "several_clouds", "the policies are for stacks on \(session.name) and on \(other.name)",
        hint: "run one supervisor for each cloud")
    }
    return (PolicyBook(joining: books), session)
  }

  private func read(_ path: String) async throws -> PolicyFile {
    guard let text = TextFile.read(path) else {
      throw Diagnostic("unreadable_file", "the policy file \(path) can't be read: \(lastSystemError())")
    }
    if [".yaml", ".yml", ".json"].contains(where: path.hasSuffix) {
      return try await program.workbench.policyFile(Source(name: path, text: text))
    }
    let lua = Lua(collector: .generational, ambient: program.ambient) { [progress = program.progress] in
      progress.write($0)
    }
    let runner = ScriptRunner(lua: lua, workbench: program.workbench, environment: Environment.variables)
    let results = try await runner.run(ScriptRunner.Invocation(script: .file(path)))
    return try await PolicyFile(results, of: path, text: text, in: lua)
  }
}
