import Dispatch
import Document
import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// A supervisor that works for long, as a service manager runs it, and the commands that look at it.
@Suite("kiln ha run", .serialized)
struct HARunTests {
  /// A shop whose door a file says is shut; the ladder opens it.
  private static func policy(_ folder: String, intensity: Int = 5) -> String {
    """
    local ha = require "kiln".ha
    local folder = "\(folder)"
    local function exists(name)
      local file = io.open(folder .. "/" .. name)
      if file then file:close() end
      return file ~= nil
    end
    return {
      policies = {
        ha.policy {
          name = "shop", stack = "shop", resource = "Disk",
          checks = {
            ha.check.custom {
              name = "door", every = "50ms", fall = 2, rise = 1,
              run = function() return not exists "broken", "the door is shut" end,
            },
          },
          ladder = ha.ladder {
            ha.rung.custom {
              name = "mend", intensity = \(intensity), settle = "200ms",
              run = function() os.remove(folder .. "/broken") return ha.recovered end,
            },
          },
        },
      },
      budgets = { { per = "stack", number = 3 } },
      notify = ha.notify.command { command = { "sh", "-c", "cat >> " .. folder .. "/told" } },
    }
    """
  }

  private struct Shop {
    let program: Program

    init() async throws {
      program = try Program()
      _ = try program.write(HARunTests.policy(program.folder.path), to: "shop.lua")
      let made = try await program.run(
        store + [
          "-e",
          "kiln.stacks.create('shop', kiln.template.parse(\"Resources: {Disk: {Type: 'AWS::EC2::Volume', "
            + "Properties: {Size: 1, AvailabilityZone: nova}}}\")):wait()",
        ])
      #expect(made.status == 0, "\(made.errors)")
    }

    var store: [String] { ["--cloud", "embedded", "--store", "shop.sqlite"] }

    func breakDown() throws { _ = try program.write("", to: "broken") }

    func text(_ name: String) -> String {
      (try? Data(contentsOf: program.folder.appending(path: name))).map {
        String(decoding: $0, as: UTF8.self)
      } ?? ""
    }

    /// Waits until a file has a text in it.
    func wait(for text: String, in name: String) async throws {
      for _ in 0..<600 where !self.text(name).contains(text) { try await Task.sleep(for: .milliseconds(50)) }
      try #require(self.text(name).contains(text), "\(name) never had \(text):\n\(self.text(name))")
    }

    func ha(_ arguments: String..., status: Int32 = 0) async throws -> Program.Outcome {
      let outcome = try await program.run(["ha"] + arguments + store)
      #expect(outcome.status == status, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
      return outcome
    }
  }

  /// The socket of a service manager, who always listens: a socket keeps only a few words.
  private final class Manager: Sendable {
    let path: String
    private let descriptor: Int32
    private let told = Mutex("")

    init(_ path: String) throws {
      self.path = path
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(code == 0)
      DispatchQueue(label: "manager").async { [descriptor, weak self] in
        var bytes = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(descriptor, &bytes, bytes.count, 0), count > 0 {
          self?.told.withLock { $0 += String(decoding: bytes.prefix(count), as: UTF8.self) + "\n" }
        }
        close(descriptor)
      }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Waits until the program has told it a line.
    func wait(for line: String) async throws {
      for _ in 0..<600 {
        let isTold = told.withLock { told in
          guard told.contains(line) else { return false }
          told.removeAll()
          return true
        }
        if isTold { return }
        try await Task.sleep(for: .milliseconds(50))
      }
      Issue.record("the manager was never told \(line): \(told.withLock(\.self))")
    }
  }

