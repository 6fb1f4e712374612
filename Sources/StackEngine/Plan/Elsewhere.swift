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
  /// The names of what each stack exports.
  private var exportNames: [String: [String]] = [:]
  /// The outputs and exports that aren't known yet, and what they come from.
  private var laterOutputs: [String: [String: Set<String>]] = [:]
  private var laterExports: [String: Set<String>] = [:]
  /// What has been fetched of what dynamic references stand for.
  var references: [DynamicReference: Evaluated] = [:]

  init() {}

  /// What the journal's stacks offer.
  init(_ journal: any Journal) async throws {
    for head in try await journal.summaries(includingDeleted: false) {
      set(head.outputs, of: head.identity.name)
    }
  }

  /// Takes note of what a stack offers.
  mutating func set(_ records: OrderedDictionary<String, OutputRecord>, of stack: String) {
    outputs[stack] = Dictionary(uniqueKeysWithValues: records.map { ($0, $1.content) })
    for output in records.values {
      guard let name = output.exportName else { continue }
      exports[name] = output.content
      exportNames[stack, default: []].append(name)
    }
  }

  /// Takes note of what a stack is going to offer in the place of what it does.
  mutating func expect(_ planned: OrderedDictionary<String, PlannedOutput>, of stack: String) {
    for name in exportNames[stack] ?? [] { exports[name] = nil }
    outputs[stack] = [:]
    laterOutputs[stack] = [:]
    for (name, output) in planned {
      if let record = output.record {
        outputs[stack]?[name] = record.content
        if let export = output.exportName { exports[export] = record.content }
      } else {
        let needs: Set = ["\(stack).\(name)"]
        laterOutputs[stack]?[name] = needs
        if let export = output.exportName { laterExports[export] = needs }
      }
    }
  }

  func export(_ name: String) -> Evaluated? {
    laterExports[name].map { .later(needs: $0) } ?? exports[name]?.evaluated
  }

  func output(_ name: String, of stack: String) -> Evaluated? {
    laterOutputs[stack]?[name].map { .later(needs: $0) } ?? outputs[stack]?[name]?.evaluated
  }

  /// The names of a stack's outputs.
  func names(of stack: String) -> [String] {
    Array(outputs[stack, default: [:]].keys) + Array(laterOutputs[stack, default: [:]].keys)
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
