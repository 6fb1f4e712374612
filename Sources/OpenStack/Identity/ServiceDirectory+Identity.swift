import Document
import OrderedCollections
import Secrets

extension ServiceDirectory {
  static let identity = ServiceDirectory(
    "identity", .identity, "Keystone: who may do what.",
    kinds: [
      .project, .user, .group, .role, .roleAssignment, .domain, .applicationCredential, .ec2Credential,
      .trust,
      .credential, .region, .catalogService, .endpoint,
    ],
    actions: tokenActions + [
      .custom("grant", "Gives a user or group a role.", Grant.parameters) { target, arguments in
        try await target.send("PUT", Grant.path(arguments)).value()
      },
      .custom("revoke", "Takes a role from a user or group.", Grant.parameters) { target, arguments in
        try await target.send("DELETE", Grant.path(arguments)).value()
      },
      .custom("has_role", "Tells whether a user or group has a role.", Grant.parameters, answer: .data()) {
        target, arguments in
        do {
          _ = try await target.send("HEAD", Grant.path(arguments))
          return true
        } catch let error as OpenStackError where error.code == .notFound {
          return false
        }
      },
    ])

  private static let tokenActions: [Action] = [
    .custom("token", "Tells what the login is good for: user, project, roles, expiry.", answer: .data()) {
      target, _ in
      let token = try await target.cloud.session.token().secret.reveal()
      let answer = try await target.send("GET", "/auth/tokens", headers: ["X-Subject-Token": token])
      var fields = try answer.value()["token"]?.map ?? [:]
      fields.removeValue(forKey: "catalog")
      return .map(fields)
    },
    .custom(
      "validate", "Tells what a token is good for; raises `not_found` when it isn't good.",
      [.text("token", "The token.")], answer: .data()
    ) { target, arguments in
      let headers = ["X-Subject-Token": arguments.text("token") ?? ""]
      return try await target.send("GET", "/auth/tokens", headers: headers).value()["token"] ?? .null
    },
    .custom("revoke_token", "Makes a token good for nothing.", [.text("token", "The token.")]) {
      target, arguments in
      let headers = ["X-Subject-Token": arguments.text("token") ?? ""]
      return try await target.send("DELETE", "/auth/tokens", headers: headers).value()
    },
    .custom("catalog", "Lists the services and where they are.", answer: .data()) { target, _ in
      try await target.send("GET", "/auth/catalog").value()["catalog"] ?? .null
    },
    .call(
      "my_projects", "GET", "/auth/projects", "Lists the projects that the user can log in for.",
      answer: .things { .project }),
  ]
}
