extension ServiceDirectory {
  static let loadBalancer = ServiceDirectory(
    "load_balancer", .loadBalancer, "Octavia: load balancers.",
    kinds: [.loadBalancer, .listener, .pool, .healthMonitor, .l7Policy, .amphora, .loadBalancerProvider],
    actions: Quotas.loadBalancer.actions)
}
