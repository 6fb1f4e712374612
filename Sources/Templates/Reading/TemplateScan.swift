import Document
import OrderedCollections

/// What is known of a template while it is read: the names in it, who uses them, and what is wrong so far.
final class TemplateScan {
  static let pseudoParameters: OrderedSet<String> = [
    "AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue", "AWS::Partition", "AWS::Region",
    "AWS::StackId", "AWS::StackName", "AWS::URLSuffix",
  ]

  private static let suggestionLimit = 100

  private(set) var diagnostics: [Diagnostic] = []
  private var suggestions = 0
  var parameters: OrderedDictionary<String, ParameterDefinition> = [:] {
    didSet { parameterShapes = parameters.mapValues { Slot.Shape(ofParameter: $0.type) } }
  }
  /// The shapes of the parameters' values, which each reference asks for.
  private(set) var parameterShapes: OrderedDictionary<String, Slot.Shape> = [:]
  var mappings: OrderedDictionary<String, OrderedDictionary<String, OrderedDictionary<String, Value>>> = [:]
  /// The names of conditions; those that failed to read included, so that one error doesn't cause others.
  var conditionNames: OrderedSet<String> = []
  /// The types by logical ID; an unreadable type is empty.
  var resourceTypes: OrderedDictionary<String, String> = [:]
  var parameterNames: OrderedSet<String> = []
  var mappingNames: OrderedSet<String> = []

  var usedParameters: Set<String> = []
  var usedConditions: Set<String> = []
  var usedMappings: Set<String> = []
  /// Parameters whose type isn't one.
  var untypedParameters: Set<String> = []
  /// Whether the template asks for AWS::LanguageExtensions.
  var hasExtensions = false
  /// Whether `{{resolve:` stands anywhere in the text.
  var mayResolve = false
  /// Whether an expression that is being read has a dynamic reference in it.
  var hasReferences = false
  /// Evaluates what the template's form depends on; nil while that isn't known.
  var form: FormResolver?
  /// Whether a text with `${Name}` in it most likely lacks `Fn::Sub`.
  var looksForVariables = false
  /// The names that a resource itself puts into a text.
  var substitutions: Set<String> = []
  /// How many values were read, each use of a name in `Fn::Sub` counted.
  var weight = 0
  /// How many of them by names in `Fn::Sub`.
  var repeated = 0
  var isTooLarge = false
  /// Macros that the template calls.
  var openTransforms: [String] = []
  private var muteDepth = 0

  /// True when a mapping's name is computed, so that none can be called unused.
  var usesAnyMapping = false

  let schemas: (any ResourceTypes)?
  /// Whether properties are held against schemas here.
  var checksProperties = true
  /// Files and environment, for the languages that have such.
  var surroundings = TemplateSurroundings()

  init(schemas: (any ResourceTypes)?) { self.schemas = schemas }

  /// Lets the names be collected anew.
  func forgetNames() {
    resourceTypes = [:]
    parameterNames = []
    mappingNames = []
    conditionNames = []
  }

  /// From here until `unmute` nothing is said, though what is used is still noted.
  func mute() { muteDepth += 1 }
  func unmute() { muteDepth -= 1 }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  func error(
    _ code: String, _ message: String, at place: Place, hint: String? = nil, notes: [Diagnostic.Note] = []
  ) {
    add(Diagnostic(.error, code, message, at: place, hint: hint, notes: notes))
  }

  func warning(_ code: String, _ message: String, at place: Place, hint: String? = nil) {
    add(Diagnostic(.warning, code, message, at: place, hint: hint))
  }

  /// Says what AWS refuses but Heat and kiln take.
  func note(_ code: String, _ message: String, at place: Place, hint: String? = nil) {
    add(Diagnostic(.note, code, message, at: place, hint: hint))
  }

  func add(_ diagnostic: Diagnostic) {
    if muteDepth == 0 { diagnostics.append(diagnostic) }
  }

  /// A map's entries; says so when it is none.
  func entries(
    of node: Node, _ what: @autoclosure () -> String, code: String, at place: Place? = nil
  ) -> [Node.Entry]? {
    if let entries = node.entries, node.tag == nil { return entries }
    error(code, "\(what()) must be a map, found \(node.kind)", at: place ?? node.place)
    return nil
  }

  /// A text; says so when it is none.
  func text(of node: Node, _ what: String, code: String, at place: Place? = nil) -> String? {
    if let text = node.plainText { return text }
    error(code, "\(what) must be a text, found \(node.kind)", at: place ?? node.place)
    return nil
  }

  /// Says which of a map's keys aren't known.
  func check(_ entries: [Node.Entry], known: [String], in what: String, code: String) {
    for entry in entries where !known.contains(entry.key) {
      error(
        code, "\(what) has no key `\(entry.key)`", at: entry.keyPlace,
        hint: suggestion(entry.key, known) ?? "it can have \(known.joined(separator: ", "))")
    }
  }

  /// The hint with the nearest name.
  ///
  /// After so many it gives none: each looks at all names, and who made a thousand mistakes has made one.
  func suggestion<Names: Sequence<String>>(_ wrong: String, _ names: @autoclosure () -> Names) -> String? {
    suggestions += 1
    guard suggestions <= Self.suggestionLimit else { return nil }
    return nearest(to: wrong, among: names()).map { "did you mean `\($0)`?" }
  }

  /// AWS takes letters and digits only; Heat takes any name, so this is a warning.
  func checkName(_ entry: Node.Entry, _ what: String, code: String) {
    let isPlain = entry.key.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF)
    }
    if entry.key.isEmpty {
      error(code, "\(what) has an empty name", at: entry.keyPlace)
    } else if !isPlain {
      warning(
        code, "\(what) `\(entry.key)` has a name that AWS refuses", at: entry.keyPlace,
        hint: "use letters and digits only")
    }
  }
}

extension Node.Entry {
  /// Where to say that the whole value is wrong: there, or at the key when it starts on a later line.
  var valuePlace: Place { value.place.start.line == keyPlace.start.line ? value.place : keyPlace }
}

extension Node {
  /// Whether a text with this in it stands anywhere inside.
  func hasText(_ part: String) -> Bool {
    switch content {
    case .scalar(.string(let text)): text.contains(part)
    case .scalar: false
    case .list(let items): items.contains { $0.hasText(part) }
    case .map(let entries): entries.contains { $0.value.hasText(part) }
    }
  }

  /// What kind of value it is, in words.
  var kind: String {
    if let tag { return "`!\(tag)`" }
    switch content {
    case .scalar(let value): return value.kind
    case .list: return "a list"
    case .map: return "a map"
    }
  }

  /// The text of a string, number or boolean without a tag, as it was written.
  var plainText: String? {
    guard tag == nil, case .scalar(let value) = content, !value.isNull else { return nil }
    return written ?? value.scalarText
  }

  /// A scalar that keeps what was written where its number would lose it (`1.10`, `1.0`).
  var faithful: Value {
    switch content {
    case .scalar(.number(let number)):
      if let written, written != Value.number(number).scalarText { .string(written) } else { .number(number) }
    case .scalar(let value): value
    case .list, .map: value
    }
  }
}
