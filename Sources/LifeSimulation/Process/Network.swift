import Ambience
import EmbeddedCloud
import HTTP
import Synchronization

/// The network between a process and the cloud, with the weather that it has now.
final class Network: Sendable {
  let cloud: EmbeddedCloud
  let ambient: Ambient
  private let lots: Lots
  private let state = Mutex(State())
  private let note: @Sendable (() -> String) -> Void
  /// Is told of each answer that the cloud gives, also of those that get lost.
  private let heard: @Sendable (Request, Response) -> Void

  private struct State {
    var weather = Weather.calm
    /// The services that can't be reached.
    var cutOff: Set<String> = []
    var requests = 0
  }

  init(
    _ cloud: EmbeddedCloud, _ ambient: Ambient, _ lots: Lots,
    heard: @escaping @Sendable (Request, Response) -> Void = { _, _ in },
    note: @escaping @Sendable (() -> String) -> Void
  ) {
    self.cloud = cloud
    self.ambient = ambient
    self.lots = lots
    self.note = note
    self.heard = heard
  }

  /// How many requests there were.
  var requests: Int { state.withLock { $0.requests } }

  var weather: Weather {
    get { state.withLock { $0.weather } }
    set { state.withLock { $0.weather = newValue } }
  }

  func cut(_ service: String) { state.withLock { _ = $0.cutOff.insert(service) } }
  func join(_ service: String) { state.withLock { _ = $0.cutOff.remove(service) } }
  /// Takes away all that goes wrong.
  func calm() { state.withLock { ($0.weather, $0.cutOff) = (.calm, []) } }

  func send(_ request: Request) async throws -> Response {
    let path = Self.path(request)
    let (weather, isCut) = state.withLock { state in
      state.requests += 1
      return (state.weather, state.cutOff.contains { path.hasPrefix($0 + "/") })
    }
    let strike = isCut ? Weather.Strike.loseRequest : weather.strike(request, lots)
    note { "\(request.method.rawValue) \(path)" + (strike.map { " (\($0))" } ?? "") }
    switch strike {
    case nil: return try await told(request)
    case .loseReply?:
      _ = try await told(request)
      throw lost(request)
    case .answerLate?:
      _ = try await told(request)
      return Response(status: 504, headers: [:], body: [])
    case .loseRequest?:
      try await ambient.sleep(request.timeout)
      throw HTTPError(.timedOut, url: request.url, detail: "nothing came back")
    case .refuseConnection?: throw HTTPError(.unreachable, url: request.url, detail: "connection refused")
    case .fail(let status, let wait)?:
      return Response(status: status, headers: wait.map { ["Retry-After": String($0)] } ?? [:], body: [])
    case .double?:
      _ = try await told(request)
      return try await told(request)
    case .delay(let before, let after)?:
      try await ambient.sleep(before)
      let response = try await told(request)
      try await ambient.sleep(after)
      return response
    case .expireTokens?:
      await cloud.expireTokens()
      return try await told(request)
    }
  }

  private static func path(_ request: Request) -> Substring {
    request.url.dropFirst(EmbeddedCloud.address.count + 1)
  }

  private func told(_ request: Request) async throws -> Response {
    let response = try await cloud.send(request)
    heard(request, response)
    note { "  \(response.status) \(request.method.rawValue) \(Self.path(request))" }
    return response
  }

  private func lost(_ request: Request) -> HTTPError {
    HTTPError(.connectionLost, url: request.url, detail: "the connection broke before the answer came")
  }
}

/// The network as a process reaches it that may die or lose interest: what it has sent still arrives.
struct ProcessTransport: Transport {
  let network: Network
  let gate: Gate

  func send(_ request: Request) async throws -> Response {
    try await gate.pass()
    try Task.checkCancellation()
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    let (end, ending) = AsyncStream<Result<Response, any Error>>.makeStream()
    Task(executorPreference: executor) {
      do { ending.yield(.success(try await network.send(request))) } catch { ending.yield(.failure(error)) }
      ending.finish()
    }
    for await outcome in end {
      try await gate.pass()
      return try outcome.get()
    }
    throw CancellationError()
  }
}
