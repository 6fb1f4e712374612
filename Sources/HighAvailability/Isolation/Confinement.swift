import CEvents
package import Document
import Glibc

/// What a process may do that runs what strangers wrote.
package enum Confinement {
  /// Confines this process for good.
  ///
  /// It dies with the one that started it, and keeps no dump of itself. It may have some descriptors, and some more memory than
  /// it has now. It starts no programs, writes no files, and makes no connections, where the system has the means to
  /// forbid that.
  ///
  /// No time of the processor is set: who started it looks at what it takes for each answer, and a process that is kept
  /// for months comes to any sum. Nor is a number of processes, which would count all of the user's.
  ///
  /// - Throws: `not_confined`.
  package static func enter(memory: Int) throws(Diagnostic) {
    // Room for a few descriptors of the runtime's own.
    guard chdir("/") == 0, cevents_confine(32, memory) == 0 else {
      throw Diagnostic(
        "not_confined", "the process can't be confined: \(String(cString: strerror(errno)).lowercased())")
    }
    _ = cevents_forbid()
  }
}
