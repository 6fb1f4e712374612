package import Document
import OrderedCollections

/// One link of the chain that led to an event.
package enum Cause: Sendable, Hashable {
  /// A change of the cloud that was begun and didn't end: its key, and the verb that it was part of.
  case step(String, verb: String)
  /// A request that wasn't answered as wished.
  case request(FailedRequest)
  /// Another resource of the stack, whose failure kept this one from going on.
  case resource(String)
}

/// A request to a service of a cloud and the answer to it; nothing in it is secret.
package struct FailedRequest: Sendable, Hashable {
  /// The service's name, such as `Nova`.
  package let service: String
  package let method: String
  package let url: String
  /// The HTTP status; nil when no answer came.
  package let status: Int?
  /// The service's own name for the request, which its operators can look up.
  package let requestID: String?
  /// What the service said.
  package let message: String

  package init(
    service: String, method: String, url: String, status: Int?, requestID: String?, message: String
  ) {
    self.service = service
    self.method = method
    self.url = url
    self.status = status
    self.requestID = requestID
    self.message = message
  }
}

/// An error that a request to a cloud has led to.
package protocol RequestError: Error {
  var failedRequest: FailedRequest? { get }
}

extension Cause {
  /// The link for programs, and for the store.
  package var value: Value {
    switch self {
    case .step(let key, let verb): ["step": .string(key), "verb": .string(verb)]
    case .resource(let logicalID): ["resource": .string(logicalID)]
    case .request(let request): ["request": request.value]
    }
  }
}

extension FailedRequest {
  fileprivate var value: Value {
    var value: OrderedDictionary<String, Value> = [
      "service": .string(service), "method": .string(method), "url": .string(url),
      "message": .string(message),
    ]
    value["status"] = status.map { .integer(Int64($0)) }
    value["requestID"] = requestID.map { .string($0) }
    return .map(value)
  }
}
