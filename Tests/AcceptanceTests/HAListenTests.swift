import Document
import Foundation
import Glibc
import Testing

/// `kiln ha run --listen` and `kiln ha webhook`, with curl as the sender.
@Suite("reports over HTTP", .serialized)
struct HAListenTests {
  private static let policy = """
    name: shop
    stack: shop
    resource: Disk
    checks:
      - reported: { name: monitoring }
      - heartbeat: { name: guest, every: 1h, rise: 1 }
      - Metric: { name: failures, metric: ServiceFailure, threshold: 2 }
    ladder:
      - replace: { settle: 1s }
    """

  private let program: Program

  init() async throws {
    program = try Program()
    _ = try program.write(Self.policy, to: "shop.yaml")
    let made = try await program.run(
      store + [
        "-e",
        "kiln.stacks.create('shop', kiln.template.parse(\"Resources: {Disk: {Type: 'AWS::EC2::Volume', "
          + "Properties: {Size: 1, AvailabilityZone: nova}}}\")):wait()",
      ])
    #expect(made.status == 0, "\(made.errors)")
  }

  private var store: [String] { ["--cloud", "embedded", "--store", "shop.sqlite"] }

  private func webhook(_ arguments: String..., status: Int32 = 0) async throws -> Program.Outcome {
    let outcome = try await program.run(["ha", "webhook"] + arguments)
    #expect(outcome.status == status, "\(arguments)\n\(outcome.output)\n\(outcome.errors)")
    return outcome
  }

