import Document
import OrderedCollections
import Synchronization
package import Templates

/// The schemas of all types that kiln knows, with or without a cloud: for validation and completion.
///
/// There are two views, beside the types of kiln's own. Heat's has the types that an OpenStack cloud knows, with what it does with each
/// property: kiln launches by it, and it decides between change in place and replacement. CloudFormation's
/// has the types of the public registry, with their limits. Where both know a type, the launch is checked by
/// Heat's view alone; `subscript`, which linting and completion use, knows both: a property that either
/// names is known, only what both require is required, and a value is right that either takes (an image has
/// a name in Heat, not an `ami-…`). What only CloudFormation names has no effect on OpenStack, and says so.
package final class ResourceSchemas: ResourceTypes {
  private let tables = FactTables()
  private let allNames = Mutex<[String]>([])
  private let known = Mutex<[String: ResourceSchema?]>([:])

  /// Finds the lines of the tables that kiln carries; a type is read when it is asked for.
  package init() throws {}

  /// The names of all types of both views, in order.
  package var names: [String] {
    allNames.withLock { names in
      if names.isEmpty {
        let others = Self.names(tables.aws).filter { tables.heat.row($0) == nil }
        names = (launchNames + others).sorted()
      }
      return names
    }
  }

  /// The names of the types in Heat's view, and of kiln's own.
  package var launchNames: [String] { Self.names(tables.heat) + OwnTypes.schemas.keys }

  /// A type as either view knows it; nil when none does.
  package subscript(type: String) -> ResourceSchema? {
    if let schema = known.withLock({ $0[type] }) { return schema }
    let schema = read(type)
    known.withLock { $0[type] = .some(schema) }
    return schema
  }

  /// A type as it is launched on OpenStack; nil when Heat can't.
  ///
  /// What only CloudFormation names is allowed and has no effect.
  package func launched(_ type: String) -> ResourceSchema? {
    guard let heat = tables.schema(type, in: tables.heat) else { return OwnTypes.schemas[type] }
    return registered(type).map { SchemaUnion.launched(heat, $0, beyond: Self.beyond(type)) } ?? heat
  }

  /// A type as CloudFormation has it.
  package func registered(_ type: String) -> ResourceSchema? { tables.schema(type, in: tables.aws) }

  /// Every schema of Heat's view, by the type's name.
  package static func all() throws -> [String: ResourceSchema] {
    let schemas = try ResourceSchemas()
    return Dictionary(
      uniqueKeysWithValues: schemas.launchNames.compactMap { name in
        schemas.launched(name).map { (name, $0) }
      })
  }

  private func read(_ type: String) -> ResourceSchema? {
    guard let heat = tables.schema(type, in: tables.heat) else {
      return registered(type) ?? OwnTypes.schemas[type]
    }
    return registered(type).map { SchemaUnion.schema(heat, $0, beyond: Self.beyond(type)) } ?? heat
  }

  /// The properties and attributes of CloudFormation's that Heat lacks and kiln has.
  private static func beyond(_ type: String) -> Set<String> {
    switch type {
    case "AWS::EC2::NetworkInterface": ["SecondaryPrivateIpAddressCount", "SecondaryPrivateIpAddresses"]
    case "AWS::EC2::EIPAssociation": ["PrivateIpAddress"]
    default: []
    }
  }

  private static func names(_ table: LineTable) -> [String] {
    (0..<table.count).map { number in
      String(decoding: table[number].prefix { $0 != 0x09 }, as: UTF8.self)
    }
  }
}
