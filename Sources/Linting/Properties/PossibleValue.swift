import Document

/// A value that a call can give, as far as the template itself says it.
struct PossibleValue {
  var value: Value
  /// The default, allowed value or bound of the parameter that it is, untouched by any function.
  var origin: Place?
  /// Whether a parameter decided on it: then each of its values counts, else one that fits is enough.
  var isFromParameter = false
  /// What parameters are taken to be for it.
  var given: [String: String] = [:]

  /// A value made from this one.
  func with(_ value: Value, keepsOrigin: Bool = false) -> PossibleValue {
    PossibleValue(
      value: value, origin: keepsOrigin ? origin : nil, isFromParameter: isFromParameter, given: given)
  }
}
