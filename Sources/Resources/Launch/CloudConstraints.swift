import Ambience
import Document
package import OpenStack
package import Templates

/// Asks an OpenStack cloud whether what parameters name is there.
///
/// What a service has is listed once for all questions of a kind and kept for a minute; a name that a kept
/// list lacks is looked for again. What can't be told (no such service, no right to look) holds nothing up.
package actor CloudConstraints: CustomConstraintChecker {
  private static let lifetime = Duration.seconds(60)

  fileprivate struct Listing {
    let names: [String]
    let known: Set<String>
    let readAt: Timestamp
  }

  private let cloud: Cloud
  private var listings: [String: Listing] = [:]

  package init(cloud: Cloud) { self.cloud = cloud }

  package func answers(
    to questions: [CustomConstraint]
  ) async -> [CustomConstraint: CustomConstraintAnswer] {
    var answers: [CustomConstraint: CustomConstraintAnswer] = [:]
    for (name, group) in Dictionary(grouping: questions, by: \.name) {
      guard let kind = CloudThingKind.all[name] else { continue }
      let listing = await listing(name, kind, for: group.map(\.value))
      for question in group { answers[question] = listing?.answer(question.value, kind.label) ?? .unknown }
    }
    return answers
  }

  private func listing(_ name: String, _ kind: CloudThingKind, for values: [String]) async -> Listing? {
    if let kept = listings[name], cloud.ambient.now() < kept.readAt + Self.lifetime,
      values.allSatisfy(kept.known.contains)
    {
      return kept
    }
    guard let names = try? await kind.names(cloud) else { return nil }
    let fresh = Listing(names: names, known: Set(names), readAt: cloud.ambient.now())
    listings[name] = fresh
    return fresh
  }
}

extension CloudConstraints.Listing {
  fileprivate func answer(_ value: String, _ label: String) -> CustomConstraintAnswer {
    if known.contains(value) { return .holds }
    let meant = nearest(to: value, among: names).map { "; did you mean `\($0)`?" } ?? ""
    return .broken("there is no \(label) `\(value)`\(meant)")
  }
}

/// A kind of thing in a cloud that constraints ask for.
private struct CloudThingKind: Sendable {
  let label: String
  /// The names and ids of all that there are.
  let names: @Sendable (Cloud) async throws -> [String]

  /// By Heat's names of the constraints.
  static let all: [String: CloudThingKind] = [
    "nova.flavor": kind("flavor") { $0.compute.flavors },
    "nova.keypair": kind("key pair") { $0.compute.keyPairs },
    "nova.server": kind("server") { $0.compute.servers },
    "nova.availability_zone": kind("availability zone") { $0.compute.availabilityZones },
    "glance.image": kind("image") { $0.image.images },
    "cinder.volume": kind("volume") { $0.volume.volumes },
    "cinder.snapshot": kind("snapshot") { $0.volume.snapshots },
    "cinder.vtype": kind("volume type") { $0.volume.types },
    "neutron.network": kind("network") { $0.network.networks },
    "nova.network": kind("network") { $0.network.networks },
    "neutron.subnet": kind("subnet") { $0.network.subnets },
    "neutron.port": kind("port") { $0.network.ports },
    "neutron.router": kind("router") { $0.network.routers },
    "neutron.security_group": kind("security group") { $0.network.securityGroups },
  ]

  private static func kind<Resource: CloudResource>(
    _ label: String, _ calls: @escaping @Sendable (Cloud) -> Calls<Resource>
  ) -> CloudThingKind {
    CloudThingKind(label: label) { cloud in
      try await calls(cloud).list().flatMap {
        $0.name.isEmpty || $0.name == $0.id ? [$0.id] : [$0.name, $0.id]
      }
    }
  }
}
