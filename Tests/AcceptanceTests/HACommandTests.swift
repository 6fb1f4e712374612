import Document
import FoundationEssentials
import Testing

/// Incidents and maintenance from the command line, with programs that watch and are killed.
@Suite("commands on high availability")
struct HACommandTests {
  /// Watches an application that a file says is broken; the program ends when it has recovered.
  private static let script = """
    local kiln = require "kiln"
    local ha = kiln.ha
    local folder, mode = arg[1], arg[2]
    local function exists(name)
      local file = io.open(folder .. "/" .. name)
      if file then file:close() end
      return file ~= nil
    end
    local function write(name) io.open(folder .. "/" .. name, "w"):close() end
    if mode ~= "again" then
      kiln.stacks.create("shop", kiln.template.parse("Resources: {Disk: {Type: 'AWS::EC2::Volume', Properties: {Size: 1, AvailabilityZone: nova}}}")):wait()
    end
    local supervisor = ha.supervise(ha.policy {
      name = "shop", stack = "shop", resource = "Disk",
      checks = {
        ha.check.custom {
          name = "door", every = "50ms", fall = 2, rise = 1,
          run = function() return not exists "broken", "the door is shut" end,
        },
      },
      ladder = ha.ladder {
        ha.rung.custom {
          name = "mend", intensity = 2, settle = "200ms",
          run = function()
            if mode == "hang" then kiln.task.sleep(60) end
            if mode == "stiff" and not exists "oil" then error "it is stuck" end
            os.remove(folder .. "/broken")
            return ha.recovered
          end,
        },
      },
    })
    write "watching"
    for event in supervisor:events() do
      print(event.status, event.reason)
      write(event.status)
      if event.status == "HA_RECOVERED" then break end
    end
    supervisor:stop()

    """

  private struct Shop {
    let program: Program

    init() throws {
      program = try Program()
      _ = try program.write(HACommandTests.script, to: "watch.lua")
    }

    var store: [String] { ["--cloud", "embedded", "--store", "shop.sqlite"] }

    func arguments(_ mode: String) -> [String] { store + ["watch.lua", program.folder.path, mode] }

    func breakDown() throws { _ = try program.write("", to: "broken") }

    func has(_ name: String) -> Bool {
      (try? Data(contentsOf: program.folder.appending(path: name))) != nil
    }

    /// Waits until the script has written a file.
    func wait(for name: String) async throws {
      for _ in 0..<600 where !has(name) { try await Task.sleep(for: .milliseconds(50)) }
      try #require(has(name), "the script never came to \(name)")
    }

    func ha(_ arguments: String..., status: Int32 = 0) async throws -> Program.Outcome {
      let outcome = try await program.run(["ha"] + arguments + store)
      #expect(outcome.status == status, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
      return outcome
    }
  }

  @Test("an incident is listed and explained, down to what the check said")
  func explains() async throws {
    let shop = try Shop()
    #expect(try await shop.ha("incidents").errors.contains("There are no incidents."))
    try shop.breakDown()
    let watched = try await shop.program.run(shop.arguments("mend"))
    #expect(watched.status == 0, "\(watched.errors)")
    let list = try await shop.ha("incidents").output
    #expect(list.contains("shop") && list.contains("recovered") && list.contains("the door is shut"))
    let row = try Value.json(try await shop.ha("incidents", "-o", "json").output)
    let id = try #require(row["id"]?.string)
    #expect(try await shop.ha("incidents", "--open").errors.contains("There are no incidents."))
    let story = try await shop.ha("explain", id).output
    for part in [
      "shop on shop/Disk: recovered after", "door said down: the door is shut",
      "mend 1 of 2 within 1 h: done",
      "chosen: mend 1 of 2 within 1 h, at once", "recovered: after mend",
    ] {
      #expect(story.contains(part), "\(part) isn't in\n\(story)")
    }
    let value = try Value.json(try await shop.ha("explain", id, "-o", "json").output)
    #expect(value["state"] == "recovered")
    #expect(value["entries"]?.list?.first?["kind"] == "detected")
    let unknown = try await shop.ha("explain", "nope", status: 1)
    #expect(unknown.errors.contains("there is no incident nope"))
    #expect(unknown.errors.contains("`kiln ha incidents` lists them"))
  }

