/// A function that Heat's own language has and CloudFormation hasn't.
package indirect enum HeatFunction: Sendable {
  /// What is at the end of a path into a value.
  case member(of: Expression, path: [Expression], missing: Missing)
  /// All attributes of a resource, which is the `resource` of the expression.
  case attributes(of: Expression)
  /// An attribute whose name is computed.
  case attribute(of: Expression, name: Expression)
  case joinLists(separator: Expression, lists: [Expression])
  case replaceText(template: Expression, parameters: Expression, strictness: Strictness)
  /// A copy of the template for each item of the lists, or for each combination of several lists.
  case `repeat`(template: Expression, lists: Expression, isNested: Bool)
  case mergeMaps(Expression)
  case replaceInMap(Expression, with: Expression)
  case concatenate(Expression, isUnique: Bool)
  case filter(values: Expression, from: Expression)
  case contains(Expression, in: Expression)
  case makeURL(Expression)
  case digest(algorithm: Expression, text: Expression)
  /// The text of a file; nil when it wasn't loaded.
  case file(name: String, text: String?)
  case facade(Facade)
  case yaql(expression: Expression, data: Expression)

  /// What a path gives that leads nowhere.
  package enum Missing: Sendable {
    case emptyText, null, fault
  }

  package enum Strictness: Sendable {
    /// Names that the text lacks are no error.
    case none
    /// Each name must be in the text.
    case names
    /// Also no value may be empty.
    case values
  }

  /// What a nested template can ask of the resource that it stands for.
  package enum Facade: String, CaseIterable, Sendable {
    case metadata
    case deletionPolicy = "deletion_policy"
    case updatePolicy = "update_policy"
  }
}

extension HeatFunction {
  /// The arguments that are expressions.
  package var parts: [Expression] {
    switch self {
    case .member(let value, let path, _): [value] + path
    case .attributes(let resource): [resource]
    case .attribute(let resource, let name): [resource, name]
    case .joinLists(let separator, let lists): [separator] + lists
    case .replaceText(let template, let parameters, _): [template, parameters]
    case .repeat(let template, let lists, _): [lists, template]
    case .mergeMaps(let maps): [maps]
    case .replaceInMap(let map, let changes): [map, changes]
    case .concatenate(let lists, _): [lists]
    case .filter(let values, let list): [values, list]
    case .contains(let value, let list): [value, list]
    case .makeURL(let parts): [parts]
    case .digest(let algorithm, let text): [algorithm, text]
    case .file, .facade: []
    case .yaql(let expression, let data): [expression, data]
    }
  }

  /// The name by which HOT calls it.
  package var name: String {
    switch self {
    case .member(_, _, .emptyText): "get_param"
    case .member(_, _, .null), .attributes, .attribute: "get_attr"
    case .member(_, _, .fault): "str_split"
    case .joinLists: "list_join"
    case .replaceText(_, _, .none): "str_replace"
    case .replaceText(_, _, .names): "str_replace_strict"
    case .replaceText(_, _, .values): "str_replace_vstrict"
    case .repeat: "repeat"
    case .mergeMaps: "map_merge"
    case .replaceInMap: "map_replace"
    case .concatenate(_, let isUnique): isUnique ? "list_concat_unique" : "list_concat"
    case .filter: "filter"
    case .contains: "contains"
    case .makeURL: "make_url"
    case .digest: "digest"
    case .file: "get_file"
    case .facade: "resource_facade"
    case .yaql: "yaql"
    }
  }
}
