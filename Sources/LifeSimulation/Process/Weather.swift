import HTTP

/// How often what goes wrong: the chance that each strikes a request.
struct Weather: Sendable, Hashable {
  /// The service does what it is asked, and its answer is lost or is a gateway's error.
  var loseReply = 0.0
  /// The request is lost, and the client waits in vain.
  var loseRequest = 0.0
  /// Nobody listens.
  var refuseConnection = 0.0
  /// The service fails, or wants to be asked less often.
  var fail = 0.0
  /// An idempotent request arrives twice.
  var double = 0.0
  /// The request or its answer takes up to some seconds.
  var delay = 0.0
  /// All tokens become invalid.
  var expireTokens = 0.0

  static let calm = Weather()

  /// One of several kinds of bad weather.
  init(_ lots: Lots) {
    let chances = [0.0, 0.0, 0.01, 0.05, 0.2]
    func draw() -> Double { lots.pick(chances) ?? 0 }
    loseReply = draw()
    loseRequest = draw() / 4
    refuseConnection = draw()
    fail = draw() / 2
    double = draw()
    delay = draw()
    expireTokens = draw() / 10
  }

  init() {}

  enum Strike: Sendable {
    case loseReply, answerLate, loseRequest, refuseConnection, double, expireTokens
    case fail(Int, retryAfter: Int?)
    case delay(before: Duration, after: Duration)
  }

  /// What strikes a request, if anything does.
  func strike(_ request: Request, _ lots: Lots) -> Strike? {
    if self == .calm { return nil }
    if lots.isDrawn(loseReply) { return lots.isDrawn(0.5) ? .loseReply : .answerLate }
    if lots.isDrawn(loseRequest) { return .loseRequest }
    if lots.isDrawn(refuseConnection) { return .refuseConnection }
    if lots.isDrawn(fail) { return failure(lots) }
    if request.method.isIdempotent, lots.isDrawn(double) { return .double }
    if lots.isDrawn(delay) { return .delay(before: lots.span(upTo: 4000), after: lots.span(upTo: 9000)) }
    if lots.isDrawn(expireTokens) { return .expireTokens }
    return nil
  }

  private func failure(_ lots: Lots) -> Strike {
    switch lots.below(4) {
    case 0: .fail(429, retryAfter: lots.below(8))
    case 1: .fail(503, retryAfter: lots.isDrawn(0.5) ? lots.below(8) : nil)
    case 2: .fail(502, retryAfter: nil)
    default: .fail(500, retryAfter: nil)
    }
  }
}
