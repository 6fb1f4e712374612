import Foundation
import Testing

@Suite("commands")
struct CommandTests {
  private static let bad = """
    Parameters:
      Flavor: {Type: String, Default: m1.small}
    Resources:
      Web:
        Type: AWS::EC2::Instance
        Properties:
          ImageId: !Jion ["", [a, b]]
          InstanceType: !Ref Flavr
          SecurityGroups: web
        DependsOn: Disk
      Disk:
        Type: AWS::EC2::Volume
        Properties:
          Size: 1
          AvailabilityZone: !GetAtt Web.AvailabilityZone

    """

  @Test("validating a template reports every mistake with its place, and ends with exit code 1")
  func validate() async throws {
    let program = try Program()
    _ = try program.write(Self.bad, to: "bad.yaml")
    let outcome = try await program.run(["template", "validate", "bad.yaml"])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("bad.yaml: 4 errors"))
    for line in [
      "Fn::Jion", "bad.yaml:7:", "there is no parameter or resource `Flavr`", "did you mean `Flavor`?",
      "`SecurityGroups` must be a list", "Web → Disk → Web",
    ] {
      #expect(outcome.errors.contains(line), "\(line) isn't in\n\(outcome.errors)")
    }
    #expect(!outcome.errors.contains("Swift"))
  }

  @Test("YAML that is none is told with its place")
  func yaml() async throws {
    let outcome = try await Program().run(["template", "validate", "-"], input: "a: [1\nb: 2\n")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("stdin:"))
  }

  @Test("a template that is fine is shown in short")
  func show() async throws {
    let program = try Program()
    _ = try program.write(
      "Resources: {Disk: {Type: 'AWS::EC2::Volume', Properties: {Size: 1, AvailabilityZone: nova}}}",
      to: "t.yaml")
    let outcome = try await program.run(["template", "show", "t.yaml"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Disk  AWS::EC2::Volume"))
  }

  @Test("a cloud that isn't configured is told, with those that are")
  func unknownCloud() async throws {
    let program = try Program()
    _ = try program.write("clouds: {mine: {auth: {auth_url: 'http://127.0.0.1:1'}}}", to: "clouds.yaml")
    let outcome = try await program.run(["--cloud", "mien", "stacks", "list"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("there is no cloud mien"))
    #expect(outcome.errors.contains("mine"))
  }

  @Test("a cloud that can't be reached is told, with its address")
  func unreachable() async throws {
    let program = try Program()
    let clouds = """
      clouds:
        gone:
          auth: {auth_url: "http://127.0.0.1:1/v3", username: u, password: hunter2, project_name: p}
      """
    _ = try program.write(clouds, to: "clouds.yaml")
    let outcome = try await program.run(["--cloud", "gone", "-e", "kiln.cloud.compute:servers()"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("127.0.0.1:1"))
    #expect(!outcome.errors.contains("hunter2"))
  }
}

@Suite("the embedded cloud for other clients", .serialized)
struct ServedCloudTests {
  private static let port = 20_000 + Int.random(in: 0..<20_000)

  private func clouds(password: String = "demo") -> String {
    """
    clouds:
      served:
        region_name: RegionOne
        auth:
          auth_url: http://127.0.0.1:\(Self.port)/identity/v3
          username: demo
          password: \(password)
          project_name: demo
          user_domain_id: default
          project_domain_id: default
    """
  }

  /// Runs a body while kiln serves its embedded cloud.
  private func served(_ body: () async throws -> Void) async throws {
    let server = try Program().start(["cloud", "--listen", "127.0.0.1:\(Self.port)"])
    defer { server.interrupt() }
    try await server.waitForErrors(containing: "an OpenStack in memory")
    try await body()
  }

  @Test("another kiln works on it as on a real cloud, and keeps its journal")
  func kiln() async throws {
    try await served {
      let program = try Program()
      _ = try program.write(clouds(), to: "clouds.yaml")
      let chunk = """
        local t = kiln.template.new()
        t:resource("Disk", "AWS::EC2::Volume", { Size = 1, AvailabilityZone = "nova" })
        print(kiln.stacks.create("disk", t):wait().status)
        """
      let created = try await program.run(["--cloud", "served", "-e", chunk])
      #expect(created.output.hasSuffix("CREATE_COMPLETE\n"), "\(created)")
      let listed = try await program.run(["--cloud", "served", "stacks", "list"])
      #expect(listed.output.contains("disk  CREATE_COMPLETE"))
      let events = try await program.run(["--cloud", "served", "stacks", "events", "disk"])
      #expect(events.output.contains("Disk  (AWS::EC2::Volume)"))
      let deleted = try await program.run(["--cloud", "served", "stacks", "delete", "disk"])
      #expect(deleted.status == 0)
      #expect(deleted.output.contains("DELETE_COMPLETE"))
    }
  }

  @Test("a wrong password is told, with the user and where to look")
  func password() async throws {
    try await served {
      let program = try Program()
      _ = try program.write(clouds(password: "hunter2"), to: "clouds.yaml")
      let outcome = try await program.run(["--cloud", "served", "-e", "kiln.cloud.compute:servers()"])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("doesn't accept the password of user demo"))
      #expect(outcome.errors.contains("OS_PASSWORD"))
      #expect(!outcome.errors.contains("hunter2"))
    }
  }

  @Test(
    "the unmodified openstack client lists and creates servers on it",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openstack"), "there is no openstack client"))
  func openstack() async throws {
    try await served {
      let program = try Program()
      _ = try program.write(clouds(), to: "clouds.yaml")
      let client = "/usr/bin/openstack"
      func run(_ words: String) async throws -> Program.Outcome {
        try await program.run(
          words.split(separator: " ").map(String.init), program: client, environment: ["OS_CLOUD": "served"])
      }
      let created = try await run(
        "server create --image cirros --flavor m1.tiny --network private --wait one")
      #expect(created.status == 0, "\(created.errors)")
      let listed = try await run("server list -f value -c Name -c Status")
      #expect(listed.output == "one ACTIVE\n", "\(listed.errors)")
      #expect(try await run("server delete --wait one").status == 0)
      #expect(try await run("server list -f value -c Name").output.filter { !$0.isWhitespace } == "")
    }
  }
}
