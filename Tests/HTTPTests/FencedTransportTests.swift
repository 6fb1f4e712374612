import Ambience
import HTTP
import Testing

@Suite("A transport behind a fence")
struct FencedTransportTests {
  private struct Lost: Error {}

  @Test(
    "sends no change that its task may not make any more",
    arguments: Request.Method.allCases.filter { $0 != .get && $0 != .head })
  func change(_ method: Request.Method) async throws {
    let script = Scripted([.status(200)], taking: .zero, Virtual())
    await #expect(throws: Lost.self) {
      try await Fence.$current.withValue(Fence { throw Lost() }) {
        _ = try await FencedTransport(script).send(Request(method, "http://cloud/"))
      }
    }
    #expect(script.count == 0)
  }

  @Test("reads all the same", arguments: [Request.Method.get, .head])
  func read(_ method: Request.Method) async throws {
    let script = Scripted([.status(200)], taking: .zero, Virtual())
    let response = try await Fence.$current.withValue(Fence { throw Lost() }) {
      try await FencedTransport(script).send(Request(method, "http://cloud/"))
    }
    #expect(response.status == 200)
  }

  @Test("isn't asked where nobody else can take the work up")
  func open() async throws {
    let script = Scripted([.status(201)], taking: .zero, Virtual())
    #expect(try await FencedTransport(script).send(Request(.post, "http://cloud/")).status == 201)
  }

  @Test("is asked before each attempt, not only before the first")
  func again() async throws {
    let time = Virtual()
    let script = Scripted([.failure(.connectionLost), .status(204)], taking: .seconds(1), time)
    let transport = RetryingTransport(FencedTransport(script), ambient: time.ambient)
    await #expect(throws: Lost.self) {
      try await Fence.$current.withValue(Fence { if time.uptime > .zero { throw Lost() } }) {
        _ = try await transport.send(Request(.delete, "http://cloud/"))
      }
    }
    #expect(script.count == 1)
  }
}
