// What a process may do, for one that runs what strangers wrote.
#define _GNU_SOURCE
#include "cevents.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int cevents_close_from(void *files, int first) {
  return posix_spawn_file_actions_addclosefrom_np(files, first);
}

static long address_space(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (!file) return -1;
  int count = fscanf(file, "%ld", &pages);
  fclose(file);
  return count == 1 ? pages * sysconf(_SC_PAGESIZE) : -1;
}

static int limit(int what, long most) {
  struct rlimit both = {(rlim_t)most, (rlim_t)most};
  return setrlimit(what, &both);
}

int cevents_confine(long descriptors, long bytes) {
  long used = address_space();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_FSIZE, 0) != 0 || limit(RLIMIT_NOFILE, descriptors) != 0) return -1;
  return used < 0 ? 0 : limit(RLIMIT_AS, used + bytes);
}

#if defined(__x86_64__)
enum { architecture = AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { architecture = AUDIT_ARCH_AARCH64 };
#endif

#if defined(__x86_64__) || defined(__aarch64__)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), ANSWER(SECCOMP_RET_ERRNO | EPERM)
// Refuses a call whose argument, in its lower half, has any of the bits.
#define REFUSE_WITH(call, index, bits)                                                                       \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), LOAD(args[index]),                                     \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, 1), ANSWER(SECCOMP_RET_ERRNO | EPERM),                 \
      ANSWER(SECCOMP_RET_ALLOW)
// Refuses a call unless the lower half of its argument is a value.
#define REFUSE_UNLESS(call, index, value)                                                                    \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), LOAD(args[index]),                                     \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 1, 0), ANSWER(SECCOMP_RET_ERRNO | EPERM),                 \
      ANSWER(SECCOMP_RET_ALLOW)

int cevents_forbid(void) {
  enum { writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC };
  struct sock_filter rules[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
      ANSWER(SECCOMP_RET_KILL_PROCESS),
      LOAD(nr),
#if defined(__x86_64__)
      // The calls of the other ABI (x32), which have numbers of their own.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      ANSWER(SECCOMP_RET_KILL_PROCESS),
      REFUSE(SYS_fork),
      REFUSE(SYS_vfork),
      REFUSE(SYS_creat),
      REFUSE(SYS_rename),
      REFUSE(SYS_unlink),
      REFUSE(SYS_link),
      REFUSE(SYS_symlink),
      REFUSE(SYS_mkdir),
      REFUSE(SYS_rmdir),
      REFUSE(SYS_chmod),
      REFUSE(SYS_chown),
      REFUSE_WITH(SYS_open, 1, writes),
#endif
      REFUSE(SYS_execve),
      REFUSE(SYS_execveat),
      REFUSE(SYS_socket),
      REFUSE(SYS_socketpair),
      REFUSE(SYS_connect),
      REFUSE(SYS_bind),
      REFUSE(SYS_ptrace),
      REFUSE(SYS_process_vm_readv),
      REFUSE(SYS_process_vm_writev),
      REFUSE(SYS_kill),
      REFUSE(SYS_tkill),
      // Its own threads stop each other by signals.
      REFUSE_UNLESS(SYS_tgkill, 0, (unsigned)getpid()),
      REFUSE(SYS_rt_sigqueueinfo),
      REFUSE(SYS_rt_tgsigqueueinfo),
      REFUSE(SYS_pidfd_send_signal),
      REFUSE(SYS_pidfd_open),
      REFUSE(SYS_setsid),
      REFUSE(SYS_unshare),
      REFUSE(SYS_setns),
      REFUSE(SYS_mount),
      REFUSE(SYS_bpf),
      REFUSE(SYS_perf_event_open),
      REFUSE(SYS_io_uring_setup),
      REFUSE(SYS_openat2),
      REFUSE(SYS_renameat),
      REFUSE(SYS_renameat2),
      REFUSE(SYS_unlinkat),
      REFUSE(SYS_linkat),
      REFUSE(SYS_symlinkat),
      REFUSE(SYS_mkdirat),
      REFUSE(SYS_fchmodat),
      REFUSE(SYS_fchownat),
      REFUSE(SYS_truncate),
      REFUSE_WITH(SYS_openat, 2, writes),
      // Its flags are in memory, where nobody can look; the C library takes clone then.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
      // Threads may be started, processes not.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
      ANSWER(SECCOMP_RET_ERRNO | EPERM),
      ANSWER(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}
#else
int cevents_forbid(void) {
  errno = ENOSYS;
  return -1;
}
#endif
