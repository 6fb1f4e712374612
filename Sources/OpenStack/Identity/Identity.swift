import HTTP

/// Keystone's calls (Identity API v3).
package struct Identity: Sendable {
  let cloud: Cloud

  /// Who is logged in.
  package func currentUser() async throws -> Principal { try await cloud.session.token().user }

  /// The project that the login is good for; throws when it is for none.
  package func currentProject() async throws -> Principal {
    if let project = try await cloud.session.token().project { return project }
    throw OpenStackError(
      .badRequest, "the login of cloud \(cloud.configuration.name) is for no project", service: .identity,
      hint: "set project_name in clouds.yaml, or OS_PROJECT_NAME")
  }

  /// The names of the roles that the user has in the project.
  package func currentRoles() async throws -> [String] { try await cloud.session.token().roles }

  /// The EC2 credentials of the user who is logged in.
  package func ec2Credentials() async throws -> Calls<EC2Credential> {
    Calls(cloud, under: "/users/" + percentEncoded(try await currentUser().id))
  }
}
