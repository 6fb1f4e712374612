import OrderedCollections
import Simulation
import StackEngine
import Templates
import TestSupport
import Testing

/// What every operation comes to in every status of a stack, held to a table that is there to be read.
@Suite("The table of statuses and operations")
struct DeedTableTests {
  private static let table = GoldenCase.all("statuses.txt")

  @Test("has every status")
  func complete() {
    #expect(Self.table.map(\.name) == Stage.all.map(\.name))
    #expect(Set(Stage.all.map(\.name)).isSuperset(of: StackStatus.allCases.map(\.rawValue)))
  }

  @Test("says what each operation comes to", arguments: Stage.all)
  func outcomes(of stage: Stage) throws {
    var lines: [String] = []
    for deed in Deed.all {
      let world = try stage.world()
      let outcome = try world.time.run { try await deed.perform(in: world) }
      lines.append(deed.name.padded(to: 22) + outcome)
    }
    let expected = Self.table.first { $0.name == stage.name }?.expected
    #expect(
      lines.joined(separator: "\n") == expected, "\n=== \(stage.name)\n---\n\(lines.joined(separator: "\n"))")
  }

  @Test("strands no stack: after each, it can be deleted, and nothing of it is left", arguments: Stage.all)
  func deletable(after stage: Stage) throws {
    for deed in Deed.all where deed.name != "abandon" {
      let world = try stage.world()
      try world.time.run {
        _ = try await deed.perform(in: world)
        guard try await world.journal.stack(named: "web") != nil else { return }
        try await world.engine.protect("web", false)
        _ = try await world.engine.delete("web").result()
      }
      let left = world.cloud.names.filter { $0 != "foreign" }
      #expect(left.isEmpty, "\(deed.name) in \(stage.name)")
      #expect(try world.time.run { try await world.journal.unfinishedOperations().isEmpty })
    }
  }

  @Test("strands no stack: after each, it can be made what a template says", arguments: Stage.all)
  func usable(after stage: Stage) throws {
    for deed in Deed.all {
      let world = try stage.world()
      let stack = try world.time.run {
        _ = try await deed.perform(in: world)
        return try await world.bring()
      }
      #expect(Set(stack.resources.keys) == ["A", "C", "D"], "\(deed.name) in \(stage.name)")
      #expect(stack.superseded.isEmpty)
      if deed.name == "abandon" { continue }
      let known = stack.resources.values.compactMap(\.physical?.id)
      let there = world.cloud.things.filter { $0.name != "foreign" }
      #expect(there.map(\.id).sorted() == known.sorted(), "\(deed.name) in \(stage.name)")
    }
  }
}

extension World {
  /// Makes the stack what the second template says, by whatever it takes.
  fileprivate func bring() async throws -> StackRecord {
    let template = try TestTemplate.make(Stage.second)
    guard let stack = try await journal.stack(named: "web") else {
      return try await engine.create("web", template).record(in: engine)
    }
    // What fails on the way is mended by the update.
    if stack.status.isSuspended { _ = try? await engine.start(.resume, on: "web").result() }
    return try await engine.update("web", template).record(in: engine)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
