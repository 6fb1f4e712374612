package import Document
import OrderedCollections

extension FunctionEvaluator {
  /// A text with what its dynamic references stand for in their places.
  func resolve(_ text: Expression) throws(Diagnostic) -> Evaluated {
    let evaluated = try evaluator.value(text)
    guard case .known(.string(let text), let isSecret) = evaluated else { return evaluated }
    var gathered = Gathered()
    _ = gathered.add(.known(.null, isSecret: isSecret))
    var result = ""
    for piece in DynamicReference.pieces(of: text) {
      switch piece {
      case .text(let text): result += text
      case .reference(let reference):
        guard let value = gathered.add(try resolve(reference)) else { continue }
        result += try self.text(value, reference.text)
      }
    }
    return gathered.result(.string(result))
  }

  private func resolve(_ reference: DynamicReference) throws(Diagnostic) -> Evaluated {
    guard let value = try evaluator.scope.resolver?.resolve(reference) else {
      throw fault("nothing resolves `\(reference.text)`", hint: "give the value as a parameter instead")
    }
    if reference.isSecret, case .known(let value, _) = value { return .known(value, isSecret: true) }
    return value
  }

  /// A mapping's cell, or the default when it has none; the default is evaluated only then.
  func findInMap(
    _ map: Expression, _ first: Expression, _ second: Expression, _ fallback: Expression
  ) throws(Diagnostic) -> Evaluated {
    var gathered = Gathered()
    var names: [String] = []
    for part in [map, first, second] {
      guard let value = gathered.add(try evaluator.value(part)) else { continue }
      names.append(try text(value, "Fn::FindInMap"))
    }
    guard names.count == 3 else { return gathered.result(.null) }
    if let value = evaluator.template.mappings[names[0]]?[names[1]]?[names[2]] {
      return gathered.result(value)
    }
    return try evaluator.value(fallback)
  }

  func stackOutput(_ function: Expression.Function) throws(Diagnostic) -> Evaluated {
    guard case .stackOutput(let stack, let output, let region, _) = function else { return .absent }
    var gathered = Gathered()
    var texts: [String] = []
    for part in [stack, output] + (region.map { [$0] } ?? []) {
      guard let value = gathered.add(try evaluator.value(part)) else { continue }
      texts.append(try text(value, "Fn::GetStackOutput"))
    }
    if gathered.isLater { return gathered.result(.null) }
    guard texts.count >= 2 else { throw fault("an argument has no value") }
    let place = texts.count > 2 ? texts[2] : ""
    if let value = evaluator.scope.output(texts[1], ofStack: texts[0], region: place) { return value }
    throw fault(
      "there is no output `\(texts[1])` of a stack `\(texts[0])`", hint: "launch that stack first")
  }

  func length(_ value: Value) throws(Diagnostic) -> Int {
    if let items = value.list { return items.count }
    if let members = value.map { return members.count }
    throw fault("`Fn::Length` counts a list, found \(value.kind)")
  }
}

extension Expression {
  /// The dynamic references in it, as far as their texts are known in the scope: what to fetch before it is
  /// evaluated with a resolver.
  package func dynamicReferences(
    in scope: any Scope, of template: Template
  ) throws(Diagnostic) -> [DynamicReference] {
    var texts: [Expression] = []
    visit { if case .function(.resolve(let text)) = $0.kind { texts.append(text) } }
    var found: [DynamicReference] = []
    let evaluator = Evaluator(scope, template)
    for text in texts {
      guard case .known(.string(let text), _) = try evaluator.value(text) else { continue }
      for case .reference(let reference) in DynamicReference.pieces(of: text)
      where !found.contains(reference) {
        found.append(reference)
      }
    }
    return found
  }
}
