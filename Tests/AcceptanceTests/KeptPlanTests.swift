import Foundation
import Testing

/// Plans that are kept, drift that is accepted and groups of stacks, from the command line.
@Suite("commands on kept plans, accepted drift and groups")
struct KeptPlanTests {
  private static let port = UInt16.random(in: 26_000..<31_000)
  private static let template = """
    Parameters:
      Key: {Type: String, NoEcho: true, Default: hunter2}
    Resources:
      Disk:
        Type: AWS::EC2::Volume
        # As large as it has to be.
        Properties: {Size: 1, AvailabilityZone: nova}

    """
  private static let group = """
    stacks:
      copy:
        template: copy.yaml
        parameters: {Of: !GetStackOutput {StackName: base, OutputName: Id}}
        tags: {env: test}
      base: {template: base.yaml}

    """
  private static let base = """
    Resources: {Disk: {Type: AWS::EC2::Volume, Properties: {Size: 1, AvailabilityZone: nova}}}
    Outputs: {Id: {Value: !Ref Disk}}

    """
  private static let copy = """
    Parameters: {Of: {Type: String}}
    Resources:
      Disk:
        Type: AWS::EC2::Volume
        Properties: {Size: 1, AvailabilityZone: nova, Tags: [{Key: of, Value: !Ref Of}]}

    """

  @Test("a change set made by one process is executed by another, drift is accepted, a group comes and goes")
  func life() async throws {
    let cloud = try Program().start(["cloud", "--listen", "127.0.0.1:\(Self.port)"])
    defer { cloud.interrupt() }
    try await cloud.waitForErrors(containing: "an OpenStack in memory")
    let program = try Program()
    _ = try program.write(Self.template, to: "web.yaml")
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

    // Change sets.
    let made = try await kiln(
      "stacks", "change-set", "create", "web", "web.yaml", "first", "--description", "the disk")
    #expect(made.output.hasPrefix("first  AVAILABLE\n+ Disk (AWS::EC2::Volume)"))
    #expect(try await kiln("stacks", "list").errors.contains("There are no stacks."))
    _ = try await kiln("stacks", "change-set", "create", "web", "web.yaml", "first", status: 1)
    _ = try await kiln("stacks", "change-set", "execute", "web", "first")
    let listed = try await kiln("stacks", "change-set", "list", "web").output
    #expect(listed.contains("EXECUTE_COMPLETE"))
    #expect(listed.contains("the disk"))
    let shown = try await kiln("stacks", "change-set", "show", "web", "first", "-o", "json").output
    #expect(shown.contains(#""action":"create""#))
    #expect(!shown.contains("hunter2"))
    _ = try await kiln("stacks", "change-set", "create", "web", "web.yaml", "same")
    _ = try await kiln("stacks", "mark", "web", "Disk")
    let late = try await kiln("stacks", "change-set", "execute", "web", "same", status: 1)
    #expect(late.errors.contains("isn't what would be done any longer"))
    _ = try await kiln("stacks", "mark", "web", "Disk", "--healthy")
    _ = try await kiln("stacks", "change-set", "delete", "web", "same")
    _ = try await kiln("stacks", "change-set", "show", "web", "same", status: 1)

    // Drift.
    let extend = """
      local disk = kiln.cloud.volume:volume(kiln.stacks.get("web"):resource("Disk").physical_id)
      disk:extend(3)
      disk:wait "available"
      """
    _ = try await kiln("-e", extend)
    let drift = try await kiln("stacks", "drift", "web", status: 1).output
    #expect(drift.contains("MODIFIED"))
    let shownOnly = try await kiln("stacks", "accept", "web", "--plan")
    #expect(shownOnly.output == Self.template.replacing("Size: 1", with: "Size: 3"))
    let accepted = try await kiln("stacks", "accept", "web", "Disk")
    #expect(accepted.output == shownOnly.output)
    #expect(accepted.errors.contains("Size: 1 → 3"))
    #expect(try await kiln("stacks", "drift", "web").output.contains("IN_SYNC"))
    _ = try program.write(accepted.output, to: "web.yaml")
    #expect(try await kiln("stacks", "plan", "web", "web.yaml").output.contains("Nothing changes."))
    #expect(try await kiln("stacks", "accept", "web").errors.contains("Nothing has drifted."))
    _ = try await kiln("stacks", "accept", "web", "Dsk", status: 1)

    // Groups.
    for (name, text) in [("group", Self.group), ("base", Self.base), ("copy", Self.copy)] {
      _ = try program.write(text, to: "\(name).yaml")
    }
    let plan = try await kiln("stacks", "group", "plan", "group.yaml").output
    #expect(plan.contains("Stack copy: create, after base"))
    #expect(plan.contains("known after base.Id"))
    _ = try await kiln("stacks", "group", "up", "group.yaml", status: 1)
    let up = try await kiln("stacks", "group", "up", "group.yaml", "--yes").output
    #expect(up.contains("base: CREATE_COMPLETE\ncopy: CREATE_COMPLETE"))
    #expect(try await kiln("stacks", "list", "--tag", "env=test").output.contains("copy"))
    #expect(try await kiln("stacks", "group", "plan", "group.yaml").output.contains("Nothing changes."))
    _ = try await kiln("stacks", "group", "delete", "group.yaml", "--yes")
    #expect(!(try await kiln("stacks", "list").output.contains("base")))
    _ = try program.write("stacks: {base: {templat: base.yaml}}", to: "bad.yaml")
    #expect(try await kiln("stacks", "group", "plan", "bad.yaml", status: 1).errors.contains("did you mean"))
  }
}
