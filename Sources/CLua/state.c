// A state: its memory account, its libraries, its output.
#include "internal.h"
#include <stdlib.h>
#include <string.h>

kl_state *kl_state_of(lua_State *L) {
  void *state;
  lua_getallocf(L, &state);
  return state;
}

// What is freed stays for blocks of its size. So that nobody takes the machine's by filling one size after the other, chunks
// and free large blocks come to no more than twice the state's limit; large blocks in use count as used.
static void *resize(kl_state *state, void *block, size_t old, size_t size) {
  if (state->level != KL_TRUSTED) {
    return kl_pool_resize(&state->pool, block, old, size, state->enforcing == 0);
  }
  if (size > 0) return realloc(block, size);
  free(block);
  return NULL;
}

// Refuses memory over the limit only while Lua runs; so a push by the host can never raise. What the host
// pushed too much is refused when its function has returned.
static void *allocate(void *context, void *block, size_t old, size_t size) {
  kl_state *state = context;
  if (block == NULL) old = 0;    // it is a type then
  if (size == 0) {
    resize(state, block, old, 0);
    state->used -= old;
    return NULL;
  }
  size_t would = state->used - old + size;
  if (state->limit && size > old && state->enforcing > 0 && would > state->limit) return NULL;
  void *grown = resize(state, block, old, size);
  if (grown == NULL) {
    if (state->enforcing > 0) return NULL;
    abort();
  }
  state->used = would;
  return grown;
}

static void open_libraries(lua_State *L, int level) {
  static const luaL_Reg all[] = {
    {LUA_GNAME, luaopen_base}, {LUA_LOADLIBNAME, luaopen_package}, {LUA_COLIBNAME, luaopen_coroutine},
    {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string}, {LUA_MATHLIBNAME, luaopen_math},
    {LUA_UTF8LIBNAME, luaopen_utf8}, {LUA_IOLIBNAME, luaopen_io}, {LUA_OSLIBNAME, luaopen_os},
    {LUA_DBLIBNAME, luaopen_debug}, {NULL, NULL},
  };
  for (const luaL_Reg *library = all; library->name; library++) {
    if (level != KL_TRUSTED && library->func == luaopen_io) break;
    luaL_requiref(L, library->name, library->func, 1);
    lua_pop(L, 1);
  }
}

void kl_set_host(kl_state *state, kl_host host) { state->host = host; }

kl_state *kl_open(size_t limit, int level) {
  kl_state *state = calloc(1, sizeof *state);
  if (state == NULL) abort();
  state->owner = pthread_self();
  state->level = level;
  pthread_mutex_init(&state->gate, NULL);
  lua_State *L = state->L = lua_newstate(allocate, state);
  if (L == NULL) abort();
  memset(lua_getextraspace(L), 0, LUA_EXTRASPACE);
  // Programs of templates keep most of what they make; with Lua's pause of 200 they mark it again and again.
  if (limit == 0) lua_gc(L, LUA_GCINC, 400, 0, 0);
  open_libraries(L, level);
  kl_open_coroutines(L);
  kl_open_output(L, level);
  if (level != KL_TRUSTED) kl_restrict(L, level);
  state->limit = limit;
  state->pool.bound = 2 * limit;
  return state;
}

void kl_close(kl_state *state) {
  state->limit = 0;
  lua_close(state->L);
  kl_pool_release(&state->pool);
  pthread_mutex_destroy(&state->gate);
  free(state);
}

lua_State *kl_main(kl_state *state) { return state->L; }
size_t kl_used(kl_state *state) { return state->used; }
size_t kl_limit(kl_state *state) { return state->limit; }
void kl_collect(lua_State *L) { lua_gc(L, LUA_GCCOLLECT); }
void kl_pause_collector(lua_State *L, bool paused) { lua_gc(L, paused ? LUA_GCSTOP : LUA_GCRESTART); }

void kl_generational(lua_State *L, bool on) {
  if (on) lua_gc(L, LUA_GCGEN, 0, 0);
  else lua_gc(L, LUA_GCINC, 0, 0, 0);
}

