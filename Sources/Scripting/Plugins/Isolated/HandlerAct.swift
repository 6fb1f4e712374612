import Document
import HighAvailability
import OrderedCollections

/// What a handler in a process of its own wants of its context.
enum HandlerAct: Sendable {
  case perform(Action, on: String?)
  case look(within: Duration)
  case wait(Duration)

  init(_ message: Value) throws(UnreadableMessage) {
    switch try message.text("do") {
    case "perform": self = .perform(try Action(message: message), on: message["resource"]?.string)
    case "look": self = .look(within: try message.span("span"))
    case "wait": self = .wait(try message.span("span"))
    default: throw UnreadableMessage(what: "do")
    }
  }

  /// The act as a message; nil for an action that no context has.
  var message: OrderedDictionary<String, Value>? {
    switch self {
    case .perform(let action, let resource):
      guard var message = action.message else { return nil }
      message["do"] = "perform"
      message["resource"] = resource.map { .string($0) }
      return message
    case .look(let span): return ["do": "look", "span": Value(span)]
    case .wait(let span): return ["do": "wait", "span": Value(span)]
    }
  }

  /// Takes it by what acts.
  func take(by acts: any HandlerActs) async throws -> Value {
    switch self {
    case .perform(let action, let resource): return try await acts.perform(action, on: resource)
    case .look(let span): return try await acts.look(within: span)
    case .wait(let span):
      try await acts.wait(span)
      return true
    }
  }
}
