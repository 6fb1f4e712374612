import Document
import EmbeddedCloud
import HTTP
import OpenStack
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("Amazon's services as OpenStack's")
struct AmazonTests {
  private static func template(targets: String) -> String {
    """
    AWSTemplateFormatVersion: '2010-09-09'
    Parameters:
      Path: {Type: String, Default: /}
    Resources:
      Balancer:
        Type: AWS::ElasticLoadBalancingV2::LoadBalancer
        Properties: {Subnets: [private-subnet], Scheme: internal, Name: shop}
      Web:
        Type: AWS::EC2::Instance
        Properties: {ImageId: cirros, InstanceType: m1.nano}
      Group:
        Type: AWS::ElasticLoadBalancingV2::TargetGroup
        Properties:
          Port: 22
          Protocol: HTTP
          HealthCheckPath: !Ref Path
          HealthCheckIntervalSeconds: 5
          Targets: \(targets)
      Listener:
        Type: AWS::ElasticLoadBalancingV2::Listener
        Properties:
          LoadBalancerArn: !Ref Balancer
          Port: 80
          Protocol: HTTP
          DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]
      Zone:
        Type: AWS::Route53::HostedZone
        Properties: {Name: shop.example}
      Name:
        Type: AWS::Route53::RecordSet
        Properties:
          HostedZoneId: !Ref Zone
          Name: www.shop.example
          Type: A
          TTL: '60'
          ResourceRecords: [!GetAtt Balancer.DNSName]
      Password:
        Type: AWS::SecretsManager::Secret
        Properties:
          GenerateSecretString:
            SecretStringTemplate: '{"user": "shop"}'
            GenerateStringKey: password
            PasswordLength: 20
            ExcludePunctuation: true
      Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {}}}
    Outputs:
      Address: {Value: !GetAtt Balancer.DNSName}
      Name: {Value: !Ref Name}
    """
  }

  private static func list(_ pad: Launchpad, _ service: String, _ path: String, _ name: String) async throws
    -> [Value]
  {
    try await pad.client.request(service: service, path: path)[name]?.list ?? []
  }

  @Test("a load balancer, a zone and a secret of Amazon's are made, changed in place and deleted")
  func life() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let one = try pad.template(Self.template(targets: "[{Id: !Ref Web}]"))
      let stack = try await pad.engine.create("shop", one).record(in: pad.engine)
      let address = try #require(stack.outputs["Address"]?.shown?.string)
      #expect(stack.outputs["Name"]?.shown == "www.shop.example.")
      #expect(await pad.cloud.connect(address, port: 80) == .open)
      #expect(try await pad.engine.drift(of: "shop").allSatisfy { $0.state == .inSync })

      let secret = try #require(stack.resources["Password"]?.physical?.id.split(separator: "/").last)
      let payload = try await pad.client.send(
        Call("key-manager", "GET", "/secrets/\(secret)/payload", headers: ["Accept": "text/plain"]))
      let members = try Value.json(payload.bytes)
      #expect(members["user"] == "shop")
      let password = try #require(members["password"]?.string)
      #expect(password.count == 20 && password.allSatisfy { $0.isLetter || $0.isNumber })

      // A change of the group changes the pool that its listener has, and goes back when a target isn't there.
      let listener = stack.resources["Listener"]?.physical?.id
      let two = try pad.template(Self.template(targets: "[{Id: !Ref Web}, {Id: no-such-server}]"))
      let plan = try await pad.engine.planUpdate("shop", two, parameters: ["Path": "/health"])
      #expect(plan["Group"]?.action == .update)
      #expect(plan["Listener"]?.action == .keep)
      await #expect(throws: (any Error).self) { try await pad.engine.run(plan).result() }
      let moved = try pad.template(Self.template(targets: "[{Id: !Ref Web, Port: 8080}]"))
      let changed = try await pad.engine.update("shop", moved, parameters: ["Path": "/health"]).record(
        in: pad.engine)
      #expect(changed.resources["Listener"]?.physical?.id == listener)
      let pools = try await Self.list(pad, "load-balancer", "/lbaas/pools", "pools")
      let pool = try #require(pools.first?["id"]?.string)
      #expect(pools.count == 1)
      let now = try await Self.list(pad, "load-balancer", "/lbaas/pools/\(pool)/members", "members")
      #expect(now.map { $0["protocol_port"] } == [8080])
      let monitors = try await Self.list(pad, "load-balancer", "/lbaas/healthmonitors", "healthmonitors")
      #expect(monitors.map { $0["url_path"] } == ["/health"])

