package import Document
import OrderedCollections

/// A question to a cloud, whether a value names something that is there.
package struct CustomConstraint: Sendable, Hashable {
  /// The constraint, such as `nova.flavor`.
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// The constraints that Heat has, by its list of plugins.
  package static let names: Set<String> = Set(
    CommonConstraint.allCases.map(\.rawValue)
      + services.flatMap { service, things in things.map { "\(service).\($0)" } })

  private static let services: [String: [String]] = [
    "barbican": ["container", "secret"], "blazar": ["reservation"],
    "cinder": ["backup", "qos_specs", "snapshot", "volume", "vtype"], "designate": ["zone"],
    "glance": ["image"], "heat": ["resource_type"],
    "keystone": ["domain", "group", "project", "region", "role", "service", "user"],
    "magnum": ["cluster_template"], "manila": ["share_network", "share_snapshot", "share_type"],
    "mistral": ["workflow"],
    "neutron": [
      "address_scope", "flow_classifier", "lbaas.listener", "lbaas.loadbalancer", "lbaas.pool",
      "lbaas.provider", "network", "port", "port_pair", "port_pair_group", "qos_policy", "router",
      "security_group", "segment", "subnet", "subnetpool", "taas.tap_flow", "taas.tap_service",
    ],
    "nova": ["flavor", "host", "keypair", "network", "server"],
    "octavia": [
      "availabilityzone", "availabilityzoneprofile", "flavor", "flavorprofile", "l7policy", "listener",
      "loadbalancer", "pool",
    ],
    "sahara": ["cluster", "cluster_template", "data_source", "image", "job_binary", "job_type", "plugin"],
    "senlin": ["cluster", "policy", "policy_type", "profile", "profile_type"], "trove": ["flavor"],
    "zaqar": ["queue"],
  ]
}

/// What a cloud says to a custom constraint.
package enum CustomConstraintAnswer: Sendable, Equatable {
  case holds
  /// It doesn't; the sentence's end says why: `there is no flavor of that name`.
  case broken(String)
  /// It can't be told: the service isn't there, or nobody was asked.
  case unknown
}

/// Asks a cloud whether values hold to custom constraints.
///
/// All questions of a template come in one call, so that one list call per service can answer many; who
/// implements it keeps answers for as long as they are good.
package protocol CustomConstraintChecker: Sendable {
  func answers(to questions: [CustomConstraint]) async -> [CustomConstraint: CustomConstraintAnswer]
}

extension Template {
  /// The questions that these parameters' values put to a cloud; empty values put none.
  package func customConstraints(for values: ParameterValues) -> [CustomConstraint] {
    var questions: OrderedSet<CustomConstraint> = []
    eachCustomConstraint(values) { question, _, _ in questions.append(question) }
    return Array(questions)
  }

  /// What is wrong by a cloud's answers; without an answer nothing is.
  package func problems(
    with values: ParameterValues, answers: [CustomConstraint: CustomConstraintAnswer]
  ) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    eachCustomConstraint(values) { question, definition, constraint in
      guard case .broken(let why)? = answers[question] else { return }
      let shown = definition.isSecret ? "" : " `\(question.value)`"
      problems.append(
        Diagnostic(
          "invalid_parameter",
          "the value\(shown) of the parameter `\(definition.name)`: \(constraint.description ?? why)",
          at: definition.place, notes: [.init("\(question.name): \(why)", at: constraint.place)]))
    }
    return problems
  }

  private func eachCustomConstraint(
    _ values: ParameterValues, _ body: (CustomConstraint, ParameterDefinition, ParameterConstraint) -> Void
  ) {
    for definition in parameters.values {
      guard case .known(let value, _)? = values[definition.name] else { continue }
      for constraint in definition.details.constraints + definition.typeConstraint {
        guard case .custom(let name) = constraint.kind, CommonConstraint(rawValue: name) == nil else {
          continue
        }
        for item in value.list ?? [value] {
          guard let text = item.scalarText, !text.isEmpty else { continue }
          body(CustomConstraint(name: name, value: text), definition, constraint)
        }
      }
    }
  }
}

extension ParameterDefinition {
  /// What a type of AWS's asks (`AWS::EC2::Image::Id`), as the constraint that asks the same.
  fileprivate var typeConstraint: [ParameterConstraint] {
    guard let thing = cloudThing, !isStored else { return [] }
    return [ParameterConstraint(.custom(thing.constraint), at: place)]
  }
}
