import LuaRuntime
import ResourceFacts
import StackEngine
import Templates

/// What launching a stack from Lua needs besides the cloud.
struct StackDesk: Sendable {
  let watcher: any OperationWatcher
  let references: ScriptReferences
  let shelf: SchemaShelf
  /// Has a composer written in Lua build its template.
  let build: @Sendable (LuaTable) async throws -> [LuaValue]

  /// Starts what a plan says.
  func start(
    _ plan: Plan, on session: CloudSession, options: OperationOptions = OperationOptions()
  ) async throws -> StackObject {
    try await session.ready()
    let operation = try await session.engine.run(plan, options: options)
    watcher.follow(operation)
    return StackObject(operation.stack, session, self, operation: operation)
  }

  /// The template that a stack was last to be made into.
  func template(ofStack name: String, on session: CloudSession) async throws -> TemplateObject {
    let schemas = try shelf.schemas()
    return TemplateObject(try await session.engine.template(of: name), schemas: schemas)
  }

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
