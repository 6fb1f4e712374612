/// One of the cloud's services, by the first segment of its paths.
package enum Service: String, Sendable, CaseIterable {
  case identity, compute, network, volume, image, object
  case keyManager = "key-manager"
  case loadBalancer = "load-balancer"
  case dns

  var routes: RouteTable {
    switch self {
    case .identity: EmbeddedCloud.identityRoutes
    case .compute: EmbeddedCloud.computeRoutes
    case .network: EmbeddedCloud.networkRoutes
    case .volume: EmbeddedCloud.volumeRoutes
    case .image: EmbeddedCloud.imageRoutes
    case .object: EmbeddedCloud.objectRoutes
    case .keyManager: EmbeddedCloud.keyManagerRoutes
    case .loadBalancer: EmbeddedCloud.loadBalancerRoutes
    case .dns: EmbeddedCloud.dnsRoutes
    }
  }
}
