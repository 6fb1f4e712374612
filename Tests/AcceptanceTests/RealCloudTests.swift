import Document
import Foundation
import OrderedCollections
import StackEngine
import Testing

/// The main job on a real OpenStack; skipped unless KILN_TESTBED_CLOUD names one in `clouds.yaml`.
@Suite(
  "on a real OpenStack (KILN_TESTBED_CLOUD)", .serialized,
  .enabled(if: RealCloud.name != nil, "KILN_TESTBED_CLOUD names no cloud"))
struct RealCloudTests {
  /// A template of 2012, and what it makes.
  struct Launch: Sendable, CustomTestStringConvertible {
    let template: String
    let things: [String: Int]
    var handle: String?
    var testDescription: String { template }

    static let all = [
      Launch(template: "WordPress_Single_Instance", things: ["server": 1, "port": 1]),
      Launch(template: "WordPress_Single_Instance_With_EBS", things: ["server": 1, "port": 1, "volume": 1]),
      Launch(
        template: "WordPress_Single_Instance_With_EIP",
        things: ["server": 1, "port": 1, "address": 1, "group": 1]),
      Launch(
        template: "WordPress_Single_Instance_With_HA",
        things: ["server": 1, "port": 1, "key": 1, "container": 1], handle: "WaitHandle"),
      Launch(template: "WordPress_2_Instances", things: ["server": 2, "port": 2]),
    ]
  }

