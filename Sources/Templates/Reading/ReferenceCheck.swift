import Document
import OrderedCollections

/// Checks the dynamic references in a template: their form and where they stand.
struct ReferenceCheck {
  private static let sections: Set<String> = [
    "Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Rules", "Metadata", "Description",
  ]

  /// What stands in a path for a function, in whose argument places aren't known.
  private static let function = "()"
  /// Where AWS puts in secure parameters.
  private static let passwords: Set<String> = [
    "AWS::DirectoryService::MicrosoftAD Password", "AWS::DirectoryService::SimpleAD Password",
    "AWS::ElastiCache::ReplicationGroup AuthToken", "AWS::IAM::User LoginProfile Password",
    "AWS::KinesisFirehose::DeliveryStream RedshiftDestinationConfiguration Password",
    "AWS::OpsWorks::App AppSource Password", "AWS::OpsWorks::Stack RdsDbInstances DbPassword",
    "AWS::OpsWorks::Stack CustomCookbooksSource Password", "AWS::RDS::DBCluster MasterUserPassword",
    "AWS::RDS::DBInstance MasterUserPassword", "AWS::Redshift::Cluster MasterUserPassword",
  ]

  let scan: TemplateScan

  func check(_ template: Node) {
    for section in template.entries ?? [] where Self.sections.contains(section.key) {
      visit(section.value, [section.key])
    }
  }

  private func visit(_ node: Node, _ path: [String]) {
    let path = node.tag == nil || node.tag == "If" ? path : path + [Self.function]
    switch node.content {
    case .scalar(.string(let text)):
      if text.contains(DynamicReference.opening) { check(text, path, node.place) }
    case .scalar: break
    case .list(let items):
      for item in items { visit(item, path) }
    case .map(let entries):
      for entry in entries {
        if entry.key == "Fn::If" {
          visit(entry.value, path)
        } else if entry.key.hasPrefix("Fn::") {
          visit(entry.value, path + [Self.function])
        } else {
          visit(entry.value, path.count < 6 ? path + [entry.key] : path)
        }
      }
    }
  }

  private func check(_ text: String, _ path: [String], _ place: Place) {
    var rest = Substring(text)
    while let start = rest.firstRange(of: DynamicReference.opening),
      let end = rest[start.upperBound...].firstRange(of: "}}")
    {
      let inside = rest[start.upperBound..<end.lowerBound]
      // What `Fn::Sub` puts in decides the form only later.
      if !inside.contains("${") { checkForm(inside, place) }
      checkPlace(inside, path, place)
      rest = rest[end.upperBound...]
    }
  }

  private func checkForm(_ inside: Substring, _ place: Place) {
    let parts = inside.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch parts[0] {
    case "ssm", "ssm-secure":
      if parts.count < 2 || parts.count > 3 {
        wrong("`\(parts[0])` needs a name and perhaps a version", place)
      } else if parts.count == 3, !parts[2].contains(where: \.isNumber) {
        wrong("a version is a number, found `\(parts[2])`", place)
      }
    case "secretsmanager":
      let key = parts.count > 1 && parts[1] == "arn" ? 8 : 2
      if parts.count < 2 || parts.count > key + 4 {
        wrong("`secretsmanager` needs id:SecretString:key:stage:version", place)
      } else if parts.count > key, !["SecretString", ""].contains(parts[key]) {
        wrong("expected `SecretString`, found `\(parts[key])`", place)
      }
    default:
      scan.warning(
        "E1050", "AWS has no service `\(parts[0])` for dynamic references", at: place,
        hint: scan.suggestion(parts[0], ["ssm", "ssm-secure", "secretsmanager"]))
    }
  }

  private func wrong(_ message: String, _ place: Place) {
    scan.error("E1050", message, at: place, hint: "write `{{resolve:service:name:…}}`")
  }

  private func checkPlace(_ inside: Substring, _ path: [String], _ place: Place) {
    let part = path.count > 2 ? path[2] : ""
    switch (inside.prefix { $0 != ":" }, path[0], part) {
    case ("ssm", "Resources", "Properties"), ("ssm", "Resources", "Metadata"), ("ssm", "Outputs", "Value"),
      ("ssm", "Parameters", "Default"), ("ssm", "Parameters", "AllowedValues"):
      break
    case ("ssm", _, "Description"): break
    case ("ssm", "Resources", _), ("ssm", "Outputs", _), ("ssm", "Parameters", _):
      scan.warning("E1052", "AWS takes no stored parameter here", at: place)
    case ("ssm-secure", "Resources", "Properties"):
      let property = path.dropFirst(3).joined(separator: " ")
      guard !path.contains(Self.function),
        !Self.passwords.contains("\(scan.resourceTypes[path[1]] ?? "") \(property)")
      else { return }
      scan.warning("E1027", "AWS takes a secure parameter in passwords of resources only", at: place)
    case ("ssm-secure", "Outputs", "Value"), ("ssm-secure", "Resources", "Metadata"):
      scan.warning(
        "E1027", "AWS takes a secure parameter in passwords of resources only", at: place)
    case ("secretsmanager", "Resources", "Properties"), ("secretsmanager", "Parameters", "Default"): break
    case ("secretsmanager", "Resources", _), ("secretsmanager", "Outputs", _),
      ("secretsmanager", "Parameters", "AllowedValues"):
      scan.warning("E1051", "AWS takes a secret in properties of resources only", at: place)
    default: break
    }
  }
}
