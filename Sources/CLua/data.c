// Tables as data: lists that stay lists when empty, maps that keep the order of their keys, and null.
#include "internal.h"
#include <stdlib.h>
#include <string.h>

// Their addresses are registry keys and marks.
static char list_key, shape_key, null_key;

// MARK: null

static int null_text(lua_State *L) {
  lua_pushliteral(L, "null");
  return 1;
}

void kl_push_null(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key) == LUA_TUSERDATA) return;
  lua_pop(L, 1);
  lua_newuserdatauv(L, 0, 0);
  lua_createtable(L, 0, 3);
  lua_pushcfunction(L, null_text);
  lua_setfield(L, -2, "__tostring");
  lua_pushliteral(L, "kiln.null");
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &null_key);
}

bool kl_is_null(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TUSERDATA) return false;
  int value = lua_absindex(L, index);
  kl_push_null(L);
  bool same = lua_rawequal(L, value, -1);
  lua_pop(L, 1);
  return same;
}

// MARK: Lists

void kl_mark_list(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &list_key) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 2);
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &list_key);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &list_key);
  }
  lua_setmetatable(L, -2);
}

static bool has_mark(lua_State *L, int index, void *mark) {
  if (!lua_getmetatable(L, index)) return false;
  bool found = lua_rawgetp(L, -1, mark) != LUA_TNIL;
  lua_pop(L, 2);
  return found;
}

bool kl_is_list(lua_State *L, int index) {
  return lua_istable(L, index) && has_mark(L, index, &list_key);
}

// MARK: Maps

static int by_text(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

// Appends the string keys that a table got since it was made, sorted, then its other keys. Stack: 1 the
// table, 2 the shape, 3 the keys so far (count of them), 4 a set of the shape's keys.
static void append_new_keys(lua_State *L, lua_Integer count, lua_Integer total) {
  const char **texts = lua_newuserdatauv(L, (size_t)(total - count + 1) * sizeof *texts, 0);
  lua_newtable(L);                               // 6: the keys that are no strings
  lua_Integer fresh = 0, others = 0;
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    bool known = lua_rawget(L, 4) != LUA_TNIL;
    lua_pop(L, 1);
    if (known) continue;
    if (lua_type(L, -1) == LUA_TSTRING) texts[fresh++] = lua_tostring(L, -1);
    else {
      lua_pushvalue(L, -1);
      lua_rawseti(L, 6, ++others);
    }
  }
  qsort(texts, (size_t)fresh, sizeof *texts, by_text);
  for (lua_Integer i = 0; i < fresh; i++) {
    lua_pushstring(L, texts[i]);
    lua_rawseti(L, 3, ++count);
  }
  for (lua_Integer i = 1; i <= others; i++) {
    lua_rawgeti(L, 6, i);
    lua_rawseti(L, 3, ++count);
  }
}

static lua_Integer count_pairs(lua_State *L, int index) {
  lua_Integer total = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    total++;
  }
  return total;
}

// Leaves the keys of the table at 1, whose shape is at 2, as a list at 3.
static void collect_keys(lua_State *L) {
  lua_Integer known = (lua_Integer)lua_rawlen(L, 2), count = 0;
  lua_createtable(L, (int)known, 0);
  for (lua_Integer i = 1; i <= known; i++) {
    lua_rawgeti(L, 2, i);
    lua_pushvalue(L, -1);
    bool present = lua_rawget(L, 1) != LUA_TNIL;
    lua_pop(L, 1);
    if (present) lua_rawseti(L, 3, ++count);
    else lua_pop(L, 1);
  }
  lua_Integer total = count_pairs(L, 1);
  if (total == count) return;
  lua_createtable(L, 0, (int)known);
  for (lua_Integer i = 1; i <= known; i++) {
    lua_rawgeti(L, 2, i);
    lua_pushboolean(L, 1);
    lua_rawset(L, 4);
  }
  append_new_keys(L, count, total);
  lua_settop(L, 3);
}

static int ordered_next(lua_State *L) {          // upvalues: the keys, how many were given
  lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));
  lua_settop(L, 1);
  while (lua_rawgeti(L, lua_upvalueindex(1), ++i) != LUA_TNIL) {
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 1) != LUA_TNIL) {
      lua_pushinteger(L, i);
      lua_replace(L, lua_upvalueindex(2));
      return 2;
    }
    lua_pop(L, 2);
  }
  return 1;
}

static int ordered_pairs(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  if (!kl_push_shape(L, 1)) {
    lua_getglobal(L, "next");
    lua_pushvalue(L, 1);
    return 2;
  }
  collect_keys(L);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, ordered_next, 2);
  lua_pushvalue(L, 1);
  return 2;
}

void kl_make_shape(lua_State *L) {
  lua_pushboolean(L, 1);
  lua_rawsetp(L, -2, &shape_key);
  lua_pushcfunction(L, ordered_pairs);
  lua_setfield(L, -2, "__pairs");
}

bool kl_push_shape(lua_State *L, int index) {
  if (!has_mark(L, index, &shape_key)) return false;
  return lua_getmetatable(L, index);
}
