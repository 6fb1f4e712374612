import Document
import Templates

/// Finds what calls refer to.
enum ReferenceReader {
  static func references(in calls: [Outline.Call]) -> [Outline.Reference] {
    var result: [Outline.Reference] = []
    for (index, call) in calls.enumerated() {
      switch call.name {
      case "Ref":
        if let name = call.argument.scalar?.string, call.argument.tag == nil {
          result.append(Outline.Reference(kind: .ref, name: name, attribute: nil, call: index))
        }
      case "Fn::GetAtt":
        if let (name, attribute) = attribute(call.argument) {
          result.append(
            Outline.Reference(kind: .attribute, name: name, attribute: attribute, call: index))
        }
      case "Fn::Sub":
        for (name, attribute) in substitutions(call.argument) {
          result.append(
            Outline.Reference(kind: .substitution, name: name, attribute: attribute, call: index))
        }
      default: break
      }
    }
    return result
  }

  /// The logical ID and the attribute's name; the latter is empty when it is computed.
  static func attribute(_ argument: Node) -> (name: String, attribute: String)? {
    if argument.tag != nil { return nil }
    if let items = argument.items, items.count >= 2, let name = items[0].scalar?.string {
      let parts = items.dropFirst().map { $0.tag == nil ? $0.scalar?.scalarText : nil }
      return (name, parts.contains(nil) ? "" : parts.compactMap(\.self).joined(separator: "."))
    }
    return argument.scalar?.string?.partsAtPoint
  }

  /// The names in the text of `Fn::Sub` that it doesn't define itself.
  static func substitutions(_ argument: Node) -> [(name: String, attribute: String?)] {
    guard let text = substituted(argument) else { return [] }
    let own = Set((argument.items?.dropFirst().first?.entries ?? []).map(\.key))
    return SubstitutionText.names(in: text).filter { !own.contains($0) }.map { name in
      name.partsAtPoint.map { ($0, $1) } ?? (name, nil)
    }
  }

  /// The text of `Fn::Sub`.
  static func substituted(_ argument: Node) -> String? {
    if argument.tag != nil { return nil }
    return argument.scalar?.string ?? argument.items?.first?.scalar?.string
  }
}
