package import Document
import OrderedCollections

/// A fact about a resource that people see in tables: its title, and where the API has it.
///
/// Written as a literal: `status`, or `flavor=flavor.original_name` where title and place differ. A point goes
/// into a map; `*` goes into all that a map or a list has.
package struct Column: Sendable, ExpressibleByStringLiteral {
  package let title: String
  private let path: [Substring]

  package init(stringLiteral text: String) {
    let parts = text.split(separator: "=", maxSplits: 1)
    title = String(parts.first ?? "")
    path = (parts.last ?? "").split(separator: ".")
  }

  /// What a resource has there; several values are joined.
  func value(in raw: Value) -> Value? {
    let found = Self.values(raw, path[...]).filter { !$0.isNull && $0 != "" }
    if found.count < 2 { return found.first }
    return .string(found.compactMap(\.scalarText).joined(separator: ", "))
  }

  private static func values(_ value: Value, _ path: ArraySlice<Substring>) -> [Value] {
    guard let name = path.first else { return [value] }
    let rest = path.dropFirst()
    guard name == "*" else { return value[String(name)].map { values($0, rest) } ?? [] }
    return (value.list ?? value.map?.values.elements ?? []).flatMap { values($0, rest) }
  }
}

extension ResourceKind {
  /// What people see of a resource in tables, first what it is called.
  package func row(of raw: Value) -> [(title: String, value: Value)] {
    let columns = columns.isEmpty ? usualColumns : columns
    return columns.map { ($0.title, $0.value(in: raw) ?? .null) }
  }

  private var usualColumns: [Column] {
    var names = [nameField, life == nil ? nil : "status=\(life?.field ?? "")", idField].compactMap { $0 }
    names = names.filter { name in names.count { $0 == name } == 1 || name != idField }
    return names.map { Column(stringLiteral: $0) }
  }
}
