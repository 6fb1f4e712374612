import HighAvailability

/// Who is a part of whom among the applications of a life.
struct Kinship: Sendable {
  private var parents: [String: String] = [:]
  private var parts: [String: [String]] = [:]

  init(_ policies: [ApplicationPolicy]) {
    for policy in policies {
      guard let parent = policy.relations.parent else { continue }
      parents[policy.name] = parent
      parts[parent, default: []].append(policy.name)
    }
  }

  /// What an application is a part of, from the inside out.
  func ancestors(of name: String) -> [String] {
    var found: [String] = []
    while let parent = parents[found.last ?? name] { found.append(parent) }
    return found
  }

  func parts(of name: String) -> [String] { parts[name] ?? [] }

  /// The parts of an application, and theirs.
  func descendants(of name: String) -> [String] {
    parts(of: name).flatMap { [$0] + descendants(of: $0) }
  }
}
