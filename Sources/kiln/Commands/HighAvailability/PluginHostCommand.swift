import ArgumentParser
import Glibc
import HighAvailability
import Scripting

/// `kiln plugin-host`: the process of a policy plugin that has one of its own, which kiln starts and talks with.
struct PluginHostCommand: ParsableCommand {
  static let name = "plugin-host"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Serves a policy plugin in a process of its own.", shouldDisplay: false)

  /// This program, also where its file has been replaced meanwhile.
  static let program = Companion.Program("/proc/self/exe", ["kiln", name])

  /// What a process has for Lua's states, threads and messages beside what the program has at its start, in bytes.
  private static let memory = 256 << 20

  func run() throws {
    guard isatty(STDIN_FILENO) == 0 else {
      throw ValidationError("kiln starts this by itself, and talks with it on its standard input")
    }
    Memory.keepTogether()
    try Confinement.enter(memory: Self.memory)
    PluginServant(MessageLine(STDIN_FILENO)).serve()
    // Whatever still runs has nobody to answer.
    _exit(0)
  }
}
