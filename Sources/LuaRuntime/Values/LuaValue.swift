package import Document

/// A value of Lua, as Swift passes it: scalars by copy, tables, functions and objects by reference.
///
/// The cases from `data` on only go from Swift to Lua, or come from declared parameters that copy their
/// table;
/// a table that was read is a `table`.
package enum LuaValue: Sendable {
  case `nil`
  /// JSON's null, `kiln.null` in Lua.
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  /// A string that isn't UTF-8.
  case bytes([UInt8])
  case table(LuaTable)
  case function(LuaFunction)
  case object(any LuaObject)
  /// A coroutine, or a userdata that isn't ours.
  case other(LuaReference)
  /// A copy of data; maps keep the order of their keys.
  case data(Value)
  case list([LuaValue])
  case record([LuaField])
  /// A function made on the spot, such as an iterator.
  case native(LuaFunctionDeclaration)
}

/// A named value in a record.
package struct LuaField: Sendable {
  package let name: String
  package let value: LuaValue

  package init(_ name: String, _ value: LuaValue) {
    self.name = name
    self.value = value
  }
}

extension LuaValue {
  package var isNil: Bool { if case .nil = self { true } else { false } }

  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var bool: Bool? { if case .bool(let truth) = self { truth } else { nil } }
  package var table: LuaTable? { if case .table(let table) = self { table } else { nil } }
  package var function: LuaFunction? { if case .function(let function) = self { function } else { nil } }
  package var object: (any LuaObject)? { if case .object(let object) = self { object } else { nil } }

  /// An integer, also from a number without a fraction.
  package var integer: Int64? {
    switch self {
    case .integer(let number): number
    case .number(let number): Int64(exactly: number)
    default: nil
    }
  }

  package var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// What kind of value this is, for messages: `a string`, `no value` is never among them.
  package var kind: String {
    switch self {
    case .nil: "nil"
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string, .bytes: "a string"
    case .table, .list, .record, .data: "a table"
    case .function, .native: "a function"
    case .object(let object): "a \(type(of: object).luaClass.name)"
    case .other: "a foreign value"
    }
  }
}

extension LuaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(nilLiteral: ()) { self = .nil }
  package init(arrayLiteral elements: LuaValue...) { self = .list(elements) }
}

/// An object that stands for data where data is wanted, such as a reference in a template.
package protocol LuaData: LuaObject {
  var luaData: Value { get }
}
