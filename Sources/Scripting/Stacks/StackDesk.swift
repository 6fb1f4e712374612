import LuaRuntime
package import StackEngine
import Templates

/// Told of each operation that a script starts, so that its events can be shown.
package typealias OperationWatcher = @Sendable (StackEngine.Operation) -> Void

/// What launching a stack from Lua needs besides the cloud.
struct StackDesk: Sendable {
  let watch: OperationWatcher
  /// Has a composer written in Lua build its template.
  let build: @Sendable (LuaTable) async throws -> [LuaValue]

  /// The template of an argument that holds one, or a composer of one.
  func template(of value: LuaValue) async throws -> Template {
    if let template = value.object as? TemplateObject { return template.template }
    if case .table(let composer) = value,
      let built = try await build(composer).first?.object as? TemplateObject
    {
      return built.template
    }
    throw LuaError(
      .badArgument, "a template is wanted, not \(value.kind)",
      hint: "load one with kiln.template.load, or compose one with kiln.template.new")
  }
}
