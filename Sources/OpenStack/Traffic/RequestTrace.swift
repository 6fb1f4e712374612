import Document
import HTTP

/// A request that was sent and what came of it, as people may see it: what is secret in it is masked.
package struct RequestTrace: Sendable {
  package let method: String
  package let url: String
  /// Nil when there was no answer.
  package let status: Int?
  package let requestID: String?
  package let duration: Duration
  /// Why there was no answer.
  package let failure: String?
  /// The header fields and bodies, when those are wanted.
  package let details: Details?

  package struct Details: Sendable {
    /// What was sent: header fields, then the body.
    package let sent: [String]
    package let received: [String]
  }

  init(_ request: Request, _ outcome: Result<Response, any Error>, took duration: Duration, isFull: Bool) {
    method = request.method.rawValue
    url = Mask.url(request.url)
    self.duration = duration
    switch outcome {
    case .success(let response):
      status = response.status
      requestID = response.requestID
      failure = nil
    case .failure(let error):
      status = nil
      requestID = nil
      failure = (error as? HTTPError)?.sentence ?? "was cancelled"
    }
    details =
      isFull
      ? Details(
        sent: Mask.lines(request.headers, request.body),
        received: (try? outcome.get()).map { Mask.lines($0.headers, $0.body) } ?? []) : nil
  }

  /// The request on one line: method, URL, what was answered, and how long that took.
  package var line: String {
    let milliseconds = duration / .milliseconds(1)
    let time = milliseconds < 10 ? "\((milliseconds * 10).rounded() / 10) ms" : "\(Int(milliseconds)) ms"
    let answer = [status.map(String.init) ?? failure, time, requestID].compactMap { $0 }
    return "\(method) \(url) → \(answer.joined(separator: " · "))"
  }

  /// The line and, where they are wanted, the details: what was sent after `>`, what came back after `<`.
  package var lines: [String] {
    [line] + (details?.sent ?? []).map { "> " + $0 } + (details?.received ?? []).map { "< " + $0 }
  }
}
