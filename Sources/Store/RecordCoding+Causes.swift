import Document
import StackEngine

extension RecordCoding {
  func encode(_ causes: [Cause]) -> Value { .list(causes.map(\.value)) }

  /// The causes; a kind that a newer kiln has written is left out.
  func causes(_ value: Value) throws -> [Cause] { try (value.list ?? []).compactMap(cause) }

  private func cause(_ value: Value) throws -> Cause? {
    if let key = value["step"]?.string { return .step(key, verb: try text(value, "verb")) }
    if let logicalID = value["resource"]?.string { return .resource(logicalID) }
    guard let request = value["request"] else { return nil }
    return .request(
      FailedRequest(
        service: try text(request, "service"), method: try text(request, "method"),
        url: try text(request, "url"), status: request["status"]?.integer.map { Int($0) },
        requestID: request["requestID"]?.string, message: try text(request, "message")))
  }
}
