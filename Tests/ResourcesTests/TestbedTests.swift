import Ambience
import Document
import HTTP
import OpenStack
import OrderedCollections
import Secrets
import StackEngine
import Testing

@testable import Resources

#if canImport(Glibc)
import Glibc
#endif

/// The cloud on which these tests create and delete what they need.
private let testbed = getenv("KILN_TESTBED_CLOUD").map { String(cString: $0) }

@Suite(.enabled(if: testbed != nil, "KILN_TESTBED_CLOUD names no cloud"), .serialized)
struct TestbedTests {
  let cloud: Cloud
  let catalog: ResourceCatalog
  let stack: StackIdentity
  let ambient = Ambient.system()
  let box = Letterbox()

  init() throws {
    var environment: [String: String] = [:]
    for name in ["HOME", "XDG_CONFIG_HOME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"] {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    let configuration = try CloudConfiguration.load(cloud: testbed, environment: environment)
    let transport = RetryingTransport(CurlTransport(.init(tls: configuration.tls)), ambient: ambient)
    cloud = Cloud(configuration: configuration, transport: transport, ambient: ambient)
    catalog = try ResourceCatalog.openStack(cloud: cloud, ambient: ambient)
    stack = StackIdentity(name: "kiln-resources-test", id: ambient.uuid())
  }

  private func call(
    _ id: String, _ properties: OrderedDictionary<String, Value>, _ book: StepBook = StepBook(),
    previous: Properties? = nil
  ) -> ResourceCall {
    ResourceCall(
      stack: stack, logicalID: id, properties: Properties(properties), previous: previous,
      physicalName: "\(stack.name)-\(id)-\(stack.id.prefix(8))", ambient: ambient, journal: book, signals: box
    )
  }

  private func type(_ name: String) throws -> any ResourceType { try catalog.type(name) }

  /// Creates a resource twice, as after a crash that lost every result, and expects the same one.
  private func createTwice(
    _ typeName: String, _ id: String, _ properties: OrderedDictionary<String, Value>
  ) async throws -> PhysicalResource {
    let book = StepBook()
    let first = try await type(typeName).create(call(id, properties, book))
    book.loseResults()
    let second = try await type(typeName).create(call(id, properties, book))
    #expect(first.id == second.id, "a second \(typeName) was made")
    return second
  }

  private func delete(_ typeName: String, _ id: String, _ resource: PhysicalResource) async throws {
    try await type(typeName).delete(resource, call(id, [:]))
    // What is gone already is a success.
    try await type(typeName).delete(resource, call(id, [:]))
  }

  @Test(
    "an instance with volume, address and group is made once each and leaves nothing", .timeLimit(.minutes(5))
  )
  func life() async throws {
    let group = try await createTwice(
      "AWS::EC2::SecurityGroup", "Group",
      [
        "GroupDescription": "web",
        "SecurityGroupIngress": [
          ["IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "CidrIp": "0.0.0.0/0"],
          ["IpProtocol": "icmp", "FromPort": "-1", "ToPort": "-1", "CidrIp": "10.0.0.0/8"],
        ],
      ])
    #expect(
      try await cloud.network.securityGroups.get(group.id).rules.filter { $0.direction == .ingress }.count
        == 2)
    let server = try await createTwice(
      "AWS::EC2::Instance", "Server",
      [
        "ImageId": "cirros", "InstanceType": "m1.nano", "SecurityGroups": [group.reference],
        "UserData": "#!/bin/sh\n", "Tags": [["Key": "role", "Value": "web"]],
      ])
    #expect(server.attributes["PrivateIp"]?.string?.isEmpty == false)
    let volume = try await createTwice("AWS::EC2::Volume", "Volume", ["Size": 1, "AvailabilityZone": "nova"])
    let attachment = try await createTwice(
      "AWS::EC2::VolumeAttachment", "Attachment",
      ["InstanceId": server.reference, "VolumeId": volume.reference, "Device": "/dev/vdb"])
    let address = try await createTwice("AWS::EC2::EIP", "Address", [:])
    let association = try await createTwice(
      "AWS::EC2::EIPAssociation", "Association", ["EIP": address.reference, "InstanceId": server.reference])
    #expect(try await cloud.network.floatingIPs.get(address.id).portID != nil)

    try await delete("AWS::EC2::EIPAssociation", "Association", association)
    try await delete("AWS::EC2::EIP", "Address", address)
    try await delete("AWS::EC2::VolumeAttachment", "Attachment", attachment)
    try await delete("AWS::EC2::Volume", "Volume", volume)
    try await delete("AWS::EC2::Instance", "Server", server)
    try await delete("AWS::EC2::SecurityGroup", "Group", group)
    #expect(try await cloud.compute.servers.list(named: stack.name).isEmpty)
    #expect(try await cloud.volume.volumes.getIfPresent(volume.id) == nil)
    #expect(try await cloud.network.floatingIPs.getIfPresent(address.id) == nil)
    #expect(try await cloud.network.securityGroups.getIfPresent(group.id) == nil)
  }

  @Test("an access key is made once though its creation is repeated", .timeLimit(.minutes(1)))
  func accessKey() async throws {
    let key = try await createTwice("AWS::IAM::AccessKey", "Keys", ["UserName": "someone"])
    #expect(key.attributes["SecretAccessKey"]?.string?.count == 32)
    #expect(key.secretAttributes == ["SecretAccessKey"])
    try await delete("AWS::IAM::AccessKey", "Keys", key)
    #expect(try await cloud.identity.ec2Credentials().getIfPresent(key.id) == nil)
  }

  @Test("a wait condition takes kiln's own signals, and a failure fails it", .timeLimit(.minutes(1)))
  func waiting() async throws {
    let handle = try await createTwice("AWS::CloudFormation::WaitConditionHandle", "Handle", [:])
    try await box.record(Signal(id: "a", isSuccess: true, reason: "", data: "ready"), to: "Handle")
    let condition = try type("AWS::CloudFormation::WaitCondition")
    let done = try await condition.create(call("Wait", ["Handle": handle.reference, "Timeout": 5]))
    #expect(done.attributes["Data"] == #"{"a":"ready"}"#)
    try await box.record(Signal(id: "b", isSuccess: false, reason: "no disk", data: ""), to: "Wait")
    let error = await #expect(throws: ResourceError.self) {
      try await condition.create(call("Wait", ["Handle": handle.reference, "Timeout": 5, "Count": 3]))
    }
    #expect(error?.code == .signalledFailure)
    try await delete("AWS::CloudFormation::WaitConditionHandle", "Handle", handle)
  }

  @Test(
    "an unknown flavor is named with the one that was meant, and nothing is made", .timeLimit(.minutes(1)))
  func unknownFlavor() async throws {
    let server = try type("AWS::EC2::Instance")
    let error = await #expect(throws: OpenStackError.self) {
      try await server.create(call("Server", ["ImageId": "cirros", "InstanceType": "m1.nanoo"]))
    }
    #expect(error?.hint?.contains("m1.nano") == true)
    #expect(try await server.remains(call("Server", [:])) == nil)
  }
}
