import Document
import Testing

@testable import HighAvailability

@Suite("Companions")
struct CompanionTests {
  // MARK: - Frames

  @Test("messages come out of the stream as they went in, however it is cut")
  func frames() throws {
    let messages: [Value] = [["a": 1], "text", .list([]), ["b": ["c": nil]]]
    let bytes = try messages.flatMap { try #require(MessageFrames.bytes(of: $0)) }
    for size in 1...7 {
      var frames = MessageFrames()
      var found: [Value] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        frames.add(bytes[start..<min(start + size, bytes.count)])
        while let message = try frames.next() { found.append(message) }
      }
      #expect(found == messages)
    }
  }

  @Test("a message that is too long is neither made nor taken")
  func long() throws {
    #expect(MessageFrames.bytes(of: .string(String(repeating: "x", count: MessageFrames.limit))) == nil)
    var frames = MessageFrames()
    frames.add([0, 16, 0, 1])
    #expect(throws: MessageFrames.Rubbish.self) { try frames.next() }
  }

  // MARK: - The vigil

  @Test("who says nothing for too long is lost, and who computes for too long before that")
  func vigil() {
    let allowance = Allowance(effort: .milliseconds(20), patience: .seconds(1))
    let vigil = Vigil(allowance)
    #expect(vigil.first == .milliseconds(24))
    #expect(vigil.look(silence: .milliseconds(10), used: .milliseconds(9)) == .waits(.milliseconds(25)))
    #expect(vigil.look(silence: .milliseconds(22), used: .milliseconds(23)) == .waits(.milliseconds(24)))
    #expect(vigil.look(silence: .milliseconds(24), used: .milliseconds(21)) == .waits(.milliseconds(27)))
    #expect(vigil.look(silence: .milliseconds(25), used: .milliseconds(24)) == .overran)
    #expect(vigil.look(silence: .milliseconds(900), used: .milliseconds(1)) == .waits(.milliseconds(923)))
    #expect(vigil.look(silence: .seconds(1), used: .milliseconds(1)) == .silent)
  }

  // MARK: - Programs

  /// What a shell's script said, and how it ended.
  private static func life(
    of script: String, _ allowance: Allowance, _ work: (Companion) -> Void = { _ in }
  ) async throws -> ([Value], CompanionEnd) {
    let (news, told) = AsyncStream<Companion.News>.makeStream()
    let companion = try Companion(Companion.Program("/bin/sh", ["sh", "-c", script]))
    companion.start(allowance: allowance) { told.yield($0) }
    work(companion)
    var said: [Value] = []
    for await one in news {
      switch one {
      case .message(let message): said.append(message)
      case .ended(let end): return (said, end)
      }
    }
    return (said, .hungUp)
  }

  private static let patient = Allowance(effort: .seconds(60), patience: .seconds(3600))

  @Test("a program is heard, and told")
  func talk() async throws {
    let (said, end) = try await Self.life(
      of: #"head -c 9 >/dev/null; printf '\000\000\000\004"hi"' >&0; exit 4"#, Self.patient
    ) { $0.send(["a"]) }
    #expect(said == ["hi"])
    #expect(end == .exited(4))
  }

  @Test("a program that computes for too long is killed, and so is one that says nothing")
  func deadlines() async throws {
    let busy = Allowance(effort: .milliseconds(50), patience: .seconds(3600))
    #expect(try await Self.life(of: "while :; do :; done", busy).1 == .overran(.milliseconds(50)))
    let silent = Allowance(effort: .seconds(60), patience: .milliseconds(50))
    #expect(try await Self.life(of: "sleep 60", silent).1 == .silent(.milliseconds(50)))
  }

  @Test("a program that reads nothing is killed before what it is sent fills the memory")
  func deaf() async throws {
    let text = Value.string(String(repeating: "x", count: 1 << 19))
    let (_, end) = try await Self.life(of: "sleep 60", Self.patient) { companion in
      for _ in 0..<12 { companion.send(text) }
    }
    #expect(end == .deaf)
  }

  @Test("a program that is dismissed is killed, also before it has begun")
  func dismissed() async throws {
    #expect(try await Self.life(of: "sleep 60", Self.patient) { $0.dismiss() }.1 == .dismissed)
  }
}
