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
          - guest_agent: { command: systemctl is-active httpd, virsh: sudo virsh }
          - guest_agent: { server: "${Server}", address: 10.0.0.7, user: nova, timeout: 20s }
          - heartbeat
        ladder:
          - restart: { service: httpd, intensity: 3, period: 10m }
          - restart: { address: 10.0.0.5, command: systemctl restart httpd, key_file: keys/web }
          - restart: { service: httpd, agent: { user: nova, connection: "qemu+tcp://localhost/system" } }
          - soft_reboot
          - notify: { to: operator }
          - replace: { strategy: one_for_all, members: [Server, Db] }
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
          {"GuestAgent": {"Command": "systemctl is-active httpd", "Virsh": "sudo virsh"}},
          {"GuestAgent": {"Server": "${Server}", "Address": "10.0.0.7", "User": "nova", "Timeout": "20s"}},
          "Heartbeat"],
        "Ladder": [
          {"Restart": {"Service": "httpd", "Intensity": "3", "Period": "10m"}},
          {"Restart": {"Address": "10.0.0.5", "Command": "systemctl restart httpd", "KeyFile": "keys/web"}},
          {"Restart": {"Service": "httpd",
                       "Agent": {"User": "nova", "Connection": "qemu+tcp://localhost/system"}}},
          "SoftReboot", {"Notify": {"To": "operator"}},
          {"Replace": {"Strategy": "one_for_all", "Members": ["Server", "Db"]}}, "Replace"]}]
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
          ha.check.guest_agent { command = "systemctl is-active httpd", virsh = "sudo virsh" },
          ha.check.guest_agent { server = "${Server}", address = "10.0.0.7", user = "nova", timeout = "20s" },
          ha.check.heartbeat {},
        },
        ladder = ha.ladder({
          ha.rung.restart { service = "httpd", intensity = 3, period = "10m" },
          ha.rung.restart { address = "10.0.0.5", command = "systemctl restart httpd", key_file = "keys/web" },
          ha.rung.restart { service = "httpd",
            agent = { user = "nova", connection = "qemu+tcp://localhost/system" } },
          ha.rung.soft_reboot(), ha.rung.notify { to = "operator" },
          ha.rung.replace { strategy = "one_for_all", members = { "Server", "Db" } }, ha.rung.replace {},
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

  @Test("a tree of scopes is said by Lua, a document and a template alike")
  func scopes() async throws {
    let document = """
      - { name: site, scope: stack, stack: web, ladder: [{ replace: { strategy: one_for_all } }] }
      - { name: server, scope: server, stack: web, resource: Web, parent: site, ladder: [soft_reboot] }
      - { name: wiki, stack: web, resource: Web, parent: server, checks: [{ tcp: { address: 10.0.0.5, port: 80 } }] }
      """
    let script = """
      local ha = kiln.ha
      return {
        ha.policy { name = "site", scope = "stack", stack = "web",
          ladder = ha.ladder { ha.rung.replace { strategy = "one_for_all" } } },
        ha.policy { name = "server", scope = "server", stack = "web", resource = "Web", parent = "site",
          ladder = ha.ladder { ha.rung.soft_reboot() } },
        ha.policy { name = "wiki", stack = "web", resource = "Web", parent = "server",
          checks = { ha.check.tcp { address = "10.0.0.5", port = 80 } } },
      }
      """
    let lua = try await bench()
    let own = try await PolicyFile(
      lua.run(script, name: "@test.lua"), of: "test.lua", text: script, in: lua)
    let file = try await workbench().policyFile(Source(name: "wiki.yaml", text: document))
    #expect(file.book.pages.map(\.policy.imprint) == own.book.pages.map(\.policy.imprint))
    let policies = file.book.pages.map(\.policy)
    #expect(policies.map(\.relations.scope) == [.stack, .server, .application])
    #expect(policies[0].target.isStack)
    let told = try await values(
      """
      kiln.stacks.create("wiki", kiln.template.parse [==[
      Resources:
        Disk: { Type: "AWS::EC2::Volume", Properties: { Size: 1, AvailabilityZone: nova } }
        Site: { Type: Kiln::HA::Policy, Properties: { Scope: stack, Name: site } }
        Server: { Type: Kiln::HA::Policy, Properties: { Scope: server, Resource: !Ref Disk, Parent: !Ref Site } }
        Wiki:
          Type: Kiln::HA::Policy
          Properties:
            Resource: !Ref Disk
            Parent: !Ref Server
            Checks: [{ Tcp: { Address: 10.0.0.5, Port: 80 } }]
      ]==]):wait()
      local policies = kiln.ha.policies "wiki"
      local supervisor <close> = kiln.ha.supervise(policies)
      local told = {}
      for _, one in ipairs(supervisor:status()) do told[#told + 1] = one.name .. " in " .. one.parent end
      return told
      """)
    #expect(told.first?.list == ["site in ", "wiki/Server in site", "wiki/Wiki in wiki/Server"])
  }

  @Test("a stack's ladder goes on in Lua where that of its part ends")
  func escalation() async throws {
    let told = try await values(
      """
      local ha, broken, parts = kiln.ha, true, nil
      local stack = kiln.stacks.create("shop", kiln.template.parse [==[
      Resources: { Disk: { Type: "AWS::EC2::Volume", Properties: { Size: 1, AvailabilityZone: nova } } }
      ]==]):wait()
      local supervisor <close> = ha.supervise {
        ha.policy {
          name = "door", stack = stack, resource = "Disk", parent = "shop",
          checks = {
            ha.check.custom { every = "50ms", fall = 1, rise = 1, run = function() return not broken, "shut" end },
          },
          ladder = ha.ladder {
            ha.rung.custom { name = "knock", settle = "100ms", run = function() return ha.recovered end },
          },
        },
        ha.policy {
          name = "shop", scope = "stack", stack = stack,
          ladder = ha.ladder {
            ha.rung.custom { name = "open", settle = "100ms", run = function(call)
              broken, parts = false, call.parts
              return ha.recovered
            end },
          },
        },
      }
      local told = {}
      for event in supervisor:events() do
        told[#told + 1] = event.application .. " " .. event.status
        if event.application == "shop" and event.status == "HA_RECOVERED" then break end
      end
      return told, parts
      """)
    #expect(
      told.first?.list == [
        "door HA_DETECTED", "door HA_CUSTOM", "door HA_GAVE_UP", "door HA_ESCALATED", "shop HA_DETECTED",
        "shop HA_CUSTOM", "door HA_STARTED_OVER", "door HA_RECOVERED", "shop HA_RECOVERED",
      ])
    #expect(told.last?.list == ["door"])
  }

  @Test("a parent that no policy is about is refused")
  func strangers() async throws {
    let wrong = try await complaint(
      """
      kiln.ha.supervise(kiln.ha.policy {
        name = "shop", stack = "shop", resource = "Web", parent = "site",
        checks = { kiln.ha.check.server { id = "0f0e" } },
      })
      """)
    #expect(
      wrong?.sentence
        == "shop is a part of site, which no policy is about; there are policies of shop")
  }
}
