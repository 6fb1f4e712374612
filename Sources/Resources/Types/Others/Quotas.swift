import Document
import OpenStack
import OrderedCollections
import StackEngine

extension Link {
  /// The limits of a project in one service; its deletion brings the defaults back.
  static let quotas: [Link] = [
    quota("OS::Nova::Quota", "compute", "/os-quota-sets", "quota_set"),
    quota("OS::Cinder::Quota", "block-storage", "/os-quota-sets", "quota_set"),
    quota("OS::Neutron::Quota", "network", "/quotas", "quota"),
    quota("OS::Octavia::Quota", "load-balancer", "/lbaas/quotas", "quota"),
  ]

  private static func quota(_ type: String, _ service: String, _ path: String, _ member: String) -> Link {
    Link(
      type,
      ends: { call, context in
        var ends = call.properties.values
        ends["project"] = .string(
          try await context.names.id(of: .project, named: try call.required("project")))
        return ends
      },
      join: { ends, context in
        _ = try await context.cloud.request(
          service: service, method: "PUT", path: "\(path)/\(ends.text("project"))",
          body: [member: .map(ends.filter { $0.key != "project" })])
      },
      part: { ends, context in
        _ = try await context.cloud.request(
          service: service, method: "DELETE", path: "\(path)/\(ends.text("project"))")
      })
  }
}
