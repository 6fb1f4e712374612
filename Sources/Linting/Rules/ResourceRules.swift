import Document
import Templates

extension Rule {
  static let resourceRules: [Rule] = [
    Rule("E3006", .error, "resource types exist", .resource) { context in
      guard case .resource(let resource) = context.part else { return }
      unknownType(resource, context)
    },
    Rule("E3038", .error, "serverless resources have the serverless transform", .resource) { context in
      guard case .resource(let resource) = context.part, resource.type.hasPrefix("AWS::Serverless::"),
        !hasTransform("AWS::Serverless-2016-10-31", context.document)
      else { return }
      context.report(
        at: key("Type", resource), "\(resource.type) is made by the transform AWS::Serverless-2016-10-31",
        hint: "add `Transform: AWS::Serverless-2016-10-31`")
    },
    Rule("E5001", .error, "modules have no tags and policies", .resource) { context in
      guard case .resource(let resource) = context.part, resource.type.hasSuffix("::MODULE") else { return }
      for name in ["CreationPolicy", "UpdatePolicy"] {
        guard let entry = resource.entry.value.entry(name) else { continue }
        context.report(at: entry.keyPlace, "a module can't have \(name)", hint: "put it into the module")
      }
      if let entry = resource.properties?.entry("Tags") {
        context.report(at: entry.keyPlace, "a module can't have Tags", hint: "put them into the module")
      }
    },
    Rule("W3011", .warning, "what protects from deletion also protects from replacement", .resource) {
      context in
      if case .resource(let resource) = context.part { protection(resource, context) }
    },
    Rule("I3011", .note, "resources that keep data say what becomes of it", .resource) { context in
      guard case .resource(let resource) = context.part, keepers.contains(resource.type) else { return }
      for name in ["DeletionPolicy", "UpdateReplacePolicy"] where resource.entry.value[name] == nil {
        context.report(
          at: resource.entry.keyPlace, "`\(resource.id)` keeps data but has no \(name)",
          hint: "add `\(name): Retain`, `Snapshot` or `Delete`")
      }
    },
  ]

  /// Types whose resources hold what can't be made again.
  private static let keepers: Set<String> = [
    "AWS::DocDB::DBCluster", "AWS::DynamoDB::Table", "AWS::EC2::Volume", "AWS::EFS::FileSystem",
    "AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup", "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup", "AWS::Neptune::DBCluster", "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::Redshift::Cluster", "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret", "OS::Cinder::Volume", "OS::Swift::Container", "OS::Trove::Instance",
  ]

  static func key(_ name: String, _ resource: Outline.Resource) -> Place {
    resource.entry.value.entry(name)?.keyPlace ?? resource.entry.keyPlace
  }

  static func hasTransform(_ name: String, _ document: Node) -> Bool {
    guard let transform = document["Transform"] else { return false }
    return (transform.items ?? [transform]).contains {
      ($0.scalar?.string ?? $0["Name"]?.scalar?.string) == name
    }
  }

  private static func unknownType(_ resource: Outline.Resource, _ context: RuleContext) {
    let type = resource.type
    if type.isEmpty || type.hasPrefix("Custom::") || type.hasSuffix("::MODULE") { return }
    if context.schema(type) != nil { return }
    if type.hasPrefix("AWS::Serverless::"), hasTransform("AWS::Serverless-2016-10-31", context.document) {
      return
    }
    if let condition = resource.condition, !context.outline.worlds.isReachable([condition: true]) { return }
    let form = "a type is written like AWS::EC2::Instance or OS::Nova::Server"
    context.report(
      at: resource.entry.value.entry("Type")?.shownPlace ?? resource.entry.keyPlace,
      "there is no resource type \(type)",
      hint: type.contains("::") ? context.suggestion(forType: type) : form)
  }

  private static func protection(_ resource: Outline.Resource, _ context: RuleContext) {
    if ["AWS::Lambda::Version", "AWS::Lambda::LayerVersion"].contains(resource.type) { return }
    let names = ["DeletionPolicy", "UpdateReplacePolicy"]
    let present = names.filter { resource.entry.value[$0] != nil }
    guard present.count == 1, let entry = resource.entry.value.entry(present[0]) else { return }
    if entry.value.scalar?.string == "Delete" { return }
    let missing = names.first { $0 != present[0] } ?? ""
    context.report(
      at: resource.entry.keyPlace, "`\(resource.id)` has \(present[0]) but no \(missing)",
      hint: "add `\(missing)`, so that a replacement keeps it as a deletion does",
      notes: [.init("the policy", at: entry.keyPlace)])
  }
}

extension Node.Entry {
  /// Where to point at when its value is wrong: the value, or the key when the value is on lines of its own.
  var shownPlace: Place { value.place.start.line == keyPlace.start.line ? value.place : keyPlace }
}