void kl_seed(lua_State *L, int64_t seed) {
  int top = lua_gettop(L);
  if (lua_getglobal(L, LUA_MATHLIBNAME) == LUA_TTABLE) {
    lua_pushliteral(L, "randomseed");
    lua_rawget(L, -2);
    lua_pushinteger(L, seed);
    lua_pcall(L, 1, 0, 0);
  }
  lua_settop(L, top);
}

// MARK: Output

static void say(lua_State *L, const char *text, size_t length) {
  kl_state *state = kl_state_of(L);
  state->enforcing--;
  state->host.output(state->host.context, text, length);
  state->enforcing++;
}

static int print(lua_State *L) {
  int count = lua_gettop(L);
  luaL_Buffer line;
  luaL_buffinit(L, &line);
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addchar(&line, '\t');
    luaL_tolstring(L, i, NULL);
    luaL_addvalue(&line);
  }
  luaL_addchar(&line, '\n');
  luaL_pushresult(&line);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  say(L, text, length);
  return 0;
}

// io.write goes the way of print as long as the default output is the standard output.
static int io_write(lua_State *L) {
  int count = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(2));         // io.output
  lua_call(L, 0, 1);
  if (!lua_rawequal(L, -1, lua_upvalueindex(3))) {
    lua_pop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, LUA_MULTRET);
    return lua_gettop(L);
  }
  for (int i = 1; i <= count; i++) {
    size_t length;
    const char *text = luaL_checklstring(L, i, &length);
    say(L, text, length);
  }
  return 1;
}

void kl_open_output(lua_State *L, int level) {
  lua_pushcfunction(L, print);
  lua_setglobal(L, "print");
  if (level != KL_TRUSTED) return;
  lua_getglobal(L, LUA_IOLIBNAME);
  lua_getfield(L, -1, "write");
  lua_getfield(L, -2, "output");
  lua_getfield(L, -3, "stdout");
  lua_pushcclosure(L, io_write, 3);
  lua_setfield(L, -2, "write");
  lua_pop(L, 1);
}

// MARK: Restricted levels

// Hooks don't run in finalizers, so a loop in one could never be stopped.
static int safe_setmetatable(lua_State *L) {
  if (lua_istable(L, 2)) {
    lua_pushliteral(L, "__gc");
    lua_rawget(L, 2);
    if (!lua_isnil(L, -1)) return luaL_error(L, "a policy can't set '__gc'");
    lua_pop(L, 1);
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

static void remove_field(lua_State *L, const char *table, const char *name) {
  lua_getglobal(L, table);
  lua_pushnil(L);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

// Leaves of `package` only `require`, which then finds nothing but what was preloaded.
static void restrict_require(lua_State *L) {
  lua_getglobal(L, LUA_LOADLIBNAME);
  lua_getfield(L, -1, "searchers");
  for (int i = 4; i >= 2; i--) {
    lua_pushnil(L);
    lua_rawseti(L, -2, i);
  }
  lua_pop(L, 2);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushnil(L);
  lua_setfield(L, -2, LUA_LOADLIBNAME);
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_setglobal(L, LUA_LOADLIBNAME);
}

void kl_restrict(lua_State *L, int level) {
  static const char *const barred[] = {"dofile", "loadfile", "load", "collectgarbage", "print", NULL};
  for (int i = 0; barred[i]; i++) {
    lua_pushnil(L);
    lua_setglobal(L, barred[i]);
  }
  remove_field(L, LUA_STRLIBNAME, "dump");
  restrict_require(L);
  kl_replace_patterns(L);
  kl_limit_libraries(L);
  lua_getglobal(L, "setmetatable");
  lua_pushcclosure(L, safe_setmetatable, 1);
  lua_setglobal(L, "setmetatable");
  if (level != KL_PURE) return;
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushnil(L);
  lua_setfield(L, -2, LUA_COLIBNAME);
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_setglobal(L, LUA_COLIBNAME);
}
