import Simulation
import Synchronization

/// Lots drawn from a seed, by any task: what happens in a life, and nothing else, depends on them.
final class Lots: Sendable {
  private let dice: Mutex<Dice>

  init(seed: UInt64) { dice = Mutex(Dice(seed: seed)) }

  /// A number from 0 up to `count`, which must be more than 0.
  func below(_ count: Int) -> Int { dice.withLock { $0.index(below: count) } }

  func isDrawn(_ chance: Double) -> Bool {
    chance > 0 && Double(dice.withLock { $0.next() } >> 11) / Double(1 << 53) < chance
  }

  /// One of these; nil of none.
  func pick<Item>(_ items: [Item]) -> Item? { items.isEmpty ? nil : items[below(items.count)] }

  /// Up to `most` of these, in their order.
  func some<Item>(_ items: [Item], most: Int) -> [Item] {
    var left = items.isEmpty ? 0 : below(min(most, items.count) + 1)
    var found: [Item] = []
    for (index, item) in items.enumerated() where left > 0 && below(items.count - index) < left {
      found.append(item)
      left -= 1
    }
    return found
  }

  /// A span of so many milliseconds at most, shorter ones more often.
  func span(upTo milliseconds: Int) -> Duration { .milliseconds(below(below(milliseconds) + 1)) }
}
