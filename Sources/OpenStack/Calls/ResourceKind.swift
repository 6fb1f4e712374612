package import Document

/// One kind of resource as data: where its API has it, what it calls it, and what can be done with it.
///
/// A kind is all that it takes to list, get, find, create, change, delete and wait for its resources, in Swift
/// and in Lua; what only it can do is among its actions and its children.
package struct ResourceKind: Sendable {
  /// What is under `/` or under a part of it that only the login tells.
  package enum Root: Sendable {
    case service
    /// The user who is logged in.
    case currentUser
  }

  /// The shape of requests and answers.
  package enum Style: Sendable {
    /// Inside a member named after the kind.
    case enveloped
    /// As they are.
    case bare
    /// Swift's: the facts are headers.
    case headers
  }

  package enum Update: String, Sendable {
    case put = "PUT"
    case patch = "PATCH"
    case post = "POST"
    /// Glance's list of steps (RFC 6902).
    case jsonPatch = "JSON"
  }

  package enum Verb: Sendable, CaseIterable { case list, get, create, update, delete }

  /// How Nova and the others pick by name in a list.
  package enum NameFilter: Sendable {
    case none
    case exact
    /// A regular expression.
    case pattern
  }

  package let service: Service
  /// Where they are, such as `/servers`.
  package let path: String
  /// Where they are listed with all fields.
  let listPath: String
  /// The name of one and of several in JSON.
  package let singular: String
  let plural: String
  /// What people call one.
  package let label: String
  /// One and several in scripts, such as `floating_ip`.
  package let word: String
  package let words: String
  /// What one is: a sentence without its subject, for help.
  package let summary: String
  /// What people see of one in a table; its name, state and id when nothing else is said.
  let columns: [Column]
  let idField: String
  /// The fields that make up its place in paths, where that is more than the id.
  let addressFields: [String]
  /// Whether one is got by its name as well as by its id.
  package let isGotByName: Bool
  package let nameField: String?
  let nameFilter: NameFilter
  let root: Root
  let style: Style
  let update: Update
  package let verbs: Set<Verb>
  package let life: Life?
  /// The fields of a new one that scripts may give in other words than the API's, or by name for an id.
  package let fields: [Parameter]
  package let actions: [Action]
  /// What each of them has, at paths under its own.
  package let children: [ResourceKind]
  let needs: Microversion?
  /// Puts the value of a field in the form that the API wants, where that is none of its own.
  let shaped: (@Sendable (_ field: String, _ value: Value) -> Value?)?

  package init(
    _ service: Service, _ path: String, singular: String, plural: String, label: String? = nil,
    word: String? = nil, words: String? = nil, summary: String = "", columns: [Column] = [],
    listPath: String? = nil,
    idField: String = "id", addressFields: [String] = [], isGotByName: Bool = false,
    nameField: String? = "name", nameFilter: NameFilter = .exact,
    root: Root = .service, style: Style = .enveloped, update: Update = .put,
    verbs: Set<Verb> = Set(Verb.allCases), life: Life? = nil, fields: [Parameter] = [],
    actions: [Action] = [], children: [ResourceKind] = [], needs: Microversion? = nil,
    shaped: (@Sendable (_ field: String, _ value: Value) -> Value?)? = nil
  ) {
    let word = word ?? singular
    self.service = service
    self.path = path
    self.listPath = listPath ?? path
    self.singular = singular
    self.plural = plural
    self.label = label ?? word.replacing("_", with: " ")
    self.word = word
    self.words = words ?? (word.hasSuffix("y") ? word.dropLast() + "ies" : word + "s")
    self.summary = summary
    self.columns = columns
    self.idField = idField
    self.addressFields = addressFields
    self.isGotByName = isGotByName || nameField == idField
    self.nameField = nameField
    self.nameFilter = nameField == nil ? .none : nameFilter
    self.root = root
    self.style = style
    self.update = update
    self.verbs = verbs
    self.life = life
    self.fields = fields
    self.actions = actions
    self.children = children
    self.needs = needs
    self.shaped = shaped
  }
}

extension Set<ResourceKind.Verb> {
  package static let readOnly: Self = [.list, .get]
  package static let listOnly: Self = [.list]
  /// Made and deleted, never changed.
  package static let fixed: Self = [.list, .get, .create, .delete]
}
