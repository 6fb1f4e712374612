package import Ambience
package import HTTP

/// An OpenStack cloud as one user of one project sees it.
///
/// Copies share one token. Nothing is sent before the first call, which logs in; any number of tasks may call at once.
package struct Cloud: Sendable {
  package let configuration: CloudConfiguration
  package let transport: any Transport
  package let ambient: Ambient
  let session: Session
  let endpoints = EndpointCache()

  package init(configuration: CloudConfiguration, transport: any Transport, ambient: Ambient) {
    self.configuration = configuration
    self.transport = transport
    self.ambient = ambient
    session = Session(configuration: configuration, transport: transport, ambient: ambient)
  }

  package var identity: Identity { Identity(cloud: self) }
  package var compute: Compute { Compute(cloud: self) }
  package var network: Networking { Networking(cloud: self) }
  package var volume: BlockStorage { BlockStorage(cloud: self) }
  package var image: Imaging { Imaging(cloud: self) }
  package var object: ObjectStore { ObjectStore(cloud: self) }
}
