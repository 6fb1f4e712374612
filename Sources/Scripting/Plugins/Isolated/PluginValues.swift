import Ambience
import Document
import HighAvailability
import OrderedCollections
import StackEngine

// What crosses the line between kiln and a plugin's process, as values; what can't be read is nil.

/// A message's member that has another form than it ought to have.
struct UnreadableMessage: Error {
  let what: String
}

extension Value {
  func text(_ key: String) throws(UnreadableMessage) -> String {
    guard let text = self[key]?.string else { throw UnreadableMessage(what: key) }
    return text
  }

  func count(_ key: String) throws(UnreadableMessage) -> Int {
    guard let number = self[key]?.integer, let count = Int(exactly: number) else {
      throw UnreadableMessage(what: key)
    }
    return count
  }

  func span(_ key: String) throws(UnreadableMessage) -> Duration {
    guard let nanoseconds = self[key]?.integer else { throw UnreadableMessage(what: key) }
    return .nanoseconds(nanoseconds)
  }

  func texts(_ key: String) throws(UnreadableMessage) -> [String] {
    guard let list = self[key]?.list else { throw UnreadableMessage(what: key) }
    let texts = list.compactMap(\.string)
    guard texts.count == list.count else { throw UnreadableMessage(what: key) }
    return texts
  }

  init(_ span: Duration) { self = .integer(span.nanoseconds) }
  init(_ texts: some Sequence<String>) { self = .list(texts.map { .string($0) }) }
}

extension Target {
  fileprivate var members: OrderedDictionary<String, Value> {
    ["stack": .string(stack), "resource": .string(logicalID)]
  }

  fileprivate init(_ value: Value) throws(UnreadableMessage) {
    self.init(stack: try value.text("stack"), logicalID: try value.text("resource"))
  }
}

extension StepProposal {
  var value: Value {
    var members: OrderedDictionary<String, Value> = [
      "application": .string(application), "reason": .string(reason), "action": .string(action),
      "rung": .integer(Int64(rung)), "attempt": .integer(Int64(attempt)),
      "intensity": .integer(Int64(intensity)), "down_for": Value(downFor),
    ]
    members.merge(target.members) { $1 }
    return .map(members)
  }

  init(_ value: Value) throws(UnreadableMessage) {
    self.init(
      application: try value.text("application"), target: try Target(value), reason: try value.text("reason"),
      action: try value.text("action"), rung: try value.count("rung"), attempt: try value.count("attempt"),
      intensity: try value.count("intensity"), downFor: try value.span("down_for"))
  }
}

extension HAEvent {
  var message: Value {
    var members: OrderedDictionary<String, Value> = [
      "time": .integer(time.milliseconds), "application": .string(application),
      "verb": .string(verb.rawValue),
      "reason": .string(reason),
    ]
    members.merge(target.members) { $1 }
    return .map(members)
  }

  init(message value: Value) throws(UnreadableMessage) {
    guard let verb = Verb(rawValue: try value.text("verb")) else { throw UnreadableMessage(what: "verb") }
    self.init(
      time: Timestamp(milliseconds: Int64(try value.count("time"))),
      application: try value.text("application"),
      target: try Target(value), verb: verb, reason: try value.text("reason"), rung: nil)
  }
}

extension RungContext {
  var value: Value {
    var members: OrderedDictionary<String, Value> = [
      "application": .string(application), "reason": .string(reason), "attempt": .integer(Int64(attempt)),
      "intensity": .integer(Int64(intensity)), "parts": Value(parts),
    ]
    members.merge(target.members) { $1 }
    return .map(members)
  }

  /// The context without its tag, which only those need who act.
  init(_ value: Value) throws(UnreadableMessage) {
    self.init(
      application: try value.text("application"), target: try Target(value), reason: try value.text("reason"),
      attempt: try value.count("attempt"), intensity: try value.count("intensity"))
    parts = try value.texts("parts")
  }
}

