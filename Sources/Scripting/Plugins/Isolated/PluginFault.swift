import Document
import HighAvailability
import LuaRuntime
import OrderedCollections
import Synchronization

/// An error that has crossed the line between kiln and a plugin's process.
enum PluginFault {
  /// An error as a message.
  ///
  /// One that kiln itself has given for a call says only which call that was: kiln knows it.
  static func value(_ error: any Error) -> Value {
    if let error = error as? RefusedCall { return ["call": .integer(error.call)] }
    if error is CancellationError { return ["is_cancelled": true] }
    guard let told = (error as? any Explainable)?.diagnostics.first else {
      return ["code": "plugin_failed", "message": .string("\(error)")]
    }
    var members: OrderedDictionary<String, Value> = [
      "code": .string(told.code), "message": .string(told.message),
    ]
    members["hint"] = told.hint.map { .string($0) }
    if let place = told.place {
      members["source"] = .string(place.source.name)
      members["place"] = .list(
        [place.start.line, place.start.column, place.end.line, place.end.column].map { .integer(Int64($0)) })
    }
    return .map(members)
  }

  /// The error that a message tells, placed in the plugin's text.
  static func error(_ value: Value, in source: Source) -> any Error {
    if value["is_cancelled"]?.bool ?? false { return CancellationError() }
    var error = LuaError(
      LuaError.Code(value["code"]?.string ?? "plugin_failed"), value["message"]?.string ?? "it failed",
      hint: value["hint"]?.string)
    let numbers = (value["place"]?.list ?? []).compactMap(\.integer).map { Int(clamping: $0) }
    if value["source"]?.string == source.name, numbers.count == 4, numbers.allSatisfy({ $0 > 0 }) {
      error.place = Place(
        source: source, start: Position(line: numbers[0], column: numbers[1]),
        end: Position(line: numbers[2], column: numbers[3]))
    }
    return error
  }
}

/// What kiln has refused a plugin's process, or what has failed there, as that process sees it.
struct RefusedCall: Explainable {
  /// The call's number.
  let call: Int64
  let code: String
  let message: String
  let hint: String?

  init(call: Int64, _ value: Value) {
    self.call = call
    code = value["code"]?.string ?? "failed"
    message = value["message"]?.string ?? "it failed"
    hint = value["hint"]?.string
  }

  var diagnostics: [Diagnostic] { [Diagnostic(.error, code, message, hint: hint)] }
}

/// The loss of a plugin's process, which is one fault however many wait for its answers: whoever takes this first counts it.
final class Loss: Error {
  private let isCounted = Atomic(false)

  func take() -> Bool { !isCounted.exchange(true, ordering: .relaxed) }
}