  /// The folder of the public templates, beside the checkout or above it.
  static let templates: URL? = {
    var folder = Program.top
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let found = folder.appending(path: "shared/templates/cfn/heat-2012")
      if FileManager.default.fileExists(atPath: found.path) { return found }
    }
    return nil
  }()

  /// A script that launches a template, whose flavors of 64 bits begin at m1.large.
  private func launch(_ template: String, _ real: RealCloud) throws -> String {
    let file = try #require(Self.templates).appending(path: "\(template).template").path
    return """
      local blueprint = kiln.template.load "\(file)"
      local parameters = { KeyName = "\(real.stack)", InstanceType = "m1.large", LinuxDistribution = "F17" }
      local stack = kiln.stacks.create("\(real.stack)", blueprint, parameters):wait()
      print(stack.outputs.WebsiteURL)
      """
  }

  /// Runs a body with a key pair in the cloud, and deletes the stack and the key after it, whatever happened.
  private func withRealCloud(_ body: (RealCloud) async throws -> Void) async throws {
    let real = try RealCloud()
    try await real.makeKey()
    do {
      try await body(real)
    } catch {
      _ = try? await real.run("stacks", "delete", real.stack)
      try? await real.deleteKey()
      throw error
    }
    try await real.deleteKey()
  }

  /// Deletes the stack and expects that it leaves nothing; the services' lists may follow some seconds later.
  private func expectCleanDeletion(_ real: RealCloud) async throws {
    let record = try await real.record()
    try await real.succeed("stacks", "delete", real.stack)
    var left = try await real.inventory(of: record)
    for _ in 0..<10 where !left.isEmpty {
      try await Task.sleep(for: .seconds(1))
      left = try await real.inventory(of: record)
    }
    #expect(left == [:])
  }

  @Test(
    "a template of 2012 launches, and leaves nothing when it is deleted", .timeLimit(.minutes(5)),
    .enabled(if: templates != nil, "the public templates aren't beside the checkout"), arguments: Launch.all)
  func life(_ launch: Launch) async throws {
    try await withRealCloud { real in
      async let outcome = real.run("-e", try self.launch(launch.template, real))
      if let handle = launch.handle {
        try await real.signal(try await real.reference(of: handle), id: "guest")
      }
      let ended = try await outcome
      try #require(ended.status == 0, "\(ended.errors)")
      let record = try #require(try await real.record())
      #expect(record.status == .createComplete)
      #expect(try await real.inventory(of: record) == launch.things)
      let url = try #require(record.outputs["WebsiteURL"]?.shown?.string)
      #expect(ended.output.contains(url))
      if launch.things["address"] != nil {
        let address = try #require(record.outputs["InstanceIPAddress"]?.shown?.string)
        #expect(url == "http://\(address)/wordpress", "the output doesn't have the floating IP")
      }
      try await expectCleanDeletion(real)
    }
  }

  @Test("two guests that signal one handle at once both count", .timeLimit(.minutes(2)))
  func signals() async throws {
    try await withRealCloud { real in
      let running = try real.start(
        "-e",
        """
        local t = kiln.template.new "two guests"
        local handle = t:resource("Handle", "AWS::CloudFormation::WaitConditionHandle")
        local all = t:resource("All", "AWS::CloudFormation::WaitCondition",
          { Handle = handle, Timeout = 60, Count = 2 })
        t:output("Data", all.Data)
        kiln.stacks.create("\(real.stack)", t):wait()
        """)
      let url = try await real.reference(of: "Handle")
      try await real.signal(url, id: "one", data: "first")
      try await real.signal(url, id: "two", data: "second")
      running.wait()
      let record = try #require(try await real.record())
      #expect(record.status == .createComplete, "\(record.head.reason)")
      #expect(record.outputs["Data"]?.shown == #"{"one":"first","two":"second"}"#)
      try await expectCleanDeletion(real)
    }
  }

  @Test(
    "a launch that kill -9 cut off is completed by the next kiln, with nothing made twice",
    .timeLimit(.minutes(5)),
    .enabled(if: templates != nil, "the public templates aren't beside the checkout"),
    arguments: ["IPAddress", "WikiServer", "DataVolume", "MountPoint"])
  func crash(begun logicalID: String) async throws {
    try await withRealCloud { real in
      let running = try real.start("-e", try launch("WordPress_Single_Instance_With_EBS_EIP", real))
      try await waitForBeginning(of: logicalID, real)
      // Somewhere in the calls of that resource.
      try await Task.sleep(for: .milliseconds(Int.random(in: 0..<900)))
      running.kill()
      try await real.succeed("stacks", "recover")
      let record = try #require(try await real.record())
      #expect(record.status == .createComplete, "\(record.head.reason)")
      #expect(
        try await real.inventory(of: record)
          == ["server": 1, "port": 1, "volume": 1, "address": 1, "group": 1])
      try await expectCleanDeletion(real)
    }
  }

  @Test("what others do to a stack is told and taken back", .timeLimit(.minutes(5)))
  func upkeep() async throws {
    let real = try RealCloud()
    let outcome = try await real.run(WorkedProgram.upkeep.path, real.stack)
    try WorkedProgram.upkeep.expect(of: outcome, isEmbedded: false)
  }

  @Test("a group grows and shrinks when it is told to, and rolls its updates", .timeLimit(.minutes(5)))
  func scaling() async throws {
    let real = try RealCloud()
    let outcome = try await real.run(WorkedProgram.scaling.path, real.stack)
    try WorkedProgram.scaling.expect(of: outcome, isEmbedded: false)
  }

  @Test("a stack is made step by step", .timeLimit(.minutes(5)))
  func stepping() async throws {
    let real = try RealCloud()
    let outcome = try await real.run(WorkedProgram.stepping.path, real.stack)
    try WorkedProgram.stepping.expect(of: outcome, isEmbedded: false)
  }

  @Test("a stack of the cloud's Heat is taken over with all that it has", .timeLimit(.minutes(5)))
  func migration() async throws {
    let outcome = try await RealCloud().run(WorkedProgram.migrate.path)
    try WorkedProgram.migrate.expect(of: outcome, isEmbedded: false)
  }

  /// Each page that was served at an address, once for as long as it was the same.
  private func pages(of real: RealCloud, for operation: () async throws -> Void) async throws -> [String] {
    let seen = Seen()
    let looking = Task {
      var address: String?
      while !Task.isCancelled {
        if address == nil { address = (try? await real.record())?.outputs["Address"]?.shown?.string }
        // The last of them is there for a moment only, after a while in which none is.
        if let address, let page = await real.page(at: address, within: .milliseconds(400)) {
          await seen.add(page)
        }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
    defer { looking.cancel() }
    try await operation()
    return await seen.pages
  }

  private actor Seen {
    private(set) var pages: [String] = []
    func add(_ page: String) { if pages.last != page { pages.append(page) } }
  }

  @Test(
    "a web server is restarted by ssh, its server rebooted and replaced, and in the end a standby takes its address over",
    .timeLimit(.minutes(15)),
    .enabled(
      if: FileManager.default.fileExists(atPath: "/sys/class/net/kbr-ex"), "its servers boot by themselves"))
  func keepalive() async throws {
    let real = try RealCloud()
    let guests = try await real.startGuests()
    defer {
      guests.signal(SIGTERM)
      guests.wait()
    }
    var told = Program.Outcome(status: -1, output: "", errors: "")
    let pages = try await pages(of: real) {
      told = try await real.run(WorkedProgram.keepalive.path, real.stack)
    }
    if told.status != 0 { _ = try? await real.run("stacks", "delete", real.stack) }
    try WorkedProgram.keepalive.expect(of: told, isEmbedded: false)
    #expect(!told.output.contains("HA_FAILED"))
    // Who serves the page, by the program and by whoever looks at it from outside.
    let served = told.output.matches(of: /the page is of (\w+) (\S+)/).map { (String($0.1), String($0.2)) }
    #expect(served.map(\.0) == ["Web", "Web", "Web", "Standby"])
    let ids = served.map(\.1)
    try #require(ids.count == 4)
    #expect(ids[0] == ids[1] && ids[1] != ids[2])
    #expect(pages == Array(ids.dropFirst()))
    #expect(try await real.deeds(of: ids[1]) == ["create", "reboot", "reboot", "delete"])
    #expect(try await real.deeds(of: ids[2]) == ["create", "reboot", "reboot", "stop", "delete"])
    #expect(try await real.inventory(of: nil) == [:])
  }

  private func waitForBeginning(of logicalID: String, _ real: RealCloud) async throws {
    for _ in 0..<1200 {
      if try await real.record()?.resources[logicalID] != nil { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("\(logicalID) was not begun within two minutes")
  }
}
