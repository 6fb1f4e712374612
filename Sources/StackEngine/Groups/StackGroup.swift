package import Document
package import OrderedCollections
package import Templates

/// Several stacks that are planned, made, changed and deleted together, each after those that it needs.
package struct StackGroup: Sendable {
  /// What a parameter of a member gets.
  package enum Argument: Sendable {
    case value(Value)
    /// What an output of a stack has, most often of another member.
    case output(String, ofStack: String)
  }

  /// What one of the stacks is to be.
  package struct Member: Sendable {
    package let template: Template
    package var arguments: OrderedDictionary<String, Argument>
    /// The members that come first, beside those whose outputs it asks for.
    package var dependsOn: [String] = []
    /// What the stack is tagged with; nil for the tags that it has.
    package var tags: Tags?

    package init(template: Template, arguments: OrderedDictionary<String, Argument> = [:]) {
      self.template = template
      self.arguments = arguments
    }
  }

  /// The members by their stacks' names.
  package let members: OrderedDictionary<String, Member>

  package init(_ members: OrderedDictionary<String, Member>) { self.members = members }
}

extension StackGroup.Argument {
  /// An argument as a file or a script gives it: a value, or a call of `Fn::GetStackOutput`.
  package init(_ value: Value) {
    if let call = value["Fn::GetStackOutput"], value.map?.count == 1, let stack = call["StackName"]?.string,
      let output = call["OutputName"]?.string
    {
      self = .output(output, ofStack: stack)
    } else {
      self = .value(value)
    }
  }
}
