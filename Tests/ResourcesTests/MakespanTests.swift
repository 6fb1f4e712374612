import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("A stack takes as long as its critical path")
struct MakespanTests {
  enum Shape: String, CaseIterable, Sendable { case wide, chain, random }

  /// What each resource needs, and for how long it is made.
  private struct Graph {
    var needs: [[Int]] = []
    var milliseconds: [Int] = []

    init(_ shape: Shape, count: Int) {
      var state: UInt64 = 11
      func draw(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
      }
      for index in 0..<count {
        milliseconds.append(200 + draw(800))
        switch shape {
        case .wide:
          // Four layers, each needing up to three of the one before.
          let layer = index * 4 / count
          let first = (layer - 1) * count / 4
          needs.append(layer == 0 ? [] : (0...draw(3)).map { _ in first + draw(count / 4) })
        case .chain: needs.append(index == 0 ? [] : [index - 1])
        case .random: needs.append(index == 0 ? [] : (0..<draw(4)).map { _ in draw(index) })
        }
      }
    }

    var template: String {
      let resources = needs.indices.map { index in
        let seconds = "\(milliseconds[index] / 1000).\(String(milliseconds[index] % 1000 + 1000).dropFirst())"
        let depends = Set(needs[index]).sorted().map { "r\($0)" }.joined(separator: ", ")
        return """
            r\(index):
              type: OS::Heat::TestResource
              depends_on: [\(depends)]
              properties: {value: v, action_wait_secs: {create: \(seconds)}}
          """
      }
      return "heat_template_version: 2018-08-31\nresources:\n" + resources.joined(separator: "\n")
    }

    /// The time that the longest path takes.
    var criticalPath: Duration {
      var ends: [Int] = []
      for index in needs.indices {
        ends.append(milliseconds[index] + (needs[index].map { ends[$0] }.max() ?? 0))
      }
      return .milliseconds(ends.max() ?? 0)
    }
  }

  @Test("a thousand resources, whatever needs what", arguments: Shape.allCases)
  func makespan(_ shape: Shape) throws {
    let graph = Graph(shape, count: 1000)
    let pad = try Launchpad()
    let span = try pad.time.run {
      let template = try pad.template(graph.template)
      let plan = try await pad.engine.planCreate("wide", template)
      let start = pad.time.uptime
      _ = try await pad.engine.run(plan).result()
      return pad.time.uptime - start
    }
    #expect(span >= graph.criticalPath)
    #expect(span <= graph.criticalPath * 1.05)
  }
}
