import Foundation
import TestSupport
import Testing

/// kiln with real guest agents, on a hypervisor that the embedded cloud names.
@Suite(
  "kiln and guest agents", .serialized,
  .enabled(if: AgentHost.isInstalled, "qemu-guest-agent isn't installed"))
struct HAGuestAgentTests {
  private static let template = """
    Resources:
      Web:
        Type: AWS::EC2::Instance
        Properties: { ImageId: F17-x86_64-cfntools, InstanceType: m1.small }
      WebPolicy:
        Type: Kiln::HA::Policy
        Properties:
          Resource: !Ref Web
          Checks:
            - GuestAgent: { Command: 'kill -0 "$(cat $FOLDER/httpd.pid)"', Every: 100ms, Fall: 2, Rise: 1, Timeout: 60s }
          Ladder:
            - Restart: { Service: httpd, Agent: { User: nova }, Settle: 200ms }
            - Notify: { To: operator }
    """

  /// What a supervisor of policies, which a script makes of the stack, tells up to an event.
  private func told(
    on cloud: String, _ host: AgentHost, by policies: String, until last: String
  ) async throws -> [String] {
    let program = try Program()
    let script = """
      local t = kiln.template.parse [==[
      \(Self.template)
      ]==]
      local stack = kiln.stacks.create("wiki", t):wait()
      local supervisor <close> = kiln.ha.supervise(\(policies))
      for event in supervisor:events() do
        print(event.status .. " " .. event.reason)
        if event.status == "\(last)" then break end
      end
      """
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let outcome = try await program.run(
      ["--cloud", cloud, "-e", script], environment: ["PATH": "\(host.folder)/bin:\(path)"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("HA_") }
  }

  @Test("an administrator's stack is healed by the agent of its server, as its template says")
  func heals() async throws {
    let host = try AgentHost()
    try host.start("instance-00000001")
    let told = try await told(
      on: "embedded-admin", host, by: "kiln.ha.policies(stack)", until: "HA_RECOVERED")
    #expect(
      told.map { $0.split(separator: " ")[0] } == ["HA_DETECTED", "HA_RESTART", "HA_RECOVERED"], "\(told)")
    #expect(told.first?.hasPrefix("HA_DETECTED check guest_agent: exit status ") == true, "\(told)")
    let process = try #require(host.text("httpd.pid").flatMap { Int32($0.filter(\.isNumber)) })
    #expect(kill(process, 0) == 0)
    #expect(Set(host.text("asked")?.split(separator: "\n") ?? []) == ["kiln"])
  }

  @Test("who is no administrator is told so, and the next rung is taken")
  func forbidden() async throws {
    let host = try AgentHost()
    let policy = """
      kiln.ha.policy {
        name = "web", stack = stack, resource = "Web",
        checks = { kiln.ha.check.custom { every = "50ms", run = function() return false, "it is down" end } },
        ladder = kiln.ha.ladder {
          kiln.ha.rung.restart { service = "httpd", agent = {} }, kiln.ha.rung.notify { to = "operator" },
        },
      }
      """
    let told = try await told(on: "embedded", host, by: policy, until: "HA_ESCALATED")
    #expect(
      told.last?.contains(
        "restart isn't possible: Nova doesn't tell where the server runs: that is for administrators")
        == true,
      "\(told)")
    #expect(host.text("asked") == nil)
  }
}
