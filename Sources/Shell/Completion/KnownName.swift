package import LuaRuntime

/// A name that a text could go on with.
package struct KnownName: Sendable, Hashable {
  package enum Kind: String, Sendable {
    case function, method, property, attribute, table, object, value, keyword, local, type, command
    case file, folder
  }

  package var name: String
  package var kind: Kind
  package var summary: String
  /// A function's name with its parameters.
  package var signature: String?

  package init(_ name: String, _ kind: Kind, _ summary: String = "", signature: String? = nil) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.signature = signature
  }
}

/// What a running state of Lua knows, found out without running anything of the user's.
package protocol Introspection: Sendable {
  /// The names in what a path of names leads to; an empty path leads to the globals.
  func names(of path: [String]) async -> [KnownName]
  func documentation(of path: [String]) async -> LuaDocumentation?
}

/// An argument that is a text, or a field of an argument that is a table.
package struct CallArgument: Sendable, Hashable {
  /// The names that lead to the function.
  package var path: [String]
  /// Which argument, from 0 on.
  package var index: Int
  package var field: String?

  package init(path: [String], index: Int, field: String? = nil) {
    self.path = path
    self.index = index
    self.field = field
  }
}

/// Names that are known elsewhere, such as those of a cloud's servers.
package protocol NameSource: Sendable {
  /// Nil where the argument isn't a name that is known elsewhere.
  func names(for argument: CallArgument) async -> [String]?
  func names(forProperty property: String) async -> [String]
}

/// The resource types that templates may name, with what they have.
package protocol TypeCatalogue: Sendable {
  var typeNames: [String] { get }
  /// The properties of a type, or of the map in it that a path of property names leads to.
  func properties(of type: String, in path: [String]) -> [KnownName]
  /// The values that a property may have, if they are few.
  func values(of type: String, in path: [String]) -> [String]
  func attributes(of type: String) -> [String]
}
