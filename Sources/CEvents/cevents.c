#define _GNU_SOURCE
#include "cevents.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { batch = 512 };

int cevents_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cevents_add(int queue, int descriptor, uint64_t token) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u64 = token};
  return epoll_ctl(queue, EPOLL_CTL_ADD, descriptor, &event);
}

int cevents_wait(int queue, cevents_event *events, int limit, int milliseconds) {
  struct epoll_event found[batch];
  int count = epoll_wait(queue, found, limit < batch ? limit : batch, milliseconds);
  for (int i = 0; i < count; i++) {
    uint32_t bits = found[i].events;
    events[i].token = found[i].data.u64;
    events[i].readiness = (bits & EPOLLIN ? cevents_in : 0) | (bits & EPOLLOUT ? cevents_out : 0) |
                          (bits & (EPOLLRDHUP | EPOLLHUP) ? cevents_closed : 0) |
                          (bits & EPOLLERR ? cevents_failed : 0);
  }
  return count;
}

int64_t cevents_uptime(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int cevents_timer(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC); }

int cevents_set_timer(int timer, int64_t nanoseconds) {
  struct itimerspec at = {.it_value = {nanoseconds / 1000000000, nanoseconds % 1000000000}};
  return timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, 0);
}

int cevents_bell(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void cevents_ring(int bell) { eventfd_write(bell, 1); }

void cevents_hush(int bell) {
  eventfd_t count;
  eventfd_read(bell, &count);
}

int cevents_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int cevents_sockets(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }
