internal import Ambience

/// A transport that sends a change only while its task may make it, as the task's `Fence` says.
///
/// It belongs inside of all that waits or sends again, so that each attempt is asked about right before it leaves.
package struct FencedTransport: Transport {
  private let base: any Transport

  package init(_ base: any Transport) { self.base = base }

  package var movesFiles: Bool { base.movesFiles }

  /// - Throws: What the fence or the transport throws.
  package func send(_ request: Request) async throws -> Response {
    if !request.method.onlyReads { try await Fence.current?.ascertain() }
    return try await base.send(request)
  }
}
