import Dispatch

/// Runs programs of this machine, each in a thread while it lasts.
package struct LocalPrograms: Sendable {
  /// How long a program may take.
  private static let patience = Duration.seconds(25)
  private let queue = DispatchQueue(label: "kiln.programs", attributes: .concurrent)

  package init() {}

  /// Runs a program to its end, with something to read; the first 60,000 bytes of that.
  ///
  /// - Throws: `RemedyError` when it can't be run, or ends with another status than 0.
  func run(_ words: [String], input: [UInt8]) async throws {
    guard let program = words.first else { throw RemedyError(.failed, "no program is named") }
    let child = ChildProcess(program, Array(words.dropFirst()), input: input)
    let end = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: child.run(within: Self.patience)) }
      }
    } onCancel: {
      child.kill()
    }
    switch end {
    case .exited(0, _, _): return
    case .exited(let status, _, let errors):
      let complaint = String(decoding: errors.split(separator: 0x0A).first?.prefix(200) ?? [], as: UTF8.self)
      throw RemedyError(
        .failed, "\(program) ended with status \(status)" + (complaint.isEmpty ? "" : ": \(complaint)"))
    case .killed: throw RemedyError(.failed, "\(program) was killed, or took too long")
    case .failed(let reason): throw RemedyError(.failed, "\(program) can't be run: \(reason)")
    }
  }
}
