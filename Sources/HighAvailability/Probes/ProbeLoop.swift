import CEvents
import Glibc

/// A thread that probes any number of places by itself, and tells only what is news.
///
/// It does for a check all that needs no task: it knows when to ask, asks, waits, and judges. It ends with its owner.
package final class ProbeLoop: Sendable {
  /// Is told what is news, in the loop's thread; must return soon.
  package typealias Listener = @Sendable ([Monitor.Finding]) -> Void

  private let mailbox: LoopMailbox

  private init(_ mailbox: LoopMailbox) { self.mailbox = mailbox }

  deinit { mailbox.stop() }

  /// Starts the thread; throws when the machine lacks the means, which is no fault of what is to be probed.
  static func start(
    names: NameResolver, phase: Double = 0, listener: @escaping Listener = { _ in }
  ) throws(EventQueue.Failure) -> ProbeLoop {
    let queue = try EventQueue()
    let bell = queue.bell
    let mailbox = LoopMailbox(ring: { cevents_ring(bell) })
    let core = LoopCore(queue, mailbox, names: names, phase: phase, listener: listener)
    let box = Unmanaged.passRetained(Box(core))
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { Box.run($0) }, box.toOpaque())
    guard code == 0 else {
      box.release()
      queue.close()
      throw EventQueue.Failure(
        reason: "no thread could be started: \(String(cString: strerror(code)).lowercased())")
    }
    pthread_detach(thread)
    return ProbeLoop(mailbox)
  }

  /// Carries the core into its thread.
  private final class Box {
    private var core: LoopCore

    init(_ core: LoopCore) { self.core = core }

    static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
      guard let context else { return nil }
      let box = Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
      box.core.run()
      return nil
    }
  }

  // MARK: - Checks

  /// Nanoseconds of the loop's clock, in which its findings are.
  package static var now: Int64 { EventQueue.now }

  /// Probes a check from now on, under a key that is the caller's to choose and no other's.
  package func keep(_ key: Monitor.Key, _ question: Question, _ terms: Monitor.Terms, timeout: Duration) {
    mailbox.post(.keep(key, question, terms, timeout: timeout.nanoseconds))
  }

  /// Asks something else from now on, with the same judge.
  package func retarget(_ key: Monitor.Key, _ question: Question) { mailbox.post(.retarget(key, question)) }

  package func drop(_ key: Monitor.Key) { mailbox.post(.drop(key)) }

  /// Neither probes a check nor counts its outcomes until it is let go on.
  package func hold(_ key: Monitor.Key, _ isHeld: Bool) { mailbox.post(.hold(key, isHeld)) }

  package func startAfresh(_ key: Monitor.Key, grace: Duration) {
    mailbox.post(.startAfresh(key, grace: grace))
  }

  /// Takes a heartbeat.
  package func beat(_ key: Monitor.Key) { mailbox.post(.beat(key)) }

  /// How it has fared so far.
  package func report() async -> LoopReport { await withCheckedContinuation { mailbox.post(.report($0)) } }

  // MARK: - Single questions

  /// Asks once; a task that is cancelled gets unknown at once.
  func ask(_ question: Question, within timeout: Duration) async -> Outcome {
    let number = mailbox.newNumber()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        mailbox.ask(number, question, timeout: timeout.nanoseconds, continuation)
        // It may have been cancelled before anybody waited.
        if Task.isCancelled { cancel(number) }
      }
    } onCancel: {
      cancel(number)
    }
  }

  private func cancel(_ number: UInt64) {
    mailbox.answer(number, .unknown("cancelled"))
    mailbox.post(.cancel(number))
  }
}
