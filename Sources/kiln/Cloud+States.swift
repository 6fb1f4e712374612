import Document
import HTTP
import HighAvailability
import OpenStack
import OrderedCollections

extension Cloud {
  /// The state of a thing that applications depend on; nil when there is no such thing.
  func state(of thing: WatchedThing, _ name: String) async throws -> String? {
    switch thing {
    case .computeService:
      return try await stateOfComputeService(on: name)
    case .hypervisor:
      return try await stateOfHypervisor(name)
    case .hypervisorOfServer:
      guard let server = try await compute.servers.getIfPresent(name) else { return nil }
      guard let host = server.placement.hypervisor else {
        throw RemedyError(
          .failed, "Nova doesn't tell where the server \(name) runs: that is for administrators")
      }
      return try await stateOfHypervisor(host)
    case .poolMember:
      let names = name.split(separator: "/").map { percentEncoded(String($0)) }
      guard names.count == 2 else { throw RemedyError(.failed, "\(name) is no pool and member") }
      let member = try await present {
        try await self.request(service: "load-balancer", path: "/lbaas/pools/\(names[0])/members/\(names[1])")
      }
      return member?["member"]?["operating_status"]?.string
    }
  }

  /// Where a server runs; nil when there is no such server.
  func place(of server: String) async throws -> ServerPlace? {
    guard let server = try await compute.servers.getIfPresent(server) else { return nil }
    return ServerPlace(
      status: server.status, hypervisor: server.placement.hypervisor, instance: server.placement.instance)
  }

  private func stateOfComputeService(on host: String) async throws -> String? {
    let answer = try await request(
      service: "compute", path: "/os-services", query: ["host": host, "binary": "nova-compute"])
    return answer["services"]?.list?.first { $0["host"]?.string == host }?["state"]?.string
  }

  private func stateOfHypervisor(_ name: String) async throws -> String? {
    let answer = try await request(service: "compute", path: "/os-hypervisors/detail")
    return answer["hypervisors"]?.list?.first { $0["hypervisor_hostname"]?.string == name }?["state"]?.string
  }

  private func present(_ call: () async throws -> Value) async throws -> Value? {
    do {
      return try await call()
    } catch let error as OpenStackError where error.code == .notFound {
      return nil
    }
  }
}
