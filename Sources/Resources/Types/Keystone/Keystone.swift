import Document
import OpenStack
import OrderedCollections
import StackEngine

extension Declaration {
  /// What administrators make in Keystone.
  static let keystone: [Declaration] = [
    Declaration("OS::Keystone::Domain", .domain).with {
      $0.mark = .description
      $0.unmade = ["enabled": false]
    },
    Declaration("OS::Keystone::Project", .project).with {
      $0.mark = .description
      $0.fields = ["domain": .named("domain_id"), "parent": .named("parent_id")]
    },
    Declaration("OS::Keystone::User", .user).with {
      $0.mark = .description
      $0.fields = [
        "domain": .named("domain_id"), "default_project": .named("default_project_id"), "groups": .groups,
        "roles": .roles("users"),
      ]
    },
    Declaration("OS::Keystone::Group", .group).with {
      $0.mark = .description
      $0.fields = ["domain": .named("domain_id"), "roles": .roles("groups")]
    },
    Declaration("OS::Keystone::Role", .role).with { $0.fields = ["domain": .named("domain_id")] },
    Declaration("OS::Keystone::Service", .catalogService).with { $0.mark = .description },
    Declaration("OS::Keystone::Endpoint", .endpoint).with {
      $0.fields = ["service": .named("service_id"), "region": .named("region_id")]
    },
    Declaration("OS::Keystone::Region", .region).with {
      $0.mark = .description
      $0.fields = ["parent_region": .named("parent_region_id"), "enabled": .silent]
    },
  ]
}

extension Declaration.Field {
  /// The groups that a user is in.
  fileprivate static let groups = Declaration.Field.set { value, making in
    let wanted = Set((value.list ?? []).compactMap(\.scalarText))
    let before = Set((making.call.previous?["groups"]?.list ?? []).compactMap(\.scalarText))
    let names = making.context.names
    for group in before.subtracting(wanted) {
      try await making.membership("DELETE", of: names.id(of: .group, named: group))
    }
    for group in wanted { try await making.membership("PUT", of: names.id(of: .group, named: group)) }
  }

  /// The roles that a user or a group has on projects and domains.
  static func roles(_ holders: String) -> Declaration.Field {
    .set { value, making in
      let before = making.call.previous?["roles"]?.list ?? []
      let wanted = value.list ?? []
      for grant in before where !wanted.contains(grant) {
        try await making.context.grant("DELETE", grant, to: making.id, holders)
      }
      for grant in wanted { try await making.context.grant("PUT", grant, to: making.id, holders) }
    }
  }
}

extension Making {
  fileprivate func membership(_ method: String, of group: String) async throws {
    try await context.identityCall(method, "/groups/\(group)/users/\(id)")
  }
}

extension OpenStackContext {
  /// Gives a role to a user or a group, or takes it away.
  func grant(_ method: String, _ grant: Value, to holder: String, _ holders: String) async throws {
    guard let name = grant["role"]?.scalarText else { return }
    let role = try await names.id(of: .role, named: name)
    if let project = grant["project"]?.scalarText {
      let id = try await names.id(of: .project, named: project)
      try await identityCall(method, "/projects/\(id)/\(holders)/\(holder)/roles/\(role)")
    }
    if let domain = grant["domain"]?.scalarText {
      let id = try await names.id(of: .domain, named: domain)
      try await identityCall(method, "/domains/\(id)/\(holders)/\(holder)/roles/\(role)")
    }
  }

  /// A call whose taking away is a success where there is nothing.
  fileprivate func identityCall(_ method: String, _ path: String) async throws {
    do {
      _ = try await cloud.request(service: "identity", method: method, path: path)
    } catch let error as OpenStackError where method == "DELETE" && error.code == .notFound {}
  }
}
