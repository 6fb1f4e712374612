package import Ambience
package import Document
import OrderedCollections

/// A time in which failures of some applications are nobody's business.
package struct MaintenanceWindow: Sendable, Hashable {
  /// What it is about.
  package enum Scope: Sendable, Hashable {
    case everything
    case stack(String)
    case resource(Target)
    /// What runs on a stack with this tag.
    case tag(String, value: String)
    case application(String)
  }

  package let id: String
  package let scope: Scope
  package let from: Timestamp
  /// When it ends; nil when somebody has to end it.
  package let until: Timestamp?
  /// Why, in a sentence; empty when nobody said so.
  package let reason: String
  /// Whether it had begun when it was said, by the clock of who said it: then it is on whatever other clocks say.
  package internal(set) var hasBegun = false

  package init(id: String, scope: Scope, from: Timestamp, until: Timestamp? = nil, reason: String = "") {
    self.id = id
    self.scope = scope
    self.from = from
    self.until = until
    self.reason = reason
  }
}

extension MaintenanceWindow.Scope {
  /// Whether it is about an application on a stack with some tags, or about something of which that is a part.
  func covers(_ policy: ApplicationPolicy, tags: [String: String], within family: [String]) -> Bool {
    switch self {
    case .everything: true
    case .stack(let name): policy.target.stack == name
    case .resource(let target): policy.target == target
    case .tag(let key, let value): tags[key] == value
    case .application(let name): policy.name == name || family.contains(name)
    }
  }
}

extension MaintenanceWindow.Scope: CustomStringConvertible {
  /// As commands say it, such as `stack web`.
  package var description: String {
    switch self {
    case .everything: "everything"
    case .stack(let name): "stack \(name)"
    case .resource(let target): "resource \(target)"
    case .tag(let key, let value): "tag \(key)=\(value)"
    case .application(let name): "application \(name)"
    }
  }
}

extension MaintenanceWindow {
  /// The window for programs, and for the store.
  package var value: Value {
    var value: OrderedDictionary<String, Value> = ["id": .string(id)]
    switch scope {
    case .everything: value["everything"] = true
    case .stack(let name): value["stack"] = .string(name)
    case .resource(let target):
      value["stack"] = .string(target.stack)
      value["resource"] = .string(target.logicalID)
    case .tag(let key, let text): value["tag"] = .string("\(key)=\(text)")
    case .application(let name): value["application"] = .string(name)
    }
    value["from"] = .integer(from.milliseconds)
    value["until"] = until.map { .integer($0.milliseconds) } ?? .null
    value["reason"] = .string(reason)
    if hasBegun { value["begun"] = true }
    return .map(value)
  }

  init(_ value: Value) throws {
    self.init(
      id: try value.text("id"), scope: try Self.scope(value), from: try value.time("from"),
      until: value["until"]?.integer.map { Timestamp(milliseconds: $0) }, reason: try value.text("reason"))
    hasBegun = value["begun"]?.bool ?? false
  }

  private static func scope(_ value: Value) throws -> Scope {
    if let name = value["application"]?.string { return .application(name) }
    if let tag = value["tag"]?.string, let split = tag.firstIndex(of: "=") {
      return .tag(String(tag[..<split]), value: String(tag[tag.index(after: split)...]))
    }
    if let stack = value["stack"]?.string {
      return value["resource"]?.string.map { .resource(Target(stack: stack, logicalID: $0)) } ?? .stack(stack)
    }
    if value["everything"]?.bool ?? false { return .everything }
    throw MalformedRecord(field: "scope")
  }
}
