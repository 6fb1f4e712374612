import Ambience
import ArgumentParser
import HighAvailability
import Shell

extension HACommand {
  /// Who is told.
  struct Listeners: ParsableArguments {
    @Flag(
      name: .customLong("dry-run"), help: "Tells those who only say what they would do (`run --dry-run`).")
    var areDryRuns = false
  }

  /// `kiln ha thaw`: a person's word that failures in great number are real.
  struct Thaw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says that failures in great number are real, so that something is done about them.",
      discussion:
        "Where more than half of the servers fail at once the fault may be in the network between, and those who "
        + "watch do nothing. They see within five seconds that it isn't, which holds until these failures are over."
    )
    @OptionGroup var listeners: Listeners
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      try await HACommand.give(.thaw, cloud, listeners)
      Output.errors.line("Whoever does nothing as so much fails at once goes on within five seconds.")
    }
  }

  /// `kiln ha retry`: another try of what was given up.
  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Has all rungs tried again for an application that is held or was given up.",
      discussion: "Whoever watches it sees that within five seconds.")
    @Argument(help: "The application, as `status` lists it.") var application: String
    @OptionGroup var listeners: Listeners
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      try await HACommand.give(.retry(application), cloud, listeners)
      Output.errors.line("\(application) is tried again by whoever watches it, within five seconds.")
    }
  }

  private static func give(
    _ kind: Instruction.Kind, _ cloud: CloudOptions, _ listeners: Listeners
  ) async throws {
    let ambient = Ambient.system()
    let id = ambient.characters(8, from: Incident.alphabet)
    try await incidents(cloud, listeners.areDryRuns).give(Instruction(id: id, kind, given: ambient.now()))
  }
}
