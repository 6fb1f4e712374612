// Library functions that could loop in C for as long as they like, with limits: no hook runs there, so no stop would
// reach them.
#include "internal.h"

// More items than any table of a policy can have within its memory.
enum { MOST_ITEMS = 10 * 1000 * 1000 };

// Calls the function in the first upvalue with what this one got.
static int pass_on(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

// `__len` may say anything.
static int by_length(lua_State *L) {
  if (lua_istable(L, 1) && luaL_len(L, 1) > MOST_ITEMS) return luaL_error(L, "the table is too long");
  return pass_on(L);
}

static int move(lua_State *L) {
  lua_Number count = (lua_Number)luaL_checkinteger(L, 3) - (lua_Number)luaL_checkinteger(L, 2);
  if (count > MOST_ITEMS) return luaL_error(L, "too many elements to move");
  return pass_on(L);
}

static int repeat(lua_State *L) {
  size_t length, between;
  luaL_checklstring(L, 1, &length);
  luaL_optlstring(L, 3, "", &between);
  if (length + between > 0) return pass_on(L);
  luaL_checkinteger(L, 2);
  lua_pushliteral(L, "");
  return 1;
}

static void limit(lua_State *L, const char *library, const char *name, lua_CFunction by) {
  lua_getglobal(L, library);
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, by, 1);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

void kl_limit_libraries(lua_State *L) {
  limit(L, LUA_TABLIBNAME, "insert", by_length);
  limit(L, LUA_TABLIBNAME, "remove", by_length);
  limit(L, LUA_TABLIBNAME, "sort", by_length);
  limit(L, LUA_TABLIBNAME, "move", move);
  limit(L, LUA_STRLIBNAME, "rep", repeat);
}
