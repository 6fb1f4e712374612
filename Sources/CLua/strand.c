// Running strands: resuming, awaiting, stopping.
#include "internal.h"
#include "await.h"
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

// How many steps a stopped strand gets to clean up in, which are instructions, calls and returns, and how many
// of them a resume counts for.
enum { GRACE = 10000, RESUME = GRACE / 64 };
// How many calls inside of one another take long to unwind: 5,000 take a fifth of a millisecond or more.
enum { DEEP = 5000 };

static _Thread_local kl_state *here;

// MARK: Stopping

static void interrupt(lua_State *L, lua_Debug *ar);

// Has the next step come to `interrupt`. That is told once: lua_sethook goes through all calls of a thread, which takes
// milliseconds where they are 100,000.
static void heed(lua_State *L) {
  enum { ANY = LUA_MASKCOUNT | LUA_MASKCALL | LUA_MASKRET };
  if (lua_gethook(L) == interrupt && lua_gethookmask(L) == ANY) return;
  lua_sethook(L, interrupt, ANY, 1);
}

static void tell(kl_strand *strand) {
  strand->told = true;
  strand->grace = GRACE;
}

// Lets the host look at the stack from a level on, before it unwinds.
static void show_failure(lua_State *L, int level) {
  kl_state *state = kl_state_of(L);
  state->enforcing--;
  if (lua_checkstack(L, 20)) state->host.failed(state->host.context, L, level);
  state->enforcing++;
}

// Whether to unwind what a policy has on the stack would take it beyond its time.
static bool is_deep(lua_State *L) {
  lua_Debug ar;
  return kl_state_of(L)->level != KL_TRUSTED && lua_getstack(L, DEEP, &ar);
}

// Raises once, so that what is open is closed, and ends the strand if it still runs when the grace is over, or at once
// where it is too deep.
//
// It leaves what runs by a jump out of the resume, as another error could be caught by the next pcall, and each catch
// goes through all calls of the thread. What it leaves, coroutines inside of one another too, is never resumed again and
// left to the collector; nobody but Lua has frames there, as the host never calls Lua from within a call.
static void interrupt(lua_State *L, lua_Debug *ar) {
  (void)ar;
  kl_state *state = kl_state_of(L);
  kl_strand *strand = state->strand;
  if (strand == NULL || !strand->stopped) {
    lua_sethook(L, NULL, 0, 0);
    return;
  }
  if (!strand->told) {
    tell(strand);
    if (is_deep(L)) strand->grace = 0;
    else luaL_error(L, "stopped");
  }
  if (strand->stopped < 2 && strand->grace > 0) {
    strand->grace--;
    return;
  }
  show_failure(L, 0);
  longjmp(*strand->exit, 1);
}

// Runs on the thread of the state; lua_sethook is documented as safe here.
static void on_signal(int number) {
  (void)number;
  kl_state *state = here;
  if (state && state->yields) {
    state->yields = 0;
    sched_yield();               // a bare call of the system
  }
  if (state && state->running && state->strand && state->strand->stopped) heed(state->running);
}

static int stop_signal(void) { return SIGRTMIN + 3; }

static void listen(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(stop_signal(), &action, NULL);
}

// Threads may be born with the signal blocked, as libdispatch's are.
static void unblock(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  static _Thread_local bool open;
  if (open) return;
  open = true;
  pthread_once(&once, listen);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, stop_signal());
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void stop(kl_strand *strand, int how) {
  kl_state *state = strand->state;
  pthread_mutex_lock(&state->gate);
  if (strand->stopped < how) strand->stopped = how;
  if (state->strand == strand) pthread_kill(state->owner, stop_signal());
  pthread_mutex_unlock(&state->gate);
}

void kl_make_way(kl_strand *strand) {
  kl_state *state = strand->state;
  pthread_mutex_lock(&state->gate);
  if (state->strand == strand) {
    state->yields = 1;
    pthread_kill(state->owner, stop_signal());
  }
  pthread_mutex_unlock(&state->gate);
}

void kl_stop(kl_strand *strand) { stop(strand, 1); }
void kl_insist(kl_strand *strand) { stop(strand, 2); }

void kl_continue_stop(lua_State *L) {
  kl_strand *strand = kl_state_of(L)->strand;
  if (strand == NULL || !strand->stopped) return;
  strand->grace -= strand->grace < RESUME ? strand->grace : RESUME;
  heed(L);
}

// MARK: Strands

static int finish(lua_State *L, int status, lua_KContext context) {
  (void)context;                 // stack: the handler, then results or the error
  lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD);
  lua_replace(L, 1);
  return lua_gettop(L);
}

