import Document
import Templates

/// Where an operation stops and waits to be told to go on, such as `pre-create:Web`.
///
/// `*` and `?` stand for other letters, in both parts. A slash leads into the stack that a resource is:
/// `pre-create:Farm/Web*`.
package struct Breakpoint: Sendable, Hashable, CustomStringConvertible {
  private let moment: String
  private let path: [String]

  /// - Throws: `bad_breakpoint` for what isn't of the form `MOMENT:RESOURCE`.
  package init(_ text: String) throws(EngineError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[1].isEmpty else {
      throw EngineError(
        .badBreakpoint, "`\(text)` isn't of the form MOMENT:RESOURCE", hint: "such as pre-create:Web")
    }
    try self.init(parts[0], at: parts[1])
  }

  /// A breakpoint at the resources of a name, or of a path into the stacks inside.
  package init(_ moment: String, at resource: String) throws(EngineError) {
    let words = PausePoint.Moment.hooks.map(\.rawValue)
    guard words.contains(where: { FilePattern.matches($0, moment) }) else {
      throw EngineError(
        .badBreakpoint, "a breakpoint can't be at `\(moment)`",
        hint: nearest(to: moment, among: words).map { "did you mean \($0)?" }
          ?? "it can be at \(words.joined(separator: ", "))")
    }
    self.moment = moment
    path = resource.split(separator: "/").map(String.init)
    guard !path.isEmpty else {
      throw EngineError(.badBreakpoint, "a breakpoint needs a resource", hint: "such as pre-create:Web")
    }
  }

  private init(moment: String, path: [String]) {
    self.moment = moment
    self.path = path
  }

  package var description: String { "\(moment):\(path.joined(separator: "/"))" }

  func matches(_ point: PausePoint) -> Bool {
    path.count == 1 && point.moment != .failure && FilePattern.matches(point.moment.rawValue, moment)
      && FilePattern.matches(point.logicalID, path[0])
  }

  /// The same seen from inside of the stack that a resource is; nil when it isn't there.
  func inside(_ logicalID: String) -> Breakpoint? {
    guard path.count > 1, FilePattern.matches(logicalID, path[0]) else { return nil }
    return Breakpoint(moment: moment, path: Array(path.dropFirst()))
  }
}

extension ResourceRegistry {
  /// Its hooks as breakpoints.
  var breakpoints: [Breakpoint] {
    hooks.compactMap { try? Breakpoint($0.hook.rawValue, at: $0.path.joined(separator: "/")) }
  }
}
