import Document
import Foundation
import Glibc
import TestSupport
import Testing

/// Two `kiln ha run` on two machines, as it were, that share a store in PostgreSQL.
@Suite(
  "supervisors that share a store in PostgreSQL", .serialized,
  .enabled(if: PrivatePostgres.isInstalled, "PostgreSQL isn't installed: scripts/setup test"))
struct SharedSupervisorTests {
  /// Three shops whose doors files say are shut; who opens one writes it down.
  private static func policies(_ folder: String) -> String {
    """
    local ha = require "kiln".ha
    local folder, who = "\(folder)/", os.getenv "WHO"
    local function exists(name)
      local file = io.open(folder .. name)
      if file then file:close() end
      return file ~= nil
    end
    local policies = {}
    for number = 1, 3 do
      policies[number] = ha.policy {
        name = "shop" .. number, stack = "shop", resource = "Disk" .. number,
        checks = {
          ha.check.custom {
            name = "door", every = "50ms", fall = 2, rise = 1,
            run = function() return not exists("broken" .. number), "the door is shut" end,
          },
        },
        ladder = ha.ladder {
          ha.rung.custom {
            name = "mend", intensity = 20, settle = "200ms",
            run = function()
              local acts = io.open(folder .. "acts", "a")
              acts:write(who, " mends ", number, "\\n")
              acts:close()
              os.remove(folder .. "broken" .. number)
              return ha.recovered
            end,
          },
        },
      }
    end
    return { policies = policies, budgets = { { per = "stack", share = 1 } } }
    """
  }

  private let program: Program
  private let address: String
  private let port = Int.random(in: 30_000..<32_000)

  init() throws {
    program = try Program()
    address = try PrivatePostgres.database()
    _ = try program.write(Self.policies(program.folder.path), to: "shops.lua")
  }

  private var environment: [String: String] {
    [
      "OS_AUTH_URL": "http://127.0.0.1:\(port)/identity/v3", "OS_USERNAME": "demo", "OS_PASSWORD": "demo",
      "OS_PROJECT_NAME": "demo", "OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default",
      "OS_IDENTITY_API_VERSION": "3", "KILN_STORE_LEASE": "5",
    ]
  }

  private func supervisor(_ who: String) async throws -> RunningProgram {
    let running = try program.start(
      ["ha", "run", "shops.lua", "--store", address],
      environment: environment.merging(["WHO": who]) { $1 }, output: "events-\(who)")
    try await running.waitForErrors(containing: "watching 3 applications")
    return running
  }

  private func kiln(_ arguments: String...) async throws -> Program.Outcome {
    let outcome = try await program.run(arguments + ["--store", address], environment: environment)
    #expect(outcome.status == 0, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
    return outcome
  }

  private func text(_ name: String) -> String {
    (try? String(contentsOf: program.folder.appending(path: name), encoding: .utf8)) ?? ""
  }

  private var acts: [String] { text("acts").split(separator: "\n").map(String.init) }

  private func shut(_ number: Int) throws { _ = try program.write("", to: "broken\(number)") }

  private func wait(_ what: String, until isSo: () async throws -> Bool) async throws {
    for _ in 0..<400 {
      if try await isSo() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("it never came to this: \(what)\nacts: \(acts)")
  }

  /// Waits until a process is the one that watches all shops, and each is up.
  private func waitForLeader(_ process: RunningProgram) async throws {
    try await wait("\(process.id) watches all") {
      let rows = try await kiln("ha", "status", "-o", "json").output.split(separator: "\n")
        .map { try Value.json(String($0)) }
      return rows.count == 3
        && rows.allSatisfy {
          $0["leader"]?.string?.hasSuffix(" \(process.id)") ?? false && $0["state"] == "up"
        }
    }
  }

  /// Has one shop after the other shut, and sees to it that each is opened once, by who is to do it.
  private func breakAll(mendedBy who: String, after before: Int) async throws {
    for number in 1...3 { try shut(number) }
    try await wait("\(who) mends all") { acts.count >= before + 3 }
    // Whoever else would act does it by now.
    try await wait("all is told") {
      try await kiln("ha", "incidents", "--open", "-o", "json").output.isEmpty
    }
    #expect(acts.dropFirst(before).sorted() == (1...3).map { "\(who) mends \($0)" })
  }

  @Test(
    "each application is watched by one, another takes over from one that is killed or hangs, and all is healed once",
    .timeLimit(.minutes(3)))
  func takeOver() async throws {
    let cloud = try Program().start(["cloud", "--listen", "127.0.0.1:\(port)"])
    defer { cloud.kill() }
    try await cloud.waitForErrors(containing: "an OpenStack in memory")
    _ = try await kiln(
      "-e",
      "local t = kiln.template.new() for i = 1, 3 do t:resource('Disk' .. i, 'OS::Cinder::Volume', { size = 1 }) end "
        + "kiln.stacks.create('shop', t):wait()")
    let first = try await supervisor("first")
    try await waitForLeader(first)
    let second = try await supervisor("second")
    try await breakAll(mendedBy: "first", after: 0)
    try await waitForLeader(first)

    // Killed: the next one goes on with what it has left.
    try shut(1)
    try await wait("first mends") { acts.count == 4 }
    first.kill()
    try await waitForLeader(second)
    try await breakAll(mendedBy: "second", after: 4)

    // Stopped: what it wakes up to is another's.
    let third = try await supervisor("third")
    second.pause()
    try await waitForLeader(third)
    for number in 1...3 { try shut(number) }
    second.goOn()
    try await wait("third mends all") { acts.count >= 10 }
    try await waitForLeader(third)
    #expect(acts.dropFirst(7).sorted() == (1...3).map { "third mends \($0)" })

    // What is given back is taken at once.
    third.signal(SIGTERM)
    #expect(third.end() == 0)
    try await waitForLeader(second)
    try await breakAll(mendedBy: "second", after: 10)
    second.signal(SIGTERM)
    #expect(second.end() == 0)

    let incidents = try await kiln("ha", "incidents", "-o", "json").output.split(separator: "\n")
      .map { try Value.json(String($0)) }
    #expect(incidents.count == 13)
    #expect(incidents.allSatisfy { $0["state"] == "recovered" }, "\(incidents)")
    #expect(text("events-second").contains("HA_TOOK_OVER") && !text("events-first").contains("HA_TOOK_OVER"))
  }
}
