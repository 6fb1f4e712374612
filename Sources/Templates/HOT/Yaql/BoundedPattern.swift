/// A regular expression whose matching ends within a bound of steps, whatever the pattern.
///
/// It has what Python's and Ruby's patterns share: alternatives, groups, `* + ? {m,n}` greedy and lazy,
/// classes, `\d \w \s \b` and anchors. It has no lookaround and no references back.
struct BoundedPattern {
  struct Fault: Error {
    let message: String
  }

  indirect enum Piece {
    case scalar(Unicode.Scalar)
    case any
    case set([ClosedRange<Unicode.Scalar>], isInverted: Bool)
    case start, end, boundary(Bool)
    case group(number: Int?, [[Piece]])
    case repeated(Piece, least: Int, most: Int, isLazy: Bool)
  }

  /// How many steps one search may take.
  private static let stepLimit = 200_000
  /// How deep the matcher may go, which the stack bounds.
  private static let depthLimit = 2_000

  private let alternatives: [[Piece]]
  private let groupCount: Int

  init(_ pattern: String) throws(Fault) {
    var parser = BoundedPatternParser(pattern)
    alternatives = try parser.alternatives()
    groupCount = parser.groupCount
  }

  /// The first match at or after a place.
  func search(_ text: [Unicode.Scalar], from start: Int) throws(YaqlFault) -> YaqlPattern.Match? {
    var run = Run(text, groupCount)
    for place in start...max(start, text.count) where place <= text.count {
      if let match = try match(&run, place) { return match }
    }
    return nil
  }

  func match(_ text: [Unicode.Scalar], from start: Int) throws(YaqlFault) -> YaqlPattern.Match? {
    var run = Run(text, groupCount)
    return try match(&run, start)
  }

  private func match(_ run: inout Run, _ start: Int) throws(YaqlFault) -> YaqlPattern.Match? {
    run.groups = Array(repeating: nil, count: groupCount)
    run.finish = nil
    guard try run.matchAny(alternatives, at: start, then: nil), let end = run.finish else { return nil }
    let groups = run.groups.map { range in
      range.map { range in
        var view = String.UnicodeScalarView()
        view.append(contentsOf: run.text[range])
        return String(view)
      }
    }
    return YaqlPattern.Match(range: start..<end, groups: groups)
  }

  /// What is left to match after a piece.
  private final class Rest {
    let work: Work
    let next: Rest?

    init(_ work: Work, _ next: Rest?) {
      self.work = work
      self.next = next
    }
  }

  private enum Work {
    case pieces(ArraySlice<Piece>)
    case closeGroup(Int, start: Int)
    case again(Piece, least: Int, most: Int, isLazy: Bool, from: Int)
  }

  private struct Run {
    let text: [Unicode.Scalar]
    var groups: [Range<Int>?]
    var finish: Int?
    private var steps = 0
    private var depth = 0

    init(_ text: [Unicode.Scalar], _ groupCount: Int) {
      self.text = text
      groups = Array(repeating: nil, count: groupCount)
    }

    private mutating func step() throws(YaqlFault) {
      steps += 1
      guard steps <= BoundedPattern.stepLimit, depth <= BoundedPattern.depthLimit else {
        throw YaqlFault("the pattern takes too long on this text", hint: "make it simpler")
      }
    }

    mutating func matchAny(_ alternatives: [[Piece]], at place: Int, then rest: Rest?) throws(YaqlFault)
      -> Bool
    {
      for pieces in alternatives {
        if try match(pieces[...], at: place, then: rest) { return true }
      }
      return false
    }

    private mutating func match(_ pieces: ArraySlice<Piece>, at place: Int, then rest: Rest?)
      throws(YaqlFault) -> Bool
    {
      depth += 1
      defer { depth -= 1 }
      var pieces = pieces
      var place = place
      while let piece = pieces.popFirst() {
        try step()
        switch piece {
        case .group(let number, let inner):
          var next: Rest? = Rest(.pieces(pieces), rest)
          if let number { next = Rest(.closeGroup(number, start: place), next) }
          return try matchAny(inner, at: place, then: next)
        case .repeated(let inner, let least, let most, let isLazy):
          let next = Rest(.pieces(pieces), rest)
          return try again(inner, least, most, isLazy, at: place, from: -1, then: next)
        default:
          guard let end = advance(piece, place) else { return false }
          place = end
        }
      }
      return try go(on: rest, at: place)
    }

    private mutating func go(on rest: Rest?, at place: Int) throws(YaqlFault) -> Bool {
      guard let rest else {
        finish = place
        return true
      }
      switch rest.work {
      case .pieces(let pieces): return try match(pieces, at: place, then: rest.next)
      case .closeGroup(let number, let start):
        let old = groups[number]
        groups[number] = start..<place
        if try go(on: rest.next, at: place) { return true }
        groups[number] = old
        return false
      case .again(let piece, let least, let most, let isLazy, let from):
        return try again(piece, least, most, isLazy, at: place, from: from, then: rest.next)
      }
    }

    /// One more turn of a repetition, or on; a turn that took nothing ends it.
    private mutating func again(
      _ piece: Piece, _ least: Int, _ most: Int, _ isLazy: Bool, at place: Int, from: Int, then rest: Rest?
    ) throws(YaqlFault) -> Bool {
      try step()
      depth += 1
      defer { depth -= 1 }
      if most == 0 || place == from { return try go(on: rest, at: place) }
      if isLazy, least == 0, try go(on: rest, at: place) { return true }
      let next = Rest(
        .again(
          piece, least: max(0, least - 1), most: most == .max ? most : most - 1, isLazy: isLazy, from: place),
        rest)
      if try match([piece][...], at: place, then: next) { return true }
      return !isLazy && least == 0 ? try go(on: rest, at: place) : false
    }

    private func advance(_ piece: Piece, _ place: Int) -> Int? {
      switch piece {
      case .start: return place == 0 ? place : nil
      case .end: return place == text.count || (place == text.count - 1 && text[place] == "\n") ? place : nil
      case .boundary(let isWanted):
        let before = place > 0 && Self.isWord(text[place - 1])
        let after = place < text.count && Self.isWord(text[place])
        return (before != after) == isWanted ? place : nil
      case .scalar(let scalar): return place < text.count && text[place] == scalar ? place + 1 : nil
      case .any: return place < text.count && text[place] != "\n" ? place + 1 : nil
      case .set(let ranges, let isInverted):
        guard place < text.count else { return nil }
        return ranges.contains { $0.contains(text[place]) } != isInverted ? place + 1 : nil
      case .group, .repeated: return nil
      }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
      scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    }
  }
}
