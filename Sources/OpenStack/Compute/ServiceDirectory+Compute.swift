import Document
import HTTP

extension ServiceDirectory {
  static let compute = ServiceDirectory(
    "compute", .compute, "Nova: servers and what they are made of.",
    kinds: [
      Server.kind, Flavor.kind, KeyPair.kind, .serverGroup, AvailabilityZone.kind, .aggregate, .hypervisor,
      .computeService, .migration,
    ],
    actions: Quotas.compute.actions + [
      .call(
        "limits", "GET", "/limits", "Tells what the project may use and what it uses.",
        answer: .data("limits")),
      .custom(
        "usage", "Tells what the project has used, in hours, since a time.",
        [
          .text("start", "Such as `2026-11-01T00:00:00`.").optional,
          .text("end", "Such as `2026-11-30T00:00:00`.").optional,
        ],
        answer: .data()
      ) { target, arguments in
        let project = try await target.cloud.identity.currentProject().id
        var query: Query = [:]
        for name in ["start", "end"] { query[name] = arguments.text(name) }
        let path = "/os-simple-tenant-usage/" + percentEncoded(project)
        return try await target.send("GET", path, query: query).value()["tenant_usage"] ?? .null
      },
    ])
}
