/// A value that most things of a kind don't have at a given time, and which then takes them one word.
@propertyWrapper
package struct Rare<Value: Sendable>: Sendable {
  private var values: [Value]

  package init(wrappedValue: Value?) { values = wrappedValue.map { [$0] } ?? [] }

  package var wrappedValue: Value? {
    get { values.first }
    set { values = newValue.map { [$0] } ?? [] }
  }
}
