import Document
import HighAvailability
import StackEngine

/// A plugin's handler: pulls the plug, and looks whether that has helped.
enum HealingHandler {
  static let action = Action.handler(name: "pull the plug") { context, powers, journal in
    let reboot = HandlerStep(number: 1, name: "hard reboot \(context.target.logicalID)")
    let tag = "\(context.tag)/1"
    let rebooted = try await step(reboot, journal) {
      try await powers.trail(of: tag, on: context.target).map { .bool($0.isSuccess) }
    } body: {
      do {
        try await powers.perform(
          .hardReboot, on: context.target, for: context.application, tag: tag)
        return true
      } catch is RemedyError {
        return false
      }
    }
    guard rebooted == true else { return .escalate("the plug can't be pulled") }
    let look = HandlerStep(number: 2, name: "look within 1 min")
    let isHealthy = try await step(look, journal) {
      nil
    } body: {
      .bool(try await powers.isHealthy(context.application, within: .seconds(60)))
    }
    return isHealthy == true ? .recovered : .escalate("the plug was pulled in vain")
  }

  /// Takes a step, or gives what it came to before a crash.
  private static func step(
    _ step: HandlerStep, _ journal: any HandlerJournal, find: () async throws -> Value?,
    body: () async throws -> Value
  ) async throws -> Value {
    var result: Value?
    switch try await journal.begin(step) {
    case .done(let result): return result
    case .interrupted: result = try await find()
    case .new: break
    }
    let found: Value
    if let result { found = result } else { found = try await body() }
    try await journal.end(step, result: found)
    return found
  }
}
