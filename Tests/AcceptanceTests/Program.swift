import Foundation
import Glibc
import TestSupport
import Testing

/// The built kiln, run as a person or another program runs it.
struct Program {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  /// The checkout.
  static let top = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The program that was built together with these tests.
  static let path = BuiltProgram.path

  /// A folder for one test's files, that is also its home and current directory.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "kiln-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// An environment without clouds, in which kiln keeps everything below `folder`.
  func environment(_ more: [String: String] = [:]) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("OS_") }
    environment["HOME"] = folder.path
    environment["XDG_STATE_HOME"] = folder.appending(path: "state").path
    environment["XDG_CONFIG_HOME"] = folder.appending(path: "config").path
    environment["NO_COLOR"] = "1"
    return environment.merging(more) { $1 }
  }

  func write(_ text: String, to name: String) throws -> String {
    let file = folder.appending(path: name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  /// Runs kiln, or another program, to its end; `input` is its standard input.
  func run(
    _ arguments: [String], input: String = "", program: String = Program.path,
    environment more: [String: String] = [:]
  ) async throws -> Outcome {
    let process = process(arguments, program, more)
    let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    standardInput.fileHandleForWriting.write(Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    async let text = Self.drain(output)
    async let complaints = Self.drain(errors)
    let outcome = await (text, complaints)
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: outcome.0, errors: outcome.1)
  }

  /// Starts kiln, or another program, and lets it run; what it prints goes into a file, if one is named.
  func start(
    _ arguments: [String], program: String = Program.path, environment more: [String: String] = [:],
    output: String? = nil
  ) throws -> RunningProgram {
    let process = process(arguments, program, more)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput =
      try output.map { try FileHandle(forWritingTo: URL(filePath: try write("", to: $0))) }
      ?? FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    return RunningProgram(process, errors: errors)
  }

  private func process(_ arguments: [String], _ program: String, _ more: [String: String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment(more)
    return process
  }

  private static func drain(_ pipe: Pipe) async -> String {
    let handle = pipe.fileHandleForReading
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: String(decoding: handle.readDataToEndOfFile(), as: UTF8.self))
      }
    }
  }
}

/// A kiln that runs in the background of a test.
struct RunningProgram {
  private let process: Process
  private let errors: Pipe

  init(_ process: Process, errors: Pipe) {
    self.process = process
    self.errors = errors
  }

  /// Returns when standard error has said something; throws when the program ends without.
  func waitForErrors(containing text: String) async throws {
    let handle = errors.fileHandleForReading
    let found = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var said = ""
        while !said.contains(text) {
          let data = handle.availableData
          if data.isEmpty { break }
          said += String(decoding: data, as: UTF8.self)
        }
        continuation.resume(returning: said.contains(text))
      }
    }
    try #require(found, "the program ended without saying \(text)")
  }

  /// Waits for the program's own end.
  func wait() { process.waitUntilExit() }

  var id: Int32 { process.processIdentifier }

  func signal(_ number: Int32) { Glibc.kill(process.processIdentifier, number) }

  /// Waits for the program's own end, and gives its status.
  func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Kills the program as a crash does (`kill -9`), and waits for its end.
  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Stops the program where it is, as a machine that hangs does, and lets it go on.
  func pause() { Glibc.kill(process.processIdentifier, SIGSTOP) }
  func goOn() { Glibc.kill(process.processIdentifier, SIGCONT) }

  /// What a program that has ended told on standard error as faults.
  func faults() async throws -> [String] {
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    return said.split(separator: "\n").filter { $0.contains("fault") }.map(String.init)
  }

  /// Interrupts the program as Ctrl-C does, and waits for its end.
  func interrupt() {
    process.interrupt()
    process.waitUntilExit()
  }
}
