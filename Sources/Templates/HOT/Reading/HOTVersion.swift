/// A version of Heat's template language (HOT), in the order in which they came.
package enum HOTVersion: String, CaseIterable, Sendable, Comparable {
  case icehouse = "2013-05-23"
  case juno = "2014-10-16"
  case kilo = "2015-04-30"
  case liberty = "2015-10-15"
  case mitaka = "2016-04-08"
  case newton = "2016-10-14"
  case ocata = "2017-02-24"
  case pike = "2017-09-01"
  case queens = "2018-03-02"
  case rocky = "2018-08-31"
  case wallaby = "2021-04-16"

  /// The versions that templates may also call by the name of Heat's release.
  static let named: [HOTVersion] = [.newton, .ocata, .pike, .queens, .rocky, .wallaby]

  /// A version by its date or its name.
  package init?(text: String) {
    if let version = HOTVersion(rawValue: text) {
      self = version
    } else if let version = Self.named.first(where: { "\($0)" == text }) {
      self = version
    } else {
      return nil
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The date, with the release's name where a template may use that too.
  var words: String { Self.named.contains(self) ? "\(rawValue) (\(self))" : rawValue }
}

extension HOTVersion {
  /// Which versions have a function.
  struct Span {
    let first: HOTVersion
    /// The version that no longer has it.
    var removed: HOTVersion?
    /// What to use instead, when it is removed.
    var successor: String?

    func contains(_ version: HOTVersion) -> Bool {
      version >= first && removed.map { version < $0 } != false
    }
  }

  /// The functions by name; Heat's user guide has the list for each version.
  static let functions: [String: Span] = [
    "get_param": Span(first: .icehouse), "get_resource": Span(first: .icehouse),
    "get_attr": Span(first: .icehouse), "get_file": Span(first: .icehouse),
    "list_join": Span(first: .icehouse), "str_replace": Span(first: .icehouse),
    "resource_facade": Span(first: .icehouse),
    "repeat": Span(first: .kilo), "digest": Span(first: .kilo),
    "str_split": Span(first: .liberty), "map_merge": Span(first: .mitaka),
    "map_replace": Span(first: .newton), "yaql": Span(first: .newton), "if": Span(first: .newton),
    "filter": Span(first: .ocata), "str_replace_strict": Span(first: .ocata),
    "str_replace_vstrict": Span(first: .pike), "make_url": Span(first: .pike),
    "list_concat": Span(first: .pike), "list_concat_unique": Span(first: .pike),
    "contains": Span(first: .pike),
    "Fn::Select": removed(.liberty, "get_param or get_attr with a path"),
    "Fn::GetAZs": removed(.juno, nil), "Fn::Join": removed(.juno, "list_join"),
    "Fn::Split": removed(.juno, "str_split"), "Fn::Replace": removed(.juno, "str_replace"),
    "Fn::Base64": removed(.juno, nil), "Fn::MemberListToMap": removed(.juno, nil),
    "Fn::ResourceFacade": removed(.juno, "resource_facade"),
    "Ref": removed(.juno, "get_param or get_resource"),
  ]

  /// The functions that a condition may be made of.
  static let conditionFunctions: [String: Span] = [
    "get_param": Span(first: .newton), "equals": Span(first: .newton), "not": Span(first: .newton),
    "and": Span(first: .newton), "or": Span(first: .newton), "yaql": Span(first: .pike),
    "contains": Span(first: .pike),
  ]

  private static func removed(_ version: HOTVersion, _ successor: String?) -> Span {
    Span(first: .icehouse, removed: version, successor: successor)
  }
}
