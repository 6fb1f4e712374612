package import Document

/// A part of a template that gives a value once its references are known.
package struct Expression: Sendable {
  package enum Kind: Sendable {
    case literal(Value)
    case list([Expression])
    case map([(key: String, value: Expression)])
    /// A parameter, by name; pseudo parameters included (`AWS::StackName`).
    case parameter(String)
    /// The `Ref` of a resource, by logical ID.
    case resource(String)
    indirect case attribute(logicalID: String, name: String)
    case function(Function)
    /// `AWS::NoValue`: the property or item that has this value isn't there.
    case noValue
  }

  /// A call of an intrinsic function whose arguments are checked for form.
  package indirect enum Function: Sendable {
    case join(separator: Expression, items: Expression)
    case sub([SubPart])
    case split(separator: Expression, text: Expression)
    case select(key: Expression, from: Expression)
    case base64(Expression)
    case findInMap(map: Expression, first: Expression, second: Expression, fallback: Expression?)
    case getAZs(region: Expression)
    case cidr(block: Expression, count: Expression, bits: Expression)
    case importValue(Expression)
    case `if`(condition: String, then: Expression, otherwise: Expression)
    case condition(String)
    case equals(Expression, Expression)
    case not(Expression)
    case and([Expression])
    case or([Expression])
    /// Heat's `Fn::Replace`: each key of the map found in the text becomes its value.
    case replace(map: Expression, text: Expression)
    /// Heat's `Fn::MemberListToMap`.
    case memberListToMap(key: Expression, value: Expression, members: Expression)
    /// A function of Heat's own language.
    case heat(HeatFunction)
    case length(Expression)
    case toJSONString(Expression)
    /// A text with `{{resolve:…}}` in it.
    case resolve(Expression)
    case stackOutput(stack: Expression, output: Expression, region: Expression?, role: Expression?)
    /// A call of a macro, which kiln doesn't have.
    case transform(name: String, parameters: Expression)
    case rule(Rule)
  }

  /// The functions that only rules have.
  package indirect enum Rule: Sendable {
    case contains(Expression, value: Expression)
    case eachMemberEquals(Expression, value: Expression)
    case eachMemberIn(Expression, others: Expression)
    /// The values of all parameters of a type.
    case refAll(type: String)
    case valueOf(parameter: String, attribute: String)
    case valueOfAll(type: String, attribute: String)
  }

  package enum SubPart: Sendable {
    case text(String)
    case value(Expression)
  }

  package let kind: Kind
  package let place: Place

  package init(_ kind: Kind, at place: Place) {
    self.kind = kind
    self.place = place
  }
}
