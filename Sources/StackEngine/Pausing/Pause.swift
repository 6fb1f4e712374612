package import Ambience
import Document

/// A wait of one step of an operation until somebody says what becomes of it.
package struct Pause: Sendable, Hashable {
  /// Counts from 1 in its operation.
  package let number: Int
  package let point: PausePoint
  /// Why, where no breakpoint is the reason: what a hook said, or what failed.
  package let reason: String
  package let since: Timestamp
  /// What became of it; nil while it waits.
  package internal(set) var decision: PauseDecision?

  init(number: Int, point: PausePoint, reason: String, since: Timestamp) {
    self.number = number
    self.point = point
    self.reason = reason
    self.since = since
  }

  package var logicalID: String { point.logicalID }

  /// What can be decided at it.
  package var choices: [PauseDecision] {
    if point.moment == .failure { return [.retry, .skip, .fail] }
    return point.moment.isBefore ? [.goOn, .skip, .fail] : [.goOn, .fail]
  }
}

/// What becomes of a step that waits.
package enum PauseDecision: String, Sendable, CaseIterable {
  case goOn = "go_on"
  /// The resource is left as it is, as a retry leaves it that skips it.
  case skip
  /// The step fails, and its operation with it.
  case fail
  /// The step that has failed is taken again.
  case retry
}

// Pauses are kept where requests to an operation are, so that whoever takes it up knows of them.
extension Pause {
  private static let prefix = "pause/"

  var signal: Signal {
    let told: Value = [
      "moment": .string(point.moment.rawValue), "logical_id": .string(point.logicalID),
      "physical_name": point.physicalName.map { .string($0) } ?? .null,
      "since": .integer(since.milliseconds),
    ]
    return Signal(id: Self.prefix + String(number), isSuccess: true, reason: reason, data: told.jsonText())
  }

  init?(_ signal: Signal) {
    guard signal.id.hasPrefix(Self.prefix), let number = Int(signal.id.dropFirst(Self.prefix.count)),
      let told = try? Value.json(signal.data), let word = told["moment"]?.string,
      let moment = PausePoint.Moment(rawValue: word), let logicalID = told["logical_id"]?.string
    else { return nil }
    self.init(
      number: number,
      point: PausePoint(moment, logicalID, physicalName: told["physical_name"]?.string),
      reason: signal.reason, since: Timestamp(milliseconds: told["since"]?.integer ?? 0))
  }

  /// All pauses that an operation has made, in their order, with what was decided.
  static func all(in signals: [Signal]) -> [Pause] {
    var pauses = signals.compactMap(Pause.init).sorted { $0.number < $1.number }
    for case .decide(let number, let decision) in signals.compactMap(OperationRequest.init) {
      if let index = pauses.firstIndex(where: { $0.number == number }) { pauses[index].decision = decision }
    }
    return pauses
  }
}
