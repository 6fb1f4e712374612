/// A time that may be none, in one word instead of three: to the nanosecond, within 146 years.
@propertyWrapper
struct Brief: Sendable {
  private var nanoseconds = Int64.min

  init(wrappedValue: Duration? = nil) { self.wrappedValue = wrappedValue }

  var wrappedValue: Duration? {
    get { nanoseconds == .min ? nil : .nanoseconds(nanoseconds) }
    set { nanoseconds = newValue?.nanoseconds ?? .min }
  }
}
