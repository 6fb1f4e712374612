// What a thread asks of the system.
#define _GNU_SOURCE
#include "internal.h"
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

// What sched_setattr(2) takes, which the C library has no name for.
typedef struct attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
} attributes;

enum { RESET_ON_FORK = 1 };

int kl_thread(void) { return (int)syscall(SYS_gettid); }

void kl_set_turn(int thread, int64_t nanoseconds, bool inherited) {
  attributes now = {.size = sizeof now};
  if (syscall(SYS_sched_getattr, thread, &now, sizeof now, 0) != 0) return;
  if (now.policy != SCHED_OTHER && now.policy != SCHED_BATCH) return;
  now.size = sizeof now;
  now.flags &= RESET_ON_FORK;
  if (!inherited) now.flags = RESET_ON_FORK;
  now.runtime = (uint64_t)nanoseconds;
  syscall(SYS_sched_setattr, thread, &now, 0);
}

bool kl_wait(int descriptor, int64_t nanoseconds) {
  struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
  struct timespec span = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  return ppoll(&wanted, 1, nanoseconds < 0 ? NULL : &span, NULL) > 0;
}
