import Document
import Foundation
import LuaRuntime
import OrderedCollections
import Testing

/// The public templates, where they lie beside the checkout.
private enum Collection {
  static let folder: URL = {
    var folder = URL(filePath: #filePath)
    for _ in 0..<6 {
      folder.deleteLastPathComponent()
      let found = folder.appending(path: "shared/templates/cfn")
      if FileManager.default.fileExists(atPath: found.path) { return found }
    }
    return folder
  }()

  static var files: [String] {
    let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    return names.filter { name in
      [".json", ".yaml", ".yml", ".template"].contains { name.hasSuffix($0) }
    }.sorted()
  }
}

@Suite("the Lua program of a template")
struct RoundTripTests {
  /// Composes the template that a program of a template composes, and gives both as JSON.
  private static let chunk = """
    local path = ...
    local read, original = pcall(kiln.template.load, path)
    if not read then return nil end
    local program = original:text "lua"
    local chunk, why = load(program, "=program")
    if not chunk then return "the program doesn't compile: " .. why .. "\\n" .. program end
    local ran, composed = pcall(chunk)
    if not ran then return "the program fails: " .. tostring(composed) .. "\\n" .. program end
    return original:text "json", composed:text "json"
    """

  @Test("composes an equal template, for each public template that loads")
  func corpus() async throws {
    guard !Collection.files.isEmpty else {
      print("SKIPPED: there are no public templates beside the checkout")
      return
    }
    let lua = try await bench()
    var count = 0
    for file in Collection.files {
      let path = Collection.folder.appending(path: file).path
      let found = try await lua.run(Self.chunk, name: "=test", arguments: [.string(path)])
      guard let first = found.first?.string else { continue }
      guard found.count == 2, let second = found[1].string else {
        Issue.record("\(file): \(first.prefix(2000))")
        continue
      }
      count += 1
      let original = try Value.json(first).comparable
      let composed = try Value.json(second).comparable
      if original != composed {
        Issue.record("\(file): \(original.firstDifference(from: composed, at: "") ?? "")")
      }
    }
    print("\(count) of \(Collection.files.count) public templates went to Lua and back")
    #expect(count > 100)
  }
}

extension Value {
  /// The template without what doesn't matter: the order of keys, the version, the two forms of Fn::GetAtt.
  fileprivate var comparable: Value {
    guard var members = map else { return self }
    members["AWSTemplateFormatVersion"] = nil
    members["HeatTemplateFormatVersion"] = nil
    for (name, section) in members where section.map?.isEmpty ?? false { members[name] = nil }
    return Value.map(members).sorted
  }

  private var sorted: Value {
    switch self {
    case .list(let items): return .list(items.map(\.sorted))
    case .map(let members):
      if members.count == 1, let text = members["Fn::GetAtt"]?.string, let dot = text.firstIndex(of: ".") {
        return [
          "Fn::GetAtt": [.string(String(text[..<dot])), .string(String(text[text.index(after: dot)...]))]
        ]
      }
      var result: OrderedDictionary<String, Value> = [:]
      for key in members.keys.sorted() { result[key] = members[key]?.sorted }
      return .map(result)
    default: return self
    }
  }

  fileprivate func firstDifference(from other: Value, at path: String) -> String? {
    if self == other { return nil }
    switch (self, other) {
    case (.map(let left), .map(let right)):
      for key in Set(left.keys).union(right.keys).sorted() where left[key] != right[key] {
        guard let one = left[key], let two = right[key] else {
          return "\(path)/\(key): only in the \(left[key] == nil ? "composed" : "original")"
        }
        return one.firstDifference(from: two, at: "\(path)/\(key)")
      }
    case (.list(let left), .list(let right)) where left.count == right.count:
      for index in left.indices where left[index] != right[index] {
        return left[index].firstDifference(from: right[index], at: "\(path)/\(index)")
      }
    default: break
    }
    return "\(path): \(jsonText().prefix(200)) became \(other.jsonText().prefix(200))"
  }
}
