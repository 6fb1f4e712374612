import Document
import OrderedCollections

/// One of Octavia's collections: where it is, what its things are made of, and what they belong to.
struct BalancerKind: Sendable {
  let table: Table
  /// The last part of the path of all; `{}` is the id of what the thing is a part of.
  let path: String
  let singular: String
  let plural: String
  /// What messages call one.
  let title: String
  /// What messages call the argument that a request's body is.
  let argument: String
  /// The fields that a request may give, with what they are otherwise.
  let fields: Fields
  let required: [String]
  /// Those that can't be changed later.
  let fixed: Set<String>

  init(
    _ table: Table, _ path: String, _ singular: String, _ plural: String, title: String,
    argument: String? = nil, required: [String] = [], fixed: Set<String> = [], _ fields: Fields
  ) {
    self.table = table
    self.path = path
    self.singular = singular
    self.plural = plural
    self.title = title
    self.argument = argument ?? "\(singular)_.\(singular)"
    self.required = required
    self.fixed = fixed.union(["project_id", "tenant_id"])
    self.fields = (["name": "", "admin_state_up": true, "tags": []] as Fields).with(fields)
  }

  static let all = [balancers, listeners, pools, members, monitors, policies, rules]

  static let balancers = BalancerKind(
    .balancers, "loadbalancers", "loadbalancer", "loadbalancers", title: "Load Balancer",
    argument: "load_balancer.loadbalancer",
    fixed: ["vip_address", "vip_port_id", "vip_subnet_id", "vip_network_id", "provider", "flavor_id"],
    [
      "description": "", "vip_address": nil, "vip_port_id": nil, "vip_subnet_id": nil, "vip_network_id": nil,
      "additional_vips": [], "provider": "amphora", "flavor_id": nil, "vip_qos_policy_id": nil,
      "availability_zone": nil,
    ])
  static let listeners = BalancerKind(
    .listeners, "listeners", "listener", "listeners", title: "Listener",
    required: ["protocol", "protocol_port", "loadbalancer_id"],
    fixed: ["protocol", "protocol_port", "loadbalancer_id"],
    [
      "description": "", "protocol": nil, "protocol_port": nil, "loadbalancer_id": nil,
      "connection_limit": -1,
      "default_tls_container_ref": nil, "sni_container_refs": [], "default_pool_id": nil,
      "insert_headers": [:], "timeout_client_data": 50000, "timeout_member_connect": 5000,
      "timeout_member_data": 50000, "timeout_tcp_inspect": 0, "client_ca_tls_container_ref": nil,
      "client_authentication": "NONE", "client_crl_container_ref": nil, "allowed_cidrs": nil,
      "tls_ciphers": nil, "tls_versions": nil, "alpn_protocols": nil,
    ])
  static let pools = BalancerKind(
    .pools, "pools", "pool", "pools", title: "Pool", required: ["protocol", "lb_algorithm"],
    fixed: ["protocol", "loadbalancer_id", "listener_id"],
    [
      "description": "", "protocol": nil, "lb_algorithm": nil, "session_persistence": nil,
      "loadbalancer_id": nil, "listener_id": nil, "tls_container_ref": nil, "ca_tls_container_ref": nil,
      "crl_container_ref": nil, "tls_enabled": false, "tls_ciphers": nil, "tls_versions": nil,
      "alpn_protocols": nil,
    ])
  static let members = BalancerKind(
    .members, "pools/{}/members", "member", "members", title: "Member",
    required: ["address", "protocol_port"], fixed: ["address", "protocol_port", "subnet_id"],
    [
      "address": nil, "protocol_port": nil, "weight": 1, "backup": false, "subnet_id": nil,
      "monitor_address": nil, "monitor_port": nil,
    ])
  static let monitors = BalancerKind(
    .monitors, "healthmonitors", "healthmonitor", "healthmonitors", title: "Health Monitor",
    argument: "health_monitor_.healthmonitor",
    required: ["type", "delay", "timeout", "max_retries", "pool_id"],
    fixed: ["type", "pool_id"],
    [
      "type": nil, "delay": nil, "timeout": nil, "max_retries": nil, "max_retries_down": 3,
      "http_method": nil, "url_path": nil, "expected_codes": nil, "http_version": nil, "domain_name": nil,
      "pool_id": nil,
    ])
  static let policies = BalancerKind(
    .policies, "l7policies", "l7policy", "l7policies", title: "L7Policy",
    required: ["action", "listener_id"],
    fixed: ["listener_id"],
    [
      "description": "", "action": nil, "listener_id": nil, "redirect_pool_id": nil, "redirect_url": nil,
      "redirect_prefix": nil, "redirect_http_code": nil, "position": nil,
    ])
  static let rules = BalancerKind(
    .l7Rules, "l7policies/{}/rules", "rule", "rules", title: "L7Rule",
    required: ["type", "compare_type", "value"],
    ["name": nil, "type": nil, "compare_type": nil, "key": nil, "value": nil, "invert": false])

  /// What a field may be.
  static let choices: [String: [String]] = [
    "listener.protocol": ["HTTP", "PROMETHEUS", "HTTPS", "TERMINATED_HTTPS", "SCTP", "UDP", "TCP"],
    "pool.protocol": ["HTTP", "HTTPS", "PROXY", "PROXYV2", "SCTP", "TCP", "UDP"],
    "pool.lb_algorithm": ["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP", "SOURCE_IP_PORT"],
    "healthmonitor.type": ["HTTP", "HTTPS", "PING", "SCTP", "TCP", "TLS-HELLO", "UDP-CONNECT"],
    "l7policy.action": ["REJECT", "REDIRECT_TO_URL", "REDIRECT_TO_POOL", "REDIRECT_PREFIX"],
  ]
}
