import Document

/// The resource types that someone knows: their schemas, and their names for suggestions.
package protocol ResourceTypes: Sendable {
  /// The schema of a type; nil when the type isn't known.
  subscript(type: String) -> ResourceSchema? { get }

  /// The names of all types.
  var names: [String] { get }
}

extension Dictionary: ResourceTypes where Key == String, Value == ResourceSchema {
  package var names: [String] { Array(keys) }
}

extension ResourceTypes {
  /// The type that was meant by an unknown name; nil when none is near.
  ///
  /// The last part is compared within its service, then the service's name for the same last part: whole
  /// names share so much that any two of a service would seem near.
  package func suggestion(for unknown: String) -> String? {
    guard let (service, last) = unknown.partsAtLastColons else { return nil }
    var inService: [String] = []
    var sameLast: [String] = []
    var services: Set<String> = []
    let wanted = (service: service.lowercased(), last: last.lowercased())
    for name in names {
      guard let parts = name.partsAtLastColons else { continue }
      services.insert(parts.service)
      if parts.service.lowercased() == wanted.service { inService.append(name) }
      if parts.last.lowercased() == wanted.last { sameLast.append(name) }
    }
    if inService.isEmpty, let other = nearest(to: service, among: services.sorted()) {
      inService = names.filter { $0.partsAtLastColons?.service == other }
    }
    return Self.near(last, inService) ?? Self.nearService(service, sameLast)
  }

  private static func near(_ last: String, _ names: [String]) -> String? {
    let lasts = names.compactMap { $0.partsAtLastColons?.last }
    let found =
      nearest(to: last, among: lasts)
      ?? lasts.first { isBeginning($0, of: last) || isBeginning(last, of: $0) }
    return names.first { $0.partsAtLastColons?.last == found }
  }

  /// `Net` of `Network`.
  private static func isBeginning(_ short: String, of long: String) -> Bool {
    short.count >= 3 && long.lowercased().hasPrefix(short.lowercased())
  }

  private static func nearService(_ service: String, _ names: [String]) -> String? {
    let found = nearest(to: service, among: names.compactMap { $0.partsAtLastColons?.service })
    return names.first { $0.partsAtLastColons?.service == found }
  }
}

extension String {
  /// `AWS::EC2` and `Instance` of `AWS::EC2::Instance`.
  fileprivate var partsAtLastColons: (service: String, last: String)? {
    guard let colon = utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let service = self[..<colon]
    return (
      String(service.hasSuffix(":") ? service.dropLast() : service), String(self[utf8.index(after: colon)...])
    )
  }
}