  @Test("it heals, tells, is seen by others, takes another file while it works, and stops when it is told to")
  func serves() async throws {
    let shop = try await Shop()
    let manager = try Manager(shop.program.folder.appending(path: "n").path)
    let arguments = [
      "ha", "run", "shop.lua", "--metrics", "kiln.prom", "--record", "trace.jsonl", "-o", "json",
    ]
    let running = try shop.program.start(
      arguments + shop.store, environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "1500000"],
      output: "events")
    try await manager.wait(for: "READY=1\nSTATUS=watching 1 application")
    try await manager.wait(for: "WATCHDOG=1")
    try await shop.wait(for: "\"outcome\":\"up\"", in: "trace.jsonl")
    try shop.breakDown()
    try await shop.wait(for: "HA_RECOVERED", in: "events")
    for line in shop.text("events").split(separator: "\n") {
      #expect(try Value.json(String(line))["application"] == "shop")
    }
    try await shop.wait(for: "HA_RECOVERED", in: "told")
    try await shop.wait(for: #"action="mend",result="done"} 1"#, in: "kiln.prom")
    let row = try Value.json(try await shop.ha("status", "-o", "json").output)
    #expect(row["state"] == "up" && row["stack"] == "shop" && row["resource"] == "Disk")
    #expect(row["leader"]?.string?.hasSuffix(" \(running.id)") ?? false, "\(row)")
    #expect(try await shop.ha("status").output.contains("shop/Disk"))

    _ = try shop.program.write("return 5", to: "shop.lua")
    running.signal(SIGHUP)
    try await running.waitForErrors(containing: "the policies of before are watched on")
    try await manager.wait(for: "RELOADING=1")
    _ = try shop.program.write(Self.policy(shop.program.folder.path, intensity: 7), to: "shop.lua")
    running.signal(SIGHUP)
    try await running.waitForErrors(containing: "reloaded: changed: shop; 0 as before")
    try shop.breakDown()
    try await shop.wait(for: "of 7 within", in: "events")
    running.signal(SIGTERM)
    #expect(running.end() == 0)
    try await manager.wait(for: "STOPPING=1")
    let after = try Value.json(try await shop.ha("status", "-o", "json").output)
    #expect(after["state"] == "not watched" && after["leader"] == .null)

    let report = try Value.json(try await shop.ha("report", "--since", "1h", "-o", "json").output)
    #expect(report["incidents"] == 2)
    #expect(report["healed_by"]?.list?.first?["means"] == "mend")
    #expect(try await shop.ha("report").output.contains("HEALED BY"))

    let test = try await shop.ha("backtest", "--policy", "shop.lua", "--trace", "trace.jsonl")
    // How many it would have taken goes by the moment at which the file of policies was changed.
    #expect(test.output.contains(" in place of 2"), "\(test.output)")
    let past = try await shop.ha("backtest", "--policy", "shop.lua", "--since", "1h")
    #expect(past.output.contains(" in place of 2"), "\(past.output)")
  }

  @Test("a dry run says what it would do, and keeps that apart")
  func dryRun() async throws {
    let shop = try await Shop()
    let running = try shop.program.start(
      ["ha", "run", "shop.lua", "--dry-run"] + shop.store, output: "events")
    try await running.waitForErrors(containing: "watching 1 application: shop (a dry run)")
    try shop.breakDown()
    try await shop.wait(for: "would have acted: check door: the door is shut", in: "events")
    #expect(shop.text("told").isEmpty)
    running.signal(SIGINT)
    #expect(running.end() == 0)
    #expect(FileManager.default.fileExists(atPath: shop.program.folder.appending(path: "broken").path))
    #expect(try await shop.ha("incidents").errors.contains("There are no incidents."))
    #expect(try await shop.ha("incidents", "--dry-run").output.contains("the door is shut"))
    #expect(try await shop.ha("status").errors.contains("Nothing is watched."))
  }

