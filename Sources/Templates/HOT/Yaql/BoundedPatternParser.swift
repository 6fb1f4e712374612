/// Parses regular expressions.
struct BoundedPatternParser {
  private static let depthLimit = 40
  private static let repeatLimit = 1_000

  private var rest: Substring.UnicodeScalarView
  private var depth = 0
  private(set) var groupCount = 0

  init(_ pattern: String) { rest = pattern[...].unicodeScalars }

  /// The whole pattern.
  mutating func alternatives() throws(BoundedPattern.Fault) -> [[BoundedPattern.Piece]] {
    let result = try branches()
    if !rest.isEmpty { throw fault("a `)` is too much") }
    return result
  }

  private func fault(_ message: String) -> BoundedPattern.Fault { BoundedPattern.Fault(message: message) }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func branches() throws(BoundedPattern.Fault) -> [[BoundedPattern.Piece]] {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw fault("its groups are nested too deep") }
    var result: [[BoundedPattern.Piece]] = [[]]
    while let next = rest.first, next != ")" {
      if take("|") {
        result.append([])
      } else {
        let piece = try repeated(try piece())
        result[result.count - 1].append(piece)
      }
    }
    return result
  }

  private mutating func piece() throws(BoundedPattern.Fault) -> BoundedPattern.Piece {
    let scalar = rest.removeFirst()
    switch scalar {
    case ".": return .any
    case "^": return .start
    case "$": return .end
    case "(": return try group()
    case "[": return try set()
    case "\\": return try escape()
    case "*", "+", "?": throw fault("`\(scalar)` has nothing to repeat")
    default: return .scalar(scalar)
    }
  }

  private mutating func group() throws(BoundedPattern.Fault) -> BoundedPattern.Piece {
    var number: Int?
    if take("?") {
      guard take(":") else { throw fault("it has a group of a kind that isn't known") }
    } else {
      number = groupCount
      groupCount += 1
    }
    let inner = try branches()
    guard take(")") else { throw fault("a `)` is missing") }
    return .group(number: number, inner)
  }

  private mutating func repeated(_ piece: BoundedPattern.Piece) throws(BoundedPattern.Fault)
    -> BoundedPattern.Piece
  {
    let bounds: (Int, Int)
    if take("*") {
      bounds = (0, .max)
    } else if take("+") {
      bounds = (1, .max)
    } else if take("?") {
      bounds = (0, 1)
    } else if rest.first == "{", let counted = try counts() {
      bounds = counted
    } else {
      return piece
    }
    return .repeated(piece, least: bounds.0, most: bounds.1, isLazy: take("?"))
  }

  /// `{m}`, `{m,}` or `{m,n}`; nil when the brace is meant as itself.
  private mutating func counts() throws(BoundedPattern.Fault) -> (Int, Int)? {
    guard let end = rest.firstIndex(of: "}") else { return nil }
    let inner = String(rest[rest.startIndex..<end].dropFirst())
    let parts = inner.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count <= 2, let least = Int(parts[0].isEmpty ? "0" : parts[0]) else { return nil }
    var most = least
    if parts.count == 2 {
      guard let number = parts[1].isEmpty ? Int.max : Int(parts[1]) else { return nil }
      most = number
    }
    guard least <= most, least <= Self.repeatLimit else { throw fault("`{\(inner)}` can't be") }
    rest = rest[rest.index(after: end)...]
    return (least, most)
  }

  private mutating func escape() throws(BoundedPattern.Fault) -> BoundedPattern.Piece {
    guard let scalar = rest.popFirst() else { throw fault("it ends with a backslash") }
    if let ranges = Self.classes[scalar] { return .set(ranges, isInverted: false) }
    if let small = scalar.properties.lowercaseMapping.unicodeScalars.first, small != scalar,
      let ranges = Self.classes[small]
    {
      return .set(ranges, isInverted: true)
    }
    switch scalar {
    case "b": return .boundary(true)
    case "B": return .boundary(false)
    case "A": return .start
    case "Z", "z": return .end
    case "1"..."9": throw fault("it refers back to a group")
    default: return .scalar(Self.control[scalar] ?? scalar)
    }
  }

  private static let classes: [Unicode.Scalar: [ClosedRange<Unicode.Scalar>]] = [
    "d": ["0"..."9"], "w": ["0"..."9", "a"..."z", "A"..."Z", "_"..."_", "\u{C0}"..."\u{24F}"],
    "s": [" "..." ", "\t"..."\r"],
  ]
  private static let control: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "t": "\t", "r": "\r"]

  private mutating func set() throws(BoundedPattern.Fault) -> BoundedPattern.Piece {
    let isInverted = take("^")
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    var isFirst = true
    while let scalar = rest.popFirst() {
      if scalar == "]", !isFirst { return .set(ranges, isInverted: isInverted) }
      isFirst = false
      var low = scalar
      if scalar == "\\" {
        guard let next = rest.popFirst() else { break }
        if let known = Self.classes[next] {
          ranges += known
          continue
        }
        low = Self.control[next] ?? next
      }
      guard rest.first == "-", let after = rest.dropFirst().first, after != "]" else {
        ranges.append(low...low)
        continue
      }
      rest.removeFirst(2)
      var high = after
      if after == "\\", let next = rest.popFirst() { high = Self.control[next] ?? next }
      guard low <= high else { throw fault("`\(low)-\(high)` goes backwards") }
      ranges.append(low...high)
    }
    throw fault("a `]` is missing")
  }
}