  @Test("a program that is killed in the middle of an action is followed by one that knows of it")
  func killed() async throws {
    let shop = try Shop()
    let first = try shop.program.start(shop.arguments("hang"))
    try await shop.wait(for: "watching")
    try shop.breakDown()
    try await shop.wait(for: "HA_CUSTOM")
    first.kill()
    #expect(try await shop.ha("incidents", "--open").output.contains("open"))
    let second = try await shop.program.run(shop.arguments("again"))
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.output.contains("HA_TOOK_OVER"))
    let row = try Value.json(try await shop.ha("incidents", "-o", "json").output)
    let story = try await shop.ha("explain", try #require(row["id"]?.string)).output
    #expect(
      story.contains("took over: the supervisor before didn't renew its lease; mend 1 of 2"), "\(story)")
    #expect(story.contains("it isn't known what came of mend"))
    #expect(story.contains("mend 2 of 2 within 1 h: done"))
  }

  @Test("maintenance that another program begins keeps hands off until it ends")
  func maintenance() async throws {
    let shop = try Shop()
    #expect(try await shop.ha("maintenance", "list").errors.contains("Nothing is in maintenance."))
    let watcher = try shop.program.start(shop.arguments("mend"))
    try await shop.wait(for: "watching")
    let on = try await shop.ha("maintenance", "on", "--stack", "shop", "--for", "1h", "--reason", "new disks")
    #expect(on.errors.contains("stack shop is in maintenance from now on, until"))
    try await shop.wait(for: "HA_MAINTENANCE_BEGAN")
    let listed = try await shop.ha("maintenance", "list").output
    #expect(listed.contains("stack shop") && listed.contains("new disks"))
    try shop.breakDown()
    try await Task.sleep(for: .seconds(1))
    #expect(!shop.has("HA_DETECTED"))
    _ = try await shop.ha("maintenance", "off", "--stack", "shop")
    watcher.wait()
    #expect(shop.has("HA_RECOVERED"))
    let none = try await shop.ha("maintenance", "off", "--tag", "env=live", status: 1)
    #expect(none.errors.contains("there is no maintenance of tag env=live"))
    #expect(try await shop.ha("maintenance", "on", status: 2).errors.contains("say what is meant"))
    #expect(
      try await shop.ha("maintenance", "on", "--stack", "a", "--everything", status: 2).errors
        .contains("say what is meant"))
    #expect(try await shop.ha("maintenance", "on", "--tag", "env", status: 2).errors.contains("KEY=WORD"))
  }

  @Test("what was given up is tried again when another program says so")
  func retry() async throws {
    let shop = try Shop()
    let watcher = try shop.program.start(shop.arguments("stiff"))
    try await shop.wait(for: "watching")
    #expect(
      try await shop.ha("retry", "shop", status: 1).errors.contains(
        "shop is neither held nor given up: it is"))
    #expect(try await shop.ha("retry", "shed", status: 1).errors.contains("there are: shop"))
    try shop.breakDown()
    try await shop.wait(for: "HA_GAVE_UP")
    _ = try shop.program.write("", to: "oil")
    #expect(try await shop.ha("retry", "shop").errors.contains("shop is tried again by whoever watches it"))
    watcher.wait()
    #expect(shop.has("HA_RECOVERED"))
    #expect(try await shop.ha("thaw").errors.contains("goes on within five seconds"))
  }

  @Test(
    "a stack is watched as its own template says, and the new address is asked when its server is replaced")
  func ownTemplate() async throws {
    let script = """
      local t = kiln.template.parse [==[
      Resources:
        Web:
          Type: AWS::EC2::Instance
          Properties: { ImageId: F17-x86_64-cfntools, InstanceType: m1.small }
        Ready: { Type: OS::Heat::Delay, Properties: { min_wait: 3 }, DependsOn: Web }
        WebPolicy:
          Type: Kiln::HA::Policy
          Properties:
            Resource: !Ref Web
            Checks: [{ Http: { Url: !Sub "http://${Web.PublicIp}/", Every: 50ms, Fall: 2, Rise: 1 } }]
            Ladder: [{ Restart: { Settle: 200ms } }, { Replace: { Settle: 1s } }]
      ]==]
      local stack = kiln.stacks.create("wiki", t):wait()
      local before = stack:resource("Web").physical_id
      local policies = kiln.ha.policies(stack)
      print(policies[1])
      local supervisor <close> = kiln.ha.supervise(policies)
      kiln.cloud.guest(before):break_application "replace"
      for event in supervisor:events() do
        print(event.status)
        if event.status == "HA_RECOVERED" then break end
      end
      print(before ~= stack:resource("Web").physical_id)
      """
    let outcome = try await Program().run(["--cloud", "embedded", "-e", script])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let told = outcome.output.split(separator: "\n").drop { !$0.hasPrefix("policy") }
    #expect(
      told == [
        "policy wiki/WebPolicy for wiki/Web", "HA_DETECTED", "HA_RESTART", "HA_ESCALATED", "HA_REPLACE",
        "HA_RECOVERED", "true",
      ])
  }

  @Test(
    "plugins in a folder `isolated` have processes of their own, and so have all of them or one on request")
  func isolated() async throws {
    let program = try Program()
    let folder = program.folder.appending(path: "config/kiln/policies/isolated")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try program.write(
      "ha.decide(function() end)\nha.test('t', function(t) assert(t:decide {} == 'proceed') end)",
      to: "config/kiln/policies/isolated/strange.lua")
    _ = try program.write("ha.decide(function() end)", to: "config/kiln/policies/own.lua")
    func isolated(_ arguments: String...) async throws -> [String: Bool] {
      let outcome = try await program.run(["ha", "plugins", "-o", "json"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rows = try outcome.output.split(separator: "\n").map { try Value.json(String($0)) }
      return Dictionary(
        uniqueKeysWithValues: rows.map { ($0["name"]?.string ?? "", $0["isolated"]?.bool ?? false) })
    }
    #expect(try await isolated() == ["own": false, "strange": true])
    #expect(try await isolated("--isolate") == ["own": true, "strange": true])
    let told = try await program.run([
      "-e",
      """
      for _, plugin in ipairs(kiln.ha.plugins()) do print(plugin.name, plugin.isolated, plugin.process ~= nil) end
      print(kiln.ha.load_plugin("config/kiln/policies/own.lua", { isolated = true }))
      print(kiln.ha.load_plugin("config/kiln/policies/isolated/strange.lua", { isolated = false }))
      for _, plugin in ipairs(kiln.ha.plugins()) do print(plugin.name, plugin.isolated, plugin.memory > 0) end
      """,
    ])
    #expect(told.errors == "")
    #expect(
      told.output.split(separator: "\n") == [
        "own\tfalse\tfalse", "strange\ttrue\ttrue", "own", "strange", "own\ttrue\ttrue",
        "strange\tfalse\ttrue",
      ])
    _ = try program.write("ha.test('t', function()\n  error 'no'\nend)", to: "bad.lua")
    let bad = try await program.run(["ha", "plugins", "--isolate", "bad.lua"])
    #expect(bad.status == 1)
    #expect(bad.errors.contains("the plugin's test `t` fails: no") && bad.errors.contains("bad.lua:2"))
    #expect(try await program.run(["--help"]).output.contains("plugin-host") == false)
  }

  @Test("policy plugins are listed in their order, and one that fails its own test is told with its place")
  func plugins() async throws {
    let program = try Program()
    #expect(try await program.run(["ha", "plugins"]).errors.contains("There are no policy plugins."))
    _ = try program.write(
      "ha.plugin { name = 'night', after = { 'day' } } ha.decide(function() end)", to: "a.lua")
    _ = try program.write(
      "ha.plugin { name = 'day' }\nha.handler('h', function() end)\nha.test('t', function(b) b:handle 'h' end)",
      to: "b.lua")
    _ = try program.write("ha.test('t', function()\n  error 'no'\nend)", to: "c.lua")
    let good = try await program.run(["ha", "plugins", "a.lua", "b.lua"])
    #expect(good.status == 0, "\(good.errors)")
    let lines = good.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && lines[1].contains("day") && lines[2].contains("night"))
    let bad = try await program.run(["ha", "plugins", "a.lua", "c.lua"])
    #expect(bad.status == 1)
    #expect(bad.output.contains("night"))
    #expect(bad.errors.contains("the plugin's test `t` fails: no") && bad.errors.contains("c.lua:2"))
  }
}