  @Test("where the ladder of an application ends that of its stack goes on, which status and explain show")
  func escalates() async throws {
    let shop = try await Shop()
    let lua = """
      local ha = require "kiln".ha
      local folder = "\(shop.program.folder.path)"
      local function mend(call) os.remove(folder .. "/broken") return #call.parts == 1 and ha.recovered end
      local function isUp()
        local file = io.open(folder .. "/broken")
        if file then file:close() end
        return not file, "the door is shut"
      end
      return {
        ha.policy { name = "site", scope = "stack", stack = "shop",
          ladder = ha.ladder { ha.rung.custom { name = "mend", settle = "100ms", run = mend } } },
        ha.policy { name = "door", stack = "shop", resource = "Disk", parent = "site",
          checks = { ha.check.custom { name = "door", every = "50ms", fall = 2, rise = 1, run = isUp } },
          ladder = ha.ladder { ha.rung.notify { to = "nobody", settle = "100ms" } } },
      }
      """
    _ = try shop.program.write(lua, to: "tree.lua")
    let running = try shop.program.start(
      ["ha", "run", "tree.lua", "-o", "json"] + shop.store, output: "events")
    try await running.waitForErrors(containing: "watching 2 applications")
    try shop.breakDown()
    try await shop.wait(for: #""application":"site","stack":"shop""#, in: "events")
    for _ in 0..<600 where shop.text("events").split(separator: "HA_RECOVERED").count < 3 {
      try await Task.sleep(for: .milliseconds(50))
    }
    let shown = try await shop.ha("status").output
    #expect(shown.contains("└ door"), "\(shown)")
    running.signal(SIGTERM)
    #expect(running.end() == 0)
    let incidents = try await shop.ha("incidents", "--application", "site", "-o", "json").output
    let incident = try Value.json(incidents)
    #expect(incident["state"] == "recovered")
    #expect(
      incident["reason"]?.string?.hasPrefix("escalated from door (gave up after notify: ") ?? false,
      "\(incident)")
    let story = try await shop.ha("explain", incident["id"]?.string ?? "").output
    #expect(story.contains("door on shop/Disk: recovered"), "\(story)")
    #expect(story.contains("started over: mend for site"), "\(story)")
  }

  @Test("the numbers are served over HTTP")
  func metrics() async throws {
    let shop = try await Shop()
    let port = 20_000 + Int(getpid()) % 20_000
    let running = try shop.program.start(
      ["ha", "run", "shop.lua", "--metrics", "127.0.0.1:\(port)"] + shop.store)
    try await running.waitForErrors(containing: "watching 1 application")
    var page = ""
    for _ in 0..<100 where !page.contains("kiln_ha_applications 1") {
      page = try await shop.program.run(["-s", "http://127.0.0.1:\(port)/metrics"], program: "/usr/bin/curl")
        .output
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(page.contains("kiln_ha_applications 1"), "\(page)")
    running.signal(SIGTERM)
    #expect(running.end() == 0)
  }

  @Test("a plugin with a process of its own decides, and its process ends with kiln, also by kill -9")
  func isolated() async throws {
    let shop = try await Shop()
    let folder = shop.program.folder.appending(path: "policies")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try shop.program.write(
      "ha.decide(function() return ha.hold('by order') end)", to: "policies/strict.lua")
    let running = try shop.program.start(
      ["ha", "run", "shop.lua", "--isolate", "--record", "trace.jsonl"] + shop.store, output: "events")
    try await running.waitForErrors(containing: "watching 1 application")
    let children = Self.children(of: running.id)
    #expect(children.count == 1)
    try shop.breakDown()
    try await shop.wait(for: "by order (plugin strict)", in: "events")
    // One that hangs ends, too.
    for child in children { kill(child, SIGSTOP) }
    running.kill()
    for child in children {
      for _ in 0..<600 where kill(child, 0) == 0 { try await Task.sleep(for: .milliseconds(50)) }
      #expect(kill(child, 0) != 0)
    }
  }

  /// The processes that a process has started.
  private static func children(of process: Int32) -> [Int32] {
    let file = "/proc/\(process)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: file)) ?? []
    return threads.flatMap { thread in
      let data = FileManager.default.contents(atPath: "\(file)/\(thread)/children") ?? Data()
      return String(decoding: data, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
    }
  }

  @Test("policies may be YAML, and are what a stack's own template says")
  func documents() async throws {
    let shop = try await Shop()
    _ = try shop.program.write(
      """
      name: door
      stack: shop
      resource: Disk
      checks: [{ heartbeat: { name: alive, every: 1h } }]
      ladder: [{ notify: { to: operator } }]
      """, to: "shop.yaml")
    let running = try shop.program.start(["ha", "run", "shop.yaml"] + shop.store)
    try await running.waitForErrors(containing: "watching 1 application: door")
    running.signal(SIGTERM)
    #expect(running.end() == 0)
    let none = try await shop.ha("run", "--stack", "shop", status: 1)
    #expect(
      none.errors.contains("the template of the stack shop says nothing of keeping its applications alive"))
    let nothing = try await shop.ha("run", status: 2)
    #expect(nothing.errors.contains("name a policy file, or a stack"))
  }

  @Test("a file with a mistake is told before anything is watched")
  func mistakes() async throws {
    let shop = try await Shop()
    for (text, complaint) in [
      ("return 5", "returns a number"), ("local", "bad.lua:1"),
      ("return { policies = {}, budget = {} }", "did you mean `budgets`?"),
      ("return {}", "returns a table without `policies`"),
      ("return { policies = {} }", "name no application to watch"),
      ("return { policies = {}, notify = 5 }", "isn't made of targets"),
      (
        "local ha = require 'kiln'.ha\nlocal p = ha.policy { name = 'a', stack = 's', resource = 'r', "
          + "checks = { ha.check.heartbeat{} }, needs = { 'b' } }\nreturn { p, p }",
        "an application named a is watched already"
      ),
    ] {
      _ = try shop.program.write(text, to: "bad.lua")
      let outcome = try await shop.ha("run", text.isEmpty ? "no.lua" : "bad.lua", status: 1)
      #expect(outcome.errors.contains(complaint), "\(text): \(outcome.errors)")
    }
    #expect(try await shop.ha("run", "none.lua", status: 1).errors.contains("none.lua can't be read"))
    #expect(try await shop.ha("run", status: 2).errors.contains("file"))
    #expect(
      try await shop.ha("backtest", "--policy", "shop.lua", "--trace", "none", status: 1).errors
        .contains("the trace none can't be read"))
  }

