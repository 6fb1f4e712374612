import Document
import OrderedCollections
import Secrets
import Templates

/// What a stack's expressions can ask for, as far as it is known.
struct StackScope: Scope {
  /// What is known of a resource's values.
  enum Knowledge: Sendable {
    case all(PhysicalResource)
    /// It stays, but its attributes may change.
    case reference(PhysicalResource)
    case nothing
  }

  let identity: StackIdentity
  let surroundings: Surroundings
  var parameters: [String: Evaluated]
  var elsewhere: Elsewhere
  /// The stack's tags.
  var tags = Tags()
  /// Takes note of what is asked of other stacks.
  var usage: Usage?
  /// By logical ID; conditional resources that aren't there are missing.
  var resources: [String: Knowledge] = [:]
  /// The name that a resource will get, which stands in for its `Ref` where nothing orders by it (metadata).
  var futureName: (@Sendable (String) -> String)?

  func parameter(_ name: String) -> Evaluated? {
    if let value = parameters[name] { return value }
    return pseudo(name).map { .known($0, isSecret: false) }
  }

  private func pseudo(_ name: String) -> Value? {
    switch name {
    case "AWS::StackName": .string(identity.name)
    case "AWS::StackId":
      .string(
        "arn:aws:cloudformation:\(surroundings.region):\(surroundings.account):stack/"
          + "\(identity.name)/\(identity.id)")
    case "OS::stack_name": .string(identity.name)
    case "OS::stack_id": .string(identity.id)
    case "AWS::Region", "OS::region": .string(surroundings.region)
    case "AWS::AccountId", "OS::project_id": .string(surroundings.account)
    case "AWS::Partition": "aws"
    case "AWS::URLSuffix": "amazonaws.com"
    case "AWS::NotificationARNs": []
    default: nil
    }
  }

  func reference(_ logicalID: String) -> Evaluated {
    switch resources[logicalID] {
    case .all(let physical), .reference(let physical): physical.evaluatedReference
    case .nothing:
      futureName.map { .known(.string($0(logicalID)), isSecret: false) } ?? .later(needs: [logicalID])
    case nil: .absent
    }
  }

  func attribute(_ name: String, of logicalID: String) throws(Diagnostic) -> Evaluated {
    switch resources[logicalID] {
    case .all(let physical):
      guard let value = find(name, in: physical) else {
        throw Diagnostic("no_attribute", "\(logicalID) has no value for the attribute \(name)")
      }
      return .known(value, isSecret: physical.secretAttributes.contains(name))
    case .reference, .nothing: return .later(needs: [logicalID])
    case nil: return .absent
    }
  }

  func attributes(of logicalID: String) -> Evaluated {
    switch resources[logicalID] {
    case .all(let physical):
      .known(.map(physical.attributes), isSecret: !physical.secretAttributes.isEmpty)
    case .reference, .nothing: .later(needs: [logicalID])
    case nil: .absent
    }
  }

  /// An attribute, or a dotted path into one (`Outputs.Url`).
  private func find(_ name: String, in physical: PhysicalResource) -> Value? {
    if let value = physical.attributes[name] { return value }
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count > 1, var value = physical.attributes[parts[0]] else { return nil }
    for part in parts.dropFirst() {
      guard let inner = value[part] ?? Int(part).flatMap({ value[$0] }) else { return nil }
      value = inner
    }
    return value
  }

  func zones(ofRegion region: String) -> [String] { surroundings.zones }

  func export(_ name: String) -> Evaluated? {
    usage?.note(Use(name: name))
    return elsewhere.export(name)
  }

  /// An output of a stack on the same cloud; those of other regions aren't known.
  func output(_ name: String, ofStack stack: String, region: String) -> Evaluated? {
    guard region.isEmpty || region == surroundings.region else { return nil }
    usage?.note(Use(stack: stack, name: name))
    return elsewhere.output(name, of: stack)
  }

  var resolver: (any DynamicResolver)? { elsewhere.references }
}

extension PhysicalResource {
  /// What `Ref` gives, and whether that is secret.
  var evaluatedReference: Evaluated {
    guard secretAttributes.contains("Ref"), let secret = attributes["Ref"] else {
      return .known(reference, isSecret: false)
    }
    return .known(secret, isSecret: true)
  }
}
