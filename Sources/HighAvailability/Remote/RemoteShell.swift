import Dispatch
import Synchronization

/// Runs commands on other machines by the `ssh` program, a few at a time; the others wait for their turn.
///
/// Nobody is asked for a password or a host's key. A command whose time is up, or whose task is cancelled, is killed.
package final class RemoteShell: Sendable {
  /// What a command said and how it ended.
  package struct Result: Sendable, Hashable {
    package let status: Int32
    /// The beginning of what it printed.
    package let output: String
    /// The beginning of what it complained.
    package let errors: String

    /// The first line that it complained.
    package var complaint: String { RemoteShell.firstLine(Array(errors.utf8)) }
  }

  /// Why a command has no result.
  package struct Failure: Error, Sendable, Hashable {
    package enum Code: Sendable {
      /// ssh couldn't be started.
      case unstarted
      /// ssh couldn't reach the machine, or wasn't let in.
      case unreached
      case timedOut
      case cancelled
    }

    package let code: Code
    package let reason: String
  }

  /// The status with which ssh tells of its own failures.
  private static let ownFailure: Int32 = 255

  private let program: String
  private let turns: Turns
  private let queue = DispatchQueue(label: "kiln.ssh", attributes: .concurrent)

  /// A shell that runs so many commands at once, by another program in ssh's place if one is named.
  package init(atOnce limit: Int = 8, program: String = "ssh") {
    self.program = program
    turns = Turns(limit)
  }

  /// Runs a command, which a shell on the other machine reads; the time allowed counts from its turn on.
  ///
  /// More than `limit` bytes of what it prints are dropped.
  package func run(
    _ command: String, on host: RemoteHost, within timeout: Duration, limit: Int = 65_536
  ) async throws(Failure) -> Result {
    guard await turns.take() else { throw Failure(code: .cancelled, reason: "cancelled") }
    let child = ChildProcess(program, host.arguments(command, within: timeout), outputLimit: limit)
    let ended = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: child.run(within: timeout)) }
      }
    } onCancel: {
      child.kill()
    }
    await turns.giveBack()
    switch ended {
    case .failed(let reason): throw Failure(code: .unstarted, reason: "\(program) can't be run: \(reason)")
    case .killed:
      if Task.isCancelled { throw Failure(code: .cancelled, reason: "cancelled") }
      throw Failure(code: .timedOut, reason: "it didn't end within \(timeout.phrase)")
    case .exited(let status, let output, let errors):
      if status == Self.ownFailure {
        let complaint = Self.firstLine(errors)
        throw Failure(code: .unreached, reason: complaint.isEmpty ? "ssh has failed" : "ssh: \(complaint)")
      }
      return Result(
        status: status, output: String(decoding: output, as: UTF8.self),
        errors: String(decoding: errors, as: UTF8.self))
    }
  }

  /// The first line in which there is something, or its beginning; nothing in it moves a terminal's cursor.
  static func firstLine(_ bytes: [UInt8]) -> String {
    let line = bytes.split { $0 == 0x0A || $0 == 0x0D }.first { $0.contains { $0 > 0x20 } } ?? []
    let shown = line.prefix(200).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
    return String(decoding: shown, as: UTF8.self)
  }
}

/// Lets so many go on at once, in the order they came.
private actor Turns {
  private var free: Int
  private var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  private var last = 0

  init(_ limit: Int) { free = max(1, limit) }

  /// Waits for a turn; false when the task is cancelled before it came.
  func take() async -> Bool {
    if Task.isCancelled { return false }
    if free > 0 {
      free -= 1
      return true
    }
    last += 1
    let number = last
    return await withTaskCancellationHandler {
      await withCheckedContinuation { waiting.append((number, $0)) }
    } onCancel: {
      Task { await self.leave(number) }
    }
  }

  func giveBack() {
    guard !waiting.isEmpty else {
      free += 1
      return
    }
    waiting.removeFirst().continuation.resume(returning: true)
  }

  private func leave(_ number: Int) {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
  }
}
