import Document

/// How a parameter's value is taken, by the name of its type.
enum ParameterType: Equatable {
  case text, number, boolean, json
  /// Texts with commas between them.
  case texts
  case numbers

  static let names = [
    "String", "Number", "List<Number>", "List<String>", "CommaDelimitedList", "Json", "Boolean",
    "AWS::EC2::AvailabilityZone::Name", "AWS::EC2::Image::Id", "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName", "AWS::EC2::SecurityGroup::GroupName", "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id", "AWS::EC2::Volume::Id", "AWS::EC2::VPC::Id", "AWS::Route53::HostedZone::Id",
    "AWS::SSM::Parameter::Name",
  ]

  /// Nil when there is no type of that name.
  init?(_ name: String) {
    switch name {
    case "String": self = .text
    case "Number": self = .number
    case "Boolean": self = .boolean
    case "Json": self = .json
    case "CommaDelimitedList", "List<String>": self = .texts
    case "List<Number>": self = .numbers
    default:
      if let inner = Self.inside("AWS::SSM::Parameter::Value<", name) {
        guard let type = ParameterType(inner), !inner.hasPrefix("AWS::SSM") else { return nil }
        self = type
      } else if let inner = Self.inside("List<", name) {
        guard Self.names.contains(inner), inner.hasPrefix("AWS::") else { return nil }
        self = .texts
      } else {
        guard Self.names.contains(name) else { return nil }
        self = .text
      }
    }
  }

  var isList: Bool { self == .texts || self == .numbers }

  private static func inside(_ prefix: String, _ name: String) -> String? {
    guard name.hasPrefix(prefix), name.hasSuffix(">") else { return nil }
    return String(name.dropFirst(prefix.count).dropLast())
  }
}

/// Why a value isn't one for a parameter: a sentence's end, such as `must be a number`.
struct ParameterFault: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
