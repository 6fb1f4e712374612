import Document
import HighAvailability

extension PolicyReader {
  private static let fileFields = ["policies", "budgets", "notify"]

  /// Reads a file: a policy, a list of policies, or a map with `policies` and perhaps `budgets` and `notify`.
  ///
  /// - Throws: All that is wrong with it, each with its place.
  mutating func file(_ source: Source) async throws -> PolicyFile {
    let root = try DocumentReader.any(source)
    var items = root.items ?? [root]
    var budgets: [Budget]?
    var targets: [NotifyTarget] = []
    if root.entries?.contains(where: { Self.fileFields.prefix(2).contains($0.key) }) ?? false {
      let fields = fields(of: root, "the file", Self.fileFields)
      items = fields["policies"].map { $0.value.items ?? [$0.value] } ?? []
      if fields["policies"] == nil { refuse("the file has no `policies`", at: root.place) }
      if let entry = fields["budgets"] { budgets = read(entry) }
      targets = await notified(fields["notify"])
    }
    var policies: [PolicyObject] = []
    for item in items {
      if let policy = await policy(item) { policies.append(policy) }
    }
    if policies.isEmpty, problems.isEmpty { refuse("the file has no policies", at: root.place) }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return PolicyFile(policies, source: source.text, budgets: budgets, targets: targets)
  }

  private mutating func read(_ entry: Node.Entry) -> [Budget]? {
    do { return try Budget.list(entry.value.value) } catch {
      let known = (error as? any Explainable)?.diagnostics.first
      refuse(known?.message ?? "\(error)", at: entry.value.place, hint: known?.hint)
      return nil
    }
  }
}
