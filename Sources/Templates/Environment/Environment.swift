package import Document
package import OrderedCollections

/// What an environment file says: values for parameters, and what resource types mean.
package struct Environment: Sendable {
  /// Somebody who wants to hear of a stack's events.
  package struct EventSink: Sendable, Equatable {
    package let type: String
    package let target: String
    /// How long events are kept, in seconds.
    package let lifetime: Int64?

    package init(type: String, target: String, lifetime: Int64? = nil) {
      self.type = type
      self.target = target
      self.lifetime = lifetime
    }
  }

  /// How a parameter's values in several environments become one.
  package enum MergeStrategy: String, Sendable, CaseIterable {
    /// The last one wins.
    case overwrite
    /// Lists are joined, maps get each other's members, texts are strung together, numbers added.
    case merge
    /// As `merge`, also for what is inside of maps.
    case deepMerge = "deep_merge"
  }

  package var parameters: OrderedDictionary<String, Value> = [:]
  /// Values for parameters that are given none; they take precedence over a template's own defaults, and
  /// names that a template lacks don't matter.
  package var parameterDefaults: OrderedDictionary<String, Value> = [:]
  package var registry = ResourceRegistry()
  /// The parameters whose values are secret whatever the template says.
  package var encryptedParameterNames: [String] = []
  package var eventSinks: [EventSink] = []
  /// The strategies by parameter; `defaultStrategy` is for the others.
  package var mergeStrategies: OrderedDictionary<String, MergeStrategy> = [:]
  package var defaultStrategy = MergeStrategy.overwrite
  /// Where each parameter's value stands, for those that come from a file.
  package var places: [String: Place] = [:]
  /// The files that it was read from, in their order.
  package var sources: [Source] = []

  package init() {}

  /// What it says of parameters, in ascending order of precedence.
  var values: [String: Value] {
    Dictionary(uniqueKeysWithValues: parameterDefaults.map { ($0, $1) })
      .merging(parameters.map { ($0, $1) }) { $1 }
  }
}

extension Template {
  /// The values of the parameters: those given, then the environment's, then defaults.
  package func parameterValues(
    given: [String: Value], environment: Environment, later: Set<String> = []
  ) throws(Diagnostics) -> ParameterValues {
    var unknown: [Diagnostic] = []
    var values: [String: Value] = [:]
    for (name, value) in environment.parameterDefaults where parameters[name] != nil { values[name] = value }
    for (name, value) in environment.parameters {
      if parameters[name] != nil {
        values[name] = value
      } else {
        let hint = nearest(to: name, among: parameters.keys).map { "did you mean `\($0)`?" }
        unknown.append(
          Diagnostic(
            "unknown_parameter", "the template has no parameter `\(name)`", at: environment.places[name],
            hint: hint ?? "`parameter_defaults` may name parameters that a template lacks"))
      }
    }
    values.merge(given) { $1 }
    let result: ParameterValues
    do throws(Diagnostics) {
      result = try ownParameterValues(given: values, later: later)
    } catch {
      throw Diagnostics(unknown + error.items)
    }
    if !unknown.isEmpty { throw Diagnostics(unknown) }
    return result.closing(environment.encryptedParameterNames)
  }
}

extension Environment {
  /// Leaves what holds for all templates: the defaults of parameters, and what types mean.
  mutating func forgetParameters() { parameters = [:] }
}
