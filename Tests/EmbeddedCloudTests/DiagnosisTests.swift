import Ambience
import Document
import EmbeddedCloud
import HTTP
import OpenStack
import Secrets
import Testing

@Suite("What is told of a cloud that doesn't do what it is asked")
struct DiagnosisTests {
  private func cloud(password: String = Account.password) -> (Cloud, EmbeddedCloud) {
    let embedded = EmbeddedCloud(ambient: .system(), pace: .instant)
    let domain = CloudConfiguration.Domain.id("default")
    let configuration = CloudConfiguration(
      name: "mine", authURL: EmbeddedCloud.address + "/identity/v3",
      login: .password(user: .name(Account.user, domain), password: Secret(password)),
      scope: .project(.name(Account.project, domain)))
    return (Cloud(configuration: configuration, transport: embedded, ambient: .system()), embedded)
  }

  private func complaint(_ cloud: Cloud) async -> Diagnostic? {
    let error = await #expect(throws: OpenStackError.self) { try await cloud.compute.servers.list() }
    return error?.diagnostics.first
  }

  @Test("a service that can't serve: the cloud, the service, the URL, the request id and whom to ask")
  func unavailable() async throws {
    let (cloud, embedded) = cloud()
    await embedded.add(Fault(.get, "/servers", .refuse(503, "no database"), times: 100))
    let told = try #require(await complaint(cloud))
    #expect(told.message.contains("no database"))
    let notes = told.notes.map(\.message).joined(separator: "\n")
    #expect(notes.contains("to cloud mine was GET http://cloud.embedded/compute/v2.1/servers/detail"))
    #expect(notes.contains("its request id is req-"))
    #expect(told.hint?.contains("Nova") == true)
  }

  @Test("a wrong password: the cloud, whose password, where, and Keystone's own words")
  func password() async throws {
    let told = try #require(await complaint(cloud(password: "wrong").0))
    #expect(
      told.message
        == "cloud mine doesn't accept the password of user demo at http://cloud.embedded/identity/v3: Invalid "
        + "username or password")
    #expect(told.hint?.contains("clouds.yaml") == true)
  }

  @Test("a token that has expired is renewed, and nothing is told")
  func expiry() async throws {
    let (cloud, embedded) = cloud()
    _ = try await cloud.compute.servers.list()
    await embedded.expireTokens()
    #expect(try await cloud.compute.servers.list().isEmpty)
  }
}
