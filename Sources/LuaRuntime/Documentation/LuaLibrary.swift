package import OrderedCollections

/// What the comments of the modules written in Lua say of their functions and classes.
package struct LuaLibrary: Sendable {
  package struct Function: Sendable, Hashable {
    /// The module or class that has it: `kiln.template`, `kiln.Composer`.
    package let owner: String
    package let name: String
    package let isMethod: Bool
    package let arguments: [String]
    package let comment: LuaComment

    /// `kiln.template.diff`, `kiln.Composer:resource`.
    package var path: String { owner + (isMethod ? ":" : ".") + name }
    /// `diff(before, after)`.
    package var signature: String {
      let optional = Set(
        comment.parameters.filter { $0.name.hasSuffix("?") || $0.type.hasSuffix("?") }.map {
          $0.name.filter { $0 != "?" }
        })
      return name + "(" + arguments.map { optional.contains($0) ? $0 + "?" : $0 }.joined(separator: ", ")
        + ")"
    }
  }

  package struct Class: Sendable {
    package let name: String
    /// The module whose chunk declares it.
    package let module: String
    /// The class whose methods it has too.
    package let parent: String?
    package internal(set) var comment: LuaComment
    package internal(set) var functions: [Function] = []
  }

  /// Modules and classes by name, in the order of the sources.
  package private(set) var classes: OrderedDictionary<String, Class> = [:]
  /// Functions by the chunk and the line where they begin.
  private var places: [String: [Int: Function]] = [:]

  package init() {}

  /// Adds the functions of a source; `chunk` is what Lua calls it.
  package mutating func add(_ text: String, chunk: String) {
    var comment: [Substring] = []
    var header: LuaComment?
    var owners: [Substring: String] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("---") {
        comment.append(line)
        continue
      }
      defer { comment = [] }
      let found = LuaComment(comment)
      if header == nil, !comment.isEmpty { header = found }
      if let name = found.className, let table = Self.local(line) {
        owners[table] = name
        declare(
          Class(
            name: name, module: Self.module(chunk), parent: found.parentName,
            comment: found.summary.isEmpty ? header ?? found : found), fields: found)
      } else if let function = Self.function(line, found, owners) {
        classes[function.owner]?.functions.append(function)
        places[chunk, default: [:]][index + 1] = function
      }
    }
  }

  package func function(in chunk: String, line: Int) -> Function? { places[chunk]?[line] }

  private mutating func declare(_ type: Class, fields: LuaComment) {
    if classes[type.name] == nil { classes[type.name] = type }
    classes[type.name]?.comment.add(fields)
  }

  /// `kiln.template` of `kiln/template/later.lua`.
  private static func module(_ chunk: String) -> String {
    chunk.split(separator: "/").prefix(2).map { $0.hasSuffix(".lua") ? $0.dropLast(4) : $0 }
      .joined(separator: ".")
  }

  /// `Composer` of `local Composer = {}`.
  private static func local(_ line: Substring) -> Substring? {
    guard line.hasPrefix("local ") else { return nil }
    return line.dropFirst(6).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  /// The function that a line begins, of a table that is a module or a class.
  private static func function(
    _ line: Substring, _ comment: LuaComment, _ owners: [Substring: String]
  ) -> Function? {
    guard line.hasPrefix("function ") else { return nil }
    let head = line.dropFirst(9)
    guard let open = head.firstIndex(of: "("), let close = head[open...].firstIndex(of: ")"),
      let mark = head[..<open].lastIndex(where: { $0 == "." || $0 == ":" }),
      let owner = owners[head[..<mark]]
    else { return nil }
    let arguments = head[head.index(after: open)..<close].split(separator: ",").map {
      String($0.drop { $0 == " " })
    }
    return Function(
      owner: owner, name: String(head[head.index(after: mark)..<open]), isMethod: head[mark] == ":",
      arguments: arguments, comment: comment)
  }
}

extension LuaComment {
  /// Takes the fields of another comment on the same class.
  mutating func add(_ other: LuaComment) {
    fields += other.fields.filter { !fields.contains($0) }
  }
}
