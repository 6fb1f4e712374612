import Document

extension ExpressionReader {
  /// The functions of AWS::LanguageExtensions, macros, and outputs of other stacks.
  func extended(_ call: FunctionCall) -> Expression.Function? {
    switch call.name {
    case "Fn::Length":
      needExtensions(call, "E1030")
      return .length(single(call, "E1030", .counted))
    case "Fn::ToJsonString":
      needExtensions(call, "E1031")
      if call.argument.scalar != nil, FunctionCall(call.argument, isInCondition: isInCondition) == nil {
        scan.error(
          outer ?? "E1031", "`Fn::ToJsonString` needs a list or a map, found \(call.argument.kind)",
          at: call.argumentPlace)
        return nil
      }
      return .toJSONString(single(call, "E1031", .json))
    case "Fn::GetStackOutput": return stackOutput(call)
    case "Fn::Transform": return transform(call)
    default: return nil
    }
  }

  private func needExtensions(_ call: FunctionCall, _ code: String) {
    if scan.hasExtensions { return }
    scan.warning(
      outer ?? code, "AWS takes `\(call.name)` only with the transform AWS::LanguageExtensions",
      at: call.namePlace, hint: "add `Transform: AWS::LanguageExtensions`")
  }

  private func stackOutput(_ call: FunctionCall) -> Expression.Function? {
    let code = outer ?? "E1033"
    let form = "a map with StackName and OutputName"
    guard let entries = call.argument.entries, call.argument.tag == nil else {
      scan.error(
        code, "`Fn::GetStackOutput` needs \(form), found \(call.argument.kind)", at: call.argumentPlace)
      return nil
    }
    scan.check(
      entries, known: ["StackName", "OutputName", "Region", "RoleArn"], in: "`\(call.name)`", code: code)
    func part(_ key: String) -> Expression? {
      entries.first { $0.key == key }.map { inside("E1033", .stackOutput).expression($0.value) }
    }
    let (stack, output) = (part("StackName"), part("OutputName"))
    let (region, role) = (part("Region"), part("RoleArn"))
    for (name, part) in [("StackName", stack), ("OutputName", output)] where part == nil {
      scan.error(
        code, "`Fn::GetStackOutput` lacks `\(name)`", at: call.namePlace, hint: "it needs \(form)")
    }
    guard let stack, let output else { return nil }
    return .stackOutput(stack: stack, output: output, region: region, role: role)
  }

  /// A macro's call: the template loads, but can't be launched until something has replaced it.
  private func transform(_ call: FunctionCall) -> Expression.Function? {
    // AWS takes a list of one macro too.
    let items = call.argument.items ?? [call.argument]
    guard items.count == 1, let name = items[0]["Name"]?.plainText else {
      scan.error("E1005", "`Fn::Transform` needs the Name of a macro", at: call.argumentPlace)
      return nil
    }
    if !scan.openTransforms.contains(name) { scan.openTransforms.append(name) }
    scan.warning(
      "transform_not_supported", "kiln doesn't have the macro \(name)", at: call.namePlace,
      hint: name == "AWS::Include" ? "give the text of what it includes" : "write what it gives in its place")
    scan.mute()
    defer { scan.unmute() }
    let parameters = items[0]["Parameters"].map { inside("E1005", .anything).expression($0) }
    return .transform(
      name: name, parameters: parameters ?? Expression(.map([]), at: call.argument.place))
  }

  /// The functions of the section Rules; elsewhere there are none of these.
  func rule(_ call: FunctionCall) -> Expression.Function? {
    guard FunctionCall.ruleNames.contains(call.name) else { return nil }
    let code = outer ?? "E1701"
    guard isInRule else {
      scan.error(code, "`\(call.name)` works in the section Rules only", at: call.namePlace)
      return nil
    }
    switch call.name {
    case "Fn::RefAll":
      return scan.text(of: call.argument, "a parameter type", code: code, at: call.argumentPlace)
        .map { .rule(.refAll(type: $0)) }
    case "Fn::ValueOf", "Fn::ValueOfAll":
      guard let nodes = nodes(call, 2...2, code, "[name, attribute]") else { return nil }
      return values(call, nodes, code)
    default:
      let arguments = arguments(call, [.anything, .anything], 2, code, "[list, value]")
      guard let arguments else { return nil }
      switch call.name {
      case "Fn::Contains": return .rule(.contains(arguments[0], value: arguments[1]))
      case "Fn::EachMemberEquals": return .rule(.eachMemberEquals(arguments[0], value: arguments[1]))
      default: return .rule(.eachMemberIn(arguments[0], others: arguments[1]))
      }
    }
  }

  private func values(_ call: FunctionCall, _ nodes: [Node], _ code: String) -> Expression.Function? {
    guard let name = scan.text(of: nodes[0], "a name", code: code),
      let attribute = scan.text(of: nodes[1], "an attribute", code: code)
    else { return nil }
    if call.name == "Fn::ValueOfAll" { return .rule(.valueOfAll(type: name, attribute: attribute)) }
    scan.usedParameters.insert(name)
    if !scan.parameterNames.contains(name) {
      scan.error(
        code, "there is no parameter `\(name)`", at: nodes[0].place,
        hint: scan.suggestion(name, scan.parameterNames))
    }
    return .rule(.valueOf(parameter: name, attribute: attribute))
  }
}
