import Foundation
import Testing

/// Snapshots from the command line, and from a script.
@Suite("commands on snapshots")
struct SnapshotCommandTests {
  private static let port = UInt16.random(in: 21_000..<26_000)
  private static let template = """
    heat_template_version: 2018-08-31
    parameters: {size: {type: number, default: 1}}
    resources:
      Disk: {type: OS::Cinder::Volume, properties: {size: {get_param: size}}}
      Web: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.nano}}

    """
  private static let script = """
    local kiln = require "kiln"
    local stack = kiln.stacks.get "web"
    stack:snapshot():wait()
    for _, found in ipairs(stack:snapshots()) do print(found.name, found.status) end
    print(stack:plan_restore "before")
    stack:restore("before"):wait()
    stack:delete_snapshot("snapshot-1"):wait()
    local disk = kiln.cloud.volume:volume(stack:resource("Disk").physical_id)
    print("size", disk.size)

    """

  @Test("a stack is kept, changed, led back and deleted with what was kept, by one process after the other")
  func life() async throws {
    let cloud = try Program().start(["cloud", "--listen", "127.0.0.1:\(Self.port)"])
    defer { cloud.interrupt() }
    try await cloud.waitForErrors(containing: "an OpenStack in memory")
    let program = try Program()
    _ = try program.write(Self.template, to: "web.yaml")
    _ = try program.write(Self.script, to: "back.lua")
    func kiln(_ arguments: String..., status: Int32 = 0) async throws -> Program.Outcome {
      let outcome = try await program.run(
        arguments,
        environment: [
          "OS_AUTH_URL": "http://127.0.0.1:\(Self.port)/identity/v3", "OS_USERNAME": "demo",
          "OS_PASSWORD": "demo", "OS_PROJECT_NAME": "demo", "OS_USER_DOMAIN_ID": "default",
          "OS_PROJECT_DOMAIN_ID": "default",
        ])
      #expect(outcome.status == status, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
      return outcome
    }

    _ = try await kiln("stacks", "create", "web", "web.yaml", "--yes")
    #expect(try await kiln("stacks", "snapshot", "list", "web").errors.contains("web has no snapshots."))
    _ = try await kiln("stacks", "snapshot", "create", "web", "before")
    let again = try await kiln("stacks", "snapshot", "create", "web", "before", status: 1)
    #expect(again.errors.contains("web has a snapshot before already"))
    #expect(try await kiln("stacks", "snapshot", "list", "web").output.contains("SNAPSHOT_COMPLETE"))
    let shown = try await kiln("stacks", "snapshot", "show", "web", "before").output
    #expect(shown.hasPrefix("before  SNAPSHOT_COMPLETE"))
    #expect(shown.contains("volume ") && shown.contains("image "))
    let data = try await kiln("stacks", "snapshot", "show", "web", "before", "-o", "json").output
    #expect(data.contains(#""content":{"volume":""#))

    _ = try await kiln("stacks", "update", "web", "web.yaml", "-p", "size=2", "--yes")
    let plan = try await kiln("stacks", "restore", "web", "before", "--plan").output
    #expect(plan.contains("it is made again from the snapshot before"))
    #expect(plan.contains("Plan: 2 to replace."))
    let missing = try await kiln("stacks", "restore", "web", "befor", status: 1)
    #expect(missing.errors.contains("did you mean before?"))
    let ran = try await kiln("back.lua").output
    #expect(ran.contains("snapshot-1"))
    #expect(ran.contains("size\t1"))
    _ = try await kiln("stacks", "restore", "web", "before")
    let history = try await kiln("stacks", "history", "web").output
    #expect(history.contains("back to the snapshot before"))
    let abandoned = try await kiln("stacks", "abandon", "web", status: 1)
    #expect(abandoned.errors.contains("delete them first"))
    _ = try await kiln("stacks", "delete", "web")
    _ = try program.write(
      #"print("left", #require "kiln".cloud.volume:volumes(), #require "kiln".cloud.compute:servers())"#,
      to: "left.lua")
    #expect(try await kiln("left.lua").output.contains("left\t0\t0"))
  }
}
