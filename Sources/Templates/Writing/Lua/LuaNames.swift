import Document
import OrderedCollections

/// How a Lua program calls the parts of a template: by local variables, or by the fields of one table when they
/// are too many for locals, of which Lua has 200.
struct LuaNames {
  private static let localLimit = 150

  /// Whether the variables are fields of the table `part`.
  let areFields: Bool
  private var variables: [String: String] = [:]
  private var taken: Set<String> = ["t", "template", "kiln", "part", "_ENV", "self", "arg"]
  private(set) var defined: Set<String> = []

  /// Names what is used somewhere; the rest needs no name.
  init(_ used: OrderedSet<String>) {
    areFields = used.count > Self.localLimit
    for name in used {
      let own = name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? name
      variables[name] = areFields ? "part" + Self.field(unique(own)) : unique(LuaLiteral.variable(own))
    }
  }

  private static func field(_ name: String) -> String {
    LuaLiteral.isName(name) ? "." + name : "[" + LuaLiteral.quoted(name) + "]"
  }

  private mutating func unique(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }

  /// What a statement that makes a part begins with: `local web = `; nothing when it isn't used.
  func assignment(_ name: String) -> String {
    variables[name].map { (areFields ? "" : "local ") + $0 + " = " } ?? ""
  }

  mutating func define(_ name: String) { defined.insert(name) }

  /// The variable of a part that the program has made already.
  subscript(name: String) -> String? { defined.contains(name) ? variables[name] : nil }
}
