import Ambience
import Document
import HighAvailability
import Scripting
import StackEngine
import Synchronization
import TestSupport

/// Where a plugin runs: what it does is the same in both places.
enum PluginHome: CaseIterable {
  case kilnsProcess
  case ownProcess

  /// A host whose plugins run here.
  func host(
    _ ambient: Ambient = .system(), patience: Duration = .seconds(3600),
    complain: @escaping @Sendable (String, Diagnostic) -> Void = { _, _ in }
  ) async -> PluginHost {
    let host = PluginHost(ambient: ambient, servant: Self.servant, patience: patience, complain: complain)
    if self == .ownProcess { await host.isolateAll() }
    return host
  }

  static let servant = Companion.Program(BuiltProgram.path, ["kiln", "plugin-host"])
}

/// What plugins are asked about.
enum PluginCase {
  static let target = Target(stack: "web", logicalID: "Web")

  static func proposal(_ action: String, attempt: Int = 1) -> StepProposal {
    StepProposal(
      application: "wiki", target: target, reason: "connection refused", action: action, rung: 0,
      attempt: attempt, intensity: 3, downFor: .seconds(60))
  }

  static let context = RungContext(
    application: "wiki", target: target, reason: "connection refused", attempt: 1, intensity: 1)
}

/// What a handler did, and what it was told.
final class PluginPowers: HandlerPowers {
  private let acts = Mutex<[String]>([])
  var told: [String] { acts.withLock(\.self) }
  let failing: Set<String>
  let isUp: Bool

  init(failing: Set<String> = [], isUp: Bool = false) {
    self.failing = failing
    self.isUp = isUp
  }

  private func act(_ name: String) throws {
    acts.withLock { $0.append(name) }
    if failing.contains(name) { throw RemedyError(.failed, "\(name) failed") }
  }

  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {
    if case .moveAddress = action { return try act(action.phrase) }
    try act("\(action.phrase) \(target.logicalID)")
  }
  func trail(of tag: String, on target: Target) async throws -> OperationTrail? { nil }
  func isHealthy(_ application: String, within span: Duration) async throws -> Bool {
    try act("look")
    return isUp
  }
}