static int describe(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

// Keeps what an error says of itself while a stop reaches its `__tostring`.
static int on_error(lua_State *L) {
  show_failure(L, 1);
  lua_settop(L, 1);
  if (lua_type(L, 1) == LUA_TSTRING) return 1;
  lua_pushcfunction(L, describe);
  lua_pushvalue(L, 1);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK && lua_type(L, -1) != LUA_TSTRING) {
    lua_pop(L, 1);
    lua_pushliteral(L, "a value that can't describe itself");
  }
  lua_setfield(L, LUA_REGISTRYINDEX, KL_DESCRIPTION);
  return 1;
}

// The body of each strand: a pcall, so that `<close>` runs, and may await, after the stack was looked at.
//
// It keeps room on the stack that its frame holds as long as it runs, so that the stack neither grows nor
// shrinks under calls of ordinary depth: in Lua 5.4.4, `..` with a metamethod goes on with pointers to the
// stack as it was before the call, and writes into freed memory when the call moved it.
enum { STACK_ROOM = 4000 };

static int body(lua_State *L) {
  lua_checkstack(L, STACK_ROOM);
  lua_pushcfunction(L, on_error);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, finish);
  return finish(L, status, 0);
}

static void take_thread(kl_strand *strand) {
  lua_State *L = strand->state->L;
  strand->thread = lua_newthread(L);
  lua_sethook(strand->thread, NULL, 0, 0);
  strand->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
  kl_mark(strand->thread, strand, KL_ROOT);
}

static void leave_thread(kl_strand *strand) {
  kl_mark(strand->thread, NULL, KL_ROOT);
  luaL_unref(strand->state->L, LUA_REGISTRYINDEX, strand->anchor);
  strand->thread = NULL;
}

kl_strand *kl_strand_open(kl_state *state) {
  kl_strand *strand = calloc(1, sizeof *strand);
  if (strand == NULL) abort();
  strand->state = state;
  take_thread(strand);
  lua_pushcfunction(strand->thread, body);
  return strand;
}

void kl_strand_close(kl_strand *strand) {
  if (strand->thread) leave_thread(strand);
}

void kl_strand_free(kl_strand *strand) { free(strand); }
lua_State *kl_strand_thread(kl_strand *strand) { return strand->thread; }

// What `run` returns besides the statuses of Lua: the strand was left where it was.
enum { LEFT = -1 };

static int run(kl_strand *strand, int arguments, int *results) {
  kl_state *state = strand->state;
  int enforcing = state->enforcing, blocked = state->blocked;
  unblock();
  pthread_mutex_lock(&state->gate);
  kl_state *outer = here;
  here = state;
  state->owner = pthread_self();
  state->running = strand->thread;
  state->strand = strand;
  pthread_mutex_unlock(&state->gate);
  if (strand->stopped && !strand->told) tell(strand);
  kl_continue_stop(strand->thread);
  int status;
  jmp_buf exit;
  strand->exit = &exit;
  if (setjmp(exit) == 0) status = lua_resume(strand->thread, NULL, arguments, results);
  else {
    status = LEFT;
    state->enforcing = enforcing;
    state->blocked = blocked;
  }
  pthread_mutex_lock(&state->gate);
  state->strand = NULL;
  state->running = NULL;
  here = outer;
  pthread_mutex_unlock(&state->gate);
  return status;
}

int kl_resume(kl_strand *strand, int arguments, int *results) {
  kl_state *state = strand->state;
  state->enforcing++;
  int status = run(strand, arguments, results);
  state->enforcing--;
  if (status == LUA_OK) return KL_DONE;
  if (status == LEFT) {
    leave_thread(strand);
    take_thread(strand);
    lua_pushliteral(strand->thread, "stopped");
    return KL_FAILED;
  }
  if (status != LUA_YIELD) return KL_FAILED;
  if (kl_is_await(strand->thread, *results)) {
    lua_pop(strand->thread, *results);
    return KL_AWAITS;
  }
  lua_pushliteral(strand->thread, "attempt to yield from outside a coroutine");
  return KL_FAILED;
}

// MARK: Chunks

int kl_load(lua_State *L, const char *text, size_t length, const char *name) {
  kl_state *state = kl_state_of(L);
  state->enforcing++;
  int status = luaL_loadbufferx(L, text, length, name, "t");
  state->enforcing--;
  return status;
}

void kl_set_environment(lua_State *L, int index) {
  if (lua_setupvalue(L, index, 1) == NULL) lua_pop(L, 1);
}
