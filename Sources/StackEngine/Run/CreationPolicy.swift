import Document

/// What a resource's `CreationPolicy` waits for before the resource counts as created: signals of its guests.
///
/// Source: "CreationPolicy attribute" of the CloudFormation Template Reference, which has the defaults, too.
struct CreationPolicy: Hashable {
  /// How many signals are expected.
  let count: Int
  /// How many of them must say that all went well.
  let required: Int
  let timeout: Duration

  /// Reads an evaluated policy; nil when it asks for no signals.
  ///
  /// - Throws: `bad_creation_policy`.
  init?(_ policy: Value) throws {
    guard let signal = policy["ResourceSignal"], !signal.isNull else { return nil }
    func number(_ value: Value?, _ name: String, _ range: ClosedRange<Int>, otherwise: Int) throws -> Int {
      guard let value, !value.isNull else { return otherwise }
      guard let number = value.scalarText.flatMap({ Int($0) }), range.contains(number) else {
        throw Self.bad("\(name) is a number from \(range.lowerBound) to \(range.upperBound)", value)
      }
      return number
    }
    count = try number(signal["Count"], "Count", 0...100_000, otherwise: 1)
    let percent = try number(
      policy["AutoScalingCreationPolicy"]?["MinSuccessfulInstancesPercent"], "MinSuccessfulInstancesPercent",
      0...100, otherwise: 100)
    required = (count * percent + 99) / 100
    let text = signal["Timeout"]?.scalarText ?? "PT5M"
    guard let timeout = Duration(iso8601: text) else {
      throw Self.bad("Timeout is an ISO 8601 duration such as PT15M", .string(text))
    }
    self.timeout = timeout
  }

  private static func bad(_ rule: String, _ value: Value) -> EngineError {
    EngineError(.badCreationPolicy, "CreationPolicy: \(rule), not \(value.scalarText ?? value.jsonText())")
  }
}

extension Duration {
  /// Reads an ISO 8601 duration of days, hours, minutes and whole seconds, such as `PT1H30M`.
  init?(iso8601 text: String) {
    let form = /P(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?/
    guard let parts = text.wholeMatch(of: form)?.output else { return nil }
    let spans = [(parts.1, 86_400), (parts.2, 3600), (parts.3, 60), (parts.4, 1)]
    if spans.allSatisfy({ $0.0 == nil }) { return nil }
    self = .seconds(spans.reduce(0) { $0 + ($1.0.flatMap { Int($0) } ?? 0) * $1.1 })
  }
}
