import Document
import OrderedCollections

/// What may stand in an argument of a function: the functions that AWS takes there, and the shape of a literal.
final class Slot: Sendable {
  enum Shape: Sendable, Equatable {
    case text, list, map, boolean, any
    case integer(ClosedRange<Int>?)

    var words: String {
      switch self {
      case .text: "a text"
      case .list: "a list"
      case .map: "a map"
      case .boolean: "a condition"
      case .any: "a value"
      case .integer(nil): "an integer"
      case .integer(let range?): "an integer from \(range.lowerBound) to \(range.upperBound)"
      }
    }
  }

  let shape: Shape
  /// Nil for all functions.
  let functions: Set<String>?
  let items: Slot?
  /// Whether what doesn't fit is an error; else it is only what AWS refuses.
  let isStrict: Bool

  init(_ shape: Shape, _ functions: [String]?, items: Slot? = nil, isStrict: Bool = true) {
    self.shape = shape
    self.functions = functions.map { Set($0.map { $0 == "Ref" || $0 == "Condition" ? $0 : "Fn::" + $0 }) }
    self.items = items
    self.isStrict = isStrict
  }

  func allows(_ function: String) -> Bool { functions?.contains(function) ?? true }

  /// Whether an expression of another shape can be what is wanted here.
  func fits(_ other: Shape) -> Bool {
    switch (shape, other) {
    case (.any, _), (_, .any), (.list, .list), (.map, .map), (.boolean, .boolean), (.boolean, .text): true
    case (.text, .text), (.text, .integer), (.text, .boolean): true
    case (.integer, .integer), (.integer, .text), (.integer, .boolean): true
    default: false
    }
  }
}

/// The slots of the functions' arguments, by the user guide's "supported functions" of each.
extension Slot {
  private static let cells = ["FindInMap", "GetAtt", "If", "ImportValue", "Select", "Sub", "Ref"]
  private static let wide = [
    "Base64", "FindInMap", "GetAtt", "If", "ImportValue", "Join", "Select", "Sub", "Ref",
  ]
  private static let extended = ["Ref", "Base64", "FindInMap", "Sub", "If", "Join", "ToJsonString"]

  static let literal = Slot(.text, [])
  static let base64 = Slot(
    .text,
    [
      "Base64", "Cidr", "Contains", "FindInMap", "GetAtt", "If", "ImportValue", "Join", "Length", "Select",
      "Sub", "ToJsonString", "Transform", "Ref",
    ])
  static let block = Slot(.text, cells)
  static let blockCount = Slot(.integer(1...256), cells)
  static let blockBits = Slot(.integer(1...128), cells)
  static let equal = Slot(
    .text, ["Ref", "FindInMap", "Sub", "Join", "Select", "Split", "Length", "ToJsonString"])
  static let equalInRule = Slot(
    .text,
    [
      "Ref", "FindInMap", "Sub", "Join", "Select", "Split", "Length", "ToJsonString", "ValueOf", "RefAll",
      "ValueOfAll",
    ])
  static let mapKey = Slot(.text, ["FindInMap", "Ref"])
  static let mapKeyExtended = Slot(
    .text, ["FindInMap", "Join", "Sub", "If", "Select", "Length", "ToJsonString", "Ref"])
  static let attributeName = Slot(.text, ["Ref"])
  static let importName = Slot(.text, ["Base64", "FindInMap", "If", "Join", "Select", "Sub", "Ref"])
  static let joined = Slot(
    .list, ["Cidr", "FindInMap", "GetAtt", "If", "Split", "Ref"],
    items: Slot(.text, wide + ["GetStackOutput", "Transform"]))
  static let split = Slot(.text, wide + ["GetAZs"])
  /// Heat selects from maps and JSON texts too.
  static let index = Slot(.integer(nil), ["Ref", "FindInMap"], isStrict: false)
  static let indexExtended = Slot(.integer(nil), ["Ref", "FindInMap", "Length"], isStrict: false)
  static let selected = Slot(
    .list, ["FindInMap", "GetAtt", "GetAZs", "If", "Split", "Cidr", "Ref"],
    items: Slot(.any, ["FindInMap", "GetAtt", "GetStackOutput", "If", "Ref"]), isStrict: false)
  static let substitute = Slot(.text, wide + ["GetAZs", "ToJsonString", "Transform"])
  static let counted = Slot(
    .list, ["Ref", "FindInMap", "Split", "If", "GetAZs"],
    items: Slot(
      .any,
      [
        "If", "Base64", "FindInMap", "Join", "Select", "Split", "Sub", "ToJsonString", "GetAZs", "Ref",
      ]))
  static let json = Slot(.any, ["FindInMap", "GetAtt", "GetAZs", "If", "Select", "Split", "Ref"])
  static let region = Slot(.text, ["Ref"])
  static let stackOutput = Slot(.text, wide)
  static let output = Slot(
    .text,
    [
      "Ref", "GetAtt", "Join", "Sub", "Split", "Select", "Base64", "FindInMap", "GetAZs", "Cidr",
      "ImportValue", "If", "Length", "ToJsonString", "Transform",
    ], isStrict: false)
  /// In Rules and where anything goes.
  static let anything = Slot(.any, nil)
}

extension Slot.Shape {
  /// The shape of a parameter's value.
  init(ofParameter type: String) {
    switch ParameterType(type) {
    case .texts, .numbers: self = .list
    case .json: self = .any
    case .text, .number, .boolean, nil: self = .text
    }
  }
}

extension Expression {
  /// The shape of what it gives, as far as its form says.
  func shape(in scan: TemplateScan) -> Slot.Shape {
    switch kind {
    case .literal(let value): value.shape
    case .list: .list
    case .map: .map
    case .parameter("AWS::NotificationARNs"): .list
    case .parameter(let name): scan.parameterShapes[name] ?? .text
    case .resource: .text
    case .attribute, .noValue: .any
    case .function(let function): function.shape
    }
  }
}

extension Expression.Function {
  fileprivate var shape: Slot.Shape {
    switch self {
    case .join, .sub, .base64, .importValue, .toJSONString, .resolve, .replace, .stackOutput: .text
    case .split, .getAZs, .cidr: .list
    case .length: .integer(nil)
    case .equals, .not, .and, .or, .condition: .boolean
    case .rule(.refAll), .rule(.valueOfAll): .list
    case .rule(.valueOf): .text
    case .rule: .boolean
    case .memberListToMap: .map
    case .select, .findInMap, .if, .transform, .heat: .any
    }
  }
}

extension Value {
  fileprivate var shape: Slot.Shape {
    switch self {
    case .list: .list
    case .map: .map
    case .null: .any
    default: .text
    }
  }
}
