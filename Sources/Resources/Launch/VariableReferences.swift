import Document
import StackEngine
package import Templates

/// The variables of the process's environment: `{{resolve:env:NAME}}`, and `{{resolve:env-secure:NAME}}` for
/// those that are secrets.
package struct VariableReferences: ReferenceSource {
  private let variables: [String: String]

  package init(variables: [String: String]) { self.variables = variables }

  package func value(of reference: DynamicReference) async throws -> Evaluated? {
    guard case .other(let service, let name) = reference.source, ["env", "env-secure"].contains(service)
    else {
      return nil
    }
    guard let value = variables[name] else {
      throw Diagnostic(
        "no_variable", "the environment has no variable `\(name)`, which `\(reference.text)` wants",
        hint: nearest(to: name, among: variables.keys).map { "did you mean `\($0)`?" } ?? "export \(name)=…")
    }
    return .known(.string(value), isSecret: service == "env-secure")
  }
}
