/// What a resource type is about, which gives it its colour.
package enum ResourceFamily: String, Sendable, CaseIterable {
  case compute, network, storage, database, access, orchestration, application, other

  /// The kind of a type by its service, and in EC2 by its name.
  package init(type: String) {
    let parts = type.split(separator: ":", omittingEmptySubsequences: true).map(String.init)
    guard parts.count >= 2, ["AWS", "OS", "Alexa"].contains(parts[0]) else {
      self = parts.first == "Custom" ? .orchestration : .other
      return
    }
    if parts[1] == "EC2" {
      self = Self.ofEC2(parts.last ?? "")
    } else {
      self = Self.services[parts[1]] ?? .other
    }
  }

  private static func ofEC2(_ name: String) -> ResourceFamily {
    if name.hasPrefix("Volume") || name.hasPrefix("Snapshot") { return .storage }
    if name.hasPrefix("KeyPair") || name.contains("Policy") { return .access }
    let compute = [
      "Instance", "LaunchTemplate", "SpotFleet", "EC2Fleet", "Host", "PlacementGroup", "CapacityReservation",
    ]
    return compute.contains(name) ? .compute : .network
  }

  private static let services: [String: ResourceFamily] = {
    let groups: [(ResourceFamily, [String])] = [
      (
        .compute,
        ["AutoScaling", "Lambda", "ECS", "EKS", "Batch", "ECR", "AppRunner", "Nova", "Magnum", "Zun"]
      ),
      (
        .network,
        [
          "ElasticLoadBalancing", "ElasticLoadBalancingV2", "CloudFront", "Route53", "ApiGateway",
          "ApiGatewayV2",
          "GlobalAccelerator", "NetworkFirewall", "ServiceDiscovery", "Neutron", "Octavia", "Designate",
        ]
      ),
      (.storage, ["S3", "EFS", "FSx", "Backup", "Glacier", "Cinder", "Swift", "Glance", "Manila"]),
      (
        .database,
        [
          "RDS", "DynamoDB", "ElastiCache", "Redshift", "Neptune", "DocDB", "OpenSearchService",
          "Elasticsearch",
          "MemoryDB", "DAX", "Trove", "Sahara",
        ]
      ),
      (
        .access,
        [
          "IAM", "KMS", "SecretsManager", "Cognito", "WAF", "WAFv2", "WAFRegional", "CertificateManager",
          "GuardDuty",
          "SecurityHub", "AccessAnalyzer", "SSO", "Inspector", "Keystone", "Barbican",
        ]
      ),
      (
        .orchestration,
        [
          "CloudFormation", "CloudWatch", "Logs", "Config", "SSM", "CloudTrail", "ApplicationAutoScaling",
          "Events",
          "CodeBuild", "CodePipeline", "CodeDeploy", "CodeCommit", "Budgets", "Heat", "Aodh", "Ceilometer",
          "Mistral",
          "Gnocchi", "Senlin", "Blazar", "Monasca",
        ]
      ),
      (
        .application,
        [
          "SNS", "SQS", "SES", "Kinesis", "KinesisFirehose", "StepFunctions", "Glue", "Athena", "EMR", "MSK",
          "AppSync",
          "IoT", "SageMaker", "AmazonMQ", "Pipes", "Zaqar",
        ]
      ),
    ]
    var kinds: [String: ResourceFamily] = [:]
    for (kind, names) in groups {
      for name in names { kinds[name] = kind }
    }
    return kinds
  }()

  /// The colour of its mark, and the paler one behind its name.
  package var colors: (mark: String, fill: String) {
    switch self {
    case .compute: ("#d9730d", "#fdf1e4")
    case .network: ("#6b4fbb", "#f0ecfa")
    case .storage: ("#3a7d2c", "#eaf5e7")
    case .database: ("#2563c9", "#e8f0fc")
    case .access: ("#c2304a", "#fcebee")
    case .orchestration: ("#b8327f", "#fbeaf4")
    case .application: ("#0e7f8a", "#e4f5f6")
    case .other: ("#5f6b7a", "#eef1f4")
    }
  }
}
