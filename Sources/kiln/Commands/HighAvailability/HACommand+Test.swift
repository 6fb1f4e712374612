import ArgumentParser
import Document
import LuaRuntime
import OrderedCollections
import Scripting
import Shell
import Simulation
import StackEngine

extension HACommand {
  /// `kiln ha test`: tests of policies that people write in Lua.
  struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test", abstract: "Runs tests of policies, on virtual time and the embedded cloud.",
      discussion: """
        A file describes its tests: describe("the ladder", function() it("restarts first", function() ... end) end), \
        and before_each(function() ... end) for what they begin with. A test fails when it raises an error, such as by \
        assert. kiln.ha.replay tries a policy; whatever sleeps is woken at once.
        """)
    @Argument(help: ArgumentHelp("Files of tests.", valueName: "file")) var files: [String]
    @Option(help: "Only the tests whose names have this in them.") var filter: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if files.isEmpty { throw ValidationError("name a file of tests") }
    }

    func run() async throws {
      var (passed, failed) = (0, 0)
      for path in files {
        for result in try await LuaTests(path, filter: filter).run() {
          if result.failure == nil { passed += 1 } else { failed += 1 }
          tell(result, of: path)
        }
      }
      if output.output == .text { Output.standard.line("\(passed) passed, \(failed) failed") }
      if passed + failed == 0 {
        throw Diagnostic(
          "no_tests", "there are no tests", hint: "describe them with it(\"…\", function() … end)")
      }
      if failed > 0 { throw ExitCode(1) }
    }

    private func tell(_ result: LuaTests.Result, of path: String) {
      guard output.output == .json else {
        Output.standard.line("\(result.failure == nil ? "passed" : "FAILED")  \(result.name)")
        if let failure = result.failure { Output.standard.line("        \(failure)") }
        return
      }
      Output.standard.line(
        Value.map([
          "file": .string(path), "test": .string(result.name), "passed": .bool(result.failure == nil),
          "failure": result.failure.map { .string($0) } ?? .null,
        ]).jsonText())
    }
  }
}

/// The tests of one file.
struct LuaTests {
  struct Result: Sendable {
    let name: String
    /// Where and why it failed: `FILE:LINE: MESSAGE`.
    let failure: String?
  }

  private let path: String
  private let text: String
  private let filter: String?

  init(_ path: String, filter: String?) throws {
    guard let text = TextFile.read(path) else {
      throw Diagnostic("unreadable_file", "the file \(path) can't be read: \(lastSystemError())")
    }
    (self.path, self.text, self.filter) = (path, text, filter)
  }

  /// Runs the tests one after the other, in a state and a world of their own.
  func run() async throws -> [Result] {
    let time = VirtualTime()
    let ambient = time.ambient
    let opening = try Opening(
      cloud: Opening.embeddedName, store: nil, environment: Environment.variables, ambient: ambient)
    let workbench = Workbench(
      sessions: opening.sessions, ambient: ambient, watcher: Unwatched(), references: opening.resolvers,
      types: opening.types, hooks: opening.hooks, policies: opening.policies,
      warn: { Complaint.show([$0]) },
      log: { level, message in Output.errors.line("\(level.rawValue): \(message)") },
      write: { Output.standard.write($0) })
    let lua = Lua(ambient: ambient, output: { Output.standard.write($0) })
    try await workbench.equip(lua)
    guard case .table(let tests)? = try await lua.run(Self.prelude, name: "=kiln ha test").first else {
      return []
    }
    _ = try await lua.execute(text, name: path)
    var results: [Result] = []
    for (_, test) in try await lua.entries(of: tests) {
      guard let table = test.table, let name = try await lua.get(table, "name").string else { continue }
      guard filter.map({ name.contains($0) }) ?? true else { continue }
      results.append(Result(name: name, failure: await failure(of: try await lua.get(table, "run"), in: lua)))
    }
    return results
  }

  private func failure(of test: LuaValue, in lua: Lua) async -> String? {
    do throws(LuaError) {
      _ = try await lua.execute("(...)()", name: "=kiln ha test", arguments: [test])
      return nil
    } catch {
      let diagnostic = error.diagnostics.first
      let frame = error.frames.first { $0.source == path && $0.line != nil }
      let line = frame?.line ?? error.place?.start.line
      let message = [diagnostic?.message ?? error.message, diagnostic?.hint].compactMap(\.self)
      return "\(path):\(line.map(String.init) ?? "?"): \(message.joined(separator: "; "))"
    }
  }

  /// Collects what a file describes.
  private static let prelude = """
    local tests, names, hooks = {}, {}, {}
    local function copy(list) return { table.unpack(list) } end
    function describe(name, body)
      local count = #hooks
      names[#names + 1] = name
      body()
      names[#names] = nil
      for index = #hooks, count + 1, -1 do hooks[index] = nil end
    end
    function before_each(body) hooks[#hooks + 1] = body end
    function it(name, body)
      local path, first = copy(names), copy(hooks)
      path[#path + 1] = name
      tests[#tests + 1] = { name = table.concat(path, " "), run = function()
        for _, hook in ipairs(first) do hook() end
        body()
      end }
    end
    return tests
    """
}

private struct Unwatched: OperationWatcher {
  func follow(_ operation: StackEngine.Operation) {}
  func catchUp() async {}
}
