import Foundation
import TestSupport
import Testing

@Suite("kiln store")
struct StoreCommandTests {
  private static let chunk = """
    local t = kiln.template.new()
    t:resource("Disk", "AWS::EC2::Volume", { Size = 1, AvailabilityZone = "nova" })
    print(kiln.stacks.create("disk", t):wait().status)
    """

  private func filled() async throws -> Program {
    let program = try Program()
    let created = try await program.run(["--store", "a.db", "-e", Self.chunk])
    #expect(created.output.hasSuffix("CREATE_COMPLETE\n"), "\(created)")
    return program
  }

  @Test("info tells where the store is and what it has")
  func info() async throws {
    let outcome = try await filled().run(["store", "info", "--store", "a.db"])
    #expect(outcome.output.contains("store: a.db\n"))
    #expect(outcome.output.contains("stacks: 1\n"))
    #expect(outcome.output.contains("operations in progress: 0\n"))
    let none = try await Program().run(["store", "info"])
    #expect(none.status == 1)
    #expect(none.errors.contains("name a store with --store"))
  }

  @Test("export and import move stacks from one store into another, which works on with them")
  func move() async throws {
    let program = try await filled()
    let exported = try await program.run(["store", "export", "f.jsonl", "--store", "a.db"])
    #expect(exported.status == 0, "\(exported.errors)")
    let again = try await program.run(["store", "export", "f.jsonl", "--store", "a.db"])
    #expect(again.status == 1)
    #expect(again.errors.contains("f.jsonl can't be made: File exists"))
    var target = "b.db"
    if PrivatePostgres.isInstalled { target = try PrivatePostgres.database() }
    let closed = try await program.run(["store", "import", "f.jsonl", "--store", target])
    #expect(closed.status == 1)
    #expect(closed.errors.contains("name that store's key file with --key"))
    let imported = try await program.run(
      ["store", "import", "f.jsonl", "--store", target, "--key", "a.db.key"])
    #expect(imported.status == 0, "\(imported.errors)")
    let listed = try await program.run(["stacks", "list", "--store", target])
    #expect(listed.output.contains("disk  CREATE_COMPLETE"))
    let events = [
      try await program.run(["stacks", "events", "disk", "--store", "a.db"]),
      try await program.run(["stacks", "events", "disk", "--store", target]),
    ]
    #expect(events[0].output == events[1].output && events[0].output.contains("Disk"))
  }

  @Test("prune drops what is old, and shows it first when asked to")
  func prune() async throws {
    let program = try await filled()
    let show = try await program.run(
      ["store", "prune", "--older-than", "0s", "--dry-run", "--store", "a.db"])
    #expect(show.output.contains("would drop 0 deleted stacks"), "\(show)")
    let bad = try await program.run(["store", "prune", "--older-than", "soon", "--store", "a.db"])
    #expect(bad.status == 2)
    let deleted = try await program.run(["stacks", "abandon", "disk", "--store", "a.db"])
    #expect(deleted.status == 0, "\(deleted.errors)")
    let pruned = try await program.run(["store", "prune", "--older-than", "0s", "--store", "a.db"])
    #expect(pruned.output.contains("dropped 1 deleted stacks"), "\(pruned)")
    let info = try await program.run(["store", "info", "-o", "json", "--store", "a.db"])
    #expect(info.output.contains(#""deleted_stacks":0"#) && info.output.contains(#""events":0"#), "\(info)")
  }

  /// Makes a stack that has a secret, in a store; then its deletion is what shows whether it can be read.
  private static let secretive = """
    local t = kiln.template.new()
    t:parameter("Password", { no_echo = true })
    t:resource("Disk", "AWS::EC2::Volume", { Size = 1, AvailabilityZone = "nova" })
    print(kiln.stacks.create("disk", t, { Password = "geheim" }):wait().status)
    """

