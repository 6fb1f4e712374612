import Document
import OrderedCollections
import Templates

/// Reads a template from a text of a test.
func reading(_ text: String, options: ReadingOptions = ReadingOptions()) -> TemplateReading {
  TemplateReader.read(Source(name: "t.yaml", text: text), options: options)
}

extension TemplateReading {
  /// `code line` of each diagnostic that isn't only about what goes unused.
  var marks: [String] {
    diagnostics.filter { !["W2001", "W7001", "W8001"].contains($0.code) }.map {
      "\($0.code) \($0.place?.start.line ?? 0)"
    }
  }
}

/// A scope that knows parameters and pseudo parameters only.
struct FixedScope: Scope {
  var values: [String: Value] = [:]
  var resolver: (any DynamicResolver)?
  var outputs: [String: Value] = [:]

  func parameter(_ name: String) -> Evaluated? { values[name].map { .known($0, isSecret: false) } }
  func reference(_ logicalID: String) -> Evaluated { .known(.string("id-\(logicalID)"), isSecret: false) }
  func attribute(_ name: String, of logicalID: String) -> Evaluated { .later(needs: [logicalID]) }
  func zones(ofRegion region: String) -> [String] { ["nova"] }
  func export(_ name: String) -> Evaluated? { nil }
  func output(_ name: String, ofStack stack: String, region: String) -> Evaluated? {
    outputs["\(stack).\(name)"].map { .known($0, isSecret: false) }
  }
}

extension TemplateReading {
  /// The value of a property in a scope.
  func value(_ property: String, of resource: String, in scope: FixedScope = FixedScope()) throws -> Value? {
    guard let template, let expression = template.resources[resource]?.properties[property] else {
      return nil
    }
    guard case .known(let value, _) = try expression.evaluate(in: scope, of: template) else { return nil }
    return value
  }
}
