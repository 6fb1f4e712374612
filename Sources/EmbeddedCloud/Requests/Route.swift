import HTTP

/// Which function answers which requests.
struct Route: Sendable {
  typealias Handler = @Sendable (isolated EmbeddedCloud, Call) throws -> Answer

  enum Segment: Sendable {
    case literal(Substring)
    case parameter(String)
    /// All that is left of the path, with its slashes.
    case rest(String)
  }

  let method: Request.Method
  let segments: [Segment]
  /// Whether it answers without a token.
  let isOpen: Bool
  let handler: Handler

  /// Reads a path's segments, of which `{name}` takes any, and `{name*}` all that follow.
  init(_ method: Request.Method, _ path: String, isOpen: Bool = false, _ handler: @escaping Handler) {
    self.method = method
    self.isOpen = isOpen
    self.handler = handler
    segments = path.split(separator: "/").map { segment in
      guard segment.hasPrefix("{") else { return .literal(segment) }
      let name = segment.dropFirst().dropLast()
      return name.hasSuffix("*") ? .rest(String(name.dropLast())) : .parameter(String(name))
    }
  }

  /// What a path's segments give the parameters; nil when it isn't this route's path.
  func parameters(_ path: [String]) -> [String: String]? {
    var found: [String: String] = [:]
    for (index, segment) in segments.enumerated() {
      guard index < path.count else { return nil }
      switch segment {
      case .literal(let text): if text != path[index] { return nil }
      case .parameter(let name): found[name] = path[index]
      case .rest(let name):
        found[name] = path[index...].joined(separator: "/")
        return found
      }
    }
    return path.count == segments.count ? found : nil
  }
}

/// A service's routes; of several that match, the first answers.
struct RouteTable: Sendable {
  let routes: [Route]

  init(_ groups: [Route]...) { routes = groups.flatMap { $0 } }

  func find(_ asked: Asked) throws(Refusal) -> (route: Route, parameters: [String: String]) {
    var isKnown = false
    for route in routes {
      guard let parameters = route.parameters(asked.path) else { continue }
      if route.method == asked.method { return (route, parameters) }
      isKnown = true
    }
    throw isKnown ? .notAllowed : .noPath
  }
}
