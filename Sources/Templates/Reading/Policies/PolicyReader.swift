import Document

/// Reads a resource's policies: what AWS has, by the type of the resource, and what Heat has.
struct PolicyReader {
  private static let signal = NodeSchema.map(["Count": .integer, "Timeout": .text])
  private static let processes = [
    "Launch", "Terminate", "AddToLoadBalancer", "AlarmNotification", "AZRebalance", "HealthCheck",
    "InstanceRefresh", "ReplaceUnhealthy", "ScheduledActions",
  ]
  private static let rolling = NodeSchema.map([
    "MaxBatchSize": .integer, "MinActiveInstancesPercent": .integer, "MinInstancesInService": .integer,
    "MinSuccessfulInstancesPercent": .integer, "PauseTime": .text,
    "SuspendProcesses": .list(.oneOf(processes)), "WaitOnResourceSignals": .boolean,
  ])
  private static let snapshotTypes: Set<String> = [
    "AWS::DocDB::DBCluster", "AWS::EC2::Volume", "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup", "AWS::Neptune::DBCluster", "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance", "AWS::Redshift::Cluster",
  ]

  let scan: TemplateScan

  // MARK: - Creation and update

  func creation(_ entry: Node.Entry, of type: String) -> Expression? {
    let schema: NodeSchema? =
      switch type {
      case "AWS::AppStream::Fleet": .map(["StartFleet": .either(.boolean, .map(["Type": .boolean]))])
      case "AWS::AutoScaling::AutoScalingGroup":
        .map([
          "AutoScalingCreationPolicy": .map(["MinSuccessfulInstancesPercent": .integer]),
          "ResourceSignal": Self.signal,
        ])
      case "AWS::CloudFormation::WaitCondition": .map(["ResourceSignal": Self.signal])
      default: nil
      }
    return body(entry, schema, code: "E3055")
  }

  func update(_ entry: Node.Entry, of type: String) -> Expression? {
    let schema = updateSchema(of: type)
    let isHeat = type.hasPrefix("OS::") || type.hasPrefix("HEAT::")
    if schema == nil, !isHeat, entry.value.entries != nil || entry.value.scalar?.string != nil {
      scan.warning("E3016", "\(type) has no UpdatePolicy", at: entry.keyPlace)
    }
    return body(entry, schema, code: "E3016")
  }

  private func updateSchema(of type: String) -> NodeSchema? {
    switch type {
    case "AWS::AutoScaling::AutoScalingGroup":
      .map([
        "AutoScalingReplacingUpdate": .map(["WillReplace": .boolean]),
        "AutoScalingRollingUpdate": Self.rolling,
        "AutoScalingScheduledAction": .map(["IgnoreUnmodifiedGroupSizeProperties": .boolean]),
      ])
    case "AWS::Lambda::Alias":
      .map([
        "CodeDeployLambdaAliasUpdate": .map([
          "AfterAllowTrafficHook": .text, "ApplicationName": .text, "BeforeAllowTrafficHook": .text,
          "DeploymentGroupName": .text,
        ])
      ])
    case "AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain":
      .map(["EnableVersionUpgrade": .boolean])
    case "AWS::ElastiCache::ReplicationGroup": .map(["UseOnlineResharding": .boolean])
    case "AWS::AppStream::Fleet":
      .map([
        "StopBeforeUpdate": .either(.boolean, .map(["Type": .boolean])),
        "StartAfterUpdate": .either(.boolean, .map(["Type": .boolean])),
      ])
    default: nil
    }
  }

  private func body(_ entry: Node.Entry, _ schema: NodeSchema?, code: String) -> Expression? {
    let expression = ExpressionReader(scan).expression(entry.value)
    switch expression.kind {
    case .map, .function(.if), .function(.findInMap), .function(.select), .noValue: break
    case .parameter(let name) where code == "E3055" && !name.hasPrefix("AWS::"):
      scan.error("E1020", "\(entry.key) must be a map, found a parameter", at: entry.valuePlace)
      return nil
    case .function(.sub), .function(.resolve):
      scan.error("E1019", "\(entry.key) must be a map, found a text", at: entry.valuePlace)
      return nil
    case .parameter, .resource, .attribute, .function:
      scan.error("invalid_policy", "\(entry.key) must be a map, found a reference", at: entry.valuePlace)
      return nil
    case .literal, .list:
      scan.error("E3001", "\(entry.key) must be a map, found \(entry.value.kind)", at: entry.valuePlace)
      return nil
    }
    if let schema {
      NodeCheck(scan: scan, code: code).check(entry.value, schema, entry.key, at: entry.valuePlace)
    }
    return expression
  }

  // MARK: - Deletion and replacement

  func deletion(_ entry: Node.Entry, of type: String) -> ResourceDefinition.DeletionPolicy? {
    policy(entry, code: "E3035", names: ["Delete", "Retain", "RetainExceptOnCreate"], type)
  }

  func replacement(_ entry: Node.Entry, of type: String) -> ResourceDefinition.DeletionPolicy? {
    policy(entry, code: "E3036", names: ["Delete", "Retain"], type)
  }

  private func policy(
    _ entry: Node.Entry, code: String, names: [String], _ type: String
  ) -> ResourceDefinition.DeletionPolicy? {
    let place = entry.valuePlace
    guard let text = policyText(entry, code: code) else { return nil }
    guard let policy = ResourceDefinition.DeletionPolicy(rawValue: text), policy.isOne(of: names) else {
      scan.error(
        code, "\(entry.key) can't be `\(text)`", at: place,
        hint: scan.suggestion(text, names) ?? "it can be \((names + ["Snapshot"]).joined(separator: ", "))")
      return nil
    }
    if policy == .snapshot, type.hasPrefix("AWS::"), !Self.snapshotTypes.contains(type) {
      scan.warning(
        code, "\(type) has no snapshots", at: place,
        hint: "\(entry.key) can be \(names.joined(separator: ", "))")
    }
    return policy
  }

  /// The policy's name; what a function gives is worked out with the parameters' values.
  private func policyText(_ entry: Node.Entry, code: String) -> String? {
    if let text = entry.value.plainText { return text }
    guard let call = FunctionCall(entry.value, isInCondition: false),
      ["Ref", "Fn::If", "Fn::FindInMap", "Fn::Sub", "Fn::Select"].contains(call.name)
    else {
      scan.error(code, "\(entry.key) must be a text, found \(entry.value.kind)", at: entry.valuePlace)
      return nil
    }
    _ = ExpressionReader(scan).expression(entry.value)
    if let value = scan.form?.value(of: entry.value) {
      if let text = value.scalarText { return text }
      scan.error(code, "\(entry.key) must be a text, found \(value.kind)", at: entry.valuePlace)
    }
    return nil
  }
}

extension ResourceDefinition.DeletionPolicy {
  fileprivate func isOne(of names: [String]) -> Bool { self == .snapshot || names.contains(rawValue) }
}
