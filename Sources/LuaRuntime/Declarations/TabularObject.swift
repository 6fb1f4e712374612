package import Document

/// An object that people see as facts: as a row among others of its kind, and as a card when it stands alone.
package protocol TabularObject: LuaObject {
  /// What kind of thing it is, and what it is called.
  var heading: String { get }
  /// The facts that matter, by their titles; null where there is nothing to say.
  var facts: [(title: String, value: Value)] { get }
  /// How many fields it has altogether.
  var fieldCount: Int { get }
}
