// The stack, for a host that can't be raised at: none of these calls metamethods or checks arguments.
#include "internal.h"
#include <math.h>

int kl_top(lua_State *L) { return lua_gettop(L); }
void kl_settop(lua_State *L, int top) { lua_settop(L, top); }
void kl_pop(lua_State *L, int count) { lua_settop(L, -count - 1); }
bool kl_room(lua_State *L, int count) { return lua_checkstack(L, count); }
int kl_absolute(lua_State *L, int index) { return lua_absindex(L, index); }
void kl_copy(lua_State *L, int index) { lua_pushvalue(L, index); }
void kl_insert(lua_State *L, int index) { lua_insert(L, index); }
void kl_remove(lua_State *L, int index) { lua_remove(L, index); }
void kl_move(lua_State *from, lua_State *to, int count) { lua_xmove(from, to, count); }

int kl_type(lua_State *L, int index) { return lua_type(L, index); }
bool kl_is_integer(lua_State *L, int index) { return lua_isinteger(L, index); }
bool kl_boolean(lua_State *L, int index) { return lua_toboolean(L, index); }
int64_t kl_integer(lua_State *L, int index) { return lua_tointegerx(L, index, NULL); }
double kl_number(lua_State *L, int index) { return lua_tonumberx(L, index, NULL); }
const void *kl_address(lua_State *L, int index) { return lua_topointer(L, index); }
bool kl_same(lua_State *L, int left, int right) { return lua_rawequal(L, left, right); }

// A number stays a number: lua_tolstring would change it in place.
const char *kl_text(lua_State *L, int index, size_t *length) {
  return lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, length) : NULL;
}

void kl_push_nil(lua_State *L) { lua_pushnil(L); }
void kl_push_boolean(lua_State *L, bool value) { lua_pushboolean(L, value); }
void kl_push_integer(lua_State *L, int64_t value) { lua_pushinteger(L, value); }
void kl_push_number(lua_State *L, double value) { lua_pushnumber(L, value); }
void kl_push_text(lua_State *L, const char *text, size_t length) { lua_pushlstring(L, text, length); }
void kl_push_globals(lua_State *L) { lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS); }

void kl_push_registry(lua_State *L, const char *key) {
  lua_pushstring(L, key);
  lua_rawget(L, LUA_REGISTRYINDEX);
}

void kl_set_registry(lua_State *L, const char *key) {
  lua_pushstring(L, key);
  lua_insert(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

void kl_push_table(lua_State *L, int items, int fields) { lua_createtable(L, items, fields); }
size_t kl_length(lua_State *L, int index) { return lua_rawlen(L, index); }
int kl_get_item(lua_State *L, int index, int64_t item) { return lua_rawgeti(L, index, item); }
void kl_set_item(lua_State *L, int index, int64_t item) { lua_rawseti(L, index, item); }
int kl_get(lua_State *L, int index) { return lua_rawget(L, index); }

bool kl_set(lua_State *L, int index) {
  int type = lua_type(L, -2);
  bool unfit = type == LUA_TNIL || (type == LUA_TNUMBER && isnan(lua_tonumber(L, -2)));
  if (unfit) lua_pop(L, 2);
  else lua_rawset(L, index);
  return !unfit;
}

int kl_get_field(lua_State *L, int index, const char *name) {
  int table = lua_absindex(L, index);
  lua_pushstring(L, name);
  return lua_rawget(L, table);
}

void kl_set_field(lua_State *L, int index, const char *name) {
  int table = lua_absindex(L, index);
  lua_pushstring(L, name);
  lua_insert(L, -2);
  lua_rawset(L, table);
}

bool kl_next(lua_State *L, int index) { return lua_next(L, index); }
bool kl_get_metatable(lua_State *L, int index) { return lua_getmetatable(L, index); }
void kl_set_metatable(lua_State *L, int index) { lua_setmetatable(L, index); }

int kl_ref(lua_State *L) { return luaL_ref(L, LUA_REGISTRYINDEX); }
void kl_unref(lua_State *L, int reference) { luaL_unref(L, LUA_REGISTRYINDEX, reference); }
void kl_push_ref(lua_State *L, int reference) { lua_rawgeti(L, LUA_REGISTRYINDEX, reference); }

// MARK: Looking at stacks

static void describe(const lua_Debug *ar, kl_frame *frame) {
  frame->source = ar->source;
  frame->short_source = ar->short_src;
  frame->name = ar->name;
  frame->kind = ar->namewhat;
  frame->what = ar->what;
  frame->line = ar->currentline;
  frame->defined = ar->linedefined;
}

// short_src lies in the lua_Debug, so it is handed on as a Lua string that the state keeps for the call.
static const char *keep(lua_State *L, const char *text) {
  const char *kept = lua_pushstring(L, text);
  lua_setfield(L, LUA_REGISTRYINDEX, "kiln.short_source");
  return kept;
}

bool kl_frame_at(lua_State *L, int level, kl_frame *frame) {
  lua_Debug ar;
  if (!lua_getstack(L, level, &ar)) return false;
  lua_getinfo(L, "Slnt", &ar);
  describe(&ar, frame);
  frame->short_source = keep(L, ar.short_src);
  return true;
}

const char *kl_local(lua_State *L, int level, int number) {
  lua_Debug ar;
  if (!lua_getstack(L, level, &ar)) return NULL;
  return lua_getlocal(L, &ar, number);
}

void kl_function_info(lua_State *L, int index, kl_frame *frame) {
  lua_Debug ar;
  lua_pushvalue(L, index);
  lua_getinfo(L, ">S", &ar);
  ar.name = NULL;
  ar.namewhat = "";
  ar.currentline = -1;
  describe(&ar, frame);
  frame->short_source = keep(L, ar.short_src);
}
