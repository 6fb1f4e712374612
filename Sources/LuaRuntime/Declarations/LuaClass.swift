/// A Swift object that scripts can hold.
package protocol LuaObject: AnyObject, Sendable {
  static var luaClass: LuaClass { get }
}

/// How objects of a Swift class look in Lua: methods, properties, and what operators do.
///
/// An unknown field is an error that suggests the nearest known one, unless `fallback` answers it.
package struct LuaClass: Sendable {
  /// A field that is computed when it is read.
  package struct Property: Sendable {
    package let name: String
    package let type: LuaType
    package let summary: String
    let getter: LuaFunctionDeclaration
    let setter: LuaFunctionDeclaration?

    package var awaits: Bool { getter.awaits }
  }

  /// What Lua's operators and built-ins call.
  package enum Operator: String, Sendable {
    case text = "__tostring"
    case equal = "__eq"
    case length = "__len"
    case call = "__call"
    case pairs = "__pairs"
    case close = "__close"
  }

  package enum Member: Sendable {
    case method(LuaFunctionDeclaration)
    case property(Property)
    case operation(Operator, LuaFunctionDeclaration)
    /// Answers names that aren't declared; nil means unknown. The names are for completion and suggestions.
    case fallback(Fallback)
    /// Methods that only the object itself knows.
    case ownMethods(@Sendable (any LuaObject) -> [LuaFunctionDeclaration])
  }

  /// Fields that only the object itself knows.
  package struct Fallback: Sendable {
    let get: @Sendable (any LuaObject, String) throws -> LuaValue?
    let names: @Sendable (any LuaObject) -> [String]
  }

  /// The name in messages and stubs, such as `kiln.Stack`.
  package let name: String
  package let summary: String
  package let members: [Member]

  package init(_ name: String, _ summary: String, members: [Member]) {
    self.name = name
    self.summary = summary
    self.members = members
  }

  package init(_ name: String, _ summary: String, @LuaClassBuilder _ members: () -> [Member]) {
    self.name = name
    self.summary = summary
    self.members = members()
  }

  package var methods: [LuaFunctionDeclaration] {
    members.compactMap { if case .method(let method) = $0 { method } else { nil } }
  }

  package var properties: [Property] {
    members.compactMap { if case .property(let property) = $0 { property } else { nil } }
  }

  var fallback: Fallback? {
    for case .fallback(let fallback) in members { return fallback }
    return nil
  }

  /// The methods that only the object itself knows.
  func ownMethods(of object: any LuaObject) -> [LuaFunctionDeclaration] {
    for case .ownMethods(let methods) in members { return methods(object) }
    return []
  }

  /// The names of all methods and properties, and those that an object adds.
  func names(for object: (any LuaObject)? = nil) -> [String] {
    let own = object.map { (fallback?.names($0) ?? []) + ownMethods(of: $0).map(\.name) }
    return methods.map(\.name) + properties.map(\.name) + (own ?? [])
  }
}

@resultBuilder
package enum LuaClassBuilder {
  package static func buildExpression(_ member: any LuaClassMember) -> [LuaClass.Member] { [member.member] }
  package static func buildExpression(_ members: [LuaClass.Member]) -> [LuaClass.Member] { members }
  package static func buildBlock(_ parts: [LuaClass.Member]...) -> [LuaClass.Member] { parts.flatMap { $0 } }
  package static func buildOptional(_ part: [LuaClass.Member]?) -> [LuaClass.Member] { part ?? [] }
  package static func buildArray(_ parts: [[LuaClass.Member]]) -> [LuaClass.Member] { parts.flatMap { $0 } }
}

/// Something that a class can have.
package protocol LuaClassMember: Sendable {
  var member: LuaClass.Member { get }
}
