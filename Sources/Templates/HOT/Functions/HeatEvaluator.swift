import Document
import OrderedCollections
import Secrets

/// Evaluates the functions of Heat's own language.
struct HeatEvaluator {
  /// The digests that `digest` can make.
  static let digests = ["md5", "sha1", "sha256", "sha384", "sha512"]
  /// The longest text and the most values that one function may give.
  static let textLimit = 16 << 20
  static let valueLimit = 1_000_000

  private let functions: FunctionEvaluator

  init(_ functions: FunctionEvaluator) { self.functions = functions }

  func value(_ function: HeatFunction) throws(Diagnostic) -> Evaluated {
    switch function {
    case .file(let name, let text): return try file(name, text)
    case .facade(let facade):
      if let value = functions.evaluator.scope.facade(facade) { return value }
      throw fault("`resource_facade` has no resource to ask", hint: "only a nested template has one")
    case .attributes(let owner):
      guard case .resource(let id) = owner.kind else { return .absent }
      return functions.evaluator.scope.attributes(of: id)
    case .attribute(let owner, let name): return try attribute(of: owner, name)
    default: break
    }
    var gathered = Gathered()
    var arguments: [Value] = []
    // Where a value isn't there, Heat's functions work with null.
    for part in function.parts {
      arguments.append(gathered.add(try functions.evaluator.value(part)) ?? .null)
    }
    if gathered.isLater { return gathered.result(.null) }
    return gathered.result(try apply(function, arguments))
  }

  func fault(_ message: String, hint: String? = nil) -> Diagnostic { functions.fault(message, hint: hint) }

  private func file(_ name: String, _ text: String?) throws(Diagnostic) -> Evaluated {
    if let text { return .known(.string(text), isSecret: false) }
    throw fault("the file `\(name)` wasn't loaded", hint: "read the template with its files")
  }

  private func attribute(of owner: Expression, _ name: Expression) throws(Diagnostic) -> Evaluated {
    guard case .resource(let id) = owner.kind else { return .absent }
    let evaluated = try functions.evaluator.value(name)
    guard case .known(let value, _) = evaluated else { return evaluated }
    guard let text = value.scalarText else {
      throw fault("an attribute's name must be a text, found \(value.kind)")
    }
    return try functions.evaluator.value(
      Expression(.attribute(logicalID: id, name: text), at: functions.place))
  }

  private func apply(_ function: HeatFunction, _ arguments: [Value]) throws(Diagnostic) -> Value {
    switch function {
    case .member(_, _, let missing): return try member(arguments[0], arguments.dropFirst(), missing)
    case .joinLists: return try joinLists(arguments)
    case .replaceText(_, _, let strictness): return try replaceText(arguments[0], arguments[1], strictness)
    case .repeat(_, _, let isNested): return try repetition(arguments[0], arguments[1], isNested)
    case .mergeMaps: return try mergeMaps(arguments[0])
    case .replaceInMap: return try replaceInMap(arguments[0], arguments[1])
    case .concatenate(_, let isUnique): return try concatenate(arguments[0], isUnique, function.name)
    case .filter: return try filter(arguments[0], arguments[1])
    case .contains: return try contains(arguments[0], arguments[1])
    case .makeURL: return try makeURL(arguments[0])
    case .digest: return try digest(arguments[0], arguments[1])
    case .yaql: return try yaql(arguments[0], arguments[1])
    case .file, .facade, .attributes, .attribute: return .null
    }
  }

  private func digest(_ algorithm: Value, _ text: Value) throws(Diagnostic) -> Value {
    let text = try functions.text(text, "digest")
    let scalars = text.unicodeScalars
    // Heat takes the text as Latin-1, and has no digest of other texts.
    let bytes = scalars.allSatisfy { $0.value < 256 } ? scalars.map { UInt8($0.value) } : Array(text.utf8)
    switch algorithm.scalarText?.lowercased() {
    case "md5": return .string(Digest.md5(bytes))
    case "sha1": return .string(Digest.sha1(bytes))
    case "sha256": return .string(Digest.sha256(bytes))
    case "sha384": return .string(Digest.sha384(bytes))
    case "sha512": return .string(Digest.sha512(bytes))
    default:
      throw fault(
        "kiln doesn't have the digest `\(algorithm.scalarText ?? algorithm.kind)`",
        hint: "it has \(Self.digests.joined(separator: ", "))")
    }
  }

  private func yaql(_ expression: Value, _ data: Value) throws(Diagnostic) -> Value {
    guard let text = expression.string else { throw fault("the expression of `yaql` must be a text") }
    do throws(YaqlFault) {
      return try YaqlEvaluator.value(of: try YaqlParser.parse(text), data: .map(["data": data]))
    } catch {
      throw Diagnostic("yaql", error.sentence(for: text), at: functions.place, hint: error.hint)
    }
  }
}
