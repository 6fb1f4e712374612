import Document
import OrderedCollections

/// Checks the parts of metadata that CloudFormation knows.
struct MetadataReader {
  let scan: TemplateScan

  // MARK: - The template's

  func check(_ section: Node.Entry) {
    guard let entries = scan.entries(of: section.value, "Metadata", code: "E4002", at: section.valuePlace)
    else { return }
    for entry in entries {
      if let null = firstNull(entry) {
        scan.warning("E4002", "metadata can't be null", at: null)
      }
      if entry.key == "AWS::CloudFormation::Interface" { interface(entry) }
    }
  }

  private func firstNull(_ entry: Node.Entry) -> Place? {
    if entry.value.tag == nil, entry.value.scalar?.isNull == true { return entry.keyPlace }
    for inner in entry.value.entries ?? [] {
      if let place = firstNull(inner) { return place }
    }
    return nil
  }

  private func interface(_ entry: Node.Entry) {
    let label = NodeSchema.map(["default": .text])
    let schema = NodeSchema.map([
      "ParameterGroups": .list(.map(["Label": label, "Parameters": .list(.text)])),
      "ParameterLabels": .mapOf(label),
    ])
    let check = NodeCheck(scan: scan, code: "E4001")
    check.check(entry.value, schema, entry.key, at: entry.valuePlace)
    for group in entry.value["ParameterGroups"]?.items ?? [] {
      for name in group["Parameters"]?.items ?? [] {
        if let text = name.plainText { known(text, at: name.place) }
      }
    }
    for label in entry.value["ParameterLabels"]?.entries ?? [] { known(label.key, at: label.keyPlace) }
  }

  private func known(_ name: String, at place: Place) {
    if scan.parameterNames.contains(name) { return }
    scan.warning(
      "W4001", "there is no parameter `\(name)`", at: place,
      hint: scan.suggestion(name, scan.parameterNames))
  }

  // MARK: - A resource's

  func read(_ entry: Node.Entry) -> Expression? {
    guard let entries = scan.entries(of: entry.value, "Metadata", code: "E3028", at: entry.valuePlace) else {
      return nil
    }
    for part in entries {
      switch part.key {
      case "AWS::CloudFormation::Init": initialisation(part)
      case "AWS::CloudFormation::Authentication": authentication(part)
      default: break
      }
    }
    return ExpressionReader(scan).expression(entry.value)
  }

  private func initialisation(_ entry: Node.Entry) {
    let check = NodeCheck(scan: scan, code: "E3009")
    guard let entries = entry.value.entries, FunctionCall(entry.value, isInCondition: false) == nil else {
      return
    }
    for part in entries {
      let schema: NodeSchema = part.key == "configSets" ? .mapOf(.either(.list(.any), .text)) : Self.config
      check.check(part.value, schema, part.key, at: part.valuePlace)
      if part.key != "configSets" { checkKeys(part) }
    }
  }

  /// AWS passes over other keys of a configuration in silence.
  private func checkKeys(_ config: Node.Entry) {
    for entry in config.value.entries ?? [] where !Self.configKeys.contains(entry.key) {
      if entry.key.hasPrefix("Fn::") || entry.key == "Ref" { continue }
      scan.warning(
        "unknown_key", "cfn-init passes over `\(entry.key)` in the configuration `\(config.key)`",
        at: entry.keyPlace,
        hint: scan.suggestion(entry.key, Self.configKeys)
          ?? "it reads \(Self.configKeys.joined(separator: ", "))")
    }
  }

  private static let configKeys = [
    "packages", "groups", "users", "sources", "files", "commands", "services",
  ]

  private static let config: NodeSchema = {
    // Lua writes an empty list of versions as an empty table.
    let package = NodeSchema.mapOf(.either(.list(.any), .either(.map([:]), .text)))
    let package2012 = NodeSchema.mapOf(.any)
    let service = NodeSchema.mapOf(
      .map([
        "ensureRunning": .boolean, "enabled": .boolean, "files": .list(.text), "sources": .list(.text),
        "packages": .mapOf(.list(.text)), "commands": .list(.text),
      ]))
    return .mapWith(
      [
        "packages": .map([
          "apt": package, "msi": package, "python": package, "rpm": package, "rubygems": package,
          "yum": package, "zypper": package, "dnf": package2012,
        ]),
        "groups": .mapOf(.map(["gid": .text])),
        "users": .mapOf(.map(["groups": .list(.text), "uid": .text, "homeDir": .text])),
        "sources": .mapOf(.text),
        "files": .mapOf(
          .map([
            "authentication": .any, "content": .either(.mapOf(.any), .text), "context": .any,
            "encoding": .oneOf(["plain", "base64"]), "group": .text, "mode": .text, "owner": .text,
            "source": .text,
          ])),
        "commands": .mapOf(
          .map([
            "command": .either(.list(.any), .text), "cwd": .text, "env": .mapOf(.any),
            "ignoreErrors": .text, "test": .text, "waitAfterCompletion": .text,
          ])),
        "services": .map(["sysvinit": service, "systemd": service, "windows": service]),
      ], others: .any)
  }()

  /// The kinds of login for files and sources, by their `type`.
  private func authentication(_ entry: Node.Entry) {
    let login = NodeSchema.map([
      "type": .oneOf(["basic", "S3"]), "accessKeyId": .text, "buckets": .list(.text), "password": .text,
      "secretKey": .text, "uris": .list(.text), "username": .text, "roleName": .text,
    ])
    let check = NodeCheck(scan: scan, code: "invalid_authentication")
    check.check(entry.value, .mapOf(login), entry.key, at: entry.valuePlace)
  }
}
