package import Ambience
package import Document

/// Something that another than the engine keeps in the journal, such as an incident of a watched application.
///
/// It has a place: a line of a page in a book. What is written to a place that is taken replaces what was there, and
/// nothing in it is secret.
package struct Note: Sendable, Hashable {
  package let book: String
  package let page: String
  /// Counted from 0; the first line says what the page is about.
  package let line: Int
  package let time: Timestamp
  /// Of a first line: whether nobody needs the page any more but to look back.
  package let isSettled: Bool
  package let record: Value
  /// Whether it is to be on the disk before it is told to be kept, as something outside follows it.
  ///
  /// That is for the store to heed; it isn't kept.
  package let isAwaited: Bool

  package init(
    book: String, page: String, line: Int = 0, time: Timestamp, isSettled: Bool = false, record: Value,
    isAwaited: Bool = true
  ) {
    self.book = book
    self.page = page
    self.line = line
    self.time = time
    self.isSettled = isSettled
    self.record = record
    self.isAwaited = isAwaited
  }
}

/// A page of a book of notes.
package struct NotePage: Sendable, Hashable {
  package let book: String
  package let page: String

  package init(book: String, page: String) {
    self.book = book
    self.page = page
  }
}
