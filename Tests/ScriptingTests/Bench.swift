import Ambience
import Document
import EmbeddedCloud
import HighAvailability
import LuaRuntime
import OpenStack
import Resources
import Scripting
import Secrets
import StackEngine

/// A state of Lua with kiln's modules over an embedded cloud that does everything at once.
func bench() async throws -> Lua {
  let lua = Lua(ambient: Ambient.system(), output: { _ in })
  try await workbench().equip(lua)
  return lua
}

/// What such a state is equipped by.
func workbench() throws -> Workbench {
  let ambient = Ambient.system()
  let references = ScriptReferences()
  let types = ScriptTypes()
  let traffic = TrafficLog()
  let hooks = ScriptHooks()
  return Workbench(
    sessions: Sessions(defaultName: "embedded") { _ in try session(ambient, references, types, traffic, hooks)
    },
    traffic: traffic, ambient: ambient,
    watcher: Unwatched(), references: references, types: types, hooks: hooks, warn: { _ in },
    log: { _, _ in },
    write: { _ in })
}

private struct Unwatched: OperationWatcher {
  func follow(_ operation: StackEngine.Operation) {}
  func catchUp() {}
}

private func session(
  _ ambient: Ambient, _ references: ScriptReferences, _ types: ScriptTypes, _ traffic: TrafficLog,
  _ hooks: ScriptHooks
) throws -> CloudSession {
  let embedded = EmbeddedCloud(ambient: ambient, pace: EmbeddedCloud.Pace(factor: 0))
  let domain = CloudConfiguration.Domain.id("default")
  let configuration = CloudConfiguration(
    name: "embedded", authURL: EmbeddedCloud.address + "/identity/v3",
    login: .password(user: .name(Account.user, domain), password: Secret(Account.password)),
    scope: .project(.name(Account.project, domain)))
  let cloud = Cloud(
    configuration: configuration, transport: TracedTransport(embedded, log: traffic, ambient: ambient),
    ambient: ambient)
  var catalog = try ResourceCatalog.openStack(cloud: cloud, ambient: ambient)
  catalog.others = { types[$0] }
  let journal = MemoryJournal()
  let engine = Engine(
    catalog: catalog, journal: journal, ambient: ambient,
    references: references, hooks: hooks)
  let surroundings = Supervisor.Surroundings(
    ambient: ambient, prober: NetworkProber(transport: embedded, ambient: ambient),
    remedies: EngineRemedies(engine),
    resolve: Supervisor.Surroundings.resolver(engine), serverStates: { _ in nil },
    journal: journal)
  return CloudSession(
    name: "embedded", cloud: cloud, engine: engine, surroundings: surroundings, embedded: embedded)
}

/// The results of a chunk, as data.
func values(_ chunk: String) async throws -> [Value] {
  let lua = try await bench()
  var values: [Value] = []
  for result in try await lua.run(chunk, name: "@test.lua") { values.append(try await lua.data(result)) }
  return values
}

/// The first diagnostic that a chunk ends with.
func complaint(_ chunk: String) async throws -> Diagnostic? {
  let lua = try await bench()
  do throws(LuaError) {
    _ = try await lua.execute(chunk, name: "@test.lua")
    return nil
  } catch {
    return error.diagnostics.first
  }
}

extension Diagnostic {
  /// The message and the hint.
  var sentence: String { hint.map { "\(message); \($0)" } ?? message }
}
