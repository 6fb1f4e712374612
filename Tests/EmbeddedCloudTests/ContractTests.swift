import Ambience
import Document
import EmbeddedCloud
import HTTP
import OpenStack
import OrderedCollections
import Secrets
import Simulation
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The contract: what a real OpenStack answered to the requests of `Cases`, asked again of the embedded cloud
/// and, where there is one, of a real cloud, with the same assertions.
enum Contract {
  static let names = [
    "identity", "people", "compute", "servers", "hosts", "network", "wires", "volume", "disks", "image",
    "pictures", "object", "balancers", "zones", "secrets",
  ]

  private static func file(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/\(name).json")
  }

  static func scenario(_ name: String) throws -> Scenario {
    try Scenario(String(decoding: Data(contentsOf: file(name)), as: UTF8.self))
  }

  /// Plays a scenario; what was answered otherwise than recorded, where wanted without what steps set apart.
  static func complaints(
    _ scenario: Scenario, _ player: inout Player, withoutApart: Bool = false
  ) async throws -> [String] {
    var complaints: [String] = []
    for step in scenario.steps {
      let outcome = try await player.play(step)
      let recorded = Outcome(recorded: step.raw["answer"] ?? .null)
      let apart = step.loose + (withoutApart ? step.apart : [])
      complaints += differences(outcome, recorded)
        .filter { difference in !apart.contains { difference.hasPrefix($0 + ":") } }
        .map { "\(step.about): \($0)" }
    }
    return complaints
  }

  /// Plays a scenario and keeps the answers in its file, one step a line.
  static func record(_ name: String, _ player: inout Player) async throws {
    var lines: [String] = []
    for step in try scenario(name).steps {
      var raw = step.raw.map ?? [:]
      raw["answer"] = try await player.play(step).recorded
      lines.append(" " + text(.map(raw)))
    }
    try Data(("[\n" + lines.joined(separator: ",\n") + "\n]\n").utf8).write(to: file(name))
  }

  /// JSON on one line, spaced for reading.
  private static func text(_ value: Value) -> String {
    switch value {
    case .map(let members):
      "{" + members.map { "\(Value.string($0.key).jsonText()): \(text($0.value))" }.joined(separator: ", ")
        + "}"
    case .list(let items): "[" + items.map(text).joined(separator: ", ") + "]"
    default: value.jsonText()
    }
  }

  private static func differences(_ outcome: Outcome, _ recorded: Outcome) -> [String] {
    var complaints: [String] = []
    if outcome.status != recorded.status {
      complaints.append("status \(outcome.status), not \(recorded.status) \(outcome.body?.jsonText() ?? "")")
    }
    if outcome.type != recorded.type {
      complaints.append("type \(outcome.type ?? "none"), not \(recorded.type ?? "none")")
    }
    if outcome.headers != recorded.headers {
      let difference = outcome.headers.symmetricDifference(recorded.headers).sorted()
      complaints.append("headers \(difference)")
    }
    if !isSameCourse(outcome.states, recorded.states) {
      complaints.append("states \(outcome.states), not \(recorded.states)")
    }
    return complaints + EmbeddedCloudTests.differences(outcome.body, recorded.body)
  }

  /// Whether states come in the same order and end alike.
  ///
  /// A cloud is looked at now and then, so that a short
  /// state can be missed, on either side.
  static func isSameCourse(_ one: [String], _ other: [String]) -> Bool {
    one.last == other.last && one.filter(other.contains) == other.filter(one.contains)
  }
}

@Suite("The embedded cloud answers as a real one did")
struct EmbeddedContractTests {
  @Test("to every recorded request", arguments: Contract.names)
  func play(name: String) throws {
    let scenario = try Contract.scenario(name)
    #expect(scenario.steps.count > 5)
    let world = SimulatedWorld(seed: 1)
    let ambient = world.ambient
    let complaints = try world.run {
      let cloud = EmbeddedCloud(ambient: ambient)
      var player = try await Player(
        cloud, ambient, authURL: EmbeddedCloud.address + "/v3",
        as: Role(user: Account.user, password: Account.password, project: Account.project),
        administrator: Role(
          user: Account.administrator, password: Account.administrator, project: Account.administrator))
      return try await Contract.complaints(scenario, &player, withoutApart: true)
    }
    for complaint in complaints { Issue.record("\(name): \(complaint)") }
  }

  @Test("a course of states may miss some, but not turn them round or end elsewhere")
  func courses() {
    #expect(Contract.isSameCourse(["a", "b", "c"], ["a", "c"]))
    #expect(Contract.isSameCourse(["b", "c"], ["a", "c"]))
    #expect(!Contract.isSameCourse(["b", "a", "c"], ["a", "b", "c"]))
    #expect(!Contract.isSameCourse(["a", "b"], ["a", "b", "c"]))
  }
}

/// With `KILN_RECORD` set, the answers are recorded instead of compared: `all`, or the names of scenarios with
/// commas between them.
@Suite(
  "A real cloud answers as it did when it was recorded",
  .enabled(if: RealStage.user != nil, "KILN_TESTBED_CLOUD names no cloud"), .serialized)
struct TestbedContractTests {
  @Test("to every recorded request", arguments: Contract.names)
  func play(name: String) async throws {
    let scenario = try Contract.scenario(name)
    guard let user = RealStage.user else { return }
    let administrator = try RealStage.administrator.map(RealStage.configuration)
    if scenario.needsAdministrator, administrator == nil {
      print("\(name): SKIPPED, for KILN_TESTBED_ADMIN names no cloud")
      return
    }
    let configuration = try RealStage.configuration(user)
    let ambient = Ambient.system()
    var player = try await Player(
      CurlTransport(CurlTransport.Options(tls: configuration.tls)), ambient, authURL: configuration.authURL,
      as: try RealStage.role(configuration), administrator: try administrator.map(RealStage.role))
    if let missing = scenario.services.first(where: { !player.knows($0) }) {
      print("\(name): SKIPPED, for the cloud has no \(missing)")
      return
    }
    for service in scenario.services.sorted() where try await !player.reaches(service) {
      print("\(name): SKIPPED, for the cloud's \(service) doesn't run")
      return
    }
    let recorded = (RealStage.recorded ?? "").split(separator: ",")
    if recorded.contains("all") || recorded.contains(Substring(name)) {
      try await Contract.record(name, &player)
    } else {
      let complaints = try await Contract.complaints(scenario, &player)
      for complaint in complaints { Issue.record("\(name): \(complaint)") }
    }
  }
}

/// The real cloud on which scenarios are played.
enum RealStage {
  static let user = variable("KILN_TESTBED_CLOUD")
  static let administrator = variable("KILN_TESTBED_ADMIN")
  static let recorded = variable("KILN_RECORD")

  private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

  static func configuration(_ name: String) throws -> CloudConfiguration {
    try CloudConfiguration.load(cloud: name, environment: ProcessInfo.processInfo.environment)
  }

  static func role(_ configuration: CloudConfiguration) throws -> Role {
    guard case .password(user: .name(let user, _), let password) = configuration.login,
      case .project(.name(let project, _)) = configuration.scope
    else {
      throw Diagnostic(
        "no_password", "the cloud \(configuration.name) needs a user, a password and a project")
    }
    return Role(user: user, password: password.reveal(), project: project)
  }
}
