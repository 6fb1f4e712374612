import Ambience
import Document
import HighAvailability
import LuaRuntime
import Scripting
import StackEngine
import Synchronization
import Testing

@Suite("Policy plugins")
struct PluginTests {
  private static let failover = """
    ha.handler("failover", function(ctx)
      local op = ctx:hard_reboot()
      if op.ok and ctx:healthy { within = "2m" } then return ha.recovered end
      if not ctx:fence().ok then return ha.hold("the old server may still answer") end
      ctx:move_address("WebIp", "Standby")
      ctx:sleep("1ms")
      return ha.escalate("standby took over")
    end)
    """

  @Test(
    "a handler acts through its context, one journaled step after the other", arguments: PluginHome.allCases)
  func handler(_ home: PluginHome) async throws {
    let host = await home.host()
    try await host.load(Self.failover, file: "failover.lua")
    let powers = PluginPowers()
    let journal = MemoryHandlerJournal()
    let rung = host.rung("failover")
    #expect(try await rung(PluginCase.context, powers, journal) == .escalate("standby took over"))
    #expect(
      powers.told == ["hard reboot Web", "look", "fence Web", "move WebIp to Standby"])
    #expect(journal.count == 5)
    // Run again after a crash, it does nothing twice.
    #expect(try await rung(PluginCase.context, powers, journal) == .escalate("standby took over"))
    #expect(powers.told.count == 4)
    let unfenced = host.rung("failover.failover")
    let failing = PluginPowers(failing: ["fence Web"])
    #expect(
      try await unfenced(PluginCase.context, failing, MemoryHandlerJournal())
        == .hold("the old server may still answer"))
    #expect(
      try await rung(PluginCase.context, PluginPowers(isUp: true), MemoryHandlerJournal()) == .recovered)
  }

  @Test("a handler that a rung was given acts by journaled steps, too, and only while it runs")
  func ownHandler() async throws {
    let told = try await values(
      """
      local ha = kiln.ha
      local t = kiln.template.new()
      t:resource("Web", "AWS::EC2::Instance", { ImageId = "cirros", InstanceType = "m1.small" })
      local stack = kiln.stacks.create("shop", t):wait()
      local is_up, kept = false, nil
      local function mend(ctx)
        is_up, kept = ctx:hard_reboot().ok, ctx
        return ha.recovered
      end
      do
        local supervisor <close> = ha.supervise(ha.policy {
          name = "shop", stack = stack, resource = "Web",
          checks = { ha.check.custom { every = "50ms", fall = 1, rise = 1, run = function() return is_up, "it is down" end } },
          ladder = ha.ladder { ha.rung.handler { name = "mend", run = mend } },
        })
        for event in supervisor:events() do if event.status == "HA_RECOVERED" then break end end
      end
      local ok, why = pcall(kept.soft_reboot, kept)
      return tostring(kiln.ha.explain(kiln.ha.incidents()[1].id)), ok, why.message
      """)
    #expect(told[0].string?.contains("mend 1 of 1 within 1 h: done") == true, "\(told)")
    #expect(told[0].string?.contains("hard reboot Web: done") == true, "\(told)")
    #expect(told[1] == false)
    #expect(told[2].string?.contains("its context can't be used any more") == true, "\(told)")
  }

  @Test(
    "a handler that takes other steps after a restart is held, and says which", arguments: PluginHome.allCases
  )
  func divergence(_ home: PluginHome) async throws {
    let journal = MemoryHandlerJournal()
    let host = await home.host()
    try await host.load(
      "ha.handler('h', function(ctx) ctx:soft_reboot() return ha.recovered end)", file: "p.lua")
    _ = try await host.rung("h")(PluginCase.context, PluginPowers(), journal)
    try await host.load("ha.handler('h', function(ctx) ctx:rebuild() return ha.recovered end)", file: "p.lua")
    let result = try await host.rung("h")(PluginCase.context, PluginPowers(), journal)
    #expect(
      result
        == .hold("step 1 of the handler was `soft reboot Web` before the restart and is `rebuild Web` now"))
  }

  @Test("deciders object in the order that plugins ask for", arguments: PluginHome.allCases)
  func deciders(_ home: PluginHome) async throws {
    let host = await home.host()
    try await host.load(
      """
      ha.plugin { name = "careful", after = { "night" } }
      ha.decide(function(step) if step.action == "replace" then return ha.skip("never") end end)
      """, file: "a.lua")
    try await host.load(
      """
      ha.plugin { name = "night" }
      ha.decide(function(step)
        if step.attempt > 1 then return ha.wait("1h", "it is night") end
        if step.action == "rebuild" then return ha.hold("ask me") end
        return ha.proceed
      end)
      """, file: "b.lua")
    #expect(await host.status.map(\.plugin.name) == ["night", "careful"])
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .proceed)
    #expect(await host.advice(on: PluginCase.proposal("replace")) == .skip("never (plugin careful)"))
    #expect(
      await host.advice(on: PluginCase.proposal("replace", attempt: 2))
        == .wait(.seconds(3600), "it is night (plugin night)"))
    #expect(await host.advice(on: PluginCase.proposal("rebuild")) == .hold("ask me (plugin night)"))
    await #expect(throws: HAError.self) {
      try await host.load(
        "ha.plugin { name = 'x', before = { 'night' }, after = { 'careful' } }", file: "x.lua")
    }
  }

  @Test(
    "a plugin that fails too often is out of service until it is loaded again", arguments: PluginHome.allCases
  )
  func breaker(_ home: PluginHome) async throws {
    let complaints = Mutex<[String]>([])
    let host = await home.host { name, diagnostic in
      complaints.withLock { $0.append("\(name): \(diagnostic.message)") }
    }
    let bad =
      "ha.decide(function(step) error('oh no') end) ha.handler('h', function() return ha.recovered end)"
    try await host.load(bad, file: "bad.lua")
    for _ in 0..<5 { #expect(await host.advice(on: PluginCase.proposal("restart")) == .proceed) }
    let told = complaints.withLock(\.self)
    #expect(told.count == 4)
    #expect(
      told.last?.hasPrefix("bad: the plugin bad is out of service: it failed 3 times within 10 min") ?? false)
    let result = try await host.rung("h")(PluginCase.context, PluginPowers(), MemoryHandlerJournal())
    guard case .escalate(let reason) = result else { throw HAError(.invalidPlugin, "\(result)") }
    #expect(reason.hasPrefix("the plugin bad is out of service"))
    try await host.load(bad, file: "bad.lua")
    #expect(await host.status.first?.outOfService == nil)
  }

  @Test("a fault is told with its place and its line", arguments: PluginHome.allCases)
  func places(_ home: PluginHome) async throws {
    let complaints = Mutex<[Diagnostic]>([])
    let host = await home.host { _, diagnostic in complaints.withLock { $0.append(diagnostic) } }
    try await host.load("ha.decide(function(step)\n  error 'oh no'\nend)", file: "bad.lua")
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .proceed)
    let told = try #require(complaints.withLock(\.self).first)
    #expect(told.place.map { "\($0.source.name):\($0.start.line)" } == "bad.lua:2")
    #expect(told.rendered(color: false).contains("error 'oh no'"))
    let error = await #expect(throws: LuaError.self) {
      try await host.load("ha.decide(", file: "worse.lua")
    }
    #expect(error?.code == .syntax && error?.place?.source.name == "worse.lua")
  }

  @Test(
    "of many who ask a plugin at once nobody is answered once it is out of service",
    arguments: PluginHome.allCases)
  func queue(_ home: PluginHome) async throws {
    let complaints = Mutex<[String]>([])
    let host = await home.host { _, diagnostic in
      complaints.withLock { $0.append(diagnostic.message) }
    }
    try await host.load("ha.decide(function() while true do end end)", file: "bad.lua")
    // Where a process of its own is lost that is one fault for all who wait for it.
    while await host.status.first?.outOfService == nil {
      await withTaskGroup(of: Advice.self) { group in
        for _ in 0..<20 { group.addTask { await host.advice(on: PluginCase.proposal("restart")) } }
        for await advice in group { #expect(advice == .proceed) }
      }
    }
    #expect(complaints.withLock(\.count) == 4)
    #expect(await host.status.first?.faults == 3)
  }

  /// Time in which spans of up to a second pass at once, and longer ones never.
  private static let short = Ambient(
    now: { Timestamp(milliseconds: 0) }, uptime: { .zero },
    sleep: { span in
      // A stream of nothing ends when its reader is cancelled.
      if span > .seconds(1) { for await _ in AsyncStream<Void>.makeStream().stream {} }
      try Task.checkCancellation()
    }, random: { 0 })

  @Test(
    "a plugin that waits instead of answering is stopped when its time is up", arguments: PluginHome.allCases)
  func waiting(_ home: PluginHome) async throws {
    let complaints = Mutex<[String]>([])
    let host = await home.host(Self.short, patience: .seconds(1)) { _, diagnostic in
      complaints.withLock { $0.append(diagnostic.message) }
    }
    try await host.load(
      """
      local kept
      ha.handler("keep", function(ctx) kept = ctx ctx:sleep("1h") return ha.recovered end)
      ha.decide(function() if kept then kept:sleep("1h") end end)
      """, file: "p.lua")
    let handler = Task {
      try await host.rung("keep")(PluginCase.context, PluginPowers(), MemoryHandlerJournal())
    }
    while await host.status.first?.faults == 0 {
      #expect(await host.advice(on: PluginCase.proposal("restart")) == .proceed)
    }
    #expect(complaints.withLock(\.self) == ["it took longer than 1.0 seconds"])
    handler.cancel()
    _ = await handler.result
  }

  @Test(
    "a plugin whose own tests fail isn't loaded, and the one before it stays", arguments: PluginHome.allCases)
  func ownTests(_ home: PluginHome) async throws {
    let host = await home.host()
    let good = """
      ha.decide(function(step) if step.action == "replace" then return ha.hold("no") end end)
      ha.test("replacing is held", function(t)
        assert(t:decide { action = "replace" } == "hold")
        assert(t:decide { action = "restart" } == "proceed")
      end)
      """
    try await host.load(good + Self.failover, file: "p.lua")
    let wrong = good.replacing("ha.hold", with: "ha.skip")
    let error = await #expect(throws: LuaError.self) { try await host.load(wrong, file: "p.lua") }
    #expect(error?.message.hasPrefix("the plugin's test `replacing is held` fails") ?? false)
    #expect(await host.advice(on: PluginCase.proposal("replace")) == .hold("no (plugin p)"))
    try await host.load(
      Self.failover + """

        ha.test("a failed fence holds", function(t)
          local answer, acts = t:handle("failover", { ["hard reboot Web"] = { ok = false }, ["fence Web"] = { ok = false } })
          assert(answer == "hold" and #acts == 2, answer)
        end)
        """, file: "q.lua")
  }

  @Test("hears of the events that it asked for", arguments: PluginHome.allCases)
  func events(_ home: PluginHome) async throws {
    let ambient = Ambient.system()
    let host = await home.host()
    try await host.load(
      """
      local heard = 0
      ha.on("escalated", function(event) assert(event.application == "wiki") heard = heard + 1 end)
      ha.on("*", function(event) heard = heard + 10 end)
      ha.decide(function() return ha.hold(tostring(heard)) end)
      """, file: "p.lua")
    for verb in [HAEvent.Verb.escalated, .recovered] {
      await host.hear(
        HAEvent(
          time: ambient.now(), application: "wiki", target: PluginCase.target, verb: verb, reason: "x",
          rung: nil))
    }
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .hold("21 (plugin p)"))
    let error = await #expect(throws: LuaError.self) {
      try await host.load("ha.on('escalation', function() end)", file: "x.lua")
    }
    #expect(error?.hint == "did you mean `escalated`?")
  }

  @Test(
    "declares nothing once it is loaded, and has no use for a context whose handler has ended",
    arguments: PluginHome.allCases)
  func contexts(_ home: PluginHome) async throws {
    let host = await home.host()
    try await host.load(
      """
      local kept
      ha.handler("keep", function(ctx) kept = ctx return ha.recovered end)
      ha.handler("use", function() kept:soft_reboot() end)
      ha.handler("declare", function() ha.on("*", function() end) end)
      """, file: "p.lua")
    let powers = PluginPowers()
    _ = try await host.rung("keep")(PluginCase.context, powers, MemoryHandlerJournal())
    for (handler, words) in [
      ("use", "its context can't be used any more"), ("declare", "while the plugin loads"),
    ] {
      let result = try await host.rung(handler)(PluginCase.context, powers, MemoryHandlerJournal())
      guard case .escalate(let reason) = result else { throw HAError(.invalidPlugin, "\(result)") }
      #expect(reason.contains(words))
    }
    #expect(powers.told.isEmpty)
  }

  /// Plugins that want to hold up all others.
  private static let attacks = [
    "while true do end", "while true do pcall(function() while true do end end) end",
    "local f = coroutine.wrap(function() while true do end end) f()",
    "while true do pcall(coroutine.wrap(function() while true do end end)) end",
    "setmetatable({}, { __gc = function() while true do end end })",
    "('a'):rep(40):find(('a?'):rep(40) .. ('a'):rep(40))",
    "local s = 'x' while true do s = s .. s end", "local t = {} for i = 1, math.huge do t[i] = i end",
    "local function f() return 1 + f() end f()", "string.rep('x', 1 << 30)",
    "string.rep('', 1 << 60) while true do end",
    "table.insert(setmetatable({}, { __len = function() return 1 << 50 end }), 1, 1)",
    "error(setmetatable({}, { __tostring = function() while true do end end }))",
    "local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x')",
    "table.sort({3, 2, 1}, function() while true do end end)",
    "for _ = 1, math.huge do pcall(error, ('x'):rep(1000)) end",
    "while true do pcall(string.gsub, ('x'):rep(100000), '.', '%0%0') end",
    "while true do pcall(function() local t = {} while true do t = { t } end end) end",
    "local t = {} for i = 1, 130000 do t[i] = i * 7919 % 130003 end while true do table.sort(t) t[1] = -t[1] end",
    "local function f(n) if n > 0 then return 1 + f(n - 1) end while true do end end f(30000)",
    """
    local function catch(n) if n > 0 then pcall(catch, n - 1) end while true do end end
    local function f(n) if n > 0 then return 1 + f(n - 1) end catch(150) end f(30000)
    """,
    """
    local f = coroutine.wrap(function()
      local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x')
    end) f()
    """,
  ]

  @Test(
    "a hostile plugin is stopped, and another is asked meanwhile", arguments: attacks, PluginHome.allCases)
  func attack(body: String, _ home: PluginHome) async throws {
    let host = await home.host()
    try await host.load(
      "ha.plugin { after = { 'bad' } } ha.decide(function() return ha.hold('good') end)", file: "good.lua")
    try await host.load("ha.decide(function() \(body) end)", file: "bad.lua")
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .hold("good (plugin good)"))
    #expect(await host.status.first { $0.plugin.name == "bad" }?.faults == 1)
    await #expect(throws: LuaError.self) { try await host.load(body, file: "worse.lua") }
  }
}
