import Document
import HTTP
import OpenStack
import OrderedCollections
import StackEngine

/// A thing of a declared type while it is made or changed.
struct Making: Sendable {
  let context: OpenStackContext
  let call: ResourceCall
  let kind: ResourceKind
  /// The path of what it belongs to; empty where it belongs to nothing.
  let parent: String
  /// The thing's id; empty before it is there.
  var id = ""

  /// The thing's own path.
  var path: String { parent + kind.path + "/" + percentEncoded(id) }

  /// Makes a request below the thing.
  @discardableResult
  func send(_ method: String, _ tail: String, _ body: Value? = nil) async throws -> Value {
    let body: Call.Body = body.map { .json($0) } ?? .none
    return try await context.untilAllowed {
      try await context.cloud.send(Call(kind.service, method, path + tail, body: body)).value()
    }
  }
}

extension Declaration.Field {
  /// Neutron's tags, which are set by a request of their own.
  static let tags = Declaration.Field.set { value, making in
    if value.isNull, making.call.previous == nil { return }
    try await making.send("PUT", "/tags", ["tags": value.isNull ? [] : value])
  }
}
