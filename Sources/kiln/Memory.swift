import CMemory
import Glibc

/// How the C library keeps the program's memory.
enum Memory {
  /// Has all threads take memory from few places, and give back what they need no longer, before the second one is
  /// started.
  ///
  /// By default glibc gives each thread an arena of its own, up to eight for each core; tasks move from thread to thread,
  /// and so what they free would be spread over all of them and hardly be given back. And with the first large block that
  /// is freed, such as the text of a template, it begins to keep blocks of that size (mallopt(3)).
  static func settle() {
    cmemory_limit_arenas(Int32(min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 2), 4)))
    cmemory_give_back(128 << 10)
  }

  /// Has all threads take memory from one place, in a process whose addresses are limited: each takes 64 MiB of them.
  static func keepTogether() { cmemory_limit_arenas(1) }
}
