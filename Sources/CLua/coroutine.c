// The functions of `coroutine`, so that scripts' own coroutines and generators can await: an await inside one
// is passed up to the strand instead of appearing as a yielded value.
#include "internal.h"
#include "await.h"

static char await_key;           // its address is the value that asks the host to await

void kl_mark(lua_State *thread, kl_strand *strand, int mark) {
  *(uintptr_t *)lua_getextraspace(thread) = (uintptr_t)strand | (uintptr_t)mark;
}
int kl_mark_of(lua_State *thread) { return (int)(*(uintptr_t *)lua_getextraspace(thread) & 3); }
kl_strand *kl_strand_of(lua_State *thread) {
  return (kl_strand *)(*(uintptr_t *)lua_getextraspace(thread) & ~(uintptr_t)3);
}

bool kl_is_await(lua_State *thread, int results) {
  return results == 1 && lua_touserdata(thread, -1) == &await_key;
}

int kl_yield_await(lua_State *L, lua_KContext context, lua_KFunction resumed) {
  lua_pushlightuserdata(L, &await_key);
  return lua_yieldk(L, 1, context, resumed);
}

bool kl_can_await(lua_State *L) { return lua_isyieldable(L) && kl_state_of(L)->blocked == 0; }

// MARK: Stepping

enum { AWAITS = -2, FAILS = -1 };

static const char *unfit(lua_State *L, lua_State *co) {
  if (co == L) return "cannot resume non-suspended coroutine";
  if (kl_mark_of(co) == KL_ROOT) return "cannot resume a task";
  if (kl_mark_of(co) == KL_AWAITING) return "cannot resume a coroutine that waits";
  if (lua_status(co) == LUA_YIELD) return NULL;
  lua_Debug ar;
  if (lua_status(co) != LUA_OK || lua_getstack(co, 0, &ar) || lua_gettop(co) == 0)
    return lua_status(co) == LUA_OK && lua_getstack(co, 0, &ar)
      ? "cannot resume non-suspended coroutine" : "cannot resume dead coroutine";
  return NULL;
}

// Closes a coroutine. What its `<close>` does runs in its own thread, where a stop must reach it.
static int reset(lua_State *L, lua_State *co) {
  kl_state *state = kl_state_of(L);
  lua_State *outer = state->running;
  state->running = co;
  kl_continue_stop(co);
  int status = lua_resetthread(co);
  state->running = outer;
  kl_continue_stop(L);
  return status;
}

static int fail(lua_State *L, const char *why) {
  lua_pushstring(L, why);
  return FAILS;
}

// Runs co with arguments from L's stack. Returns how many results it moved to L, FAILS with the error on top
// of L, or AWAITS.
static int step(lua_State *L, lua_State *co, int arguments) {
  const char *why = unfit(L, co);
  if (why) return fail(L, why);
  if (!lua_checkstack(co, arguments)) return fail(L, "too many arguments to resume");
  kl_state *state = kl_state_of(L);
  int results;
  lua_xmove(L, co, arguments);
  lua_State *outer = state->running;
  bool blocks = !lua_isyieldable(L);
  state->blocked += blocks;
  state->running = co;
  kl_continue_stop(co);
  int status = lua_resume(co, L, arguments, &results);
  state->running = outer;
  state->blocked -= blocks;
  kl_continue_stop(L);
  if (status == LUA_YIELD && kl_is_await(co, results)) {
    lua_pop(co, 1);
    kl_mark(co, state->strand, KL_AWAITING);
    return AWAITS;
  }
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return FAILS;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    return fail(L, "too many results to resume");
  }
  lua_xmove(co, L, results);
  return results;
}

// Goes on after the host has delivered: co is no longer awaiting, unless it was closed meanwhile.
static int go_on(lua_State *L, lua_State *co, int delivered) {
  if (kl_mark_of(co) != KL_AWAITING) return fail(L, "the coroutine was closed while it waited");
  kl_mark(co, NULL, KL_PLAIN);
  return step(L, co, delivered);
}

// MARK: resume

static int resume_again(lua_State *L, int status, lua_KContext context);

static int resume_result(lua_State *L, int outcome) {
  if (outcome == AWAITS) {
    lua_settop(L, 1);
    return kl_yield_await(L, 0, resume_again);
  }
  lua_pushboolean(L, outcome >= 0);
  int count = outcome >= 0 ? outcome : 1;
  lua_insert(L, -(count + 1));
  return count + 1;
}

static int resume_again(lua_State *L, int status, lua_KContext context) {
  (void)status; (void)context;   // stack: co, what was delivered
  return resume_result(L, go_on(L, lua_tothread(L, 1), lua_gettop(L) - 1));
}

static lua_State *check_coroutine(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co, 1, "coroutine");
  return co;
}

static int co_resume(lua_State *L) {
  lua_State *co = check_coroutine(L);
  return resume_result(L, step(L, co, lua_gettop(L) - 1));
}

// MARK: wrap

static int wrap_again(lua_State *L, int status, lua_KContext context);

static int wrap_result(lua_State *L, lua_State *co, int outcome) {
  if (outcome == AWAITS) {
    lua_settop(L, 0);
    return kl_yield_await(L, 0, wrap_again);
  }
  if (outcome >= 0) return outcome;
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    reset(L, co);                // runs its <close>; the error stays the first one unless one of them raises
    if (lua_gettop(co) > 0) {
      lua_pop(L, 1);
      lua_xmove(co, L, 1);
    }
  }
  if (lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int wrap_call(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  return wrap_result(L, co, step(L, co, lua_gettop(L)));
}

static int wrap_again(lua_State *L, int status, lua_KContext context) {
  (void)status; (void)context;
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  return wrap_result(L, co, go_on(L, co, lua_gettop(L)));
}

static int co_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, wrap_call, 1);
  return 1;
}

// MARK: close, yield, isyieldable

static int co_close(lua_State *L) {
  lua_State *co = check_coroutine(L);
  lua_Debug ar;
  int mark = kl_mark_of(co);
  if (mark == KL_ROOT) return luaL_error(L, "cannot close a task; cancel it");
  if (co == L || (lua_status(co) == LUA_OK && lua_getstack(co, 0, &ar)))
    return luaL_error(L, "cannot close a running coroutine");
  if (mark == KL_AWAITING) {
    kl_state *state = kl_state_of(L);
    kl_strand *strand = kl_strand_of(co);
    kl_mark(co, NULL, KL_PLAIN);
    state->host.closed(state->host.context, strand);
  }
  if (reset(L, co) == LUA_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  return 2;
}

static int co_yield(lua_State *L) {
  if (kl_mark_of(L) == KL_ROOT) return luaL_error(L, "attempt to yield from outside a coroutine");
  return lua_yield(L, lua_gettop(L));
}

void kl_open_coroutines(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"resume", co_resume}, {"wrap", co_wrap}, {"close", co_close}, {"yield", co_yield}, {NULL, NULL},
  };
  lua_getglobal(L, LUA_COLIBNAME);
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}
