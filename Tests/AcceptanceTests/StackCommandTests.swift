import Foundation
import Testing

/// Stacks launched, looked at and undone from the command line, on an embedded cloud that is served.
@Suite("commands on stacks")
struct StackCommandTests {
  private static let port = UInt16.random(in: 21_000..<26_000)
  private static let template = """
    Parameters:
      Size: {Type: Number, Default: 1}
    Resources:
      Disk:
        Type: AWS::EC2::Volume
        Properties: {Size: !Ref Size, AvailabilityZone: nova}
      Other:
        Type: AWS::EC2::Volume
        DependsOn: Disk
        Properties: {Size: 1, AvailabilityZone: nova}

    """

  @Test("a stack is planned, created, explained, drawn and undone, and a failure led back to its request")
  func life() async throws {
    let cloud = try Program().start(["cloud", "--listen", "127.0.0.1:\(Self.port)"])
    defer { cloud.interrupt() }
    try await cloud.waitForErrors(containing: "an OpenStack in memory")
    let program = try Program()
    _ = try program.write(Self.template, to: "web.yaml")
    func kiln(_ arguments: String..., status: Int32 = 0) async throws -> Program.Outcome {
      let outcome = try await program.run(
        ["stacks"] + arguments,
        environment: [
          "OS_AUTH_URL": "http://127.0.0.1:\(Self.port)/identity/v3", "OS_USERNAME": "demo",
          "OS_PASSWORD": "demo", "OS_PROJECT_NAME": "demo", "OS_USER_DOMAIN_ID": "default",
          "OS_PROJECT_DOMAIN_ID": "default",
        ])
      #expect(outcome.status == status, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
      return outcome
    }

    #expect(try await kiln("plan", "web", "web.yaml").output.contains("Plan: 2 to create."))
    let unasked = try await kiln("create", "web", "web.yaml", status: 1)
    #expect(unasked.errors.contains("add --yes to do it"))
    #expect(try await kiln("list").errors.contains("There are no stacks."))
    _ = try await kiln("create", "web", "web.yaml", "--yes")
    let plan = try await kiln("plan", "web", "web.yaml", "-p", "Size=2", "--explain", "Disk").output
    #expect(plan.contains("parameter Size: 1 → 2, as given"))
    #expect(plan.contains("web.yaml:6:"))
    _ = try await kiln("update", "web", "web.yaml", "-p", "Size=2", "--yes")
    let refused = try await kiln("update", "web", "web.yaml", "-p", "Size=100000", "--yes", status: 1)
    #expect(refused.errors.contains("quota"))
    let why = try await kiln("why", "web", "Disk").output
    #expect(why.contains("POST http://127.0.0.1:\(Self.port)/"))
    #expect(why.contains("its request id is req-"))
    #expect(try await kiln("undo", "web", "--yes").output.contains("Disk"))

    let history = try await kiln("history", "web").output.split(separator: "\n")
    #expect(history.count == 5)
    #expect(history[3].contains("rolled back"))
    #expect(history[4].contains("back to what operation 1 made"))
    #expect(try await kiln("timeline", "web", "--operation", "1").output.contains("critical path"))
    #expect(try await kiln("timeline", "web", "-o", "svg").output.hasPrefix("<svg"))
    #expect(try await kiln("graph", "web").output.contains("└─ ✓ Disk"))
    #expect(try await kiln("timeline", "web", "--operation", "9", status: 1).errors.contains("1 to 4"))
    _ = try await kiln("create", "web", "web.yaml", "-p", "Size", "--yes", status: 2)
  }

  @Test("a stack waits at a breakpoint and at a failure until another process clears it, also after kill -9")
  func pausing() async throws {
    let port = Self.port + 1
    let cloud = try Program().start(["cloud", "--listen", "127.0.0.1:\(port)"])
    defer { cloud.interrupt() }
    try await cloud.waitForErrors(containing: "an OpenStack in memory")
    let program = try Program()
    _ = try program.write(Self.template, to: "web.yaml")
    _ = try program.write(
      "resource_registry: {resources: {Disk: {hooks: pre-create}}}", to: "env.yaml")
    let environment = [
      "OS_AUTH_URL": "http://127.0.0.1:\(port)/identity/v3", "OS_USERNAME": "demo", "OS_PASSWORD": "demo",
      "OS_PROJECT_NAME": "demo", "OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default",
    ]
    func kiln(_ arguments: String..., status: Int32 = 0) async throws -> Program.Outcome {
      let outcome = try await program.run(["stacks"] + arguments, environment: environment)
      #expect(outcome.status == status, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
      return outcome
    }
    func expect(_ line: String) async throws {
      for _ in 0..<600 {
        let shown = try await program.run(["stacks", "show", "web"], environment: environment)
        if shown.output.contains(line) { return }
        try await Task.sleep(for: .milliseconds(50))
      }
      Issue.record("web never showed: \(line)")
    }

    let creation = try program.start(
      ["stacks", "create", "web", "web.yaml", "-e", "env.yaml", "--yes", "--break", "post-create:Oth*"],
      environment: environment)
    try await expect("Disk waits at pre-create")
    #expect(
      try await kiln("clear", "web", "Other", status: 1).errors.contains("what waits: Disk (pre-create)"))
    _ = try await kiln("clear", "web", "Disk", "--hook", "pre-create")
    try await expect("Other waits at post-create")
    creation.kill()
    // Another command's business isn't held up by what waits.
    let other = try await kiln("create", "db", "web.yaml", "--yes")
    #expect(other.errors.contains("web: Other waits at post-create"))
    _ = try await kiln("clear", "web", "Other")
    #expect(try await kiln("recover").output.contains("CREATE_COMPLETE"))
    #expect(try await kiln("show", "web", "-o", "json").output.contains(#""pauses":[]"#))

