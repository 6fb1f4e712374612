import Document
import HighAvailability
import LuaRuntime
import OrderedCollections
import ResourceFacts
import Scripting
import Templates
import TestSupport
import Testing

@Suite("Policies as documents")
struct PolicyDocumentTests {
  @Test("mistakes are told all at once, each with its place", arguments: GoldenCase.all("policies.txt"))
  func mistakes(_ example: GoldenCase) async throws {
    let source = Source(name: "wiki.yaml", text: example.input)
    do {
      _ = try await workbench().policyFile(source)
      Issue.record("the document was taken")
    } catch let error as any Explainable {
      #expect(error.diagnostics.map { $0.rendered() }.joined(separator: "\n") == example.expected)
    }
  }

  @Test("a document says what Lua says by the same names, in the case of templates too")
  func sameAsLua() async throws {
    let documents = [
      """
      - name: wiki
        stack: web
        resource: Server
        checks:
          - http: { url: "http://10.0.0.5/", every: 5s, fall: 2, of: 4, contains: Word*, headers: { Server: "*" } }
          - tcp: { address: 10.0.0.5, port: 3306, flap: { high: 0.6 } }
          - metric: { name: busy, metric: load, threshold: 4.5, comparison: ">=", periods: 3, datapoints: 2 }
          - heartbeat
        ladder:
          - restart: { service: httpd, intensity: 3, period: 10m }
          - restart: { address: 10.0.0.5, command: systemctl restart httpd, key_file: keys/web }
          - soft_reboot
          - notify: { to: operator }
          - replace: {}
        reset_after: 1h
        needs: [database]
        group: webs
        tags: { env: live }
      """,
      """
      [{"Name": "wiki", "Stack": "web", "Resource": "Server", "ResetAfter": "1h", "Needs": ["database"],
        "Group": "webs", "Tags": {"env": "live"},
        "Checks": [
          {"Http": {"Url": "http://10.0.0.5/", "Every": "5s", "Fall": "2", "Of": "4", "Contains": "Word*",
                    "Headers": {"Server": "*"}}},
          {"Tcp": {"Address": "10.0.0.5", "Port": "3306", "Flap": {"High": "0.6"}}},
          {"Metric": {"Name": "busy", "Metric": "load", "Threshold": "4.5", "Comparison": ">=", "Periods": "3",
                      "Datapoints": 2}},
          "Heartbeat"],
        "Ladder": [
          {"Restart": {"Service": "httpd", "Intensity": "3", "Period": "10m"}},
          {"Restart": {"Address": "10.0.0.5", "Command": "systemctl restart httpd", "KeyFile": "keys/web"}},
          "SoftReboot", {"Notify": {"To": "operator"}}, "Replace"]}]
      """,
    ]
    let script = """
      local ha = kiln.ha
      return ha.policy {
        name = "wiki", stack = "web", resource = "Server",
        checks = {
          ha.check.http { url = "http://10.0.0.5/", every = "5s", fall = 2, of = 4, contains = "Word*",
            headers = { Server = "*" } },
          ha.check.tcp { address = "10.0.0.5", port = 3306, flap = { high = 0.6 } },
          ha.check.metric { name = "busy", metric = "load", threshold = 4.5, comparison = ">=", periods = 3,
            datapoints = 2 },
          ha.check.heartbeat {},
        },
        ladder = ha.ladder({
          ha.rung.restart { service = "httpd", intensity = 3, period = "10m" },
          ha.rung.restart { address = "10.0.0.5", command = "systemctl restart httpd", key_file = "keys/web" },
          ha.rung.soft_reboot(), ha.rung.notify { to = "operator" }, ha.rung.replace {},
        }, { reset_after = "1h" }),
        needs = { "database" }, group = "webs", tags = { env = "live" },
      }
      """
    let lua = try await bench()
    let own = try await PolicyFile(
      lua.run(script, name: "@test.lua"), of: "test.lua", text: script, in: lua)
    for text in documents {
      let file = try await workbench().policyFile(Source(name: "wiki.yaml", text: text))
      #expect(file.book.pages.map(\.policy.imprint) == own.book.pages.map(\.policy.imprint))
    }
  }

  @Test("budgets and targets stand beside the policies, and texts may depend on the stack")
  func wholeFile() async throws {
    let text = """
      policies:
        name: wiki
        stack: web
        resource: Server
        checks: [{ http: { url: "http://${Address}:${Server.Port}/${outputs.Path}" } }]
        notify: { command: { command: [logger, -t, kiln] } }
      budgets: [{ per: stack, number: 2 }]
      notify: [{ email: { to: ops@example.org } }]
      """
    let book = try await workbench().policyFile(Source(name: "wiki.yaml", text: text)).book
    #expect(book.budgets?.map(\.number) == [2])
    let page = try #require(book.pages.first)
    #expect(page.targets.count == 2)
    guard case .http(let url, _) = page.policy.checks[0].kind else {
      Issue.record("no http check")
      return
    }
    #expect(
      url.parts == [
        .text("http://"), .reference("Address"), .text(":"), .attribute(of: "Server", "Port"), .text("/"),
        .output("Path"),
      ])
  }

  @Test("every kind of check that a document can say is known to the resource type")
  func kinds() async throws {
    let names = try await values(
      "local names = {} for name in pairs(kiln.ha.check) do names[#names + 1] = name end return names")
    let own = Set(names.first?.list?.compactMap(\.string) ?? []).subtracting(["custom"])
    let schema = try #require(try ResourceSchemas()["Kiln::HA::Policy"])
    guard case .list(.map(let kinds)) = schema.properties["Checks"]?.kind else {
      Issue.record("checks are no list of maps")
      return
    }
    #expect(Set(kinds.properties.keys.map(DocumentedCall.name)) == own)
  }

  @Test("a mistake in a template's policy is shown in its properties; a stack without any is told so")
  func wrongTemplate() async throws {
    let wrong = try await complaint(
      """
      local t = kiln.template.parse [==[
      Resources:
        Disk: { Type: "AWS::EC2::Volume", Properties: { Size: 1, AvailabilityZone: nova } }
        Policy:
          Type: Kiln::HA::Policy
          Properties:
            Resource: !Ref Disk
            Checks: [{ Tcp: { Address: 10.0.0.5, Prot: 80 } }]
      ]==]
      kiln.stacks.create("wiki", t):wait()
      kiln.ha.policies "wiki"
      """)
    #expect(wrong?.sentence == "tcp has no option `Prot`; did you mean `port`?")
    #expect(wrong?.place?.source.name == "Policy of the stack wiki")
    let none = try await complaint(
      """
      kiln.stacks.create("bare", kiln.template.parse [==[
      Resources: { Disk: { Type: "AWS::EC2::Volume", Properties: { Size: 1, AvailabilityZone: nova } } }
      ]==]):wait()
      kiln.ha.policies "bare"
      """)
    #expect(none?.code == "no_policies")
  }
}
