// Running strands: resuming, awaiting, stopping.
#include "internal.h"
#include "await.h"
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

// How many instructions, or how many resumes, a stopped strand gets to clean up in before each further
// instruction raises.
enum { GRACE = 10000, RESUMES = 64 };

static _Thread_local kl_state *here;

// MARK: Stopping

static void interrupt(lua_State *L, lua_Debug *ar);

static void arm(lua_State *L, kl_strand *strand) {
  lua_sethook(L, interrupt, LUA_MASKCOUNT, strand->raised <= 1 && strand->stopped < 2 ? GRACE : 1);
}

// Raises again and again, so that no pcall can swallow the stop for long.
static void interrupt(lua_State *L, lua_Debug *ar) {
  (void)ar;
  kl_strand *strand = kl_state_of(L)->strand;
  if (strand == NULL || !strand->stopped) {
    lua_sethook(L, NULL, 0, 0);
    return;
  }
  if (strand->raised < 3) strand->raised++;
  arm(L, strand);
  luaL_error(L, "stopped");
}

// Has the next instruction raise. That is told once: lua_sethook goes through all calls of a thread, which may take longer
// than until the next signal where they are 200,000, and nothing else would be done any more.
static void insist(lua_State *L) {
  enum { ANY = LUA_MASKCOUNT | LUA_MASKCALL | LUA_MASKRET };
  if (lua_gethook(L) == interrupt && lua_gethookmask(L) == ANY && lua_gethookcount(L) == 1) return;
  lua_sethook(L, interrupt, ANY, 1);
}

// Runs on the thread of the state; lua_sethook is documented as safe here.
static void on_signal(int number) {
  (void)number;
  kl_state *state = here;
  if (state && state->yields) {
    state->yields = 0;
    sched_yield();               // a bare call of the system
  }
  if (state && state->running && state->strand && state->strand->stopped) insist(state->running);
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

bool kl_stopped(kl_strand *strand) { return strand->stopped != 0; }

// Each resume starts a new count of instructions, so resumes are counted too.
static void go_on(lua_State *L, kl_strand *strand) {
  if (strand->resumed < RESUMES) strand->resumed++;
  else strand->raised = 2;
  arm(L, strand);
}

void kl_continue_stop(lua_State *L) {
  kl_strand *strand = kl_state_of(L)->strand;
  if (strand && strand->stopped) go_on(L, strand);
}

// MARK: Strands

static int finish(lua_State *L, int status, lua_KContext context) {
  (void)context;                 // stack: the handler, then results or the error
  lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD);
  lua_replace(L, 1);
  return lua_gettop(L);
}

static int on_error(lua_State *L) {
  kl_state *state = kl_state_of(L);
  state->enforcing--;
  if (lua_checkstack(L, 20)) state->host.failed(state->host.context, L);
  state->enforcing++;
  lua_settop(L, 1);
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

kl_strand *kl_strand_open(kl_state *state) {
  kl_strand *strand = calloc(1, sizeof *strand);
  if (strand == NULL) abort();
  strand->state = state;
  strand->thread = lua_newthread(state->L);
  lua_sethook(strand->thread, NULL, 0, 0);
  strand->anchor = luaL_ref(state->L, LUA_REGISTRYINDEX);
  kl_mark(strand->thread, strand, KL_ROOT);
  lua_pushcfunction(strand->thread, body);
  return strand;
}

void kl_strand_close(kl_strand *strand) {
  if (strand->thread == NULL) return;
  kl_mark(strand->thread, NULL, KL_ROOT);
  luaL_unref(strand->state->L, LUA_REGISTRYINDEX, strand->anchor);
  strand->thread = NULL;
}

void kl_strand_free(kl_strand *strand) { free(strand); }
lua_State *kl_strand_thread(kl_strand *strand) { return strand->thread; }

static int run(kl_strand *strand, int arguments, int *results) {
  kl_state *state = strand->state;
  unblock();
  pthread_mutex_lock(&state->gate);
  kl_state *outer = here;
  here = state;
  state->owner = pthread_self();
  state->running = strand->thread;
  state->strand = strand;
  pthread_mutex_unlock(&state->gate);
  if (strand->stopped) {
    if (strand->raised == 0) strand->raised = 1;
    go_on(strand->thread, strand);
  }
  int status = lua_resume(strand->thread, NULL, arguments, results);
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
  if (status != LUA_YIELD) return KL_FAILED;
  if (kl_is_await(strand->thread, *results)) {
    lua_pop(strand->thread, *results);
    return KL_AWAITS;
  }
  lua_pushliteral(strand->thread, "attempt to yield from outside a coroutine");
  return KL_FAILED;
}

// MARK: Short calls

static int with_traceback(lua_State *L) {
  if (lua_type(L, 1) == LUA_TSTRING) luaL_traceback(L, L, lua_tostring(L, 1), 1);
  return 1;
}

int kl_pcall(lua_State *L, int arguments, int results) {
  kl_state *state = kl_state_of(L);
  int base = lua_gettop(L) - arguments;
  lua_pushcfunction(L, with_traceback);
  lua_insert(L, base);
  state->enforcing++;
  int status = lua_pcall(L, arguments, results, base);
  state->enforcing--;
  lua_remove(L, base);
  return status;
}

int kl_load(lua_State *L, const char *text, size_t length, const char *name) {
  kl_state *state = kl_state_of(L);
  state->enforcing++;
  int status = luaL_loadbufferx(L, text, length, name, "t");
  state->enforcing--;
  return status;
}

// A policy's `__tostring` isn't called: no stop reaches a call that the host makes by itself.
static int description(lua_State *L) {
  if (kl_state_of(L)->level != KL_TRUSTED && luaL_getmetafield(L, 1, "__tostring") == LUA_TFUNCTION
      && !lua_iscfunction(L, -1)) {
    lua_pushfstring(L, "a %s", luaL_typename(L, 1));
    return 1;
  }
  luaL_tolstring(L, 1, NULL);
  return 1;
}

void kl_push_description(lua_State *L, int index) {
  lua_pushvalue(L, index);
  lua_pushcfunction(L, description);
  lua_insert(L, -2);
  if (kl_pcall(L, 1, 1) == LUA_OK || lua_type(L, -1) == LUA_TSTRING) return;
  lua_pop(L, 1);
  lua_pushliteral(L, "a value that can't describe itself");
}

void kl_set_environment(lua_State *L, int index) {
  if (lua_setupvalue(L, index, 1) == NULL) lua_pop(L, 1);
}
