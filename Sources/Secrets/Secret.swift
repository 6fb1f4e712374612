/// A text that no log, event, error or journal can print.
///
/// Interpolating, describing, reflecting or dumping it gives `(secret)`; only `reveal()` gives the text, so a
/// search for that word finds each place that lets one out.
package struct Secret: Sendable, Hashable {
  private let text: String

  package init(_ text: String) { self.text = text }

  /// The text itself, for the one call that needs it.
  package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "(secret)" }
  package var debugDescription: String { "(secret)" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
