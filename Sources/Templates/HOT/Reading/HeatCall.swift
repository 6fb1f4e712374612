package import Document

/// Calls of Heat's functions in a tree, by the names of CloudFormation's that mean the same.
package enum HeatCall {
  /// The call that a node is; nil when it is none.
  ///
  /// References and choices get the names `Ref`, `Fn::GetAtt` and `Fn::If`; others keep their own.
  package static func call(_ node: Node) -> FunctionCall? {
    guard node.tag == nil, let entries = node.entries, entries.count == 1,
      HOTVersion.functions[entries[0].key] != nil
    else { return nil }
    let entry = entries[0]
    return FunctionCall(name(entry), at: entry.keyPlace, of: entry.value)
  }

  /// The call that a condition is: a name is a call of `Condition`.
  package static func condition(_ node: Node) -> FunctionCall? {
    guard node.tag == nil else { return nil }
    if node.scalar?.string != nil { return FunctionCall("Condition", at: node.place, of: node) }
    guard let entries = node.entries, entries.count == 1,
      let name = ["equals": "Fn::Equals", "and": "Fn::And", "or": "Fn::Or", "not": "Fn::Not"][entries[0].key]
    else { return nil }
    return FunctionCall(name, at: entries[0].keyPlace, of: entries[0].value)
  }

  private static func name(_ entry: Node.Entry) -> String {
    switch entry.key {
    // With a path into the value it gives a part of that.
    case "get_param" where entry.value.scalar != nil: "Ref"
    case "get_resource": "Ref"
    case "get_attr": "Fn::GetAtt"
    case "if" where entry.value.items?.count == 3: "Fn::If"
    default: entry.key
    }
  }

  /// Whether a constraint of that name needs no cloud.
  package static func isCommonConstraint(_ name: String) -> Bool { CommonConstraint(rawValue: name) != nil }

  /// What a constraint wants, such as `an IP address`.
  package static func words(ofConstraint name: String) -> String? { CommonConstraint(rawValue: name)?.words }

  /// What is wrong with a text by a constraint that needs no cloud, such as `net_cidr`; nil when nothing is.
  package static func fault(of text: String, by constraint: String) -> String? {
    CommonConstraint(rawValue: constraint)?.fault(of: text)
  }
}
