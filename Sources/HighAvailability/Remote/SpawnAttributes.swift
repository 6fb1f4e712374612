import Glibc

/// How every child is started: no signal is blocked or ignored, and it has a group of its own, so that what a terminal
/// sends to this program's isn't for it and all that it starts can be killed with it.
struct SpawnAttributes: ~Copyable {
  var value = posix_spawnattr_t()

  init() {
    posix_spawnattr_init(&value)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&value, &signals)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&value, &signals)
    posix_spawnattr_setpgroup(&value, 0)
    posix_spawnattr_setflags(
      &value, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
  }

  deinit {
    var value = value
    posix_spawnattr_destroy(&value)
  }
}
