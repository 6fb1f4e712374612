/// The texts of templates, for those who decode the records that name them: each comes from the store once, and is
/// shared.
final class TemplateTexts {
  /// A text that the store should have, and has not.
  struct Missing: Error {
    let template: String
    let stack: String
  }

  typealias Find = (_ stack: String, _ digest: String) throws -> String?

  private var known: [String: String] = [:]
  private let find: Find

  init(find: @escaping Find = { _, _ in nil }) { self.find = find }

  /// Adds a text that has come from elsewhere.
  func add(_ digest: String, _ text: String) { known[digest] = text }

  /// The text of a stack's template, which messages call by its name.
  func text(_ stack: String, _ digest: String, called name: String) throws -> String {
    if let text = known[digest] { return text }
    guard let text = try find(stack, digest) else { throw Missing(template: name, stack: stack) }
    known[digest] = text
    return text
  }
}
