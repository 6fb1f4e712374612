import Document
import OrderedCollections

/// A request that has found its route.
struct Call: Sendable {
  let asked: Asked
  let service: Service
  let parameters: [String: String]
  /// The URL under which the client sees the cloud.
  let base: String
  let version: APIVersion?
  /// Who asks; nil for what anyone may ask.
  let login: Login?

  subscript(name: String) -> String { parameters[name] ?? "" }

  var project: String { login?.project?.id ?? "" }
  var user: String { login?.user.id ?? "" }
  var isAdmin: Bool { login?.isAdmin ?? false }

  /// The service's URL, with its version.
  var root: String { base + service.path(project: project) }

  /// The URL that was asked for, without query.
  var url: String { base + "/" + service.rawValue + "/" + asked.path.joined(separator: "/") }

  /// Whether the request's version is a microversion or newer.
  func has(_ minor: Int) -> Bool { (version?.minor ?? 0) >= minor }

  // MARK: - The body

  func json() throws(Refusal) -> Value {
    do { return try Value.json(asked.body) } catch { throw malformed }
  }

  private var malformed: Refusal {
    switch service {
    case .identity:
      .badRequest(
        "Expecting to find valid JSON in request body. The server could not comply with the request since it "
          + "is either malformed or otherwise incorrect. The client is assumed to be in error.")
    case .network: Refusal(400, "Cannot understand JSON", type: "HTTPBadRequest")
    default: .badRequest("Malformed request body")
    }
  }

  /// The member of the body that an API wraps its fields in.
  func fields(_ envelope: String) throws(Refusal) -> Fields {
    if let fields = try json()[envelope]?.map { return fields }
    if service == .network {
      throw Refusal(400, "Unable to find '\(envelope)' in request body", type: "HTTPBadRequest")
    }
    throw .badRequest("Invalid input for field/attribute \(envelope). '\(envelope)' is a required property")
  }

  /// The links of one of Nova's or Cinder's things.
  func links(_ path: String) -> Value {
    let bookmark = base + "/" + service.rawValue + (service == .volume ? "/" + project : "") + path
    return [
      ["rel": "self", "href": .string(root + path)], ["rel": "bookmark", "href": .string(bookmark)],
    ]
  }

  func bookmark(_ path: String) -> Value {
    [["rel": "bookmark", "href": .string(base + "/" + service.rawValue + path)]]
  }
}
