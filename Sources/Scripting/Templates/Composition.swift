#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Document
import OrderedCollections

/// What a Lua program composed: sections, entries, and the line of the program that each came from.
struct Composition {
  let description: String?
  let entries: Value

  private static let sections = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs"]

  /// The template as a tree whose places are lines of the program.
  var node: Node {
    var sources: [String: Source] = [:]
    var sections: OrderedDictionary<String, [Node.Entry]> = [:]
    var first: Place?
    for entry in entries.list ?? [] {
      guard let section = entry["section"]?.string, let name = entry["name"]?.string else { continue }
      let place = place(of: entry["place"] ?? .null, &sources)
      first = first ?? place
      let body = Node(entry["body"] ?? .null, at: place)
      sections[section, default: []].append(Node.Entry(key: name, keyPlace: place, value: body))
    }
    let start = first ?? place(of: .null, &sources)
    var members = [
      Node.Entry(
        key: "AWSTemplateFormatVersion", keyPlace: start, value: Node("2010-09-09", at: start))
    ]
    if let description {
      members.append(Node.Entry(key: "Description", keyPlace: start, value: Node(.string(description), at: start)))
    }
    for section in Self.sections {
      guard let entries = sections[section] else { continue }
      members.append(Node.Entry(key: section, keyPlace: start, value: Node(.map(entries), place: start)))
    }
    return Node(.map(members), place: start)
  }

  private func place(of site: Value, _ sources: inout [String: Source]) -> Place {
    let chunk = site["source"]?.string ?? "=composer"
    let source = sources[chunk] ?? Self.source(ofChunk: chunk)
    sources[chunk] = source
    let line = Int(site["line"]?.integer ?? 1)
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
  fileprivate init(_ value: Value, at place: Place) {
    switch value {
    case .list(let items): self.init(.list(items.map { Node($0, at: place) }), place: place)
    case .map(let members):
      self.init(
        .map(members.map { Entry(key: $0, keyPlace: place, value: Node($1, at: place)) }), place: place)
    default: self.init(.scalar(value), place: place, written: value.scalarText)
    }
  }
}
