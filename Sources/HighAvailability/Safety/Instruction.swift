package import Ambience
import Document

/// What a person says to those who watch, whichever process that is.
package struct Instruction: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// That failures in great number are real, to those who do nothing about them.
    case thaw
    /// That all rungs are to be tried again for an application that is held or was given up.
    case retry(String)
  }

  /// Until when it is followed by who hasn't seen it yet.
  static let life = Duration.seconds(600)

  package let id: String
  package let kind: Kind
  package let given: Timestamp

  package init(id: String, _ kind: Kind, given: Timestamp) {
    self.id = id
    self.kind = kind
    self.given = given
  }

  init(_ id: String, _ value: Value) throws {
    given = try value.time("given")
    self.id = id
    switch try value.text("kind") {
    case "thaw": kind = .thaw
    case "retry": kind = .retry(try value.text("application"))
    default: throw MalformedRecord(field: "kind")
    }
  }

  var value: Value {
    switch kind {
    case .thaw: ["kind": "thaw", "given": .integer(given.milliseconds)]
    case .retry(let name):
      ["kind": "retry", "application": .string(name), "given": .integer(given.milliseconds)]
    }
  }
}
