import Document
import HTTP

/// One request to a service, so far as errors and answers are told by it.
struct Exchange: Sendable {
  let service: Service
  let request: Request

  func value(of response: Response) throws -> Value {
    if response.body.isEmpty { return .null }
    do {
      return try Value.json(response.body)
    } catch {
      throw unexpected(response, "the answer is not JSON")
    }
  }

  func unexpected(_ response: Response, _ why: String) -> OpenStackError {
    OpenStackError(
      .badResponse, "\(service.program) gave an answer that is none of its API: \(why)",
      status: response.status, requestID: response.requestID, service: service,
      method: request.method.rawValue, url: request.url,
      hint: "check that \(request.url) is \(service.program)'s and no proxy's")
  }

  /// The error that a response of status 400 or more tells of.
  func failure(_ response: Response) -> OpenStackError {
    let told = ErrorBody(response)
    let code = OpenStackError.Code(response.status, told)
    return OpenStackError(
      code, told.message ?? "\(service.program) answered \(response.status)", status: response.status,
      requestID: response.requestID, service: service, method: request.method.rawValue, url: request.url,
      hint: code.hint(service, message: told.message ?? "", response))
  }

  /// The error of a request that got no response.
  func failure(_ error: HTTPError) -> OpenStackError {
    OpenStackError(
      OpenStackError.Code(error.code), "\(service.program) gave no answer: \(error.sentence)",
      service: service, method: request.method.rawValue, url: request.url, hint: error.hint, cause: error)
  }
}

extension Response {
  /// The service's own name for the request.
  var requestID: String? { headers["X-Openstack-Request-Id"] ?? headers["X-Trans-Id"] }
}
