import Document
import FoundationEssentials
import Testing

@Suite("the main job")
struct MainJobTests {
  private static let script = Program.top.appending(path: "scripts/wordpress.lua").path

  @Test("WordPress is launched, broken, healed, changed and deleted on the embedded cloud")
  func wordpress() async throws {
    let outcome = try await Program().run([Self.script])
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    let milestones = [
      "== launch wordpress on embedded ==", "CREATE_COMPLETE               WebReady", "WebsiteURL   http://",
      "HA_DETECTED", "HA_RESTART", "HA_RECOVERED", "HA_ESCALATED", "HA_SOFT_REBOOT", "HA_HARD_REBOOT",
      "HA_RECOVERED", "InstanceType: \"m1.small\" → \"m1.medium\"", "Plan: 1 to update.", "UPDATE_COMPLETE",
      "DELETE_COMPLETE", "nothing is left",
    ]
    var rest = outcome.output[...]
    for milestone in milestones {
      let found = try #require(rest.firstRange(of: milestone), "\(milestone) isn't in\n\(rest)")
      rest = rest[found.upperBound...]
    }
  }

  @Test("an application is composed from components and a table, as YAML and as a program that says the same")
  func composing() async throws {
    let script = Program.top.appending(path: "scripts/compose.lua").path
    let yaml = try await Program().run([script])
    #expect(yaml.errors == "")
    #expect(yaml.status == 0)
    #expect(yaml.output.contains("  OrdersServer:\n    Type: AWS::EC2::Instance\n"))
    #expect(yaml.output.contains("Value: !Sub http://${ShopServer.PublicIp}:80/"))
    let program = try Program()
    let text = try await program.run([script, "lua"]).output
    let json = try await program.run([script, "json"]).output
    let again = try program.write(
      text.replacing("return t", with: "io.write(t:text 'json')"), to: "again.lua")
    let composed = try await program.run([again])
    #expect(composed.errors == "")
    #expect(try Value.json(composed.output)["Outputs"] == Value.json(json)["Outputs"])
  }

  @Test("what others do to a stack is told and taken back; it sleeps, and its disk moves to another stack")
  func upkeep() async throws {
    let outcome = try await Program().run([WorkedProgram.upkeep.path])
    try WorkedProgram.upkeep.expect(of: outcome, isEmbedded: true)
  }

  @Test("a group grows and shrinks when it is told to, rolls its updates, and outlives what goes wrong")
  func scaling() async throws {
    let outcome = try await Program().run(["--cloud", "embedded", WorkedProgram.scaling.path])
    try WorkedProgram.scaling.expect(of: outcome, isEmbedded: true)
  }

  @Test("a stack is made step by step: refused by a hook, tried again, held at a breakpoint, skipped")
  func stepping() async throws {
    let outcome = try await Program().run(["--cloud", "embedded", WorkedProgram.stepping.path])
    try WorkedProgram.stepping.expect(of: outcome, isEmbedded: true)
  }

  @Test("with -o json each event is one JSON object")
  func json() async throws {
    let chunk = """
      local t = kiln.template.new()
      t:resource("Disk", "AWS::EC2::Volume", { Size = 1, AvailabilityZone = "nova" })
      kiln.stacks.create("disk", t):wait()
      """
    let outcome = try await Program().run(["-o", "json", "-e", chunk])
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.allSatisfy { $0.hasPrefix("{\"sequence\":") && $0.hasSuffix("}") })
    #expect(lines.last?.contains("\"CREATE_COMPLETE\"") ?? false)
  }

  @Test("a server that fails to build rolls the stack back, says why, and ends with exit code 1")
  func failure() async throws {
    let chunk = """
      local t = kiln.template.new()
      t:resource("Web", "AWS::EC2::Instance", { ImageId = "cirros", InstanceType = "m1.smal" })
      kiln.stacks.create("web", t):wait()
      """
    let outcome = try await Program().run(["-e", chunk])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("CREATE_FAILED"))
    #expect(outcome.output.contains("ROLLBACK_COMPLETE"))
    #expect(outcome.errors.contains("m1.smal"))
    #expect(outcome.errors.contains("did you mean m1.small"))
  }

  @Test("a full quota rolls the stack back, and tells which quota, the request and what to do")
  func quota() async throws {
    let chunk = """
      local t = kiln.template.new()
      for i = 1, 3 do
        t:resource("Disk" .. i, "AWS::EC2::Volume", { Size = 40000, AvailabilityZone = "nova" })
      end
      kiln.stacks.create("disks", t):wait()
      """
    let outcome = try await Program().run(["-e", chunk])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("ROLLBACK_COMPLETE"))
    #expect(outcome.errors.contains("error: disks was rolled back: Disk"))
    #expect(outcome.errors.contains("exceeds allowed gigabytes quota"))
    #expect(outcome.errors.contains("the request to cloud embedded was POST"))
    #expect(outcome.errors.contains("hint: the project's quota of gigabytes is used up"))
  }

  /// The template of 2012 whose alarm replaces its instance, where the public templates are.
  private static let oldTemplate = Program.top.deletingLastPathComponent().appending(
    path: "shared/templates/cfn/heat-2012/WordPress_Single_Instance_With_HA.template")

  @Test(
    "the WordPress of 2012 is kept alive by its own alarm and restarter",
    .enabled(
      if: FileManager.default.fileExists(atPath: oldTemplate.path),
      "the public templates aren't beside the checkout"))
  func restarter() async throws {
    let outcome = try await Program().run(
      [
        "--cloud", "embedded", Program.top.appending(path: "scripts/restarter.lua").path,
        Self.oldTemplate.path,
        "KeyName=kiln", "DBPassword=notthedefault",
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    var rest = outcome.output[...]
    for milestone in [
      "policy restarter/WebServerRestartPolicy for restarter/WikiDatabase",
      "SampleCount of ServiceFailure is 3, > 2 in 5 min", "HA_REPLACE", "replaced:", "nothing is left",
    ] {
      let found = try #require(rest.firstRange(of: milestone), "\(milestone) isn't in\n\(rest)")
      rest = rest[found.upperBound...]
    }
  }

  @Test(
    "an application is restarted, its server is rebooted, and in the end a standby takes its address over")
  func failover() async throws {
    let outcome = try await Program().run(["--cloud", "embedded", WorkedProgram.failover.path])
    try WorkedProgram.failover.expect(of: outcome, isEmbedded: true)
  }

  @Test(
    "a web server is restarted, its server rebooted and replaced, and in the end a standby takes its address over"
  )
  func keepalive() async throws {
    let outcome = try await Program().run(["--cloud", "embedded", WorkedProgram.keepalive.path])
    try WorkedProgram.keepalive.expect(of: outcome, isEmbedded: true)
  }
}
