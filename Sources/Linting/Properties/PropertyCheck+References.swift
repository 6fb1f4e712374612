import Document
import OrderedCollections
import Templates

extension PropertyCheck {
  /// Types whose attributes are what another template makes of them.
  private static let openTypes: Set<String> = [
    "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
  ]

  /// A number or a boolean can't be where a text must be when `Fn::GetAtt` gives it.
  func attribute(
    _ call: FunctionCall, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    guard !context.outline.isHeat, case .string = kind,
      let (id, name) = ReferenceReader.attribute(call.argument),
      let resource = context.outline.resource(id),
      let property = context.schema(resource.type)?.property(ofAttribute: name)
    else { return }
    if property.kind.isNumberOrBoolean {
      context.report(
        "E1010", at: position.place,
        "`\(position.name)` must be a text, `\(id).\(name)` is \(property.kind.words)")
    }
    if Self.openTypes.contains(resource.type) || resource.type == "AWS::SSM::Parameter" && name == "Value" {
      return
    }
    compare("E1040", "`\(id).\(name)`", property.limits, limits, resource, position)
  }

  /// A parameter that is a list can't be where one value must be, nor the other way round.
  func parameter(_ call: FunctionCall, _ kind: ResourceSchema.Kind, _ position: Position) {
    guard let name = call.argument.scalar?.string, let parameter = context.outline.parameterIndex[name],
      let type = (parameter.value["Type"] ?? parameter.value["type"])?.scalar?.string
    else { return }
    let isList = type == "CommaDelimitedList" || type == "comma_delimited_list" || type.contains("List<")
    let wantsList: Bool
    switch kind {
    case .string, .integer, .number, .boolean: wantsList = false
    // A map can come as JSON, and so can a list from a parameter of Heat's.
    case .list where isList || ["String", "Number", "string", "number"].contains(type): wantsList = true
    default: return
    }
    guard isList != wantsList else { return }
    context.report(
      "E1020", at: position.place,
      "`\(position.name)` must be \(kind.words), the parameter `\(name)` is \(isList ? "a list" : "a text")",
      hint: isList
        ? oneItem
        : "give the parameter the type \(context.outline.isHeat ? "comma_delimited_list" : "CommaDelimitedList")",
      notes: [.init("the parameter", at: parameter.keyPlace)])
  }

  /// What `Ref` gives of a resource must be what the property takes.
  func reference(
    _ call: FunctionCall, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    guard case .string = kind, let limits, !limits.references.isEmpty, let id = call.argument.scalar?.string,
      let resource = context.outline.resource(id), resource.type.hasPrefix("AWS::"),
      !Self.openTypes.contains(resource.type), let schema = context.schema(resource.type),
      !schema.identifier.isEmpty
    else { return }
    let own = schema.identifier.count == 1 ? schema.property(ofAttribute: schema.identifier[0]) : nil
    var given = own?.limits
    if resource.type == "AWS::EC2::SecurityGroup" {
      let isInNetwork = resource.properties?["VpcId"] != nil
      given = ValueLimits(formats: ["AWS::EC2::SecurityGroup." + (isInNetwork ? "Id" : "Name")])
    }
    compare("E1041", "`Ref` of `\(id)`", given, limits, resource, position)
  }

  /// A network can't be where a subnet must be; types that can give several things aren't judged.
  func heatReference(_ call: FunctionCall, _ limits: ValueLimits?, _ position: Position) {
    guard let wanted = limits?.formats.first, let id = call.argument.scalar?.string,
      let resource = context.outline.resource(id), let given = HeatLineage.things[resource.type],
      HeatLineage.things.values.contains(wanted), given != wanted
    else { return }
    context.report(
      "E1041", at: position.place,
      "`\(position.name)` must be \(HeatLineage.words(wanted)), `\(id)` is \(HeatLineage.words(given))",
      hint: HeatLineage.hint(from: given, to: wanted, id),
      notes: [.init("the resource", at: resource.entry.keyPlace)])
  }

  private func compare(
    _ rule: String, _ subject: String, _ given: ValueLimits?, _ limits: ValueLimits?,
    _ resource: Outline.Resource, _ position: Position
  ) {
    guard let wanted = limits?.references, !wanted.isEmpty else { return }
    let formats = given?.references ?? []
    if wanted.contains(where: formats.contains) { return }
    let known = formats.isEmpty ? "" : ", it is \(formats.map(ValueFormat.words).joined(separator: " or "))"
    context.report(
      rule, at: position.place,
      "`\(position.name)` must be \(wanted.map(ValueFormat.words).joined(separator: " or "))",
      hint: hint(resource, wanted) ?? "\(subject) isn't that\(known)",
      notes: [
        .init(
          "\(subject)\(formats.isEmpty ? " isn't that" : String(known.dropFirst()))",
          at: resource.entry.keyPlace)
      ])
  }

  /// The attribute of the same resource that has what is wanted.
  private func hint(_ resource: Outline.Resource, _ wanted: [String]) -> String? {
    guard let schema = context.schema(resource.type) else { return nil }
    let fitting = schema.attributes.filter { name in
      schema.property(ofAttribute: name)?.limits?.references.contains(where: wanted.contains) ?? false
    }
    // Of `Id` and `GroupId` the longer one says more.
    let name = fitting.max { $0.count < $1.count }
    return name.map { "`Fn::GetAtt` of `\(resource.id).\($0)` gives that" }
  }
}
