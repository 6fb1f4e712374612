import Ambience
import Document
import EmbeddedCloud
import HTTP
import Simulation
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("The embedded cloud answers as a real one did")
struct RecordedTests {
  static let names = ["identity", "compute", "servers", "network", "volume", "image", "object"]

  static func scenario(_ name: String) throws -> Scenario {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/\(name).json")
    return try Scenario(String(decoding: Data(contentsOf: file), as: UTF8.self))
  }

  @Test("to every recorded request", arguments: names)
  func play(name: String) throws {
    let scenario = try Self.scenario(name)
    #expect(scenario.steps.count > 5)
    let world = SimulatedWorld(seed: 1)
    let ambient = world.ambient
    let complaints = try world.run {
      let cloud = EmbeddedCloud(ambient: ambient)
      var player = try await Player(
        cloud, ambient, authURL: EmbeddedCloud.address, user: Account.user, password: Account.password,
        project: Account.project)
      var complaints: [String] = []
      for step in scenario.steps {
        let outcome = try await player.play(step)
        let recorded = Outcome(recorded: step.raw["answer"] ?? .null)
        complaints += Self.complaints(outcome, recorded).map { "\(step.about): \($0)" }
      }
      return complaints
    }
    for complaint in complaints { Issue.record("\(name): \(complaint)") }
  }

  private static func complaints(_ outcome: Outcome, _ recorded: Outcome) -> [String] {
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
    if !isSubsequence(recorded.states, of: outcome.states) {
      complaints.append("states \(outcome.states), not \(recorded.states)")
    }
    return complaints + differences(outcome.body, recorded.body)
  }

  /// A real cloud's states were looked at now and then, so some were missed.
  private static func isSubsequence(_ few: [String], of many: [String]) -> Bool {
    var rest = few[...]
    for state in many where state == rest.first { rest.removeFirst() }
    return rest.isEmpty && few.last == many.last
  }
}
