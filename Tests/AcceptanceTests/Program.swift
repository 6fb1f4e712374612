import Foundation
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

  /// The program that was built together with these tests: it stands beside their own binary.
  static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "kiln").path

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

  /// Runs kiln to its end; `input` is its standard input.
  func run(
    _ arguments: [String], input: String = "", environment more: [String: String] = [:]
  ) async throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: Self.path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment(more)
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

  private static func drain(_ pipe: Pipe) async -> String {
    let handle = pipe.fileHandleForReading
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: String(decoding: handle.readDataToEndOfFile(), as: UTF8.self))
      }
    }
  }
}
