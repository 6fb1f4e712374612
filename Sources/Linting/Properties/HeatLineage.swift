/// What Heat's types give by `get_resource`, and what became of types that are gone.
enum HeatLineage {
  /// What a resource is for constraints such as `neutron.network`, by its type.
  static let things: [String: String] = [
    "OS::Neutron::Net": "neutron.network", "OS::Neutron::ProviderNet": "neutron.network",
    "OS::Neutron::Subnet": "neutron.subnet", "OS::Neutron::Port": "neutron.port",
    "OS::Neutron::Router": "neutron.router", "OS::Neutron::SecurityGroup": "neutron.security_group",
    "OS::Neutron::SubnetPool": "neutron.subnetpool", "OS::Neutron::AddressScope": "neutron.address_scope",
    "OS::Neutron::QoSPolicy": "neutron.qos_policy", "OS::Neutron::FloatingIP": "neutron.floatingip",
    "OS::Nova::Server": "nova.server", "OS::Nova::Flavor": "nova.flavor", "OS::Nova::KeyPair": "nova.keypair",
    "OS::Cinder::Volume": "cinder.volume", "OS::Cinder::VolumeType": "cinder.vtype",
    "OS::Cinder::QoSSpecs": "cinder.qos_specs", "OS::Glance::WebImage": "glance.image",
    "OS::Keystone::Project": "keystone.project", "OS::Keystone::Domain": "keystone.domain",
    "OS::Keystone::Role": "keystone.role", "OS::Keystone::User": "keystone.user",
    "OS::Keystone::Group": "keystone.group", "OS::Octavia::LoadBalancer": "octavia.loadbalancer",
    "OS::Octavia::Listener": "octavia.listener", "OS::Octavia::Pool": "octavia.pool",
    "OS::Octavia::L7Policy": "octavia.l7policy", "OS::Designate::Zone": "designate.zone",
    "OS::Trove::Instance": "trove.instance", "OS::Zaqar::Queue": "zaqar.queue",
  ]

  /// A thing in words: `a security group`.
  static func words(_ thing: String) -> String {
    switch thing {
    case "cinder.vtype": return "a volume type"
    case "cinder.qos_specs": return "a QoS specification"
    case "neutron.qos_policy": return "a QoS policy"
    case "neutron.floatingip": return "a floating IP"
    case "neutron.subnetpool": return "a subnet pool"
    case "nova.keypair": return "a key pair"
    case "octavia.loadbalancer": return "a load balancer"
    case "octavia.l7policy": return "an L7 policy"
    default:
      let word = thing.drop { $0 != "." }.dropFirst().replacing("_", with: " ")
      return ("aeio".contains(word.first ?? " ") ? "an " : "a ") + String(word)
    }
  }

  /// How to get what is wanted from what is given.
  static func hint(from given: String, to wanted: String, _ id: String) -> String? {
    switch (given, wanted) {
    case ("neutron.subnet", "neutron.network"): "`{get_attr: [\(id), network_id]}` gives its network"
    case ("neutron.port", "neutron.network"): "`{get_attr: [\(id), network_id]}` gives its network"
    case ("neutron.floatingip", "neutron.port"): "`{get_attr: [\(id), port_id]}` gives its port"
    default: nil
    }
  }

  /// The type to use instead of one that Heat only remembers; empty when there is none.
  static let successors: [String: String] = [
    "OS::Designate::Domain": "OS::Designate::Zone", "OS::Designate::Record": "OS::Designate::RecordSet",
    "OS::Neutron::HealthMonitor": "OS::Octavia::HealthMonitor", "OS::Neutron::Pool": "OS::Octavia::Pool",
    "OS::Neutron::PoolMember": "OS::Octavia::PoolMember",
    "OS::Neutron::LoadBalancer": "OS::Octavia::LoadBalancer",
    "OS::Neutron::LBaaS::HealthMonitor": "OS::Octavia::HealthMonitor",
    "OS::Neutron::LBaaS::L7Policy": "OS::Octavia::L7Policy",
    "OS::Neutron::LBaaS::L7Rule": "OS::Octavia::L7Rule",
    "OS::Neutron::LBaaS::Listener": "OS::Octavia::Listener",
    "OS::Neutron::LBaaS::LoadBalancer": "OS::Octavia::LoadBalancer",
    "OS::Neutron::LBaaS::Pool": "OS::Octavia::Pool",
    "OS::Neutron::LBaaS::PoolMember": "OS::Octavia::PoolMember",
    "OS::Glance::Image": "OS::Glance::WebImage", "OS::Magnum::Bay": "OS::Magnum::Cluster",
    "OS::Aodh::CombinationAlarm": "OS::Aodh::CompositeAlarm", "OS::Vitrage::Template": "",
    "OS::Sahara::Cluster": "", "OS::Sahara::ClusterTemplate": "", "OS::Sahara::DataSource": "",
    "OS::Sahara::ImageRegistry": "", "OS::Sahara::Job": "", "OS::Sahara::JobBinary": "",
    "OS::Sahara::NodeGroupTemplate": "", "OS::Senlin::Cluster": "", "OS::Senlin::Node": "",
    "OS::Senlin::Policy": "", "OS::Senlin::Profile": "", "OS::Senlin::Receiver": "",
    "OS::Monasca::AlarmDefinition": "", "OS::Monasca::Notification": "",
  ]
}
