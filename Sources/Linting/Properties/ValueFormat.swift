import Templates

/// The forms of names and addresses that schemas ask for, and the rules that check them.
enum ValueFormat {
  private struct Form {
    let rule: String
    let words: String
    let accepts: @Sendable (String) -> Bool
  }

  private static let forms: [String: Form] = [
    "AWS::EC2::SecurityGroup.Id": Form(rule: "E1150", words: "a security group's ID (sg-…)") {
      isID($0, "sg-", [8, 17])
    },
    "AWS::EC2::VPC.Id": Form(rule: "E1151", words: "a VPC's ID (vpc-…)") { isID($0, "vpc-", [8, 17]) },
    "AWS::EC2::Image.Id": Form(rule: "E1152", words: "an image's ID (ami-…)") { isID($0, "ami-", [8, 17]) },
    "AWS::EC2::Subnet.Id": Form(rule: "E1154", words: "a subnet's ID (subnet-…)") {
      isID($0, "subnet-", [8, 17])
    },
    "AWS::IAM::Role.Arn": Form(rule: "E1156", words: "the ARN of a role") {
      isARN($0, service: "iam", region: false, prefixes: ["role/"])
    },
    "AWS::KMS::Key.Arn": Form(rule: "E1157", words: "the ARN of a key") {
      isARN($0, service: "kms", region: true, prefixes: ["key/", "alias/"])
    },
    "AWS::SNS::Topic.Arn": Form(rule: "E1158", words: "the ARN of a topic") {
      isARN($0, service: "sns", region: true, prefixes: [""])
    },
    "AWS::ACM::Certificate.Arn": Form(rule: "E1159", words: "the ARN of a certificate") {
      isARN($0, service: "acm", region: true, prefixes: ["certificate/"])
    },
    "AWS::KMS::Key.Id": Form(rule: "E1162", words: "a key's ID") { isUUID($0) || $0.hasPrefix("mrk-") },
    "AWS::KMS::Alias.AliasName": Form(rule: "E1164", words: "a key's alias (alias/…)") {
      $0.hasPrefix("alias/") && $0.count > 6
    },
    "AWS::S3::Bucket.Name": Form(rule: "E1161", words: "a bucket's name") { isBucket($0) },
    "AWS::EC2::SecurityGroup.Name": Form(rule: "E1153", words: "a security group's name") {
      isMade(of: groupMarks, $0, 1...255)
    },
    "AWS::Logs::LogGroup.Name": Form(rule: "E1155", words: "a log group's name") {
      isMade(of: "._-/#", $0, 1...512)
    },
    "AWS::Lambda::Function.Arn": Form(rule: "E1160", words: "the ARN of a function") {
      isARN($0, service: "lambda", region: true, prefixes: ["function:"])
    },
    "AWS::Lambda::Function.Name": Form(rule: "E1163", words: "a function's name") {
      isMade(of: "_-", $0, 1...140)
    },
    // cfn-lint's id of forms that have no rule of their own.
    "ipv4-network": Form(rule: "E3002", words: "a network such as 10.0.0.0/16") {
      NetworkForm(version4: $0)?.hasHostBits == false
    },
    "ipv6-network": Form(rule: "E3002", words: "a network such as 2001:db8::/32") {
      NetworkForm(version6: $0)?.hasHostBits == false
    },
  ]

  static let rules = Array(Set(forms.values.map(\.rule))).sorted()

  static func isKnown(_ name: String) -> Bool {
    forms[name] != nil || HeatCall.isCommonConstraint(name)
  }

  static func accepts(_ text: String, _ name: String) -> Bool {
    forms[name]?.accepts(text) ?? (text.isEmpty || HeatCall.fault(of: text, by: name) == nil)
  }

  static func rule(_ name: String) -> String { forms[name]?.rule ?? "E1103" }

  static func words(_ name: String) -> String {
    forms[name]?.words ?? HeatCall.words(ofConstraint: name) ?? "of the format \(name)"
  }

  /// What to write instead, where that can be seen.
  static func hint(_ text: String, _ name: String) -> String? {
    let form = name == "ipv4-network" ? NetworkForm(version4: text) : NetworkForm(version6: text)
    guard name.hasSuffix("-network"), let form, form.hasHostBits else { return nil }
    return "the address has bits beyond the prefix: write `\(form.network)`"
  }

  /// The marks beside letters and digits in a security group's name.
  private static let groupMarks = " ._-:/()#,@[]+=&;{}!$*"

  private static func isMade(of marks: String, _ text: String, _ lengths: ClosedRange<Int>) -> Bool {
    lengths.contains(text.utf8.count)
      && text.utf8.allSatisfy { isAlphanumeric($0) || marks.utf8.contains($0) }
  }

  private static func isID(_ text: String, _ prefix: String, _ lengths: [Int]) -> Bool {
    guard text.hasPrefix(prefix) else { return false }
    let rest = text.utf8.dropFirst(prefix.utf8.count)
    return lengths.contains(rest.count) && rest.allSatisfy(isAlphanumeric)
  }

  /// `arn:aws…:service:region:account:…`, where some services are in no region.
  private static func isARN(
    _ text: String, service: String, region: Bool, prefixes: [String]
  ) -> Bool {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == service else {
      return false
    }
    guard parts[3].isEmpty != region, parts[4].count == 12, parts[4].utf8.allSatisfy(isDigit) else {
      return false
    }
    return prefixes.contains { parts[5].hasPrefix($0) && parts[5].count > $0.count }
  }

  private static func isUUID(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.count) == [8, 4, 4, 4, 12]
      && parts.allSatisfy { $0.utf8.allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) } }
  }

  private static func isBucket(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (3...63).contains(bytes.count) else { return false }
    func isInner(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || isDigit(byte) }
    guard isInner(bytes[0]), isInner(bytes[bytes.count - 1]) else { return false }
    return bytes.allSatisfy { isInner($0) || $0 == 0x2D || $0 == 0x2E } && !text.contains("..")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x7A).contains(byte | 0x20)
  }
}