    let update = try program.start(
      ["stacks", "update", "web", "web.yaml", "-p", "Size=100000", "--yes", "--pause"],
      environment: environment)
    try await expect("Disk waits at failure: ")
    #expect(try await kiln("clear", "web", "Disk", "--go-on", status: 1).errors.contains("retry, skip, fail"))
    _ = try await kiln("clear", "web", "Disk", "--skip")
    update.wait()
    let events = try await kiln("events", "web").output
    #expect(events.contains("CREATE paused until Hook pre-create is cleared"))
    #expect(events.contains("left as it was: Disk"))
    #expect(
      try await kiln("delete", "web", "--break", "web", status: 2).errors.contains("such as pre-create:Web"))
    _ = try await kiln("delete", "web")
  }

  @Test("an update supersedes one that another process runs, and resources move from stack to stack")
  func superseding() async throws {
    let port = Self.port + 2
    let cloud = try Program().start(["cloud", "--listen", "127.0.0.1:\(port)"])
    defer { cloud.interrupt() }
    try await cloud.waitForErrors(containing: "an OpenStack in memory")
    let program = try Program()
    let disk = "{Type: AWS::EC2::Volume, Properties: {Size: 1, AvailabilityZone: nova}}"
    _ = try program.write(Self.template, to: "web.yaml")
    _ = try program.write(Self.template + "  Third: \(disk)\n", to: "more.yaml")
    _ = try program.write("Resources:\n  Disk: \(disk)\n", to: "less.yaml")
    _ = try program.write("Resources:\n  Own: \(disk)\n", to: "data.yaml")
    _ = try program.write("Resources:\n  Own: \(disk)\n  Store: \(disk)\n", to: "both.yaml")
    let environment = [
      "OS_AUTH_URL": "http://127.0.0.1:\(port)/identity/v3", "OS_USERNAME": "demo", "OS_PASSWORD": "demo",
      "OS_PROJECT_NAME": "demo", "OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default",
    ]
    func kiln(_ arguments: String..., status: Int32 = 0) async throws -> Program.Outcome {
      let outcome = try await program.run(["stacks"] + arguments, environment: environment)
      #expect(outcome.status == status, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
      return outcome
    }

    let creation = try program.start(
      ["stacks", "create", "web", "web.yaml", "--yes", "--break", "pre-create:Other"],
      environment: environment)
    for _ in 0..<600 {
      let shown = try await program.run(["stacks", "show", "web"], environment: environment)
      if shown.output.contains("Other waits at pre-create") { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    let busy = try await kiln("update", "web", "more.yaml", "--yes", status: 1)
    #expect(busy.errors.contains("in progress"), "\(busy)")
    let unasked = try await kiln("update", "web", "more.yaml", "--supersede", status: 1)
    #expect(unasked.errors.contains("the create of web is in progress"), "\(unasked)")
    let wrong = try await kiln("update", "web", "nothing.yaml", "--supersede", "--yes", status: 1)
    #expect(wrong.errors.contains("nothing.yaml"), "\(wrong)")
    let done = try await kiln("update", "web", "more.yaml", "--supersede", "--yes")
    #expect(done.output.contains("UPDATE_COMPLETE"), "\(done)")
    creation.wait()
    let shown = try await kiln("show", "web").output
    #expect(shown.contains("Other") && shown.contains("Third"), "\(shown)")
    // There is nothing to take over from.
    _ = try await kiln("update", "web", "web.yaml", "--supersede", "--yes")

    _ = try await kiln("create", "data", "data.yaml", "--yes")
    let before = try await kiln("show", "web", "-o", "json").output
    let id = try #require(
      before.firstMatch(of: /"Other","type":"[^"]*","status":"[^"]*","physical_id":"([^"]*)"/)
    ).output.1
    let templates = ["--source-template", "less.yaml", "--target-template", "both.yaml"]
    func move(_ arguments: String..., status: Int32 = 0) async throws -> Program.Outcome {
      let outcome = try await program.run(
        ["stacks", "move"] + arguments + templates, environment: environment)
      #expect(outcome.status == status, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
      return outcome
    }
    let plan = try await move("web", "data", "Other=Store", status: 1)
    #expect(plan.output.contains("> web/Other becomes data/Store"), "\(plan)")
    #expect(plan.errors.contains("add --yes to do it"))
    let taken = try await move("web", "data", "Other=Own", "--yes", status: 1)
    #expect(taken.errors.contains("data has a resource Own"), "\(taken)")
    for bad in ["Other=", "Other=A=B", "=A"] { _ = try await move("web", "data", bad, status: 2) }
    _ = try await move("web", "data", "Other=A", "Disk=A", status: 2)
    let moved = try await move("web", "data", "Other=Store", "--yes", "-o", "json")
    #expect(moved.output.contains(#"{"from":"web","to":"data","resources":{"Other":"Store"}}"#), "\(moved)")
    let after = try await kiln("show", "data").output
    #expect(after.contains("Store") && after.contains(id), "\(after)")
    #expect(!(try await kiln("show", "web").output.contains("Other")))
  }
}
