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
}
