package import Document
package import OrderedCollections

/// The words that a stack is tagged with, by their keys.
package typealias Tags = OrderedDictionary<String, String>

extension Tags {
  private static let mostTags = 50
  private static let longestKey = 128
  private static let longestValue = 255
  /// The one mark of kiln's that is the user's to set: `off` keeps hands off what fails.
  package static let highAvailability = "kiln:ha"

  /// - Throws: `bad_tag` for what no cloud keeps.
  func check() throws {
    if count > Self.mostTags {
      throw EngineError(.badTag, "there are \(count) tags", hint: "at most \(Self.mostTags) are kept")
    }
    for (key, value) in self {
      if key.isEmpty || key.count > Self.longestKey {
        throw EngineError(
          .badTag, "`\(key)` can't be a tag's key", hint: "it has 1 to \(Self.longestKey) characters")
      }
      if key.hasPrefix("kiln:"), key != Self.highAvailability {
        throw EngineError(
          .badTag, "`\(key)` can't be a tag's key", hint: "kiln keeps its own marks as `kiln:…`")
      }
      if value.count > Self.longestValue {
        throw EngineError(
          .badTag, "the tag `\(key)` has \(value.count) characters",
          hint: "at most \(Self.longestValue) are kept")
      }
    }
  }

  /// The tags as a map.
  package var value: Document.Value { .map(mapValues { .string($0) }) }

  /// Whether these have all of those tags; a value of those that is empty stands for any.
  func have(_ others: Tags) -> Bool {
    others.allSatisfy { key, value in self[key].map { value.isEmpty || $0 == value } ?? false }
  }
}
