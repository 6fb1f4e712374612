import Document
import EmbeddedCloud
import HTTP
import OrderedCollections
import Testing

@Suite("Quotas")
struct QuotaTests {
  /// The error of an answer, as the service words it.
  private func message(_ response: Response) throws -> String? {
    try Value.json(response.body).map?.values.first?["message"]?.string
  }

  @Test("one server too many is refused as Nova does")
  func servers() async throws {
    let client = try await Client()
    var quotas = Quotas()
    quotas.servers = 1
    await client.cloud.setQuotas(quotas)
    #expect(try await client.createServer("one")["server"] != nil)
    let refused = try await client.createServer("two")
    #expect(refused["forbidden"]?["code"] == 403)
    #expect(
      refused["forbidden"]?["message"]?.string
        == "Quota exceeded for instances: Requested 1, but already used 1 of 1 instances")
  }

  @Test("too many cores and too much memory are told together")
  func cores() async throws {
    let client = try await Client()
    var quotas = Quotas()
    quotas.cores = 0
    quotas.memory = 100
    await client.cloud.setQuotas(quotas)
    let refused = try await client.createServer()
    #expect(
      refused["forbidden"]?["message"]?.string
        == "Quota exceeded for cores, ram: Requested 1, 128, but already used 0, 0 of 0, 100 cores, ram")
  }

  @Test("one volume too many is refused as Cinder does, to be tried again")
  func volumes() async throws {
    let client = try await Client()
    var quotas = Quotas()
    quotas.volumes = 0
    await client.cloud.setQuotas(quotas)
    let refused = try await client.send(.post, "/volume/v3/PROJECT/volumes", ["volume": ["size": 1]])
    #expect(refused.status == 413)
    #expect(refused.headers["Retry-After"] == "0")
    #expect(
      try message(refused)
        == "VolumeLimitExceeded: Maximum number of volumes allowed (0) exceeded for quota 'volumes'.")
    #expect(try Value.json(refused.body)["overLimit"]?["retryAfter"] == "0")
  }

  @Test("too large a volume is refused")
  func gigabytes() async throws {
    let client = try await Client()
    var quotas = Quotas()
    quotas.volumeSize = 3
    await client.cloud.setQuotas(quotas)
    let refused = try await client.send(.post, "/volume/v3/PROJECT/volumes", ["volume": ["size": 7]])
    #expect(refused.status == 413)
    #expect(try message(refused)?.contains("Requested 7G, quota is 3G and 0G has been consumed.") ?? false)
  }

  @Test(
    "one too many of Neutron's things is refused",
    arguments: [("networks", "network"), ("routers", "router"), ("security-groups", "security_group")])
  func network(path: String, name: String) async throws {
    let client = try await Client()
    var quotas = Quotas()
    quotas.networks = 1
    quotas.routers = 1
    quotas.securityGroups = 1
    await client.cloud.setQuotas(quotas)
    let refused = try await client.send(.post, "/network/v2.0/" + path, [name: ["name": "x"]])
    #expect(refused.status == 409)
    let error = try Value.json(refused.body)["NeutronError"]
    #expect(error?["type"] == "OverQuota")
    #expect(error?["message"]?.string == "Quota exceeded for resources: ['\(name)'].")
  }

  @Test("each project has its own")
  func projects() async throws {
    let demo = try await Client()
    var quotas = Quotas()
    quotas.volumes = 1
    await demo.cloud.setQuotas(quotas)
    let other = try await Client("alt_demo", on: demo)
    for client in [demo, other] {
      let made = try await client.send(.post, "/volume/v3/PROJECT/volumes", ["volume": ["size": 1]])
      #expect(made.status == 202)
    }
  }
}
