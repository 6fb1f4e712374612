import Foundation
import Glibc
import OrderedCollections
import StackEngine
import Store
import TestSupport
import Testing

@Suite(
  "Engines that share a store in PostgreSQL",
  .enabled(if: PrivatePostgres.isInstalled, "PostgreSQL isn't installed: scripts/setup test"))
struct SharedStoreTests {
  /// Makes, changes and deletes stacks, and finishes what others have left, until it is killed or told to stop.
  private static let engine = """
    math.randomseed(tonumber(arg[1]))
    local function template(size)
      local t = kiln.template.new()
      local net = t:resource("Net", "OS::Neutron::Net", {})
      t:resource("Subnet", "OS::Neutron::Subnet", { network = net, cidr = "10.9.0.0/24" })
      local group = t:resource("Group", "OS::Neutron::SecurityGroup", { description = "size " .. size })
      for number = 1, size do
        local key = "Volume" .. number
        t:resource(key, "OS::Cinder::Volume", { size = 1, metadata = { size = tostring(size) } }):depends_on(group)
      end
      return t
    end
    local function told(what, why)
      -- What others are at is theirs; all else is a fault.
      local text = tostring(why)
      for _, fine in ipairs { "in progress", "hasn't ended", "cut off", "taken", "another", "no stack", "a stack", "changed" } do
        if text:find(fine, 1, true) then return end
      end
      io.stderr:write("fault: ", what, ": ", text, "\\n")
    end
    local function try(what, body)
      local ok, why = pcall(body)
      if not ok then told(what, why) end
    end
    local function stopped()
      local file = io.open(arg[2])
      return file and file:close()
    end
    io.stderr:write "ready\\n"
    repeat
      try("recover", function()
        for _, stack in ipairs(kiln.stacks.recover()) do try("wait", function() stack:wait() end) end
      end)
      local name = "shop" .. math.random(4)
      try("work", function()
        local stack = kiln.stacks.get(name)
        if not stack then
          kiln.stacks.create(name, template(math.random(2))):wait()
        elseif math.random(4) == 1 then
          stack:delete():wait()
        else
          stack:update(template(math.random(2))):wait()
        end
      end)
      kiln.task.sleep(0.05)
    until stopped()
    """

  /// Finishes everything, makes every stack the same, and prints what there is: here and in the cloud.
  private static let audit = """
    local function all(list, keep)
      local names = {}
      for _, item in ipairs(list) do if keep(item) then names[#names + 1] = item.id end end
      table.sort(names)
      return table.concat(names, " ")
    end
    local function ours(item) return item.name:find("^shop%d") ~= nil end
    local owned = { Net = {}, Subnet = {}, Group = {}, Volume = {} }
    for _, stack in ipairs(kiln.stacks.list()) do
      print("stack " .. stack.name .. " " .. stack.status)
      for _, resource in ipairs(kiln.stacks.get(stack.name).resources) do
        local kind = owned[resource.logical_id:match "^%a+"]
        kind[#kind + 1] = resource.physical_id
      end
    end
    for kind, list in pairs(owned) do
      table.sort(list)
      print("owned " .. kind .. " " .. table.concat(list, " "))
    end
    print("found Net " .. all(kiln.cloud.network:networks(), ours))
    print("found Subnet " .. all(kiln.cloud.network:subnets(), ours))
    print("found Group " .. all(kiln.cloud.network:security_groups(), ours))
    print("found Volume " .. all(kiln.cloud.volume:volumes(), ours))
    """

  private let program: Program
  private let address: String
  private let port = Int.random(in: 20_000..<30_000)

  init() throws {
    program = try Program()
    address = try PrivatePostgres.database()
    _ = try program.write(Self.engine, to: "engine.lua")
    _ = try program.write(Self.audit, to: "audit.lua")
  }

  private var environment: [String: String] {
    [
      "OS_AUTH_URL": "http://127.0.0.1:\(port)/identity/v3", "OS_USERNAME": "demo", "OS_PASSWORD": "demo",
      "OS_PROJECT_NAME": "demo", "OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default",
      "OS_IDENTITY_API_VERSION": "3", "KILN_STORE_LEASE": "2",
    ]
  }

