package import Ambience

/// A transport that sends again what failed and can't do harm twice.
///
/// A request that surely never reached the server, or that the server refused for the moment (429, or 503 with
/// `Retry-After`), is sent again whatever it is; one whose connection broke, when its method is idempotent; one
/// that the server failed at (500, 502, 503, 504), when it only reads. All attempts and pauses together stay
/// within the request's timeout.
package struct RetryingTransport: Transport {
  package struct Policy: Sendable {
    package var attempts: Int
    /// The pause after the first attempt; it doubles after each.
    package var firstPause: Duration
    package var longestPause: Duration

    package init(
      attempts: Int = 4, firstPause: Duration = .milliseconds(300), longestPause: Duration = .seconds(10)
    ) {
      self.attempts = attempts
      self.firstPause = firstPause
      self.longestPause = longestPause
    }
  }

  private let base: any Transport
  private let ambient: Ambient
  private let policy: Policy

  package init(_ base: any Transport, ambient: Ambient, policy: Policy = Policy()) {
    self.base = base
    self.ambient = ambient
    self.policy = policy
  }

  package var movesFiles: Bool { base.movesFiles }

  package func send(_ request: Request) async throws -> Response {
    let deadline = ambient.uptime() + request.timeout
    var attempt = request
    for count in 1... {
      attempt.timeout = deadline - ambient.uptime()
      let outcome = try await outcome(of: attempt)
      guard count < policy.attempts, let least = pause(after: outcome, request.method) else {
        return try outcome.get()
      }
      let pause = max(least, ambient.jitter(backoff(count)))
      if ambient.uptime() + pause >= deadline { return try outcome.get() }
      try await ambient.sleep(pause)
    }
    return try await base.send(request)
  }

  private func outcome(of request: Request) async throws -> Result<Response, HTTPError> {
    do {
      return .success(try await base.send(request))
    } catch let error as HTTPError {
      return .failure(error)
    }
  }

  private func backoff(_ count: Int) -> Duration {
    min(policy.longestPause, policy.firstPause * (1 << min(count - 1, 20)))
  }

  /// The least time to wait before sending again; nil when it mustn't be sent again.
  private func pause(after outcome: Result<Response, HTTPError>, _ method: Request.Method) -> Duration? {
    switch outcome {
    case .failure(let error):
      switch error.code {
      case .unreachable: .zero
      case .connectionLost, .timedOut: method.isIdempotent ? .zero : nil
      case .badURL, .unknownHost, .tls, .badResponse, .badFile: nil
      }
    case .success(let response):
      switch response.status {
      case 429: retryAfter(response) ?? .zero
      case 503: retryAfter(response) ?? (method.onlyReads ? .zero : nil)
      case 500, 502, 504: method.onlyReads ? .zero : nil
      default: nil
      }
    }
  }

  /// The span of `Retry-After` (RFC 9110, 10.2.3): seconds or a date.
  private func retryAfter(_ response: Response) -> Duration? {
    guard let text = response.headers["Retry-After"] else { return nil }
    if let seconds = Int(text), seconds >= 0 { return .seconds(min(seconds, 86_400)) }
    return Timestamp(httpDate: text).map { max(.zero, $0 - ambient.now()) }
  }
}

extension Timestamp {
  /// Reads `Wed, 21 Oct 2015 07:28:00 GMT`.
  fileprivate init?(httpDate text: String) {
    let parts = text.split(separator: " ")
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
      return nil
    }
    let number = (month < 9 ? "0" : "") + String(month + 1)
    self.init(iso8601: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
  }
}
