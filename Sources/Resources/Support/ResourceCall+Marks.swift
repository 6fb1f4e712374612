import Document
import OrderedCollections
import StackEngine

extension ResourceCall {
  /// What the cloud keeps with a resource so that kiln finds it again.
  var marks: [String: String] {
    [
      "kiln:stack": stack.name, "kiln:stack_id": stack.id, "kiln:logical_id": logicalID,
      "kiln:token": physicalName,
    ]
  }

  /// What the cloud keeps as metadata: the stack's tags, a resource's own words, which count more, and the marks.
  func labels(_ own: [String: String]) -> [String: String] {
    Self.labels(own, and: stackTags).merging(marks) { $1 }
  }

  static func labels(_ own: [String: String], and tags: Tags) -> [String: String] {
    Dictionary(uniqueKeysWithValues: tags.map { ($0, $1) }).merging(own) { $1 }
  }

  var token: [String: String] { ["kiln:token": physicalName] }

  /// The mark as one line, for what keeps a description only.
  var description: String { "kiln \(physicalName)" }

  /// A property's text; nil when it isn't given or says nothing.
  func text(_ name: String) -> String? {
    properties[name]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
  }

  func required(_ name: String) throws -> String {
    if let text = text(name) { return text }
    throw ResourceError(.badProperty, "\(logicalID) needs \(name)")
  }

  func texts(_ name: String) -> [String] { (properties[name]?.list ?? []).compactMap(\.scalarText) }

  /// `Tags` as a dictionary.
  var tags: [String: String] { Self.tags(properties) }

  static func tags(_ properties: Properties) -> [String: String] {
    var tags: [String: String] = [:]
    for tag in properties["Tags"]?.list ?? [] {
      if let key = tag["Key"]?.scalarText { tags[key] = tag["Value"]?.scalarText ?? "" }
    }
    return tags
  }

  /// Takes a step whose result is an id.
  func stepID(
    _ key: String, find: @escaping () async throws -> String?, change: () async throws -> String
  ) async throws -> String {
    let result = try await step(
      key, find: { try await find().map { .string($0) } }, change: { .string(try await change()) })
    return result.string ?? ""
  }
}
