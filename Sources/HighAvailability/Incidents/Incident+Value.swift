import Ambience
package import Document
import OrderedCollections

/// A record that a store has, and that doesn't have the form in which it was written.
struct MalformedRecord: Error {
  let field: String
}

extension Incident {
  /// The incident for programs, and for the store.
  package var value: Value {
    [
      "id": .string(id), "application": .string(application), "stack": .string(target.stack),
      "resource": .string(target.logicalID), "began": .integer(began.milliseconds),
      "reason": .string(reason), "state": .string(state.rawValue),
      "ended": ended.map { .integer($0.milliseconds) } ?? .null,
    ]
  }

  init(_ value: Value) throws {
    self.init(
      id: try value.text("id"), application: try value.text("application"),
      target: Target(stack: try value.text("stack"), logicalID: try value.text("resource")),
      began: try value.time("began"), reason: try value.text("reason"))
    state = try value.name("state")
    ended = value["ended"]?.integer.map { Timestamp(milliseconds: $0) }
  }
}

extension IncidentEntry {
  package var value: Value {
    var value: OrderedDictionary<String, Value> = [
      "number": .integer(Int64(number)), "time": .integer(time.milliseconds), "kind": .string(kind.rawValue),
      "reason": .string(reason),
    ]
    let findings = cause.findings.map { finding -> Value in
      ["check": .string(finding.check), "outcome": .string(finding.outcome)]
    }
    if !findings.isEmpty { value["checks"] = .list(findings) }
    if let rung = cause.rung { value["rung"] = .integer(Int64(rung)) }
    value["action"] = cause.action.map { .string($0) }
    value["counter"] = cause.counter.map { .string($0) }
    value["operation"] = cause.operation.map { .string($0) }
    value["request"] = cause.request.map { .string($0) }
    value["incident"] = cause.incident.map { .string($0) }
    return .map(value)
  }

  init(_ value: Value) throws {
    var cause = IncidentCause()
    cause.findings = try (value["checks"]?.list ?? []).map {
      IncidentCause.Finding(check: try $0.text("check"), outcome: try $0.text("outcome"))
    }
    cause.rung = value["rung"]?.integer.map { Int($0) }
    cause.action = value["action"]?.string
    cause.counter = value["counter"]?.string
    cause.operation = value["operation"]?.string
    cause.request = value["request"]?.string
    cause.incident = value["incident"]?.string
    self.init(
      number: Int(try value.integer("number")), time: try value.time("time"), kind: try value.name("kind"),
      reason: try value.text("reason"), cause: cause)
  }
}

extension Value {
  func text(_ field: String) throws -> String {
    guard let text = self[field]?.string else { throw MalformedRecord(field: field) }
    return text
  }

  func integer(_ field: String) throws -> Int64 {
    guard let number = self[field]?.integer else { throw MalformedRecord(field: field) }
    return number
  }

  func time(_ field: String) throws -> Timestamp { Timestamp(milliseconds: try integer(field)) }

  func name<Name: RawRepresentable<String>>(_ field: String) throws -> Name {
    guard let name = Name(rawValue: try text(field)) else { throw MalformedRecord(field: field) }
    return name
  }
}
