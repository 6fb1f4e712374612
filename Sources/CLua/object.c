// Functions and objects of the host, as Lua sees them.
#include "internal.h"
#include "await.h"

static char object_key;          // marks metatables of objects
static char known_key;           // the registry's table from an object's address to its userdata

// MARK: Functions

// Goes on after the host has waited. Stack above base: true and the results, or false and the error.
static int resumed(lua_State *L, int status, lua_KContext base) {
  (void)status;
  int first = (int)base + 1;
  if (lua_toboolean(L, first)) return lua_gettop(L) - first;
  lua_settop(L, first + 1);
  return lua_error(L);
}

// Calls the host; raises and yields only when no frame of the host is left on the stack.
static int trampoline(lua_State *L) {
  kl_state *state = kl_state_of(L);
  void **box = lua_touserdata(L, lua_upvalueindex(1));
  if (*box == NULL) return luaL_error(L, "this function belongs to a state that is closing");
  state->enforcing--;
  int count = state->host.call(state->host.context, L, *box);
  state->enforcing++;
  if (state->limit && state->used > state->limit) {
    lua_gc(L, LUA_GCCOLLECT);
    if (state->used > state->limit) return luaL_error(L, "not enough memory");
  }
  if (count >= 0) return count;
  if (count == KL_AWAIT) return kl_yield_await(L, lua_gettop(L), resumed);
  return lua_error(L);
}

static int release(lua_State *L) {
  void **box = lua_touserdata(L, 1);
  void *held = *box;
  *box = NULL;
  if (held) kl_state_of(L)->host.release(held);
  return 0;
}

void kl_push_binding(lua_State *L, void *binding) {
  void **box = lua_newuserdatauv(L, sizeof(void *), 0);
  *box = binding;
  if (luaL_newmetatable(L, "kiln.binding")) {
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
  }
  lua_setmetatable(L, -2);
  lua_pushcclosure(L, trampoline, 1);
}

void *kl_binding(lua_State *L, int index) {
  if (lua_tocfunction(L, index) != trampoline) return NULL;
  if (lua_getupvalue(L, index, 1) == NULL) return NULL;
  void **box = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return box ? *box : NULL;
}

// MARK: Objects

static void push_known(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &known_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &known_key);
}

bool kl_push_known_object(lua_State *L, void *object) {
  push_known(L);
  int type = lua_rawgetp(L, -1, object);
  lua_remove(L, -2);
  if (type == LUA_TUSERDATA && kl_object(L, -1) == object) return true;
  lua_pop(L, 1);
  return false;
}

void kl_push_object(lua_State *L, void *object) {
  void **box = lua_newuserdatauv(L, sizeof(void *), 0);
  *box = object;
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  push_known(L);
  lua_pushvalue(L, -2);
  lua_rawsetp(L, -2, object);
  lua_pop(L, 1);
}

void *kl_object(lua_State *L, int index) {
  void **box = lua_touserdata(L, index);
  if (box == NULL || !lua_getmetatable(L, index)) return NULL;
  bool ours = lua_rawgetp(L, -1, &object_key) == LUA_TBOOLEAN;
  lua_pop(L, 2);
  return ours ? *box : NULL;
}

static int indexed(lua_State *L, int status, lua_KContext context) {
  (void)L; (void)status; (void)context;
  return 1;
}

static int object_index(lua_State *L) {
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  lua_pop(L, 1);
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_insert(L, 1);
  lua_callk(L, 2, 1, 0, indexed);
  return 1;
}

// Stack: the fallback, the methods, the metatable.
void kl_make_class(lua_State *L) {
  lua_pushboolean(L, 1);
  lua_rawsetp(L, -2, &object_key);
  lua_pushcfunction(L, release);
  lua_setfield(L, -2, "__gc");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_insert(L, -3);
  lua_insert(L, -2);
  lua_pushcclosure(L, object_index, 2);          // the methods, then the fallback
  lua_setfield(L, -2, "__index");
}

// MARK: Read-only tables

static int refuse(lua_State *L) {
  return luaL_error(L, "attempt to change a read-only table");
}

static int frozen_next(lua_State *L) {
  lua_settop(L, 2);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_replace(L, 1);
  return lua_next(L, 1) ? 2 : 1;
}

static int frozen_pairs(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushcclosure(L, frozen_next, 1);
  return 1;
}

void kl_freeze(lua_State *L) {
  lua_newtable(L);
  lua_createtable(L, 0, 4);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -3);
  lua_pushcclosure(L, frozen_pairs, 1);
  lua_setfield(L, -2, "__pairs");
  lua_pushcfunction(L, refuse);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}
