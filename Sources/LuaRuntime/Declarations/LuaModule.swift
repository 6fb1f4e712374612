/// A table of functions and values that scripts `require`.
package struct LuaModule: Sendable {
  package enum Member: Sendable {
    case function(LuaFunctionDeclaration)
    case constant(Constant)
    case type(LuaClass)
    /// A module within this one, which is the field that the last part of its name says.
    case module(LuaModule)
    /// What calling the module itself does.
    case call(LuaFunctionDeclaration)

    package var name: String {
      switch self {
      case .function(let function): function.name
      case .constant(let constant): constant.name
      case .type(let type): type.name
      case .module(let module): module.lastName
      case .call: "__call"
      }
    }
  }

  package let name: String
  /// One sentence on what it is for.
  package let summary: String
  package let members: [Member]

  package init(name: String, summary: String, @LuaModuleBuilder _ members: () -> [Member]) {
    self.init(name: name, summary: summary, members: members())
  }

  package init(name: String, summary: String, members: [Member]) {
    self.name = name
    self.summary = summary
    self.members = members
  }

  package var functions: [LuaFunctionDeclaration] {
    members.compactMap { if case .function(let function) = $0 { function } else { nil } }
  }

  /// The modules within this one.
  package var modules: [LuaModule] {
    members.compactMap { if case .module(let module) = $0 { module } else { nil } }
  }

  /// `stacks` of `kiln.stacks`.
  var lastName: String { name.split(separator: ".").last.map(String.init) ?? name }
}

/// Something that a module can have.
package protocol LuaMember: Sendable {
  var member: LuaModule.Member { get }
}

/// What calling a module itself does: the function of the module that is called so.
package struct Called: LuaMember {
  package let member: LuaModule.Member

  package init(_ function: AsyncFunction) { member = .call(function.declaration) }
}

/// A value that a module has under a name.
package struct Constant: LuaMember {
  package let name: String
  package let summary: String
  package let value: LuaValue
  /// The class that editors know it by, where it has one.
  package let type: String?

  package init(_ name: String, _ summary: String, _ value: LuaValue, type: String? = nil) {
    self.name = name
    self.summary = summary
    self.value = value
    self.type = type
  }

  package var member: LuaModule.Member { .constant(self) }
}

extension LuaModule: LuaMember {
  package var member: Member { .module(self) }
}

extension LuaClass: LuaMember {
  /// Names the class in the module's documentation and stub; the module gets no field for it.
  package var member: LuaModule.Member { .type(self) }
}

@resultBuilder
package enum LuaModuleBuilder {
  package static func buildExpression(_ member: any LuaMember) -> [LuaModule.Member] { [member.member] }
  package static func buildExpression(_ members: [LuaModule.Member]) -> [LuaModule.Member] { members }
  package static func buildBlock(_ parts: [LuaModule.Member]...) -> [LuaModule.Member] {
    parts.flatMap { $0 }
  }
  package static func buildOptional(_ part: [LuaModule.Member]?) -> [LuaModule.Member] { part ?? [] }
  package static func buildEither(first: [LuaModule.Member]) -> [LuaModule.Member] { first }
  package static func buildEither(second: [LuaModule.Member]) -> [LuaModule.Member] { second }
  package static func buildArray(_ parts: [[LuaModule.Member]]) -> [LuaModule.Member] { parts.flatMap { $0 } }
}
