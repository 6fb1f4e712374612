import Ambience
import Document
import HighAvailability
import OrderedCollections
import StackEngine
import Synchronization

@testable import Templates

/// A server type with a guest in it that tests break, for stacks of one server.
final class Hut: ActionableResource {
  private struct State {
    /// What it takes to heal each broken server, by id.
    var broken: [String: String] = [:]
    var made = 0
    var actions: [String] = []
  }

  private let state = Mutex(State())

  let name = "Test::Server"
  let schema = ResourceSchema(attributes: ["Address"])

  var actions: [String] { state.withLock { $0.actions } }

  func breakDown(_ id: String, until action: String) { state.withLock { $0.broken[id] = action } }

  func outcome(_ id: String) -> Outcome {
    state.withLock { $0.broken[id] == nil ? .up : .down("connection refused") }
  }

  /// Does what an action does to the guest of a server.
  func act(_ action: String, on id: String) {
    state.withLock { state in
      state.actions.append(action)
      guard let healer = state.broken[id] else { return }
      let power = Trace.actions.firstIndex(of: action) ?? 0
      if power >= Trace.actions.firstIndex(of: healer) ?? .max { state.broken[id] = nil }
    }
  }

  // MARK: - The resource type

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    try await call.ambient.sleep(.seconds(20))
    let id = state.withLock { state in
      state.made += 1
      return "server-\(state.made)"
    }
    return PhysicalResource(id: id, attributes: ["Address": .string(id)])
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await call.ambient.sleep(.seconds(5))
  }

  func can(_ action: ResourceAction) -> Bool { true }

  func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    try await call.ambient.sleep(.seconds(10))
    act(action.name, on: resource.id)
    return resource
  }

  // MARK: - The stack

  func engine(_ ambient: Ambient, journal: any Journal = MemoryJournal()) -> Engine {
    Engine(
      catalog: ResourceCatalog([self]), journal: journal, ambient: ambient,
      reader: { source, _ in TemplateReading(template: Self.template(source), diagnostics: []) })
  }

  /// A template whose text names a server in each line, and then those that it depends on; `{}` is one server.
  static func template(_ source: Source) -> Template {
    let start = Position(line: 1, column: 1)
    let place = Place(source: source, start: start, end: start)
    let text = source.text == "{}" ? "Server" : source.text
    var servers: OrderedDictionary<String, ResourceDefinition> = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      var server = ResourceDefinition(
        logicalID: words[0], type: "Test::Server", place: place, typePlace: place)
      server.dependencies = OrderedSet(words.dropFirst())
      servers[words[0]] = server
    }
    return Template(
      source: source, document: Node(.map([]), place: place), description: nil, parameters: [:],
      mappings: [:], conditions: [:], resources: servers, outputs: [:], metadata: nil)
  }
}
