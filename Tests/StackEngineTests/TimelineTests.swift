import Ambience
import Document
import Simulation
import StackEngine
import Testing

@Suite("The timeline of an operation")
struct TimelineTests {
  private static let chain = """
    {"Resources": {"A": {"Type": "Test::Thing"},
                   "B": {"Type": "Test::Thing", "DependsOn": "A"},
                   "C": {"Type": "Test::Thing", "DependsOn": "B"},
                   "N": {"Type": "Test::Nothing", "DependsOn": "A"}}}
    """

  private func bar(_ id: String, in timeline: Timeline, _ verb: String = "CREATE") throws -> Timeline.Bar {
    try #require(timeline.bars.first { $0.logicalID == id && $0.verb == verb })
  }

  @Test("each resource waits until what it needs is done, and the longest chain is the critical path")
  func chain() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.chain)).result()
      let timeline = try await world.engine.timeline(of: "web")
      #expect(timeline.critical.map { timeline.bars[$0].logicalID } == ["A", "B", "C"])
      #expect(timeline.criticalSpan == .seconds(15))
      #expect(timeline.span == .seconds(15))
      #expect(timeline.work == .seconds(15))
      let c = try bar("C", in: timeline)
      #expect(c.ready - timeline.started == .seconds(10))
      #expect(c.started == c.ready)
      #expect(!(try bar("N", in: timeline)).isCritical)
    }
  }

  @Test("a deletion goes the other way")
  func deletion() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.chain)).result()
      _ = try await world.engine.delete("web").result()
      let timeline = try await world.engine.timeline(of: "web")
      #expect(timeline.critical.map { timeline.bars[$0].logicalID } == ["C", "B", "A"])
      #expect(try await world.engine.timeline(of: "web", operation: "1").kind == .create)
    }
  }

  @Test("what goes back begins when all that went forward has ended")
  func rollback() throws {
    let world = World()
    world.cloud.refuse("C")
    try world.time.run {
      _ = try? await world.engine.create("web", TestTemplate.make(Self.chain)).result()
      let timeline = try await world.engine.timeline(of: "web")
      #expect(timeline.phase == .rolledBack)
      #expect(try bar("C", in: timeline).result == .failed)
      let names = timeline.critical.map { timeline.bars[$0].logicalID + timeline.bars[$0].verb.prefix(1) }
      #expect(names == ["AC", "BC", "CC", "CD", "BD", "AD"])
      #expect(timeline.criticalSpan <= timeline.span)
    }
  }

  @Test("the deletion of what a replacement has superseded waits for the whole change")
  func cleanup() throws {
    let world = World()
    try world.time.run {
      let engine = world.engine
      _ = try await engine.create("web", TestTemplate.make(Self.chain)).result()
      let other = Self.chain.replacing(
        "\"Test::Thing\", \"DependsOn\": \"B\"",
        with: "\"Test::Thing\", \"Properties\": {\"Kind\": \"x\"}, \"DependsOn\": \"B\"")
      _ = try await engine.update("web", TestTemplate.make(other)).result()
      let timeline = try await engine.timeline(of: "web")
      #expect(timeline.bars.map(\.verb) == ["CREATE", "DELETE"])
      #expect(timeline.critical == [0, 1])
      #expect(timeline.bars[1].ready == timeline.bars[0].ended)
    }
  }

  @Test("an operation that runs is drawn until now")
  func running() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.chain))
      try await world.ambient.sleep(.seconds(7))
      let timeline = try await world.engine.timeline(of: "web")
      #expect(try bar("B", in: timeline).result == .running)
      #expect(timeline.span == .seconds(7))
      #expect(timeline.lines(width: 80)[0].text.contains("in progress for 7.0 s"))
      _ = try await operation.result()
    }
  }

  @Test("it is drawn in as many columns as there are, each bar where its time is")
  func text() throws {
    let stack = StackIdentity(name: "web", id: "1")
    let start = Timestamp(milliseconds: 0)
    let operation = OperationRecord(
      id: "o", stack: stack, kind: .create, goal: nil, origin: nil, options: OperationOptions(),
      phase: .succeeded, started: start, ended: start + .seconds(12))
    let facts = [
      (0, "Net", "IN_PROGRESS"), (0, "Disk", "IN_PROGRESS"), (3, "Disk", "COMPLETE"),
      (6, "Net", "COMPLETE"), (6, "Web", "IN_PROGRESS"), (12, "Web", "COMPLETE"),
    ]
    let events = facts.map { second, id, state in
      Event(
        sequence: 0, time: start + .seconds(second), stack: stack, logicalID: id, physicalID: nil,
        type: "T::\(id)", status: "CREATE_\(state)", reason: "", operation: "o")
    }
    let timeline = Timeline(operation, events: events, needs: ["Web": ["Net", "Disk"]], now: start)
    let lines = timeline.lines(width: 60).map(\.text)
    #expect(
      Array(lines.prefix(7)) == [
        "web · create · succeeded in 12.0 s · 3 steps of 15.0 s work",
        "critical path 12.0 s · Net → Web", "",
        "◆ Net   T::Net   ██████████████████                    6.0 s",
        "  Disk  T::Disk  ━━━━━━━━━                             3.0 s",
        "◆ Web   T::Web   ··················██████████████████  6.0 s",
        "                 ╵0             ╵5 s           ╵10 s",
      ])
    for width in [40, 60, 100, 200] {
      #expect(
        timeline.lines(width: width).dropFirst(3).dropLast(2).allSatisfy { $0.text.displayWidth <= width })
    }
  }

  @Test("the picture has a bar for each resource, names what failed, and escapes what it quotes")
  func picture() throws {
    let world = World()
    world.cloud.refuse("C")
    try world.time.run {
      _ = try? await world.engine.create("web", TestTemplate.make(Self.chain)).result()
      let picture = try await world.engine.timeline(of: "web").svgText
      #expect(picture.hasPrefix("<svg"))
      #expect(picture.contains("<title>C create failed: quota exceeded</title>"))
      #expect(picture.ranges(of: "<title>").count == 8)
    }
  }

  @Test("events of older stores, which don't say their operation, are told apart by time")
  func older() throws {
    let stack = StackIdentity(name: "web", id: "1")
    let start = Timestamp(milliseconds: 1000)
    let operation = OperationRecord(
      id: "o", stack: stack, kind: .create, goal: nil, origin: nil, options: OperationOptions(),
      phase: .succeeded, started: start, ended: start + .seconds(9))
    let events = [("CREATE_IN_PROGRESS", 1), ("CREATE_COMPLETE", 8)].map { status, second in
      Event(
        sequence: second, time: start + .seconds(second), stack: stack, logicalID: "A", physicalID: nil,
        type: "Test::Thing", status: status, reason: "")
    }
    let timeline = Timeline(operation, events: events, needs: [:], now: start + .seconds(100))
    #expect(timeline.bars.map(\.span) == [.seconds(7)])
    #expect(timeline.span == .seconds(9))
  }
}