  private func address(_ check: String, _ port: Int) async throws -> String {
    let outcome = try await webhook(
      "shop", check, "--base", "http://127.0.0.1:\(port)", "--webhook-key", "key", "--make-key")
    return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Asks with curl; gives the status and the body.
  private func curl(_ arguments: String...) async throws -> (status: String, body: String) {
    let outcome = try await program.run(
      ["-s", "-m", "20", "-w", "\n%{http_code}"] + arguments, program: "/usr/bin/curl")
    let lines = outcome.output.split(separator: "\n")
    return (lines.last.map(String.init) ?? "", lines.dropLast().joined(separator: "\n"))
  }

  private var events: String {
    (try? String(contentsOf: program.folder.appending(path: "events"), encoding: .utf8)) ?? ""
  }

  /// Waits until the events have a text; does something meanwhile, now and again.
  private func wait(for text: String, doing body: () async throws -> Void = {}) async throws {
    for _ in 0..<300 where !events.contains(text) {
      try await body()
      try await Task.sleep(for: .milliseconds(100))
    }
    try #require(events.contains(text), "the events never had \(text):\n\(events)")
  }

  @Test("a report has an application healed, and an address that was tampered with nothing")
  func heals() async throws {
    let port = 20_000 + Int(getpid()) % 20_000 + 1
    let monitoring = try await address("monitoring", port)
    let facts = try FileManager.default.attributesOfItem(atPath: program.folder.appending(path: "key").path)
    #expect(facts[.posixPermissions] as? Int == 0o600)
    let running = try program.start(
      ["ha", "run", "shop.yaml", "--listen", "127.0.0.1:\(port)", "--webhook-key", "key", "-o", "json"]
        + store,
      output: "events")
    try await running.waitForErrors(containing: "watching 1 application: shop")

    var health = ""
    for _ in 0..<200 where !health.contains(#""leads":1"#) {
      health = try await curl("http://127.0.0.1:\(port)/healthz").body
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(health.contains(#""status":"ok""#) && health.contains(#""leads":1"#), "\(health)")

    let guest = try await address("guest", port)
    #expect(try await curl("-d", "", guest).status == "200")
    #expect(try await curl("-d", #"{"value": 1}"#, try await address("failures", port)).status == "200")
    let forged = try await curl("-d", "state=down", monitoring.replacing("/shop/", with: "/mail/"))
    #expect(forged.status == "403")
    #expect(try Value.json(forged.body)["error"]?["code"] == "forged_address")
    #expect(try await curl(monitoring).status == "405")
    #expect(try await curl("-d", "state=odd", monitoring).status == "400")
    let tooLarge = String(repeating: "x", count: 100_000)
    #expect(try await curl("-d", tooLarge, monitoring).status == "413")
    let past = try await webhook(
      "shop", "monitoring", "--base", "http://127.0.0.1:\(port)/", "--webhook-key", "key", "--expires", "0s",
      "-o", "json")
    let expired = try #require(try Value.json(past.output)["address"]?.string)
    #expect(try await curl("-d", "state=down", expired).status == "410")

    let taken = try await curl(
      "-H", "Idempotency-Key: 1", "-d", #"{"state":"down","reason":"no space"}"#, monitoring)
    #expect(taken.status == "200", "\(taken.body)")
    #expect(try Value.json(taken.body)["said"] == "down: no space")
    try await wait(for: "check monitoring: no space")
    try await wait(for: "HA_REPLACE")
    // As Alertmanager says it, and as often as it takes.
    let resolved = try program.write(#"{"version":"4","status":"resolved","alerts":[]}"#, to: "resolved.json")
    let said = try await curl("-H", "Content-Type: application/json", "-d", "@\(resolved)", monitoring)
    #expect(said.status == "200", "\(said.body)")
    // The disk is there again when its guest says so.
    try await wait(for: "HA_RECOVERED") { _ = try await curl("-d", "", guest) }
    let numbers = try await curl("http://127.0.0.1:\(port)/metrics").body
    #expect(numbers.contains("kiln_ha_reports_total{status=\"403\"} 1"), "\(numbers)")
    running.signal(SIGTERM)
    #expect(running.end() == 0)
  }

  @Test("a key that others can read, that can be guessed or that isn't there is refused, and never shown")
  func keys() async throws {
    let secret = "0123456789abcdef0123456789abcdef"
    _ = try program.write(secret, to: "open")
    _ = try program.write("short", to: "weak")
    for name in ["open", "weak"] {
      let mode: mode_t = name == "open" ? 0o640 : 0o600
      #expect(chmod(program.folder.appending(path: name).path, mode) == 0)
    }
    for (name, message) in [
      ("open", "can be read or written by others"), ("weak", "has 5 characters"), ("none", "can't be read"),
      (".", "is no file"),
    ] {
      let signing = try await webhook(
        "shop", "web", "--base", "https://kiln.example", "--webhook-key", name, status: 1)
      let running = try await program.run(
        ["ha", "run", "shop.yaml", "--listen", "127.0.0.1:0", "--webhook-key", name] + store)
      for outcome in [signing, running] {
        #expect(outcome.status == 1 && outcome.errors.contains(message), "\(name): \(outcome.errors)")
        #expect(!(outcome.output + outcome.errors).contains(secret))
      }
    }
    let made = try await webhook(
      "a/b", "ä", "--base", "https://kiln.example/ha/", "--webhook-key", "open2", "--make-key", "--expires",
      "30d",
      "-o", "json")
    let row = try Value.json(made.output)
    #expect(
      row["address"]?.string?.hasPrefix("https://kiln.example/ha/v1/checks/a%2Fb/%C3%A4?expires=") ?? false)
    #expect(row["expires"]?.string != nil)
    let key = try String(contentsOf: program.folder.appending(path: "open2"), encoding: .utf8)
    _ = try await webhook("shop", "web", "--base", "http://h", "--webhook-key", "open2", "--make-key")
    #expect(try String(contentsOf: program.folder.appending(path: "open2"), encoding: .utf8) == key)
    #expect(!made.output.contains(key.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  @Test("a command line that makes no sense is refused")
  func mistakes() async throws {
    for (arguments, message) in [
      (["run", "shop.yaml", "--webhook-key", "key"], "--webhook-key goes with --listen"),
      (["run", "shop.yaml", "--listen", "8080"], "--listen"),
      (["webhook", "shop", "web", "--base", "kiln.example", "--webhook-key", "k"], "--base wants a URL"),
      (["webhook", "shop", "web", "--base", "http://h?x", "--webhook-key", "k"], "--base wants a URL"),
      (["webhook", "shop", "--base", "http://h", "--webhook-key", "k"], "<check>"),
    ] {
      let outcome = try await program.run(["ha"] + arguments)
      #expect(outcome.status == 2 && outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
    }
    let taken = try await program.run(["ha", "run", "shop.yaml", "--listen", "192.0.2.1:80"] + store)
    #expect(taken.status == 1 && taken.errors.contains("the address can't be listened at"), "\(taken.errors)")
  }
}
