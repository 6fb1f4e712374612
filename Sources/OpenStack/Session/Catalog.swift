import Document

/// The endpoints of a cloud's services.
struct Catalog: Sendable {
  struct Endpoint: Sendable, Hashable {
    let type: String
    let interface: String
    let region: String?
    let url: String
  }

  let endpoints: [Endpoint]

  init(_ raw: Value?) {
    endpoints = (raw?.list ?? []).flatMap { service in
      (service["endpoints"]?.list ?? []).compactMap { endpoint in
        guard let type = service["type"]?.string, let url = endpoint["url"]?.string else { return nil }
        return Endpoint(
          type: type, interface: endpoint["interface"]?.string ?? "public",
          region: endpoint["region_id"]?.string ?? endpoint["region"]?.string, url: url)
      }
    }
  }

  /// The URL of a service's endpoint, by the first of the types that the catalog has.
  func url(types: [String], interface: String, region: String?) -> String? {
    for type in types {
      let found = endpoints.first {
        $0.type == type && $0.interface == interface && (region == nil || $0.region == region)
      }
      if let found { return found.url }
    }
    return nil
  }

  var types: Set<String> { Set(endpoints.map(\.type)) }
  var regions: Set<String> { Set(endpoints.compactMap(\.region)) }
}
