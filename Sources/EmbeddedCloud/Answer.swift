package import Document
import HTTP
package import OrderedCollections

/// The members of a JSON object.
package typealias Fields = OrderedDictionary<String, Value>

/// What a service answers.
struct Answer: Sendable {
  var status: Int
  var headers: Headers
  var body: [UInt8]

  init(_ status: Int, _ value: Value? = nil, headers: Headers = [:]) {
    self.status = status
    self.headers = headers
    body = value.map { Array($0.jsonText().utf8) } ?? []
    if value != nil { self.headers["Content-Type"] = "application/json" }
  }

  init(_ status: Int, bytes: [UInt8], type: String, headers: Headers = [:]) {
    self.status = status
    self.headers = headers
    body = bytes
    self.headers["Content-Type"] = type
  }

  func response(requestID: String) -> Response {
    var headers = headers
    headers["x-openstack-request-id"] = requestID
    return Response(status: status, headers: headers, body: body)
  }
}

/// Why a service refuses, before it is put into the service's own words.
struct Refusal: Error {
  let status: Int
  /// Nova's and Cinder's name for the kind of fault.
  let fault: String
  /// Neutron's.
  let type: String
  let message: String

  init(_ status: Int, _ fault: String, _ type: String, _ message: String) {
    self.status = status
    self.fault = fault
    self.type = type
    self.message = message
  }

  static func badRequest(_ message: String) -> Refusal { Refusal(400, "badRequest", "BadRequest", message) }
  static func unauthorized() -> Refusal {
    Refusal(401, "unauthorized", "Unauthorized", "The request you have made requires authentication.")
  }
  static func notFound(_ message: String) -> Refusal { Refusal(404, "itemNotFound", "NotFound", message) }
  static func conflict(_ message: String, type: String = "Conflict") -> Refusal {
    Refusal(409, "conflictingRequest", type, message)
  }
  static func notAllowed() -> Refusal {
    Refusal(405, "badMethod", "MethodNotAllowed", "The method is not allowed for this resource.")
  }

  /// The error in the shape that the service has.
  func answer(for service: String) -> Answer {
    let code = Value.integer(Int64(status))
    switch service {
    case "identity":
      let title = status == 401 ? "Unauthorized" : status == 404 ? "Not Found" : "Bad Request"
      return Answer(status, ["error": ["code": code, "message": .string(message), "title": .string(title)]])
    case "network":
      return Answer(
        status, ["NeutronError": ["type": .string(type), "message": .string(message), "detail": ""]])
    case "image", "object":
      let html = "<html><head><title>\(status)</title></head><body><h1>\(status)</h1>\(message)</body></html>"
      return Answer(status, bytes: Array(html.utf8), type: "text/html; charset=UTF-8")
    default:
      if status == 401 {
        return Answer(401, ["error": ["code": 401, "message": .string(message), "title": "Unauthorized"]])
      }
      return Answer(status, [fault: ["code": code, "message": .string(message)]])
    }
  }
}
