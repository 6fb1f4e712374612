/// What lies between two templates, part by part and property by property.
package struct TemplateDifference: Sendable {
  package enum Section: String, Sendable {
    case parameter, mapping, condition, resource, output
  }

  package enum Action: String, Sendable {
    case added, removed
    /// Changed without a new resource.
    case changed
    /// Deleted and made anew.
    case replaced
    /// Called by another logical ID, and else the same.
    case moved
  }

  /// A part that isn't the same in both.
  package struct Entry: Sendable {
    package let section: Section
    package let name: String
    /// The type of a resource or parameter.
    package let type: String?
    package let action: Action
    /// The logical ID in the first template, when the second says that it was moved.
    package let previousName: String?
    package let changes: [Change]
    /// Why it is replaced, where the changes don't say it.
    package let reason: String?
  }

  /// A property, or another member, that isn't the same in both.
  package struct Change: Sendable {
    /// The way to it: `Tags[1].Value`.
    package let path: String
    /// What it is in each, in a few words; nil where it isn't there.
    package let before: String?
    package let after: String?
    package let effect: ChangeEffect
    /// What it refers to that changes, when its own text is the same.
    package let cause: String?
  }

  package let entries: [Entry]

  package var isEmpty: Bool { entries.isEmpty }

  package subscript(section: Section, name: String) -> Entry? {
    entries.first { $0.section == section && $0.name == name }
  }
}