  @Test(
    "lose nothing and make nothing twice, though they are killed and paused at random",
    .timeLimit(.minutes(3)))
  func killAndPause() async throws {
    let seed =
      getenv("KILN_SHARED_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000)
    let seconds = getenv("KILN_SHARED_SECONDS").flatMap { Double(String(cString: $0)) } ?? 12
    print("three engines on one PostgreSQL: KILN_SHARED_SEED=\(seed)")
    var dice = SeededDice(seed: seed)
    let cloud = try program.start(["cloud", "--listen", "127.0.0.1:\(port)"])
    defer { cloud.kill() }
    try await cloud.waitForErrors(containing: "an OpenStack in memory")
    var engines: [RunningProgram] = []
    for _ in 0..<3 { engines.append(try await engine(&dice)) }
    var (kills, pauses) = (0, 0)
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(Int.random(in: 100..<1200, using: &dice)))
      let index = Int.random(in: 0..<3, using: &dice)
      // Both happen, whatever the seed.
      if kills == 0 || pauses > 0 && Bool.random(using: &dice) {
        engines[index].kill()
        kills += 1
        engines[index] = try await engine(&dice)
      } else {
        engines[index].pause()
        // Some wake before their lease has run out, some after others have taken over.
        try await Task.sleep(for: .milliseconds(Int.random(in: 200..<4500, using: &dice)))
        engines[index].goOn()
        pauses += 1
      }
    }
    _ = try program.write("", to: "stop")
    for engine in engines { engine.wait() }
    for engine in engines {
      let faults = try await engine.faults()
      #expect(faults == [], "seed \(seed): \(faults.joined(separator: "\n"))")
    }
    #expect(kills > 0 && pauses > 0)
    try await audit("seed \(seed), \(kills) killed, \(pauses) paused")
  }

  private func engine(_ dice: inout SeededDice) async throws -> RunningProgram {
    let number = UInt32.random(in: 0..<1_000_000, using: &dice)
    return try program.start(
      ["--store", address, "engine.lua", String(number), "stop"], environment: environment)
  }

  private func audit(_ run: String) async throws {
    let recovered = try await kiln("stacks", "recover", "--store", address)
    #expect(recovered.status == 0, "\(run): \(recovered.errors)")
    let outcome = try await kiln("--store", address, "audit.lua")
    #expect(outcome.status == 0, "\(run): \(outcome.errors)")
    var lists: [String: String] = [:]
    for line in outcome.output.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard words.count == 3 else { continue }
      if words[0] == "stack" {
        #expect(["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(words[2]), "\(run): \(line)")
      } else {
        lists[words[0] + words[1]] = words[2]
      }
    }
    for kind in ["Net", "Subnet", "Group", "Volume"] {
      let (owned, found) = (try #require(lists["owned" + kind]), try #require(lists["found" + kind]))
      #expect(owned == found, "\(run): the stacks have other things than the cloud: \(kind)")
    }
    try await auditJournal(run)
  }

  /// Nothing is unfinished, and the events of every stack that ever was are in order without a hole.
  private func auditJournal(_ run: String) async throws {
    let address = try #require(PostgresAddress(address))
    let key = program.folder.appending(path: "state/kiln/store.key").path
    let journal = try await PostgresJournal.open(address, keyFile: key)
    #expect(try await journal.unfinishedOperations().isEmpty, "\(run)")
    let heads = try await journal.stacks(includingDeleted: true)
    var count = 0
    for head in heads {
      let events = try await journal.events(of: head.identity.id, since: 0, limit: 100_000)
      count += events.count
      #expect(events.map(\.sequence) == Array(1...events.count), "\(run): \(head.identity.name)")
      let made = events.filter { $0.status == "CREATE_COMPLETE" && $0.logicalID != nil }.map(\.physicalID)
      #expect(Set(made).count == made.count, "\(run): something was made twice in \(head.identity.name)")
      #expect(
        events.last.map { !$0.status.hasSuffix("IN_PROGRESS") } ?? false, "\(run): \(head.identity.name)")
    }
    print("three engines on one PostgreSQL: \(run); \(heads.count) stacks, \(count) events")
    #expect(heads.count >= 3 && count > 20, "\(run): hardly anything has happened")
  }

  private func kiln(_ arguments: String...) async throws -> Program.Outcome {
    try await program.run(arguments, environment: environment)
  }
}

/// Chance from a seed.
private struct SeededDice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
