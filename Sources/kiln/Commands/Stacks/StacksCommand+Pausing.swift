import Ambience
import ArgumentParser
import Document
import OrderedCollections
import Shell
import StackEngine

extension StacksCommand {
  struct Clear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a resource's step go on that waits at a breakpoint or after its failure.",
      discussion: """
        Whichever process runs the operation. It returns when that is asked to; `events --follow` shows what comes \
        of it. `show` tells what waits.
        """)
    @Argument(help: "The stack's name.") var name: String
    @Argument(
      help: "The resource's logical ID; of a stack inside by its path, such as Farm/Web.")
    var resource: String
    @Option(help: "At which hook; the one where it waits if not given.") var hook: PausePoint.Moment?
    @Flag(exclusivity: .exclusive) var decision: PauseDecision?
    @OptionGroup var cloud: CloudOptions

    func run() async throws { try await engine(cloud).clear(name, resource, at: hook, decision) }
  }
}

extension PausePoint.Moment: ExpressibleByArgument {}

extension PauseDecision: EnumerableFlag {
  static func help(for value: PauseDecision) -> ArgumentHelp? {
    switch value {
    case .goOn: "Lets it go on, which is so if nothing is said."
    case .skip: "Leaves the resource as it is."
    case .fail: "Lets the step fail."
    case .retry: "Takes a step again that has failed, which is so if nothing is said."
    }
  }
}

extension WaitingPause {
  /// What waits and where, in a line.
  var line: String {
    let reason = pause.reason.isEmpty ? "" : ": \(pause.reason)"
    return "\(path.joined(separator: "/")) waits at \(pause.point.moment.rawValue)\(reason)"
  }

  var value: Value {
    [
      "resource": .string(path.joined(separator: "/")), "stack": .string(stack.name),
      "hook": .string(pause.point.moment.rawValue), "reason": .string(pause.reason),
      "since": .string(pause.since.description),
      "choices": .list(pause.choices.map { .string($0.rawValue) }),
    ]
  }
}
