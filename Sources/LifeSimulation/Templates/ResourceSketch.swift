import Document
import OrderedCollections

/// A resource of a random template: its kind, what it refers to, and numbers that its properties follow from.
struct ResourceSketch: Sendable, Hashable {
  var kind: SketchKind
  /// The resources that it refers to, by the word of what they are to it.
  var ends: OrderedDictionary<String, String> = [:]
  /// Others that it waits for.
  var after: [String] = []
  /// Changes what changes in place.
  var small = 0
  /// Changes what makes another resource.
  var large = 0
  /// What else is drawn once.
  var variant = 0
  /// The parameter that a property is given by, where the kind has one that can.
  var parameter: String?
  var isRetained = false
  /// The stack inside.
  var inner: StackSketch?
}

/// The kinds of resources that random templates have.
enum SketchKind: String, Sendable, CaseIterable {
  case value, none, random, test, delay
  case network, subnet, port, group, ec2Group
  case address, elasticIP, addressLink, elasticIPLink, portAddress, serverAddress
  case router, routerInterface
  case volume, ec2Volume, server, instance, attachment, ec2Attachment
  case keyPair, serverGroup, container
  case handle, condition
  case resourceGroup, scalingGroup, scalingPolicy, stack

  /// Something that it may refer to.
  struct End {
    let word: String
    let kinds: [SketchKind]
    /// Whether nobody else may refer to it.
    var isExclusive = false
    /// Whether it can't do without.
    var isNeeded = false
  }

  var ends: [End] {
    switch self {
    case .subnet: [End(word: "network", kinds: [.network], isNeeded: true)]
    case .port:
      [End(word: "subnet", kinds: [.subnet]), End(word: "group", kinds: [.group, .ec2Group])]
    case .portAddress: [End(word: "port", kinds: [.port], isExclusive: true, isNeeded: true)]
    case .serverAddress: [End(word: "server", kinds: [.server, .instance], isExclusive: true)]
    case .addressLink:
      [
        End(word: "address", kinds: [.address], isExclusive: true, isNeeded: true),
        End(word: "port", kinds: [.port], isExclusive: true, isNeeded: true),
      ]
    case .elasticIPLink:
      [
        End(word: "address", kinds: [.elasticIP], isExclusive: true, isNeeded: true),
        End(word: "server", kinds: [.instance, .server], isExclusive: true, isNeeded: true),
      ]
    case .routerInterface:
      [
        End(word: "router", kinds: [.router], isNeeded: true),
        End(word: "subnet", kinds: [.subnet], isExclusive: true, isNeeded: true),
      ]
    case .server:
      [
        End(word: "port", kinds: [.port], isExclusive: true), End(word: "key", kinds: [.keyPair]),
        End(word: "serverGroup", kinds: [.serverGroup]),
      ]
    case .instance: [End(word: "group", kinds: [.ec2Group]), End(word: "key", kinds: [.keyPair])]
    case .attachment, .ec2Attachment:
      [
        End(word: "server", kinds: [.server, .instance], isNeeded: true),
        End(word: "volume", kinds: [.volume, .ec2Volume], isExclusive: true, isNeeded: true),
      ]
    case .condition: [End(word: "handle", kinds: [.handle], isExclusive: true, isNeeded: true)]
    case .scalingPolicy: [End(word: "group", kinds: [.scalingGroup], isNeeded: true)]
    case .value, .test:
      [End(word: "value", kinds: [.random, .volume, .server, .port, .address, .elasticIP, .value, .stack])]
    default: []
    }
  }

  var type: String {
    switch self {
    case .value: "OS::Heat::Value"
    case .none: "OS::Heat::None"
    case .random: "OS::Heat::RandomString"
    case .test: "OS::Heat::TestResource"
    case .delay: "OS::Heat::Delay"
    case .network: "OS::Neutron::Net"
    case .subnet: "OS::Neutron::Subnet"
    case .port: "OS::Neutron::Port"
    case .group: "OS::Neutron::SecurityGroup"
    case .ec2Group: "AWS::EC2::SecurityGroup"
    case .address, .portAddress: "OS::Neutron::FloatingIP"
    case .elasticIP, .serverAddress: "AWS::EC2::EIP"
    case .addressLink: "OS::Neutron::FloatingIPAssociation"
    case .elasticIPLink: "AWS::EC2::EIPAssociation"
    case .router: "OS::Neutron::Router"
    case .routerInterface: "OS::Neutron::RouterInterface"
    case .volume: "OS::Cinder::Volume"
    case .ec2Volume: "AWS::EC2::Volume"
    case .server: "OS::Nova::Server"
    case .instance: "AWS::EC2::Instance"
    case .attachment: "OS::Cinder::VolumeAttachment"
    case .ec2Attachment: "AWS::EC2::VolumeAttachment"
    case .keyPair: "OS::Nova::KeyPair"
    case .serverGroup: "OS::Nova::ServerGroup"
    case .container: "OS::Swift::Container"
    case .handle: "OS::Heat::WaitConditionHandle"
    case .condition: "OS::Heat::WaitCondition"
    case .resourceGroup: "OS::Heat::ResourceGroup"
    case .scalingGroup: "OS::Heat::AutoScalingGroup"
    case .scalingPolicy: "OS::Heat::ScalingPolicy"
    case .stack: "OS::Heat::Stack"
    }
  }
}