extension Advice {
  var value: Value {
    switch self {
    case .proceed: ["advice": "proceed"]
    case .wait(let span, let reason): ["advice": "wait", "span": Value(span), "reason": .string(reason)]
    case .skip(let reason): ["advice": "skip", "reason": .string(reason)]
    case .hold(let reason): ["advice": "hold", "reason": .string(reason)]
    }
  }

  init(_ value: Value) throws(UnreadableMessage) {
    switch try value.text("advice") {
    case "proceed": self = .proceed
    case "wait": self = .wait(try value.span("span"), try value.text("reason"))
    case "skip": self = .skip(try value.text("reason"))
    case "hold": self = .hold(try value.text("reason"))
    default: throw UnreadableMessage(what: "advice")
    }
  }
}

extension RungResult {
  var value: Value {
    switch self {
    case .recovered: ["result": "recovered"]
    case .retry(let span): ["result": "retry", "span": Value(span)]
    case .escalate(let reason): ["result": "escalate", "reason": .string(reason)]
    case .hold(let reason): ["result": "hold", "reason": .string(reason)]
    }
  }

  init(_ value: Value) throws(UnreadableMessage) {
    switch try value.text("result") {
    case "recovered": self = .recovered
    case "retry": self = .retry(after: try value.span("span"))
    case "escalate": self = .escalate(try value.text("reason"))
    case "hold": self = .hold(try value.text("reason"))
    default: throw UnreadableMessage(what: "result")
    }
  }
}

extension PluginOutline {
  var value: Value {
    [
      "name": .string(name), "handlers": Value(handlers), "tests": Value(tests), "events": Value(events),
      "deciders": .integer(Int64(deciders)), "before": Value(wish.before.sorted()),
      "after": Value(wish.after.sorted()),
    ]
  }

  init(_ value: Value, file: String) throws(UnreadableMessage) {
    let name = try value.text("name")
    self.init(
      name: name, file: file, handlers: try value.texts("handlers"), tests: try value.texts("tests"),
      events: try value.texts("events"), deciders: try value.count("deciders"),
      wish: PluginOrder.Wish(
        name, before: Set(try value.texts("before")), after: Set(try value.texts("after"))),
      wantsIsolation: true)
  }
}

/// The acts of a context as messages: what a handler asks for, and nothing of whom it is for.
extension Action {
  /// The action as a message; nil for one that no context has.
  var message: OrderedDictionary<String, Value>? {
    switch self {
    case .restart(let service):
      service.map { ["action": "restart", "service": .string($0)] } ?? ["action": "restart"]
    case .softReboot: ["action": "soft_reboot"]
    case .hardReboot: ["action": "hard_reboot"]
    case .stopStart: ["action": "stop_start"]
    case .rebuild: ["action": "rebuild"]
    case .replace(let replacement): replacement == Replacement() ? ["action": "replace"] : nil
    case .notify(let whom, let targets):
      targets.isEmpty ? ["action": "notify", "whom": .string(whom)] : nil
    case .fence: ["action": "fence"]
    case .evacuate: ["action": "evacuate"]
    case .moveAddress(let address, let server):
      ["action": "move_address", "address": .string(address), "to": .string(server)]
    case .drain(let member): ["action": "drain", "member": .string(member)]
    case .admit(let member): ["action": "admit", "member": .string(member)]
    case .remoteRestart, .agentRestart, .custom, .handler: nil
    }
  }

  init(message value: Value) throws(UnreadableMessage) {
    switch try value.text("action") {
    case "restart": self = .restart(service: value["service"]?.string)
    case "soft_reboot": self = .softReboot
    case "hard_reboot": self = .hardReboot
    case "stop_start": self = .stopStart
    case "rebuild": self = .rebuild
    case "replace": self = .replace()
    case "notify": self = .notify(try value.text("whom"))
    case "fence": self = .fence
    case "evacuate": self = .evacuate
    case "move_address": self = .moveAddress(try value.text("address"), to: try value.text("to"))
    case "drain": self = .drain(try value.text("member"))
    case "admit": self = .admit(try value.text("member"))
    default: throw UnreadableMessage(what: "action")
    }
  }
}