  @Test(
    "rekey seals a store's secrets with a new key, in its file or from a keyring's command",
    arguments: [false, true])
  func rekey(inPostgres: Bool) async throws {
    if inPostgres, !PrivatePostgres.isInstalled { return }
    let program = try Program()
    let store = inPostgres ? try PrivatePostgres.database() : "a.db"
    let keyFile = inPostgres ? program.folder.path + "/my.key" : program.folder.path + "/a.db.key"
    func run(_ arguments: [String], _ more: [String: String] = [:]) async throws -> Program.Outcome {
      let environment = inPostgres && more.isEmpty ? ["KILN_STORE_KEY": keyFile] : more
      return try await program.run(arguments + ["--store", store], environment: environment)
    }
    let created = try await run(["-e", Self.secretive])
    #expect(created.output.hasSuffix("CREATE_COMPLETE\n"), "\(created)")
    let before = try String(contentsOfFile: keyFile, encoding: .utf8)
    let done = try await run(["store", "rekey"])
    #expect(done.output.contains("are sealed with the new key"), "\(done)")
    let after = try String(contentsOfFile: keyFile, encoding: .utf8)
    #expect(after != before)
    let shown = try await run(["stacks", "show", "disk"])
    #expect(shown.output.contains("CREATE_COMPLETE"), "\(shown)")

    // Into a keyring, which for kiln is a command, and back.
    let ring = try program.write(String(repeating: "5c", count: 32) + "\n", to: "ring")
    let command = "cat '\(ring)'"
    let moved = try await run(["store", "rekey", "--new-key-command", command])
    #expect(moved.output.contains("set KILN_STORE_KEY_COMMAND"), "\(moved)")
    let closed = try await run(["stacks", "show", "disk"])
    #expect(closed.status == 1)
    #expect(closed.errors.contains("KILN_STORE_KEY"), "\(closed.errors)")
    let opened = try await run(["stacks", "show", "disk"], ["KILN_STORE_KEY_COMMAND": command])
    #expect(opened.output.contains("CREATE_COMPLETE"), "\(opened)")
    let failed = try await run(["stacks", "show", "disk"], ["KILN_STORE_KEY_COMMAND": "exit 2"])
    #expect(failed.errors.contains("the command of KILN_STORE_KEY_COMMAND has failed with exit code 2"))
    let two = try await run(
      ["stacks", "show", "disk"], ["KILN_STORE_KEY_COMMAND": command, "KILN_STORE_KEY": keyFile])
    #expect(two.errors.contains("leave one of them out"), "\(two.errors)")
    guard !inPostgres else { return }
    let next = try program.write(String(repeating: "6d", count: 32) + "\n", to: "next")
    let back = try await run(
      ["store", "rekey", "--new-key", next, "-o", "json"], ["KILN_STORE_KEY_COMMAND": command])
    #expect(back.output.contains(#""key_file":"a.db.key""#), "\(back)")
    let finally = try await run(["stacks", "show", "disk"])
    #expect(finally.output.contains("CREATE_COMPLETE"), "\(finally)")
    let bad = try await run(["store", "rekey", "--new-key", "nothing"])
    #expect(bad.status == 1)
    #expect(bad.errors.contains("nothing is missing"), "\(bad.errors)")
  }

  @Test("rekey is refused while a stack is being worked on")
  func rekeyBusy() async throws {
    let program = try Program()
    let running = try program.start([
      "--store", "a.db", "-e",
      """
      kiln.stacks.hook("work", { on = "pre-create", run = function()
        io.stderr:write "at work\\n"
        kiln.task.sleep(600)
      end })
      """ + "\n" + Self.chunk,
    ])
    try await running.waitForErrors(containing: "at work")
    let refused = try await program.run(["store", "rekey", "--store", "a.db"])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("a stack of a.db is being worked on: `disk`"), "\(refused.errors)")
    running.kill()
    let done = try await program.run(["store", "rekey", "--store", "a.db"])
    #expect(done.status == 0, "\(done.errors)")
  }
}
