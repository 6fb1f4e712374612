import Document
import HTTP
import Secrets
import Synchronization

/// Where a service is, and of which version.
struct Endpoint: Sendable {
  /// The URL that paths are put after, without trailing slash.
  let url: String
  /// The version's own URL, where its document is.
  let versionURL: String
}

/// The endpoints that are known.
final class EndpointCache: Sendable {
  private let known = Mutex<[Service: Endpoint]>([:])

  subscript(service: Service) -> Endpoint? {
    get { known.withLock { $0[service] } }
    set { known.withLock { $0[service] = newValue } }
  }

  func forget() { known.withLock { $0 = [:] } }
}

extension Endpoint {
  /// A link's URL at the host that we reach the service by; nil for a link that leads elsewhere.
  func tail(of link: String) -> String? {
    guard let version = versionURL.split(separator: "/").last,
      let mark = link.ranges(of: "/\(version)/").first
    else { return nil }
    return versionURL + link[mark.upperBound...].prefixed
  }
}

extension Substring {
  fileprivate var prefixed: String { "/" + self }
}

extension Cloud {
  /// The endpoint of a service by configuration or catalog, completed with its version where it lacks one.
  ///
  /// It is found once and kept until a token is refused.
  func endpoint(of service: Service, _ token: Token) async throws -> Endpoint {
    if let known = endpoints[service] { return known }
    let found = try await newEndpoint(of: service, token)
    endpoints[service] = found
    return found
  }

  private func newEndpoint(of service: Service, _ token: Token) async throws -> Endpoint {
    var url = try catalogURL(of: service, token)
    while url.hasSuffix("/") { url.removeLast() }
    if let root = versionRoot(of: url) { return Endpoint(url: url, versionURL: root) }
    guard let wanted = service.apiVersion else { return Endpoint(url: url, versionURL: url) }
    let known = try await discovered(service, at: url, wanted, token)
    // The document's links often name another host than the one that can be reached: keep ours.
    let path = known.url.map(pathSegments) ?? []
    let segment = path.last { majorVersion($0) != nil } ?? Substring(wanted)
    return Endpoint(url: url + "/" + segment, versionURL: url + "/" + segment)
  }

  private func catalogURL(of service: Service, _ token: Token) throws -> String {
    let settings = configuration.services[service.type]
    if let endpoint = settings?.endpoint { return endpoint }
    let types = settings?.type.map { [$0] } ?? service.catalogTypes
    let interface = (settings?.interface ?? configuration.interface).rawValue
    let region = settings?.region ?? configuration.region
    if let url = token.catalog.url(types: types, interface: interface, region: region) { return url }
    if service == .identity { return configuration.authURL }
    throw missing(service, types, interface, region, token)
  }

  private func missing(
    _ service: Service, _ types: [String], _ interface: String, _ region: String?, _ token: Token
  ) -> OpenStackError {
    let regions = token.catalog.regions.sorted()
    var hint: String?
    if token.catalog.endpoints.isEmpty {
      hint = "the login is good for no project: set project_name in clouds.yaml, or OS_PROJECT_NAME"
    } else if let region, !regions.contains(region) {
      hint =
        nearest(to: region, among: regions).map { "did you mean region \($0)?" }
        ?? "the regions are \(regions.joined(separator: ", "))"
    } else if token.catalog.types.isDisjoint(with: types) {
      hint = "the cloud doesn't offer \(service.program) (\(service.type))"
    }
    let place = region.map { " in region \($0)" } ?? ""
    return OpenStackError(
      .noEndpoint, "cloud \(configuration.name) has no \(interface) endpoint of \(service.type)\(place)",
      service: service, hint: hint)
  }

  /// The version of a service at an endpoint that names none, by its version document.
  private func discovered(
    _ service: Service, at url: String, _ wanted: String, _ token: Token
  ) async throws -> APIVersion {
    if let known = await session.discovery(at: url) { return known }
    let versions = try await versions(of: service, at: url + "/", token)
    let version = versions?.first { $0.matches(wanted) } ?? APIVersion(id: wanted)
    if versions != nil { await session.remember(version, at: url) }
    return version
  }

  /// What a version document lists; nothing when the service has none, and nil when it can't be read now.
  ///
  /// - Throws: What kept the service from answering: it says nothing of its versions, which are remembered for good.
  func versions(of service: Service, at url: String, _ token: Token) async throws -> [APIVersion]? {
    let request = Request(
      .get, url, headers: ["Accept": "application/json", "X-Auth-Token": token.secret.reveal()],
      timeout: configuration.timeout)
    let exchange = Exchange(service: service, request: request)
    do {
      let response = try await transport.send(request)
      switch response.status {
      // 300 is how Nova and Glance answer at their root.
      case ...300: return (try? Value.json(response.body)).map { APIVersion.all(in: $0) }
      case 401, 408, 425, 429, 500...: throw exchange.failure(response)
      default: return []
      }
    } catch let error as HTTPError {
      throw exchange.failure(error)
    }
  }
}

/// The part of a URL up to its version segment; nil when it has none.
private func versionRoot(of url: String) -> String? {
  let segments = pathSegments(url)
  guard let index = segments.firstIndex(where: { majorVersion($0) != nil }) else { return nil }
  return String(url[..<segments[index].endIndex])
}

private func pathSegments(_ url: String) -> [Substring] {
  let start = url.ranges(of: "://").first?.upperBound ?? url.startIndex
  return Array(url[start...].split(separator: "/").dropFirst())
}

extension Cloud {
  /// The URL that a service's paths are put after.
  package func url(of service: Service) async throws -> String {
    try await withToken { try await endpoint(of: service, $0).url }
  }
}
