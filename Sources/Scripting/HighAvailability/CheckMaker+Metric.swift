import HighAvailability
import LuaRuntime

extension CheckMaker {
  /// Checks that go by pushed samples, with the terms of CloudWatch.
  var metric: LuaFunctionDeclaration {
    Function(
      "metric",
      "Goes by samples that guests push, as `AWS::CloudWatch::Alarm` does; `supervisor:metric` pushes them.",
      [LuaParameter("options", .options(Self.metricOptions))],
      returns: [LuaParameter("check", .object("kiln.Check"))]
    ) { arguments in
      let options = arguments.options("options")
      var check = Check.metric(try Self.alarm(options))
      if let every: Span = try options.optional("every") { check.every = every.duration }
      try check.validate()
      return [.object(CheckObject(check))]
    }.declaration
  }

  private static let metricOptions = [
    LuaParameter("name", .string, "The alarm's name, which samples are pushed for."),
    LuaParameter("metric", .string, "The name of the samples."),
    LuaParameter("threshold", .number),
    LuaParameter("comparison", .optional(.string), "`>`, `>=`, `<` or `<=`; `>` if not given."),
    LuaParameter(
      "statistic", .optional(.string),
      "`SampleCount`, `Average`, `Sum`, `Minimum` or `Maximum` of a period; `SampleCount` if not given."),
    LuaParameter("period", .optional(Span.type), "5 min if not given."),
    LuaParameter(
      "periods", .optional(.integer), "How many of the last periods are looked at; 1 if not given."),
    LuaParameter("datapoints", .optional(.integer), "How many of these must breach; all if not given."),
    LuaParameter(
      "missing", .optional(.string),
      "What a period without samples is: `missing`, `breaching`, `notBreaching` or `ignore`; `missing` if not given."
    ),
    LuaParameter(
      "every", .optional(Span.type), "How often it is judged besides at each sample; 60 s if not given."),
  ]

  private static func alarm(_ options: LuaArguments) throws -> MetricAlarm {
    let periods: Int = try options.optional("periods") ?? 1
    let datapoints: Int? = try options.optional("datapoints")
    guard (1...1000).contains(periods), (1...periods).contains(datapoints ?? periods) else {
      throw LuaError(
        .badArgument, "\(datapoints ?? periods) of \(periods) periods can't breach",
        hint: "periods is from 1 to 1000, and datapoints from 1 to that")
    }
    let period = try options.optional("period", as: Span.self)?.duration ?? .seconds(300)
    guard period >= .seconds(1), period <= .seconds(31_536_000) else {
      throw LuaError(
        .badArgument, "a period of \(period.phrase) is too short or too long", hint: "from 1s to 365d")
    }
    return MetricAlarm(
      name: try options("name"), metric: try options("metric"),
      statistic: try choice(options, "statistic", MetricAlarm.Statistic.allCases, \.rawValue) ?? .sampleCount,
      comparison: try choice(options, "comparison", MetricAlarm.Comparison.allCases, \.sign) ?? .greater,
      threshold: try options("threshold"), period: period, evaluationPeriods: periods,
      datapointsToAlarm: datapoints,
      missingData: try choice(options, "missing", MetricAlarm.MissingData.allCases, \.rawValue) ?? .missing)
  }

  private static func choice<Choice>(
    _ options: LuaArguments, _ name: String, _ all: [Choice], _ word: (Choice) -> String
  ) throws -> Choice? {
    guard let given: String = try options.optional(name) else { return nil }
    guard let choice = all.first(where: { word($0) == given }) else {
      throw LuaError(
        .badArgument, "\(name) is \"\(given)\"", hint: "it is one of " + all.map(word).joined(separator: ", ")
      )
    }
    return choice
  }
}

extension MetricAlarm.Comparison {
  /// The comparison as programs write it.
  fileprivate var sign: String {
    switch self {
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .less: "<"
    case .lessOrEqual: "<="
    }
  }
}
