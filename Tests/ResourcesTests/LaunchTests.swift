import Ambience
import Document
import EmbeddedCloud
import OpenStack
import Resources
import Secrets
import StackEngine
import Templates
import Testing

private func cloud() -> Cloud {
  let configuration = CloudConfiguration(
    name: "embedded", authURL: EmbeddedCloud.address + "/identity/v3",
    login: .password(user: .name(Account.user, .id("default")), password: Secret(Account.password)),
    scope: .project(.name(Account.project, .id("default"))), region: "RegionOne")
  let ambient = Ambient.system()
  return Cloud(configuration: configuration, transport: EmbeddedCloud(ambient: ambient), ambient: ambient)
}

private func reference(_ inside: String) throws -> DynamicReference {
  try #require(DynamicReference(inside: Substring(inside)))
}

extension Evaluated {
  fileprivate var text: String? { if case .known(let value, _) = self { value.string } else { nil } }
  fileprivate var isSecret: Bool { if case .known(_, true) = self { true } else { false } }
}

@Suite("What launching asks a cloud")
struct LaunchTests {
  private func secret(_ name: String, _ payload: String, on cloud: Cloud) async throws -> String {
    let body: Value = [
      "name": .string(name), "payload": .string(payload), "payload_content_type": "text/plain",
    ]
    let made = try await cloud.request(
      service: "key-manager", method: "POST", path: "/secrets", body: body)
    return try #require(made["secret_ref"]?.string)
  }

  @Test("a secret of the key manager is found by name, id and reference, whole or by a key of its JSON")
  func barbican() async throws {
    let cloud = cloud()
    let address = try await secret("db", #"{"user": "wp", "port": 3306}"#, on: cloud)
    let id = try #require(address.split(separator: "/").last)
    let source = BarbicanReferences(cloud: cloud)
    let byKey = try await source.value(of: reference("secretsmanager:db:SecretString:user"))
    #expect(byKey?.text == "wp")
    #expect(byKey?.isSecret == true)
    #expect(try await source.value(of: reference("secretsmanager:\(id):SecretString:port"))?.text == "3306")
    #expect(try await source.value(of: reference("barbican:db:user"))?.text == "wp")
    #expect(try await source.value(of: reference("barbican:db"))?.text == #"{"user": "wp", "port": 3306}"#)
    #expect(try await source.value(of: reference("ssm:db")) == nil)
  }

  @Test("a secret that isn't there, is ambiguous or lacks the key is told in words")
  func missingSecret() async throws {
    let cloud = cloud()
    _ = try await secret("twin", "1", on: cloud)
    _ = try await secret("twin", "2", on: cloud)
    _ = try await secret("plain", "text", on: cloud)
    let source = BarbicanReferences(cloud: cloud)
    for (inside, code) in [
      ("barbican:none", "no_secret"), ("barbican:twin", "ambiguous_secret"),
      ("barbican:plain:user", "bad_secret"),
    ] {
      let error = await #expect(throws: Diagnostic.self) { try await source.value(of: reference(inside)) }
      #expect(error?.code == code)
    }
  }

  @Test("a variable of the environment is plain by env and a secret by env-secure")
  func variables() async throws {
    let source = VariableReferences(variables: ["HOME": "/root", "DB_PASSWORD": "x"])
    let home = try await source.value(of: reference("env:HOME"))
    #expect(home?.text == "/root")
    #expect(home?.isSecret == false)
    #expect(try await source.value(of: reference("env-secure:DB_PASSWORD"))?.isSecret == true)
    let error = await #expect(throws: Diagnostic.self) { try await source.value(of: reference("env:HOMES")) }
    #expect(error?.hint == "did you mean `HOME`?")
  }

  @Test(
    "the cloud answers for names and ids, tells what may have been meant, and looks again for what is new")
  func constraints() async throws {
    let cloud = cloud()
    let checker = CloudConstraints(cloud: cloud)
    func ask(_ name: String, _ value: String) async -> CustomConstraintAnswer? {
      let question = CustomConstraint(name: name, value: value)
      return await checker.answers(to: [question])[question] ?? .unknown
    }
    let flavor = try #require(try await cloud.compute.flavors.list().first)
    #expect(await ask("nova.flavor", flavor.name) == .holds)
    #expect(await ask("nova.flavor", flavor.id) == .holds)
    #expect(
      await ask("nova.flavor", "m1.smal") == .broken("there is no flavor `m1.smal`; did you mean `m1.small`?")
    )
    #expect(await ask("nova.keypair", "mine") == .broken("there is no key pair `mine`"))
    _ = try await cloud.compute.keyPairs.create(fields: ["name": "mine"])
    #expect(await ask("nova.keypair", "mine") == .holds)
    #expect(await ask("magnum.cluster_template", "x") == .unknown)
    #expect(await ask("nova.availability_zone", "nova") == .holds)
  }
}
