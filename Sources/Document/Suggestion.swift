/// The known name nearest to a wrong one, when it is near enough to be what was meant.
///
/// The distance is Damerau-Levenshtein's (optimal string alignment), without regard to case; near means at
/// most a third of the longer name, and at least one letter.
package func nearest<Names: Sequence>(to wrong: String, among names: Names) -> String?
where Names.Element == String {
  let target = Array(wrong.lowercased())
  var best: (name: String, distance: Int)?
  for name in names {
    let limit = min(max(1, max(target.count, name.count) / 3), (best?.distance ?? .max) - 1)
    guard limit >= 0, abs(name.count - target.count) <= limit else { continue }
    let distance = distance(target, Array(name.lowercased()))
    if distance <= limit { best = (name, distance) }
  }
  return best?.name
}

private func distance(_ left: [Character], _ right: [Character]) -> Int {
  if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for row in 1...left.count {
    var current = [row]
    for column in 1...right.count {
      let cost = left[row - 1] == right[column - 1] ? 0 : 1
      var least = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
      if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
        least = min(least, beforeLast[column - 2] + 1)
      }
      current.append(least)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