  @Test("tests of policies pass or fail, with the line")
  func tests() async throws {
    let shop = try await Shop()
    _ = try shop.program.write(
      """
      local ha = require "kiln".ha
      local policy = ha.policy {
        name = "wiki", stack = "wiki", resource = "Web",
        checks = { ha.check.tcp { name = "web", address = "h", port = 80 } },
        ladder = ha.ladder { ha.rung.restart { intensity = 2, settle = "1m" }, ha.rung.custom {
          name = "page", settle = "1m",
          run = function() require "kiln".task.sleep(3600) return ha.escalate "asleep" end,
        } },
      }
      describe("the ladder", function()
        local result
        before_each(function()
          result = ha.replay(policy, {
            { at = 0, outcome = "up" }, { at = "5m", outcome = "down", reason = "refused" },
          }, { span = "3h" })
        end)
        it("restarts twice first", function()
          assert(result.actions[1].action == "restart" and result.actions[2].action == "restart")
          assert(#result.actions == 3, #result.actions)
          assert(result.actions[1].at == 320)
        end)
        it("gives up at the end", function()
          assert(result.state == "gave up", result.state)
        end)
        it("is wrong", function()
          assert(result.state == "up", "it is " .. result.state)
        end)
      end)
      """, to: "wiki_test.lua")
    let outcome = try await shop.program.run(["ha", "test", "wiki_test.lua"])
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.output.contains("passed  the ladder restarts twice first"), "\(outcome.output)")
    #expect(outcome.output.contains("wiki_test.lua:26: it is gave up"), "\(outcome.output)")
    #expect(outcome.output.contains("2 passed, 1 failed"))
    let some = try await shop.program.run([
      "ha", "test", "wiki_test.lua", "--filter", "gives up", "-o", "json",
    ])
    #expect(some.status == 0)
    #expect(try Value.json(some.output)["passed"] == true)
    let none = try await shop.program.run(["ha", "test", "shop.lua"])
    #expect(none.status == 1 && none.errors.contains("there are no tests"))
  }
}
