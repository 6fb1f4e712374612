// Library functions that could loop in C for long, with limits: no hook runs there, so no stop would reach them.
#include "internal.h"

enum {
  MOST_ITEMS = 10 * 1000 * 1000, // where the memory has no limit
  MOST_BYTES = 1 << 20,          // of a text that is gone through byte by byte
  MOST_PARTS = 4096,             // of a format, and characters from numbers
};

// Calls the function in the first upvalue with what this one got.
static int pass_on(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

// More items than any table can have within the memory.
static lua_Integer most_items(lua_State *L) {
  enum { ITEM = 16 };            // an item of an array, in bytes
  size_t memory = kl_state_of(L)->limit;
  return memory ? (lua_Integer)(memory / ITEM) : MOST_ITEMS;
}

// `__len` may say anything.
static int by_length(lua_State *L) {
  if (lua_istable(L, 1) && luaL_len(L, 1) > most_items(L)) return luaL_error(L, "the table is too long");
  return pass_on(L);
}

static int move(lua_State *L) {
  lua_Number count = (lua_Number)luaL_checkinteger(L, 3) - (lua_Number)luaL_checkinteger(L, 2);
  if (count > (lua_Number)most_items(L)) return luaL_error(L, "too many elements to move");
  return pass_on(L);
}

// The order that `sort` has by itself, by which a stop reaches it.
static int is_less(lua_State *L) {
  kl_strand *strand = kl_state_of(L)->strand;
  if (strand && strand->stopped) return luaL_error(L, "stopped");
  lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
  return 1;
}

static int sort(lua_State *L) {
  if (lua_gettop(L) == 1 || lua_isnil(L, 2)) {
    lua_settop(L, 1);
    lua_pushcfunction(L, is_less);
  }
  return by_length(L);
}

static int repeat(lua_State *L) {
  size_t length, between;
  luaL_checklstring(L, 1, &length);
  lua_Integer count = luaL_checkinteger(L, 2);
  luaL_optlstring(L, 3, "", &between);
  if (length + between == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (count > 0 && (lua_Number)count * (lua_Number)(length + between) > MOST_BYTES)
    return luaL_error(L, "resulting string too large");
  return pass_on(L);
}

static int by_format(lua_State *L) {
  size_t length;
  luaL_checklstring(L, 1, &length);
  if (length > MOST_PARTS) return luaL_error(L, "the format is too long");
  return pass_on(L);
}

static int by_text(lua_State *L) {
  size_t length;
  luaL_checklstring(L, 1, &length);
  if (length > MOST_BYTES) return luaL_error(L, "the text is too long");
  return pass_on(L);
}

static int by_count(lua_State *L) {
  if (lua_gettop(L) > MOST_PARTS) return luaL_error(L, "too many characters");
  return pass_on(L);
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
  limit(L, LUA_TABLIBNAME, "sort", sort);
  limit(L, LUA_TABLIBNAME, "move", move);
  limit(L, LUA_STRLIBNAME, "rep", repeat);
  limit(L, LUA_STRLIBNAME, "pack", by_format);
  limit(L, LUA_STRLIBNAME, "packsize", by_format);
  limit(L, LUA_STRLIBNAME, "unpack", by_format);
  limit(L, LUA_UTF8LIBNAME, "len", by_text);
  limit(L, LUA_UTF8LIBNAME, "char", by_count);
}
