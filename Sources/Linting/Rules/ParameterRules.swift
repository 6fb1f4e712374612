import Document
import Templates

extension Rule {
  static let parameterRules: [Rule] = [
    Rule("W2001", .warning, "parameters are used", .template) { context in
      let outline = context.outline
      if outline.isTransformed { return }
      for entry in outline.parameters where !outline.referredNames.contains(entry.key) {
        context.report(
          at: entry.keyPlace, "the parameter `\(entry.key)` isn't used", hint: "remove it, or refer to it")
      }
    },
    Rule("W2010", .warning, "secret parameters stay out of metadata and outputs", .template) { context in
      SecretUse(context).check()
    },
    Rule("W2501", .warning, "passwords aren't written down", .template) { context in
      guard context.outline.mayMention("Password") else { return }
      for resource in context.outline.resources { PasswordUse(context).check(resource) }
    },
    Rule("W1011", .warning, "secrets come by dynamic references", .resource) { context in
      if case .resource(let resource) = context.part { SecretReference(context).check(resource) }
    },
    Rule("W2506", .warning, "parameters for images have the type of images", .resource) { context in
      guard case .resource(let resource) = context.part, imageTypes.contains(resource.type) else { return }
      imageParameters(resource, context)
    },
  ]

  private static let imageTypes: Set<String> = [
    "AWS::AutoScaling::LaunchConfiguration", "AWS::Cloud9::EnvironmentEC2", "AWS::EC2::Instance",
    "AWS::ImageBuilder::Image",
  ]

  private static func imageParameters(_ resource: Outline.Resource, _ context: RuleContext) {
    guard let image = resource.properties?["ImageId"], let call = FunctionCall(image, isInCondition: false),
      call.name == "Ref", let name = call.argument.scalar?.string,
      let parameter = context.outline.parameterIndex[name], let type = parameter.value.entry("Type"),
      let written = type.value.scalar?.string
    else { return }
    let fitting = ["AWS::EC2::Image::Id", "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"]
    if fitting.contains(written) { return }
    context.report(
      at: type.keyPlace, "the parameter `\(name)` names an image but has the type \(written)",
      hint: "give it the type AWS::EC2::Image::Id, so that its value is checked",
      notes: [.init("used here", at: call.namePlace)])
  }
}

/// W2010: where a parameter with NoEcho would be shown all the same.
private struct SecretUse {
  private let context: RuleContext

  init(_ context: RuleContext) { self.context = context }

  func check() {
    let outline = context.outline
    let secrets = Set(outline.parameters.filter { isSecret($0.value) }.map(\.key))
    if secrets.isEmpty { return }
    for reference in outline.references where secrets.contains(reference.name) {
      let call = outline.calls[reference.call]
      guard let section = place(call) else { continue }
      context.report(
        at: call.place, "the secret parameter `\(reference.name)` can be read in \(section)",
        hint: "NoEcho hides a value only where it is a property",
        notes: outline.parameterIndex[reference.name].map { [.init("the parameter", at: $0.keyPlace)] }
          ?? [])
    }
  }

  private func place(_ call: Outline.Call) -> String? {
    if call.section == "Resources" { return call.attribute == "Metadata" ? "the resource's metadata" : nil }
    return ["Metadata", "Outputs"].contains(call.section) ? "the section \(call.section)" : nil
  }

  private func isSecret(_ parameter: Node) -> Bool {
    ["true", "yes", "1"].contains(parameter["NoEcho"]?.scalar?.scalarText?.lowercased() ?? "")
  }
}

/// W2501: passwords that are literal, or parameters without NoEcho.
private struct PasswordUse {
  /// The names of properties that are passwords; all have the word in them.
  private static let names: Set<String> = [
    "AccountPassword", "AdminPassword", "ADDomainJoinPassword", "CrossRealmTrustPrincipalPassword",
    "KdcAdminPassword", "Password", "DbPassword", "MasterUserPassword", "PasswordParam",
  ]

  private let context: RuleContext

  init(_ context: RuleContext) { self.context = context }

  func check(_ resource: Outline.Resource) {
    if let properties = resource.properties { walk(properties) }
  }

  private func walk(_ node: Node) {
    switch node.content {
    case .scalar: break
    case .list(let items): items.forEach(walk)
    case .map(let entries):
      for entry in entries {
        if Self.names.contains(entry.key) { password(entry) } else { walk(entry.value) }
      }
    }
  }

  private func password(_ entry: Node.Entry) {
    let value = entry.value
    if value.tag == nil, let text = value.scalar?.string {
      if text.hasPrefix("{{resolve:") && !text.hasPrefix("{{resolve:ssm:") { return }
      context.report(
        at: entry.keyPlace, "`\(entry.key)` is written down as plain text",
        hint: "use a secure dynamic reference, or a parameter with NoEcho")
      return
    }
    guard let call = FunctionCall(value, isInCondition: false), call.name == "Ref",
      let name = call.argument.scalar?.string, let parameter = context.outline.parameterIndex[name]
    else { return }
    if ["true", "yes", "1"].contains(parameter.value["NoEcho"]?.scalar?.scalarText?.lowercased() ?? "") {
      return
    }
    context.report(
      at: parameter.keyPlace, "the parameter `\(name)` is used as `\(entry.key)` but isn't secret",
      hint: "give it `NoEcho: true`", notes: [.init("used here", at: entry.keyPlace)])
  }
}

/// W1011: secrets that come from a parameter.
private struct SecretReference {
  private static let paths: [String: [String]] = [
    "AWS::DirectoryService::MicrosoftAD": ["Password"],
    "AWS::DirectoryService::SimpleAD": ["Password"],
    "AWS::ElastiCache::ReplicationGroup": ["AuthToken"],
    "AWS::IAM::User": ["LoginProfile", "Password"],
    "AWS::KinesisFirehose::DeliveryStream": ["RedshiftDestinationConfiguration", "Password"],
    "AWS::OpsWorks::App": ["AppSource", "Password"],
    "AWS::OpsWorks::Stack": ["CustomCookbooksSource", "Password"],
    "AWS::RDS::DBCluster": ["MasterUserPassword"],
    "AWS::RDS::DBInstance": ["MasterUserPassword"],
    "AWS::Redshift::Cluster": ["MasterUserPassword"],
  ]

  private let context: RuleContext

  init(_ context: RuleContext) { self.context = context }

  func check(_ resource: Outline.Resource) {
    guard let path = Self.paths[resource.type], var node = resource.properties else { return }
    var key = node.place
    for name in path {
      guard let entry = node.entry(name) else { return }
      (node, key) = (entry.value, entry.keyPlace)
    }
    secret(node, key)
  }

  private func secret(_ node: Node, _ key: Place) {
    guard let call = FunctionCall(node, isInCondition: false) else { return }
    if call.name == "Fn::If", let items = call.argument.items, items.count == 3 {
      // A branch has a place of its own: the item.
      secret(items[1], items[1].place)
      secret(items[2], items[2].place)
    } else if call.name == "Ref", let name = call.argument.scalar?.string,
      context.outline.parameterIndex[name] != nil
    {
      context.report(
        at: key, "the secret comes from the parameter `\(name)`",
        hint: "a dynamic reference keeps it out of whoever launches the stack")
    }
  }
}
