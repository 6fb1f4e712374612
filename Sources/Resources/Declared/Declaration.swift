import Document
import OpenStack
import OrderedCollections
import StackEngine

/// What tells one type of resource from another where a resource is one thing in the cloud, made by one request.
///
/// The properties are those of the type's schema. Each goes into the request under its own name, with ids in the
/// place of names where the schema says what it refers to, unless `fields` says otherwise.
struct Declaration: Sendable {
  /// How a property gets into requests.
  enum Field: Sendable {
    /// Under another name.
    case named(String)
    /// Under another name, with the ids of things of a kind in the place of their names.
    case ids(String, @Sendable () -> ResourceKind)
    /// Its members are fields of the request themselves.
    case members
    /// In some other form: none, one or several fields.
    case made(@Sendable (Value, Making) async throws -> OrderedDictionary<String, Value>)
    /// By a request of its own once the thing is there, and again at each change.
    case set(@Sendable (Value, Making) async throws -> Void)
    /// Not at all: it says where the thing is, or means nothing to a cloud.
    case silent
  }

  /// How what a lost call made is found again.
  enum Mark: Sendable {
    /// Kiln's mark is the description, where the template gives none.
    case description
    /// Kiln's mark is among the metadata that the service keeps.
    case metadata
    /// The name is all that there is.
    case name
  }

  let type: String
  let kind: ResourceKind
  /// The property that says what the thing belongs to, and the path of that, with `{}` for its id.
  var parent: (property: String, path: String)?
  /// The id of what the thing belongs to, where the property alone doesn't say it.
  var owner: (@Sendable (ResourceCall, OpenStackContext) async throws -> String)?
  var mark = Mark.name
  var fields: [String: Field] = [:]
  /// Whether only what `fields` names goes into requests: all else means nothing to a cloud.
  var isSelective = false
  /// Whether the thing gets the physical name; nil for when a property is the name.
  var givesName: Bool?
  /// Fields that every one gets.
  var constants: OrderedDictionary<String, Value> = [:]
  /// What a property is set to when a template takes it away; null for those that aren't here.
  var defaults: [String: Value] = [:]
  /// What it is changed to before it can be deleted.
  var unmade: OrderedDictionary<String, Value> = [:]
  /// What isn't found under its own name in the service's answer.
  var attributes: [String: @Sendable (Value) -> Value?] = [:]
  var secretAttributes: Set<String> = []
  /// What `Ref` gives, where that isn't the id.
  var reference: (@Sendable (Value) -> Value?)?
  /// Whether it may not exist beside its replacement.
  var replacesAfterDelete = false
  /// Whether it is there for a while after its deletion began.
  var goesSlowly = false
  /// Whether the service refuses to make it while what it belongs to is changing.
  var waitsForParent = false

  init(_ type: String, _ kind: ResourceKind) {
    self.type = type
    self.kind = kind
  }

  /// The declaration with some of it changed.
  func with(_ change: (inout Declaration) -> Void) -> Declaration {
    var changed = self
    change(&changed)
    return changed
  }
}
