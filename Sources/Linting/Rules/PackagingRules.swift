import Document
import Templates

extension Rule {
  static let packagingRules: [Rule] = [
    Rule("W3002", .warning, "properties don't need `aws cloudformation package`", .resource) { context in
      guard case .resource(let resource) = context.part, let paths = packaged[resource.type],
        !hasTransform("AWS::Serverless-2016-10-31", context.document)
      else { return }
      for path in paths { address(resource, path, context) }
    },
    Rule("W1100", .warning, "the template has no YAML merge keys", .template) { context in
      if context.outline.mayMention("<<") { MergeCheck(context).check() }
    },
  ]

  /// Properties in which the command `package` puts an address for a file, by type.
  private static let packaged: [String: [[String]]] = [
    "AWS::ApiGateway::RestApi": [["BodyS3Location"]], "AWS::Lambda::Function": [["Code"]],
    "AWS::Lambda::LayerVersion": [["Content"]],
    "AWS::ElasticBeanstalk::ApplicationVersion": [["SourceBundle"]],
    "AWS::StepFunctions::StateMachine": [["DefinitionS3Location"]],
    "AWS::AppSync::GraphQLSchema": [["DefinitionS3Location"]],
    "AWS::AppSync::Resolver": [["RequestMappingTemplateS3Location"], ["ResponseMappingTemplateS3Location"]],
    "AWS::AppSync::FunctionConfiguration": [
      ["RequestMappingTemplateS3Location"], ["ResponseMappingTemplateS3Location"],
    ],
    "AWS::CloudFormation::Stack": [["TemplateURL"]], "AWS::CodeCommit::Repository": [["Code", "S3"]],
  ]

  private static func address(_ resource: Outline.Resource, _ path: [String], _ context: RuleContext) {
    var node = resource.properties
    var entry: Node.Entry?
    for name in path {
      entry = node?.entry(name)
      node = entry?.value
    }
    guard let entry, entry.value.tag == nil, let text = entry.value.scalar?.string,
      !text.hasPrefix("s3://"), !text.hasPrefix("https://"),
      !text.hasPrefix("{{resolve:")
    else { return }
    context.report(
      at: entry.shownPlace, "`\(entry.key)` is a file, where AWS takes an address",
      hint: "`aws cloudformation package` puts one there; or write `https://…`")
  }
}

/// W1100: members that come from `<<`, which AWS doesn't know.
private struct MergeCheck {
  private let context: RuleContext

  init(_ context: RuleContext) { self.context = context }

  func check() { visit(context.document, key: context.document.place) }

  private func visit(_ node: Node, key: Place) {
    switch node.content {
    case .scalar: break
    case .list(let items): for item in items { visit(item, key: key) }
    case .map(let entries):
      // Merged members stand elsewhere: at the anchor.
      if let merged = entries.first(where: { !isInside($0.keyPlace, node.place) }) {
        context.report(
          at: key, "AWS doesn't know `<<`, by which `\(merged.key)` comes here",
          hint: "write the members out, or let `kiln template convert` do it",
          notes: [.init("merged from here", at: merged.keyPlace)])
      }
      for entry in entries where isInside(entry.keyPlace, node.place) {
        visit(entry.value, key: entry.keyPlace)
      }
    }
  }

  private func isInside(_ place: Place, _ outer: Place) -> Bool {
    place.start >= outer.start && place.end <= outer.end
  }
}
