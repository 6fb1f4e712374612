// Linux's event queue, timer, bell, pipes and what confines a process, which Swift's module of the C library leaves out.
//
// Each returns what the call of the system does: -1 and errno on failure.

#ifndef CEVENTS_H
#define CEVENTS_H

#include <stdint.h>

// What a descriptor is ready for.
enum cevents_readiness { cevents_in = 1, cevents_out = 2, cevents_closed = 4, cevents_failed = 8 };

typedef struct cevents_event {
  uint64_t token;
  uint32_t readiness;
} cevents_event;

int cevents_open(void);
// Tells each change of a descriptor once (edge-triggered): to readable, writable, closed by the other side, failed.
int cevents_add(int queue, int descriptor, uint64_t token);
// Waits for `milliseconds`, for ever when negative; writes at most 512 events.
int cevents_wait(int queue, cevents_event *events, int limit, int milliseconds);

// Nanoseconds of the clock that goes on while the machine sleeps.
int64_t cevents_uptime(void);
// A timer on that clock.
int cevents_timer(void);
// Lets the timer ring at a time; zero silences it.
int cevents_set_timer(int timer, int64_t nanoseconds);

// A descriptor that others make readable.
int cevents_bell(void);
void cevents_ring(int bell);
void cevents_hush(int bell);

// A pipe of which no child inherits an end: what comes out of the first went into the second.
int cevents_pipe(int ends[2]);
// Two sockets that talk to each other, of which no child inherits one.
int cevents_sockets(int ends[2]);

// Has a program that is started by these posix_spawn_file_actions_t get no descriptors from `first` on; to be told after
// all others.
int cevents_close_from(void *files, int first);
// Confines this process for good: it dies with its parent, gets no rights by what it starts, keeps no dump of itself,
// and has at most so many descriptors and so many bytes of addresses more than it has now.
int cevents_confine(long descriptors, long bytes);
// Takes from this process, with all its threads, the calls that start programs and processes, open files for writing,
// make sockets, and touch other processes: they fail with EPERM. ENOSYS where the system has no such means.
int cevents_forbid(void);

#endif
