package import Ambience
import Document
package import OpenStack
import OrderedCollections
import ResourceFacts
package import StackEngine
import Templates

extension ResourceCatalog {
  /// All types that kiln makes on an OpenStack cloud.
  ///
  /// `fetch` reads the text at an address, which types use whose templates are elsewhere.
  package static func openStack(
    cloud: Cloud, ambient: Ambient,
    fetch: @escaping @Sendable (_ address: String) async throws -> String = { address in
      throw Diagnostic("unreadable_file", "nothing reads \(address) here")
    }
  ) throws -> ResourceCatalog {
    let context = OpenStackContext(cloud: cloud, ambient: ambient, fetch: fetch)
    let schemas = try ResourceSchemas()
    var catalog = ResourceCatalog()
    for declaration in Declaration.all {
      catalog.add(declaration.type) {
        DeclaredType(
          declaration: declaration,
          schema: schemas.launched(declaration.type) ?? schemas.registered(declaration.type)
            ?? ResourceSchema(),
          context: context)
      }
    }
    for link in Link.all {
      catalog.add(link.type) {
        LinkType(
          link: link,
          schema: schemas.launched(link.type) ?? schemas.registered(link.type) ?? ResourceSchema(),
          context: context)
      }
    }
    for (name, make) in LocalType.all {
      catalog.add(name) {
        LocalType(
          name: name, schema: schemas.launched(name) ?? schemas.registered(name) ?? .open, make: make)
      }
    }
    for name in ScalingGroup.names {
      catalog.add(name) { ScalingGroup(name: name, schema: schemas.launched(name) ?? ResourceSchema()) }
    }
    for name in ScalingPolicy.names {
      catalog.add(name) { ScalingPolicy(name: name, schema: schemas.launched(name) ?? ResourceSchema()) }
    }
    for name in StackType.names {
      catalog.add(name) {
        StackType(name: name, schema: schemas.launched(name) ?? ResourceSchema(), context: context)
      }
    }
    for name in WaitConditionHandle.names {
      catalog.add(name) {
        WaitConditionHandle(name: name, schema: schemas.launched(name) ?? ResourceSchema(), context: context)
      }
    }
    for name in WaitCondition.names {
      catalog.add(name) {
        WaitCondition(name: name, schema: schemas.launched(name) ?? ResourceSchema(), context: context)
      }
    }
    for name in DeploymentType.names {
      catalog.add(name) {
        DeploymentType(name: name, schema: schemas.launched(name) ?? ResourceSchema(), context: context)
      }
    }
    for (name, make) in handmade {
      catalog.add(name) {
        make(schemas.launched(name) ?? schemas.registered(name) ?? ResourceSchema(), context)
      }
    }
    return catalog
  }

  private typealias Maker = @Sendable (ResourceSchema, OpenStackContext) -> any ResourceType

  /// The types that take more than a declaration.
  private static let handmade: [(String, Maker)] = [
    ("AWS::EC2::Instance", { EC2Instance(schema: $0.without(required: "InstanceType"), context: $1) }),
    ("AWS::EC2::VPC", { EC2VPC(schema: $0, context: $1) }),
    ("AWS::EC2::Subnet", { EC2Subnet(schema: $0, context: $1) }),
    ("AWS::ElasticLoadBalancing::LoadBalancer", { ClassicLoadBalancer(schema: $0, context: $1) }),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", { TargetGroup(schema: $0, context: $1) }),
    ("AWS::ElasticLoadBalancingV2::Listener", { ListenerV2(schema: $0, context: $1) }),
    ("AWS::RDS::DBInstance", { DatabaseServer(schema: $0, context: $1) }),
    ("AWS::EC2::Volume", { EC2Volume(schema: $0, context: $1) }),
    (
      "AWS::EC2::VolumeAttachment",
      {
        VolumeAttachmentType(
          name: "AWS::EC2::VolumeAttachment",
          words: .init(server: "InstanceId", volume: "VolumeId", device: "Device"), schema: $0, context: $1)
      }
    ),
    (
      "OS::Cinder::VolumeAttachment",
      {
        VolumeAttachmentType(
          name: "OS::Cinder::VolumeAttachment",
          words: .init(server: "instance_uuid", volume: "volume_id", device: "mountpoint"), schema: $0,
          context: $1)
      }
    ),
    ("OS::Heat::ResourceGroup", { schema, _ in ResourceGroup(schema: schema) }),
    ("OS::Heat::ResourceChain", { schema, _ in ResourceChain(schema: schema) }),
    ("OS::Heat::DeployedServer", { DeployedServer(schema: $0, context: $1) }),
    ("OS::Zaqar::Queue", { Queue(schema: $0, context: $1) }),
    ("OS::Nova::Server", { NovaServer(schema: $0, context: $1) }),
    ("OS::Cinder::Volume", { CinderVolume(schema: $0, context: $1) }),
    ("OS::Neutron::SecurityGroup", { SecurityGroupType(schema: $0, context: $1) }),
    ("AWS::EC2::EIP", { EC2EIP(schema: $0, context: $1) }),
    ("AWS::EC2::EIPAssociation", { EC2EIPAssociation(schema: $0, context: $1) }),
    ("AWS::EC2::SecurityGroup", { EC2SecurityGroup(schema: $0, context: $1) }),
    ("AWS::IAM::User", { schema, _ in IAMUser(schema: schema) }),
    ("AWS::IAM::AccessKey", { IAMAccessKey(schema: $0, context: $1) }),
    ("AWS::S3::Bucket", { S3Bucket(schema: $0, context: $1) }),
    ("OS::Swift::Container", { SwiftContainer(schema: $0, context: $1) }),
    ("OS::Glance::WebImage", { WebImage(schema: $0, context: $1) }),
    ("OS::Heat::RandomString", { schema, _ in RandomString(schema: schema) }),
    ("OS::Heat::MultipartMime", { schema, _ in MultipartMime(schema: schema) }),
    ("OS::Heat::Delay", { schema, _ in Delay(schema: schema) }),
    ("OS::Heat::TestResource", { schema, _ in TestResource(schema: schema) }),
    ("AWS::CloudWatch::Alarm", { schema, _ in RecordedType(name: "AWS::CloudWatch::Alarm", schema: schema) }),
    ("HEAT::HA::Restarter", { schema, _ in RecordedType(name: "HEAT::HA::Restarter", schema: schema) }),
    ("Kiln::HA::Policy", { schema, _ in RecordedType(name: "Kiln::HA::Policy", schema: schema) }),
    ("OS::Heat::HARestarter", { schema, _ in RecordedType(name: "OS::Heat::HARestarter", schema: schema) }),
  ]
}

extension Declaration {
  /// All types that are declared.
  static let all: [Declaration] =
    neutron + compute + storage + keystone + octavia + others + ec2 + route53
    + [balancerV2, secretsManager]
}

extension Link {
  /// All types that are links.
  static let all: [Link] = routers + floatingIPs + roles + quotas + ec2
}

extension ResourceSchema {
  /// The schema with a property that kiln has a value for when none is given.
  fileprivate func without(required name: String) -> ResourceSchema {
    var properties = properties
    properties[name]?.isRequired = false
    return ResourceSchema(properties: properties, attributes: attributes, identifier: identifier)
  }

  /// What is known of a type that no facts tell of: it has whatever a template says.
  fileprivate static let open = ResourceSchema(
    shape: Shape { Shape.Content(properties: [:], rules: [], isOpen: true) }, attributes: ["*"])
}