      _ = try await pad.engine.delete("shop").result()
      for (path, name) in [
        ("/lbaas/loadbalancers", "loadbalancers"), ("/lbaas/pools", "pools"),
        ("/lbaas/listeners", "listeners"),
      ] {
        #expect(try await Self.list(pad, "load-balancer", path, name).isEmpty)
      }
      #expect(try await Self.list(pad, "dns", "/zones", "zones").isEmpty)
      #expect(try await Self.list(pad, "key-manager", "/secrets", "secrets").isEmpty)
    }
  }

  @Test("a machine that is there already takes deployments")
  func deployedServer() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let template = try pad.template(
        """
        heat_template_version: 2018-08-31
        resources:
          machine: {type: OS::Heat::DeployedServer, properties: {name: rack-7}}
          config:
            type: OS::Heat::SoftwareConfig
            properties: {group: script, config: echo hello}
          deployment:
            type: OS::Heat::SoftwareDeployment
            properties:
              server: {get_resource: machine}
              config: {get_resource: config}
              signal_transport: NO_SIGNAL
        outputs:
          name: {value: {get_attr: [machine, name]}}
          where: {value: {get_attr: [machine, os_collect_config, request, metadata_url]}}
        """)
      let stack = try await pad.engine.create("rack", template).result()
      #expect(stack.outputs["name"]?.shown == "rack-7")
      let url = try #require(stack.outputs["where"]?.shown?.string)
      let told = try Value.json(try await pad.cloud.send(Request(.get, url)).body)
      #expect(told["deployments"]?[0]?["config"] == "echo hello")
      _ = try await pad.engine.delete("rack").result()
      #expect(try await pad.cloud.send(Request(.get, url)).status == 404)
    }
  }

  @Test("an interface has as many more addresses as it asks for, each with a floating IP of its own")
  func secondaryAddresses() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let template = try pad.template(
        """
        Resources:
          Card:
            Type: AWS::EC2::NetworkInterface
            Properties: {SubnetId: private-subnet, SecondaryPrivateIpAddressCount: 1}
          One: {Type: AWS::EC2::EIP, Properties: {Domain: vpc}}
          Other: {Type: AWS::EC2::EIP, Properties: {Domain: vpc}}
          OneOfCard:
            Type: AWS::EC2::EIPAssociation
            Properties: {AllocationId: !GetAtt One.AllocationId, NetworkInterfaceId: !Ref Card}
          OtherOfCard:
            Type: AWS::EC2::EIPAssociation
            Properties:
              AllocationId: !GetAtt Other.AllocationId
              NetworkInterfaceId: !Ref Card
              PrivateIpAddress: !Select [0, !GetAtt Card.SecondaryPrivateIpAddresses]
        """)
      let stack = try await pad.engine.create("card", template).record(in: pad.engine)
      let card = try #require(stack.resources["Card"]?.physical)
      let fixed = try await pad.client.network.ports.get(card.id).addresses.map(\.address)
      #expect(fixed.count == 2)
      let floating = try await pad.client.network.floatingIPs.list(["port_id": card.id])
      #expect(Set(floating.compactMap { $0.raw["fixed_ip_address"]?.string }) == Set(fixed))
      _ = try await pad.engine.delete("card").result()
    }
  }
}
