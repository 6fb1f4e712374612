import HTTP

extension OpenStackError.Code {
  /// What an answer of status 400 or more means.
  init(_ status: Int, _ told: ErrorBody) {
    let message = (told.message ?? "").lowercased()
    let isQuota = told.kind == "OverQuota" || message.contains("quota")
    self =
      switch status {
      case _ where isQuota && [403, 409, 413].contains(status): .quotaExceeded
      case 400, 402, 405, 406, 411, 412, 414...428: .badRequest
      case 401: .unauthorized
      case 403: .forbidden
      case 404, 410: .notFound
      case 409: .conflict
      case 413: (told.kind == "overLimit") ? .rateLimited : .badRequest
      case 429: .rateLimited
      case 500...: .unavailable
      default: .badRequest
      }
  }

  init(_ code: HTTPError.Code) {
    self =
      switch code {
      case .badURL: .badRequest
      case .badFile: .badFile
      case .unknownHost, .unreachable, .connectionLost: .unreachable
      case .timedOut: .timedOut
      case .tls: .tls
      case .badResponse: .badResponse
      }
  }

  /// What to do about it, where that is known.
  func hint(_ service: Service, message: String, _ response: Response) -> String? {
    switch self {
    case .quotaExceeded:
      quotaName(in: message).map {
        "the project's quota of \($0) is used up: free some, or ask the cloud's operator for more"
      } ?? "free something in the project, or ask the cloud's operator for more"
    case .forbidden: "the user's roles in this project don't allow it"
    case .rateLimited: response.headers["Retry-After"].map { "the cloud asks to wait for \($0) s" }
    case .unavailable:
      "the fault is \(service.program)'s; its operators can look up the request id"
    default: nil
    }
  }
}

/// The quota that a service's message names: Nova's `for cores, ram:`, Neutron's `['floatingip']`, Cinder's
/// `quota 'volumes'`.
func quotaName(in message: String) -> String? {
  for (start, end) in [("for resources: [", "]"), ("quota exceeded for ", ":"), ("quota '", "'")] {
    let lowered = message.lowercased()
    guard let opening = lowered.ranges(of: start).first else { continue }
    let name = lowered[opening.upperBound...].prefix { !end.contains($0) && $0 != "." }
    if !name.isEmpty, name.count < 60 { return String(name).replacing("'", with: "") }
  }
  return ["gigabytes", "snapshots", "volumes", "backups"].first { message.lowercased().contains($0) }
}
