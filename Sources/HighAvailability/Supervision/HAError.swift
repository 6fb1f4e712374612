package import Document

/// What a supervisor can't be asked.
package struct HAError: Error, Sendable, Hashable {
  package enum Code: String, Sendable {
    case duplicateApplication = "duplicate_application"
    case unknownApplication = "unknown_application"
    case unknownAlarm = "unknown_alarm"
    case unknownCheck = "unknown_check"
    /// Another supervisor watches the application.
    case standingBy = "standing_by"
    /// The supervisor hasn't begun, or has ended.
    case notWatching = "not_watching"
    case invalidPolicy = "invalid_policy"
    case unknownIncident = "unknown_incident"
    case invalidWindow = "invalid_window"
    case noMaintenance = "no_maintenance"
    /// It is to be tried again, and nobody has given it up.
    case notGivenUp = "not_given_up"
    /// What a store has of an incident or a watch can't be read.
    case damagedIncident = "damaged_incident"
    /// A restarter or its alarm in a template can't be made a policy.
    case invalidRestarter = "invalid_restarter"
    /// Plugins want to come before each other.
    case pluginCycle = "plugin_cycle"
    /// A plugin can't be loaded, or its own tests fail.
    case invalidPlugin = "invalid_plugin"
  }

  package let code: Code
  package let message: String
  package let hint: String?

  package init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }
}

extension HAError: Explainable {
  package var diagnostics: [Diagnostic] { [Diagnostic(.error, code.rawValue, message, hint: hint)] }
}

extension RemedyError: Explainable {
  package var diagnostics: [Diagnostic] { [Diagnostic(.error, "remedy_\(code.rawValue)", message)] }
}
