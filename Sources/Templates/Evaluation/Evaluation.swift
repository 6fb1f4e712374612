package import Document

/// What an expression gives in a scope.
package enum Evaluated: Sendable, Equatable {
  /// A value, and whether a secret went into it.
  case known(Value, isSecret: Bool)
  /// A value that exists only after these resources do.
  case later(needs: Set<String>)
  /// `AWS::NoValue`.
  case absent
}

/// Answers what a template's expressions ask of the world outside the template.
package protocol Scope: Sendable {
  /// A parameter's or pseudo parameter's value; nil when there is none of that name.
  func parameter(_ name: String) -> Evaluated?
  /// What `Ref` gives of a resource.
  func reference(_ logicalID: String) -> Evaluated
  /// What `Fn::GetAtt` gives; throws when the type has no such attribute.
  func attribute(_ name: String, of logicalID: String) throws(Diagnostic) -> Evaluated
  /// The availability zones of a region; an empty name is the stack's own region.
  func zones(ofRegion region: String) -> [String]
  /// A value exported by another stack; nil when there is none.
  func export(_ name: String) -> Evaluated?
  /// An output of another stack; nil when there is none. An empty region is the stack's own.
  func output(_ name: String, ofStack stack: String, region: String) -> Evaluated?
  /// What the cloud says of the thing that a parameter names (the `VpcId` of a subnet); nil when unknown.
  func attribute(_ name: String, ofParameter parameter: String) -> Evaluated?
  /// Who finds what `{{resolve:…}}` stands for; nil when nobody does.
  var resolver: (any DynamicResolver)? { get }
  /// All attributes of a resource, as a map.
  func attributes(of logicalID: String) -> Evaluated
  /// What the resource says whose template this is; nil when there is none.
  func facade(_ what: HeatFunction.Facade) -> Evaluated?
}

extension Scope {
  package func output(_ name: String, ofStack stack: String, region: String) -> Evaluated? { nil }
  package func attribute(_ name: String, ofParameter parameter: String) -> Evaluated? { nil }
  package var resolver: (any DynamicResolver)? { nil }
  package func attributes(of logicalID: String) -> Evaluated { .later(needs: [logicalID]) }
  package func facade(_ what: HeatFunction.Facade) -> Evaluated? { nil }
}
