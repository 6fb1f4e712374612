package import OrderedCollections

/// Examples of the functions that Lua has from Swift, by their paths: `kiln.stacks.create`, `kiln.Stack:update`.
///
/// They come from a text of Lua in which `---@usage PATH` stands above each.
package struct LuaExamples: Sendable {
  package private(set) var lines: OrderedDictionary<String, [String]> = [:]

  package init() {}

  package init(_ text: String) {
    var path: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("---@usage ") {
        path = String(line.dropFirst(10))
      } else if let path, !line.hasPrefix("---") {
        lines[path, default: []].append(String(line))
      }
    }
    lines = lines.mapValues { example in
      Array(example.reversed().drop(while: \.isEmpty).reversed())
    }
  }

  package subscript(path: String) -> [String] { lines[path] ?? [] }
}
