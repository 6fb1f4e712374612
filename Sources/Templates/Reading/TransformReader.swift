import Document

/// Reads the section Transform.
struct TransformReader {
  struct Transforms {
    var hasExtensions = false
    /// Whether it includes texts into the whole template.
    var includes = false
    /// Whether it is a SAM template, which only AWS can read.
    var isServerless = false
    /// Macros that kiln doesn't have.
    var open: [String] = []
  }

  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ node: Node) -> Transforms {
    var result = Transforms()
    guard let section = node.entry("Transform") else { return result }
    for item in section.value.items ?? [section.value] {
      guard let name = item.string ?? item["Name"]?.string else {
        let place = section.value.items == nil ? section.valuePlace : item.place
        scan.error("E1005", "a transform must be a name, found \(item.kind)", at: place)
        continue
      }
      switch name {
      case "AWS::LanguageExtensions": result.hasExtensions = true
      case "AWS::Include":
        result.includes = true
        include(item)
      case _ where name.hasPrefix("AWS::Serverless"):
        result.isServerless = true
        scan.error(
          "serverless_not_supported", "this is a SAM template, which only AWS can transform", at: item.place,
          hint: "give the CloudFormation template that `sam` makes of it")
      default:
        result.open.append(name)
        scan.openTransforms.append(name)
        scan.warning(
          "transform_not_supported", "kiln doesn't have the transform \(name): this can't be launched",
          at: item.place, hint: "give the template as it is after the transform")
      }
    }
    return result
  }

  private func include(_ item: Node) {
    if item["Parameters"]?["Location"] != nil { return }
    scan.error("E1005", "AWS::Include needs the parameter Location", at: item.place)
  }
}

extension Node {
  /// The text of a string without a tag.
  fileprivate var string: String? { tag == nil ? scalar?.string : nil }
}
