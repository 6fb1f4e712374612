import Ambience
import HTTP
import Synchronization
import Testing

struct RetryingTransportTests {
  private func send(
    _ method: Request.Method, timeout: Duration = .seconds(60), _ outcomes: Scripted.Outcome...
  ) async throws -> (Response?, HTTPError?, Scripted, Virtual) {
    let time = Virtual()
    let script = Scripted(outcomes, taking: .seconds(1), time)
    let transport = RetryingTransport(script, ambient: time.ambient)
    do {
      let response = try await transport.send(Request(method, "http://cloud/", timeout: timeout))
      return (response, nil, script, time)
    } catch let error as HTTPError {
      return (nil, error, script, time)
    }
  }

  @Test("a server that fails is asked again to read", arguments: [500, 502, 503, 504])
  func reading(_ status: Int) async throws {
    let (response, _, script, _) = try await send(.get, .status(status), .status(status), .status(200))
    #expect(response?.status == 200)
    #expect(script.count == 3)
  }

  @Test(
    "a change that a server failed at is not made twice", arguments: [Request.Method.post, .put, .delete])
  func changing(_ method: Request.Method) async throws {
    let (response, _, script, _) = try await send(method, .status(500), .status(200))
    #expect(response?.status == 500)
    #expect(script.count == 1)
  }

  @Test("a POST that never reached the server is sent again")
  func neverSent() async throws {
    let (response, _, script, _) = try await send(.post, .failure(.unreachable), .status(201))
    #expect(response?.status == 201)
    #expect(script.count == 2)
  }

  @Test("a POST whose connection broke is not sent again, but a DELETE is")
  func lost() async throws {
    let (_, error, script, _) = try await send(.post, .failure(.connectionLost), .status(201))
    #expect(error?.code == .connectionLost)
    #expect(script.count == 1)
    let (response, _, _, _) = try await send(.delete, .failure(.connectionLost), .status(204))
    #expect(response?.status == 204)
  }

  @Test(
    "what another attempt can't mend is told at once",
    arguments: [HTTPError.Code.badURL, .unknownHost, .tls, .badResponse])
  func hopeless(_ code: HTTPError.Code) async throws {
    let (_, error, script, _) = try await send(.get, .failure(code), .status(200))
    #expect(error?.code == code)
    #expect(script.count == 1)
  }

  @Test("a server that asks to wait is waited for, even with a POST", arguments: [429, 503])
  func retryAfter(_ status: Int) async throws {
    let (response, _, _, time) = try await send(.post, .status(status, retryAfter: "7"), .status(202))
    #expect(response?.status == 202)
    #expect(time.uptime >= .seconds(8))
  }

  @Test("the date until which to wait is understood")
  func retryAfterDate() async throws {
    // Virtual time begins with 1970 and the first attempt takes a second.
    let until = "Thu, 01 Jan 1970 00:00:20 GMT"
    let (response, _, _, time) = try await send(.get, .status(503, retryAfter: until), .status(200))
    #expect(response?.status == 200)
    #expect(time.uptime >= .seconds(20) && time.uptime < .seconds(23))
  }

  @Test("attempts are counted, and the last failure is the answer")
  func cap() async throws {
    let (response, _, script, _) = try await send(
      .get, .status(500), .status(502), .status(503), .status(504), .status(200))
    #expect(response?.status == 504)
    #expect(script.count == 4)
  }

  @Test("all attempts together stay within the request's timeout, and each knows what is left")
  func budget() async throws {
    let (response, _, script, time) = try await send(
      .get, timeout: .seconds(5), .status(503, retryAfter: "3"), .status(503, retryAfter: "3"), .status(200))
    #expect(response?.status == 503)
    #expect(time.uptime < .seconds(6))
    #expect(script.timeouts.first == .seconds(5))
    #expect(script.timeouts.last.map { $0 <= .seconds(1) } == true)
  }

  @Test("a pause ends when the task is cancelled")
  func cancellation() async throws {
    let time = Virtual()
    let script = Scripted([.status(500), .status(200)], taking: .zero, time)
    let ambient = Ambient(
      now: time.ambient.now, uptime: time.ambient.uptime, sleep: { _ in throw CancellationError() },
      random: time.ambient.random)
    let transport = RetryingTransport(script, ambient: ambient)
    await #expect(throws: CancellationError.self) { try await transport.send(Request(.get, "http://cloud/")) }
    #expect(script.count == 1)
  }
}

/// Time that passes only when somebody sleeps.
final class Virtual: Sendable {
  private let elapsed = Mutex(Duration.zero)

  var uptime: Duration { elapsed.withLock { $0 } }
  func pass(_ span: Duration) { elapsed.withLock { $0 += span } }

  var ambient: Ambient {
    Ambient(
      now: { Timestamp(milliseconds: 0) + self.uptime }, uptime: { self.uptime }, sleep: { self.pass($0) },
      random: { 1 << 63 })
  }
}

/// A server that does what a list says, one entry per request.
final class Scripted: Transport {
  enum Outcome: Sendable {
    case status(Int, retryAfter: String? = nil)
    case failure(HTTPError.Code)
  }

  private let state: Mutex<(outcomes: [Outcome], timeouts: [Duration])>
  private let span: Duration
  private let time: Virtual

  init(_ outcomes: [Outcome], taking span: Duration, _ time: Virtual) {
    state = Mutex((outcomes, []))
    self.span = span
    self.time = time
  }

  var timeouts: [Duration] { state.withLock { $0.timeouts } }
  var count: Int { timeouts.count }

  func send(_ request: Request) async throws -> Response {
    time.pass(span)
    let outcome = state.withLock { state in
      state.timeouts.append(request.timeout)
      return state.outcomes.removeFirst()
    }
    switch outcome {
    case .failure(let code): throw HTTPError(code, url: request.url, detail: "scripted")
    case .status(let status, let after):
      return Response(status: status, headers: after.map { ["Retry-After": $0] } ?? [:])
    }
  }
}
