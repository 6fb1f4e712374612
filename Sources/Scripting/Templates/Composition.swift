import Document
import OrderedCollections

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a Lua program composed: sections, entries, and the line of the program that each came from.
struct Composition {
  /// The sections that aren't made of entries, such as `Description`.
  let head: Value
  let entries: Value
  /// Where the composer was made.
  let start: (chunk: String?, line: Int64?)

  static let plainSections = ["Description", "Transform", "Metadata"]
  static let sections = ["Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs"]

  /// The template as a tree whose places are lines of the program.
  var node: Node {
    var places = ProgramPlaces()
    var sections: OrderedDictionary<String, [Node.Entry]> = [:]
    var first: Place?
    for entry in entries.list ?? [] {
      guard let section = entry["section"]?.string, let name = entry["name"]?.string else { continue }
      let place = places.place(chunk: entry["source"]?.string, line: entry["line"]?.integer)
      first = first ?? place
      let body = Node(entry["body"] ?? .null, at: place)
      sections[section, default: []].append(Node.Entry(key: name, keyPlace: place, value: body))
    }
    let opening =
      start.chunk.map { places.place(chunk: $0, line: start.line) } ?? first
      ?? places.place(chunk: nil, line: nil)
    var members = [
      Node.Entry(
        key: "AWSTemplateFormatVersion", keyPlace: opening, value: Node("2010-09-09", at: opening))
    ]
    for name in Self.plainSections {
      guard let value = head[name] else { continue }
      members.append(Node.Entry(key: name, keyPlace: opening, value: Node(value, at: opening)))
    }
    for section in Self.sections {
      guard let entries = sections[section] else { continue }
      members.append(Node.Entry(key: section, keyPlace: opening, value: Node(.map(entries), place: opening)))
    }
    return Node(.map(members), place: opening)
  }
}

/// The lines of programs as places, each program read once.
private struct ProgramPlaces {
  private var sources: [String: Source] = [:]

  mutating func place(chunk: String?, line: Int64?) -> Place {
    let chunk = chunk ?? "=composer"
    let source = sources[chunk] ?? Self.source(ofChunk: chunk)
    sources[chunk] = source
    let line = Int(line ?? 1)
    let text = source.line(line)
    let indent = text.prefix { $0 == " " || $0 == "\t" }.count
    return Place(
      source: source, start: Position(line: line, column: indent + 1),
      end: Position(line: line, column: max(indent + 2, text.unicodeScalars.count + 1)))
  }

  /// The program's text, where it is a file, for excerpts.
  private static func source(ofChunk chunk: String) -> Source {
    guard chunk.hasPrefix("@") else { return Source(name: String(chunk.drop { $0 == "=" }), text: "") }
    let path = String(chunk.dropFirst())
    let text = (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return Source(name: path, text: text)
  }
}

extension Node {
  /// A tree of a value that was all written at one place.
  fileprivate convenience init(_ value: Value, at place: Place) {
    switch value {
    case .list(let items): self.init(.list(items.map { Node($0, at: place) }), place: place)
    case .map(let members):
      self.init(
        .map(members.map { Entry(key: $0, keyPlace: place, value: Node($1, at: place)) }), place: place)
    default: self.init(.scalar(value), place: place, written: value.scalarText)
    }
  }
}
