import Document
import OrderedCollections
import Secrets
package import Templates

/// What a stack's expressions can ask for that lies outside of it: other stacks' outputs, and values that are
/// stored elsewhere.
struct Elsewhere: Sendable {
  /// The outputs that stacks export, by export name.
  var exports: [String: OutputRecord.Content] = [:]
  /// The outputs of stacks, by the stack's name.
  var outputs: [String: [String: OutputRecord.Content]] = [:]
  /// What has been fetched of what dynamic references stand for.
  var references: [DynamicReference: Evaluated] = [:]

  init() {}

  /// What the journal's stacks offer.
  init(_ journal: any Journal) async throws {
    for head in try await journal.stacks(includingDeleted: false) {
      set(head.outputs, of: head.identity.name)
    }
  }

  /// Takes note of what a stack offers.
  mutating func set(_ records: OrderedDictionary<String, OutputRecord>, of stack: String) {
    outputs[stack] = Dictionary(uniqueKeysWithValues: records.map { ($0, $1.content) })
    for output in records.values {
      if let name = output.exportName { exports[name] = output.content }
    }
  }

  /// Fetches what isn't known yet; what the source doesn't know stays unknown, which evaluation then tells.
  mutating func fetch(_ wanted: [DynamicReference], from source: any ReferenceSource) async throws {
    for reference in wanted where references[reference] == nil {
      references[reference] = try await source.value(of: reference)
    }
  }
}

extension OutputRecord.Content {
  var evaluated: Evaluated {
    switch self {
    case .plain(let value): .known(value, isSecret: false)
    case .secret(let secret): .known(.string(secret.reveal()), isSecret: true)
    }
  }
}

/// Fetches what dynamic references (`{{resolve:service:…}}`) stand for.
package protocol ReferenceSource: Sendable {
  /// The value, and whether it is a secret; nil when this source doesn't know the reference's service.
  ///
  /// - Throws: What is wrong with the reference or with where it leads.
  func value(of reference: DynamicReference) async throws -> Evaluated?
}

/// Asks several sources, one after the other.
package struct ReferenceSources: ReferenceSource {
  private let sources: [any ReferenceSource]

  package init(_ sources: [any ReferenceSource] = []) { self.sources = sources }

  package func value(of reference: DynamicReference) async throws -> Evaluated? {
    for source in sources {
      if let value = try await source.value(of: reference) { return value }
    }
    return nil
  }
}
