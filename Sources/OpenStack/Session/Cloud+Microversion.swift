extension Cloud {
  /// The microversion to ask for: the newest known to both sides, within what the call allows.
  func microversion(for call: Call, _ endpoint: Endpoint, _ token: Token) async throws -> Microversion? {
    guard let ours = call.service.knownMicroversion else { return nil }
    if let fixed = configuration.services[call.service.type]?.microversion, call.needs == nil { return fixed }
    let range = try await range(of: call.service, endpoint, token)
    if let needed = call.needs, range.newest.map({ $0 < needed }) ?? true {
      throw tooOld(call, needed, range)
    }
    guard let newest = range.newest else { return nil }
    return max(min(newest, max(ours, call.needs ?? ours), call.atMost ?? newest), range.oldest ?? newest)
  }

  private func range(of service: Service, _ endpoint: Endpoint, _ token: Token) async throws -> APIVersion {
    let key = endpoint.versionURL + "#microversions"
    if let known = await session.discovery(at: key) { return known }
    let wanted = service.apiVersion ?? ""
    let versions = try await versions(of: service, at: endpoint.versionURL + "/", token)
    let version = versions?.first { $0.matches(wanted) && $0.newest != nil } ?? APIVersion(id: wanted)
    if versions != nil { await session.remember(version, at: key) }
    return version
  }

  private func tooOld(_ call: Call, _ needed: Microversion, _ range: APIVersion) -> OpenStackError {
    let newest = range.newest.map { "\($0) is its newest" } ?? "it has no microversions"
    return OpenStackError(
      .unsupportedVersion,
      "\(call.service.program) of cloud \(configuration.name) lacks version \(needed) of its API",
      service: call.service, method: call.method, url: endpointText(call), hint: newest)
  }

  private func endpointText(_ call: Call) -> String { call.path }
}
