import Document
import OrderedCollections

/// A value with its texts and numbers replaced by what kind they are; words of states and errors stay.
func shape(_ value: Value, key: String = "", isError: Bool = false) -> Value {
  let isWord = words.contains(key) && (isError || !errorWords.contains(key))
  switch value {
  case .null: return "null"
  case .bool: return "bool"
  case .integer, .number: return isWord ? value : "number"
  case .string(let text): return .string(isWord ? masked(text) : kind(text))
  case .list(let items): return .list(merged(items.map { shape($0, key: key) }))
  case .map(let members):
    let isError = members["message"] != nil
    return .map(
      OrderedDictionary(
        uniqueKeysWithValues: members.sorted { $0.key < $1.key }
          .map { ($0.key, shape($0.value, key: $0.key, isError: isError)) }))
  }
}

private let words: Set = [
  "message", "type", "title", "status", "code", "error", "task_state", "OS-EXT-STS:task_state",
  "OS-EXT-STS:vm_state", "OS-EXT-STS:power_state",
]
private let errorWords: Set = ["type", "title", "code"]

/// The kinds of a list's items, each once; maps are laid over each other.
private func merged(_ items: [Value]) -> [Value] {
  var kinds: [Value] = []
  for item in items {
    if let index = kinds.firstIndex(where: { $0.map != nil }), let other = item.map {
      kinds[index] = .map(merge(kinds[index].map ?? [:], other))
    } else if !kinds.contains(item) {
      kinds.append(item)
    }
  }
  return kinds
}

private func merge(
  _ first: OrderedDictionary<String, Value>, _ second: OrderedDictionary<String, Value>
) -> OrderedDictionary<String, Value> {
  var result = first
  for (key, value) in second {
    switch (result[key], value) {
    case (nil, _): result[key] = value
    case (.map(let old)?, .map(let new)): result[key] = .map(merge(old, new))
    case (.list(let old)?, .list(let new)): result[key] = .list(old + new.filter { !old.contains($0) })
    case (.string(let old)?, .string(let new)): result[key] = .string(telling(old, new))
    case (.string?, _): result[key] = value
    default: break
    }
  }
  result.sort { $0.key < $1.key }
  return result
}

/// Of two items' kinds, the one that says more, in whichever order the items came.
private func telling(_ one: String, _ other: String) -> String {
  let rank = ["null": 0, "": 1]
  return (rank[one] ?? 2, one) < (rank[other] ?? 2, other) ? other : one
}

private func kind(_ text: String) -> String {
  if text.isEmpty { return "" }
  if text.wholeMatch(of: #/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/#) != nil {
    return String(text.map { $0.isNumber ? "0" : $0 })
  }
  let masked = masked(text)
  if ["<id>", "<key>"].contains(masked) { return masked }
  return masked.hasPrefix("<url>") ? "<url>" : "text"
}

/// A text with its ids, keys, digests and URLs replaced by what they are.
func masked(_ text: String) -> String {
  text.replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/#, with: "<id>")
    .replacing(#/\b[0-9a-f]{64}\b/#, with: "<hash>").replacing(#/\b[0-9a-f]{32}\b/#, with: "<key>")
    .replacing(#/\b\d+\.\d+\.\d+\.\d+\b/#, with: "<address>")
    .replacing(#/\b(flavor|[Aa]ggregate) \d+\b/#, with: { "\($0.1) <number>" })
    .replacing(#/https?://[^\s"']+/#, with: "<url>")
}

/// The places at which two shapes differ, such as `server.flavor.id: <id>, not text`.
func differences(_ found: Value?, _ wanted: Value?, at path: String = "body") -> [String] {
  switch (found, wanted) {
  case (.map(let found)?, .map(let wanted)?):
    return OrderedSet(found.keys).union(wanted.keys).flatMap {
      differences(found[$0], wanted[$0], at: "\(path).\($0)")
    }
  case (.list(let found)?, .list(let wanted)?):
    // An object among other kinds stands for all objects of the list.
    let (first, second) = (found.first { $0.map != nil }, wanted.first { $0.map != nil })
    if let first, let second { return differences(first, second, at: path + "[]") }
    return Set(found) == Set(wanted) ? [] : ["\(path): \(text(.list(found))), not \(text(.list(wanted)))"]
  case (.string(let found)?, .string(let wanted)?) where masked(found) == masked(wanted): return []
  default:
    return found == wanted ? [] : ["\(path): \(text(found)), not \(text(wanted))"]
  }
}

private func text(_ value: Value?) -> String { value?.jsonText() ?? "missing" }
