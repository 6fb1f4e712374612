import Foundation
import Testing

@testable import Shell

@Suite("waiting for an answer on a thread")
struct AnswerTests {
  @Test("the answer comes as soon as it is there")
  func answering() async {
    // A thread of its own, as readline's: one of the pool's would keep the answer from coming. All other tests may come
    // before the answer.
    let answered = await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: answer(within: .seconds(3600)) { 42 }) }.start()
    }
    #expect(answered == 42)
  }

  @Test("without an answer in time there is none, and the task is cancelled")
  func giving() async {
    let (stream, continuation) = AsyncStream<Bool>.makeStream()
    let none: Int? = answer(within: .milliseconds(1)) {
      while !Task.isCancelled { await Task.yield() }
      continuation.yield(true)
      return 1
    }
    #expect(none == nil)
    var wasCancelled = false
    for await cancelled in stream.prefix(1) { wasCancelled = cancelled }
    #expect(wasCancelled)
  }
}
