import CMemory
import Glibc

/// How the C library keeps the program's memory.
enum Memory {
  /// Has all threads take memory from few places, before the second one is started.
  ///
  /// By default glibc gives each thread an arena of its own, up to eight for each core (mallopt(3)). Tasks move from thread
  /// to thread, and so what they free would be spread over all of them and hardly be given back.
  static func settle() {
    cmemory_limit_arenas(Int32(min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 2), 4)))
  }

  /// Has all threads take memory from one place, in a process whose addresses are limited: each takes 64 MiB of them.
  static func keepTogether() { cmemory_limit_arenas(1) }
}
