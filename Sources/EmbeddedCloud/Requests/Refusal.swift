import Document
import HTTP
import OrderedCollections

/// Why a service refuses, before it is put into the service's own words.
struct Refusal: Error {
  let status: Int
  let message: String
  /// Neutron's or Designate's name for the kind of error.
  let type: String
  var headers: Headers = [:]
  /// What stands below the message in a page.
  var detail = ""
  /// What is wrong where, as Designate lists it; nil for what the message says.
  var errors: Value?

  init(_ status: Int, _ message: String, type: String? = nil) {
    self.status = status
    self.message = message
    self.type = type ?? Self.types[status] ?? "InternalServerError"
  }

  private static let types = [
    400: "BadRequest", 401: "Unauthorized", 403: "PolicyNotAuthorized", 404: "HTTPNotFound", 409: "Conflict",
  ]

  static func badRequest(_ message: String) -> Refusal { Refusal(400, message) }
  static func notFound(_ message: String) -> Refusal { Refusal(404, message) }
  static func conflict(_ message: String) -> Refusal { Refusal(409, message) }
  /// What is said to who shows no token that is known.
  static func unauthorized(_ service: Service) -> Refusal {
    Refusal(
      401,
      service == .image
        ? "This server could not verify that you are authorized to access the document you requested. Either "
          + "you supplied the wrong credentials (e.g., bad password), or your browser does not understand how "
          + "to supply the credentials required."
        : "The request you have made requires authentication.")
  }

  static let noPath = Refusal(404, "The resource could not be found.", type: "NoPath")
  static let notAllowed = Refusal(405, "The method is not allowed for this resource.")

  /// The type of a refusal that Swift says without a page around it, as HTML and as plain text.
  static let plainPage = "PlainPage"
  static let textPage = "TextPage"
  /// The type of Octavia's refusal of a path whose thing isn't there: 404, and called a bad request.
  static let badPath = "BadPath"

  /// Whether it is the path that doesn't exist, and not a thing.
  var isPathless: Bool { type == Self.noPath.type }

  /// The error in the shape that a service gives it.
  func answer(_ service: Service, base: String, request: String) -> Answer {
    var answer = service.tell(self, request)
    for (name, value) in headers.fields { answer.headers[name] = value }
    if status == 401 { answer.headers["WWW-Authenticate"] = "Keystone uri=\"\(base)/identity/v3\"" }
    return answer
  }
}

extension Service {
  fileprivate func tell(_ refusal: Refusal, _ request: String) -> Answer {
    let code = Value.integer(Int64(refusal.status))
    let message = Value.string(refusal.message)
    // Keystone's middleware speaks for the services that it guards, except in Glance.
    if self == .identity || (refusal.status == 401 && ![.image, .object].contains(self)) {
      let title = Value.string(Self.title(refusal.status))
      return Answer(refusal.status, ["error": ["code": code, "message": message, "title": title]])
    }
    switch self {
    case .identity, .compute, .volume:
      if refusal.isPathless { return page(refusal) }
      var fields: Fields = ["code": code, "message": message]
      if let delay = refusal.headers["Retry-After"] { fields["retryAfter"] = .string(delay) }
      var answer = Answer(refusal.status, [Self.fault(refusal.status): .map(fields)])
      if self == .compute { answer.headers["Content-Type"] = "application/json; charset=UTF-8" }
      return answer
    case .network:
      let type = refusal.isPathless ? "HTTPNotFound" : refusal.type
      let fields: Value = ["type": .string(type), "message": message, "detail": ""]
      return Answer(refusal.status, ["NeutronError": fields])
    case .image: return page(refusal)
    case .object: return objectPage(refusal)
    case .keyManager:
      let title = Value.string(Self.title(refusal.status))
      let description: Value = refusal.isPathless ? "" : message
      return Answer(refusal.status, ["code": code, "title": title, "description": description])
    case .loadBalancer: return octavia(refusal)
    case .dns:
      if refusal.isPathless { return tell(Refusal(404, "resource not found", type: "not_found"), request) }
      var fields: Fields = ["code": code, "type": .string(refusal.type), "request_id": .string(request)]
      if !refusal.message.isEmpty { fields["message"] = message }
      if let errors = refusal.errors { fields["errors"] = ["errors": errors] }
      return Answer(refusal.status, .map(fields))
    }
  }

  /// What Octavia makes of an error; its framework, which knows paths only, makes a page.
  private func octavia(_ refusal: Refusal) -> Answer {
    if refusal.isPathless || refusal.type == Refusal.badPath { return page(refusal) }
    return Answer(
      refusal.status,
      [
        "faultcode": refusal.status < 500 ? "Client" : "Server", "faultstring": .string(refusal.message),
        "debuginfo": nil,
      ])
  }

  /// What WebOb makes of an error.
  private func page(_ refusal: Refusal) -> Answer {
    let title = "\(refusal.status) \(Self.title(refusal.type == Refusal.badPath ? 400 : refusal.status))"
    let message = refusal.message.replacing("'", with: "&#x27;")
    let text =
      "<html>\n <head>\n  <title>\(title)</title>\n </head>\n <body>\n  <h1>\(title)</h1>\n  "
      + "\(message)<br /><br />\n\(refusal.detail)\n\n\n </body>\n</html>"
    return .html(refusal.status, text)
  }

  private func objectPage(_ refusal: Refusal) -> Answer {
    if refusal.type == Refusal.plainPage { return .html(refusal.status, refusal.message) }
    if refusal.type == Refusal.textPage {
      return Answer(refusal.status, bytes: Array(refusal.message.utf8), type: "text/plain")
    }
    let title = Self.title(refusal.status)
    return .html(refusal.status, "<html><h1>\(title)</h1><p>\(refusal.message)</p></html>")
  }

  private static func title(_ status: Int) -> String {
    let titles = [
      400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
      406: "Not Acceptable", 409: "Conflict", 411: "Length Required", 413: "Request Entity Too Large",
      415: "Unsupported Media Type",
      429: "Too Many Requests", 503: "Service Unavailable",
    ]
    return titles[status] ?? "Internal Server Error"
  }

  /// Nova's and Cinder's name for an error.
  private static func fault(_ status: Int) -> String {
    let faults = [
      400: "badRequest", 401: "unauthorized", 403: "forbidden", 404: "itemNotFound", 405: "badMethod",
      409: "conflictingRequest", 413: "overLimit", 429: "overLimit", 503: "serviceUnavailable",
    ]
    return faults[status] ?? "computeFault"
  }
}
