/// How a check is asked, whatever it asks: of many thousand applications most are asked alike.
struct Manner: Sendable, Hashable {
  var every: Duration
  var timeout: Duration
  var rules: JudgeRules
  var keepsConnection = false
}

/// A manner that takes each check one word.
final class SharedManner: Sendable {
  let value: Manner

  init(_ value: Manner) { self.value = value }

  func changed(_ change: (inout Manner) -> Void) -> SharedManner {
    var value = value
    change(&value)
    return SharedManner(value)
  }
}

/// The manners of many checks, each once.
struct MannerPool {
  /// How many are known at once; who has more of them gains little.
  private static let limit = 1000

  private var known: [Manner: SharedManner] = [:]

  /// The one that stands for all that are the same.
  mutating func shared(_ manner: SharedManner) -> SharedManner {
    if let found = known[manner.value] { return found }
    if known.count >= Self.limit { known = [:] }
    known[manner.value] = manner
    return manner
  }
}
