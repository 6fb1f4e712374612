// Lua's patterns for policies: the same language as `string`, in a matcher that a stop reaches.
//
// The stock functions match in C until they are done, and a pattern such as "a?a?a?aaa" on the right text is done in
// years; no hook runs there. This one reads the pattern into items first, and looks at the strand's stop between steps.
// A malformed pattern is told at once, also where the stock functions would never come to its flaw.
#define _GNU_SOURCE                // memmem
#include "internal.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
  MOST_CAPTURES = 32,
  DEPTH = 200,                   // how deep items may call each other
  LOOK = 1024,                   // steps between two looks at the stop
  MOST_STEPS = 50 * 1000 * 1000, // where nobody can stop it
};

typedef enum { CHAR, ANY, SET, OPEN, PLACE, CLOSE, BACK, BALANCE, FRONTIER, TAIL, END } kind;

// One item of a pattern. Only the first three stand for one byte each, and may be repeated.
typedef struct item {
  unsigned char kind;
  unsigned char repeat;          // 0 or one of * + - ?
  unsigned char byte, other;     // of CHAR; the two of BALANCE; `byte` is the capture of OPEN, PLACE, CLOSE, BACK
  unsigned char set[32];         // of SET and FRONTIER, a bit for each byte
} item;

typedef struct capture {
  const char *start;
  ptrdiff_t length;              // or one of these
} capture;
enum { UNFINISHED = -1, POSITION = -2 };

typedef struct matcher {
  lua_State *L;
  const char *text, *end;
  const item *items;
  bool anchored;
  int captures;                  // how many the pattern has
  int depth;
  long steps;
  capture found[MOST_CAPTURES];
} matcher;

// MARK: Reading a pattern

static void add(unsigned char *set, int byte) { set[byte >> 3] |= (unsigned char)(1 << (byte & 7)); }
static bool has(const unsigned char *set, unsigned char byte) { return set[byte >> 3] >> (byte & 7) & 1; }

static int iszero(int byte) { return byte == 0; }

// Adds the bytes of a class such as `%a`; false when the letter names none.
static bool add_class(unsigned char *set, unsigned char letter) {
  int (*test)(int);
  switch (tolower(letter)) {
    case 'a': test = isalpha; break;
    case 'c': test = iscntrl; break;
    case 'd': test = isdigit; break;
    case 'g': test = isgraph; break;
    case 'l': test = islower; break;
    case 'p': test = ispunct; break;
    case 's': test = isspace; break;
    case 'u': test = isupper; break;
    case 'w': test = isalnum; break;
    case 'x': test = isxdigit; break;
    case 'z': test = iszero; break;     // as Lua 5.1 had it
    default: return false;
  }
  bool wanted = islower(letter) != 0;
  for (int byte = 0; byte < 256; byte++)
    if ((test(byte) != 0) == wanted) add(set, byte);
  return true;
}

// Reads a set from behind its `[`; gives what follows its `]`.
static const char *read_set(lua_State *L, unsigned char *set, const char *p, const char *end) {
  memset(set, 0, 32);
  bool negative = p < end && *p == '^';
  if (negative) p++;
  for (bool first = true; ; first = false) {
    if (p >= end) luaL_error(L, "malformed pattern (missing ']')");
    unsigned char byte = (unsigned char)*p++;
    if (byte == ']' && !first) break;
    if (byte == '%') {
      if (p >= end) luaL_error(L, "malformed pattern (missing ']')");
      byte = (unsigned char)*p++;
      if (!add_class(set, byte)) add(set, byte);
    } else if (end - p > 1 && p[0] == '-' && p[1] != ']') {
      bool escapes = p[1] == '%';       // it ends the range, and keeps what follows from ending the set
      for (int other = byte; other <= (unsigned char)p[1]; other++) add(set, other);
      p += 2;
      if (escapes && p < end && *p == ']') add(set, *p++);
    } else {
      add(set, byte);
    }
  }
  if (negative)
    for (int i = 0; i < 32; i++) set[i] = (unsigned char)~set[i];
  return p;
}

// Reads what follows a `%`.
static const char *read_escape(lua_State *L, item *next, const char *p, const char *end, const bool *closed, int opened) {
  if (p >= end) luaL_error(L, "malformed pattern (ends with '%%')");
  unsigned char letter = (unsigned char)*p++;
  if (letter == 'b') {
    if (end - p < 2) luaL_error(L, "malformed pattern (missing arguments to '%%b')");
    next->kind = BALANCE;
    next->byte = (unsigned char)p[0];
    next->other = (unsigned char)p[1];
    return p + 2;
  }
  if (letter == 'f') {
    if (p >= end || *p != '[') luaL_error(L, "missing '[' after '%%f' in pattern");
    next->kind = FRONTIER;
    return read_set(L, next->set, p + 1, end);
  }
  if (isdigit(letter)) {
    int number = letter - '1';
    if (number < 0 || number >= opened || !closed[number])
      luaL_error(L, "invalid capture index %%%d in pattern", number + 1);
    next->kind = BACK;
    next->byte = (unsigned char)number;
    return p;
  }
  memset(next->set, 0, 32);
  next->kind = SET;
  if (add_class(next->set, letter)) return p;
  next->kind = CHAR;
  next->byte = letter;
  return p;
}

// Reads a pattern, which is at an index, into items that a userdata on top of the stack holds.
static void read_pattern(matcher *m, const char *p, size_t length) {
  lua_State *L = m->L;
  const char *end = p + length;
  item *items = lua_newuserdatauv(L, (length + 1) * sizeof(item), 0);
  m->items = items;
  m->captures = 0;
  m->anchored = p < end && *p == '^';
  if (m->anchored) p++;
  int open[MOST_CAPTURES], depth = 0;
  bool closed[MOST_CAPTURES] = {false};
  while (p < end) {
    item *next = items++;
    next->repeat = 0;
    unsigned char byte = (unsigned char)*p++;
    switch (byte) {
      case '(':
        if (m->captures == MOST_CAPTURES) luaL_error(L, "too many captures");
        next->byte = (unsigned char)m->captures++;
        next->kind = OPEN;
        if (p < end && *p == ')') {
          next->kind = PLACE;
          closed[next->byte] = true;
          p++;
        } else {
          open[depth++] = next->byte;
        }
        break;
      case ')':
        if (depth == 0) luaL_error(L, "invalid pattern capture");
        next->kind = CLOSE;
        next->byte = (unsigned char)open[--depth];
        closed[next->byte] = true;
        break;
      case '%': p = read_escape(L, next, p, end, closed, m->captures); break;
      case '[':
        next->kind = SET;
        p = read_set(L, next->set, p, end);
        break;
      case '.': next->kind = ANY; break;
      case '$':
        next->kind = p == end ? TAIL : CHAR;
        next->byte = byte;
        break;
      default:
        next->kind = CHAR;
        next->byte = byte;
    }
    if (next->kind <= SET && p < end && *p && strchr("*+-?", *p)) next->repeat = (unsigned char)*p++;
  }
  if (depth > 0) luaL_error(L, "unfinished capture");
  items->kind = END;
}

// MARK: Matching

// Counts a step, and gives way to a stop.
static void count_step(matcher *m) {
  if (++m->steps % LOOK) return;
  kl_strand *strand = kl_state_of(m->L)->strand;
  if (strand && strand->stopped) luaL_error(m->L, "stopped");
  if (m->steps > MOST_STEPS) luaL_error(m->L, "pattern too complex");
}

static bool fits(const matcher *m, const item *wanted, const char *s) {
  if (s >= m->end) return false;
  switch (wanted->kind) {
    case CHAR: return (unsigned char)*s == wanted->byte;
    case ANY: return true;
    default: return has(wanted->set, (unsigned char)*s);
  }
}

static const char *match(matcher *m, const item *next, const char *s);

static const char *match_most(matcher *m, const item *next, const char *s, ptrdiff_t least) {
  ptrdiff_t count = 0;
  while (fits(m, next, s + count)) {
    count++;
    count_step(m);
  }
  for (; count >= least; count--) {
    const char *end = match(m, next + 1, s + count);
    if (end) return end;
  }
  return NULL;
}

static const char *match_least(matcher *m, const item *next, const char *s) {
  for (;; s++) {
    const char *end = match(m, next + 1, s);
    if (end) return end;
    if (!fits(m, next, s)) return NULL;
  }
}

static const char *match_balance(matcher *m, const item *next, const char *s) {
  if (s >= m->end || (unsigned char)*s != next->byte) return NULL;
  long open = 1;
  while (++s < m->end) {
    count_step(m);
    if ((unsigned char)*s == next->other) {
      if (--open == 0) return s + 1;
    } else if ((unsigned char)*s == next->byte) {
      open++;
    }
  }
  return NULL;
}

static bool is_frontier(const matcher *m, const item *next, const char *s) {
  unsigned char before = s == m->text ? 0 : (unsigned char)s[-1];
  unsigned char here = s == m->end ? 0 : (unsigned char)*s;
  return !has(next->set, before) && has(next->set, here);
}

// Gives the end of the match of all items from one on, or NULL.
static const char *match(matcher *m, const item *next, const char *s) {
  if (++m->depth > DEPTH) luaL_error(m->L, "pattern too complex");
  while (s) {
    count_step(m);
    if (next->kind == END) break;
    if (next->kind == TAIL) {
      if (s != m->end) s = NULL;
      break;
    }
    if (next->kind == OPEN || next->kind == CLOSE) {
      capture *taken = &m->found[next->byte], before = *taken;
      if (next->kind == OPEN) *taken = (capture){s, UNFINISHED};
      else taken->length = s - taken->start;
      const char *end = match(m, next + 1, s);
      if (!end) *taken = before;
      s = end;
      break;
    }
    if (next->repeat == '*' || next->repeat == '+') {
      s = match_most(m, next, s, next->repeat == '+');
      break;
    }
    if (next->repeat == '-') {
      s = match_least(m, next, s);
      break;
    }
    if (next->repeat == '?') {
      const char *end = fits(m, next, s) ? match(m, next + 1, s + 1) : NULL;
      if (end) {
        s = end;
        break;
      }
      next++;
      continue;
    }
    const capture *back;
    switch (next->kind) {
      case PLACE: m->found[next->byte] = (capture){s, POSITION}; break;
      case BACK:
        back = &m->found[next->byte];
        if (back->length < 0 || m->end - s < back->length || memcmp(back->start, s, (size_t)back->length)) s = NULL;
        else s += back->length;
        break;
      case BALANCE: s = match_balance(m, next, s); break;
      case FRONTIER: s = is_frontier(m, next, s) ? s : NULL; break;
      default: s = fits(m, next, s) ? s + 1 : NULL;
    }
    next++;
  }
  m->depth--;
  return s;
}

static const char *match_at(matcher *m, const char *s) {
  m->depth = 0;
  return match(m, m->items, s);
}

// MARK: What it has found

// Pushes a capture; the whole match where the pattern has none.
static void push_capture(matcher *m, int number, const char *s, const char *end) {
  if (m->captures == 0) {
    lua_pushlstring(m->L, s, (size_t)(end - s));
    return;
  }
  const capture *found = &m->found[number];
  if (found->length == POSITION) lua_pushinteger(m->L, found->start - m->text + 1);
  else lua_pushlstring(m->L, found->start, (size_t)found->length);
}

static int push_captures(matcher *m, const char *s, const char *end, bool whole) {
  int count = m->captures == 0 && whole ? 1 : m->captures;
  luaL_checkstack(m->L, count, "too many captures");
  for (int i = 0; i < count; i++) push_capture(m, i, s, end);
  return count;
}

// The place that a number, perhaps one from the end, says: from 0, and past the end where it is.
static size_t place(lua_Integer number, size_t length) {
  if (number > 0) return (size_t)number - 1;
  if (number == 0 || number < -(lua_Integer)length) return 0;
  return length + (size_t)number;
}

// MARK: The functions

static bool is_plain(const char *pattern, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (memchr("^$*+?.([%-", pattern[i], 10)) return false;
  return true;
}

static int find_or_match(lua_State *L, bool finds) {
  size_t length, size;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *pattern = luaL_checklstring(L, 2, &size);
  size_t start = place(luaL_optinteger(L, 3, 1), length);
  if (start > length) {
    luaL_pushfail(L);
    return 1;
  }
  if (finds && (lua_toboolean(L, 4) || is_plain(pattern, size))) {
    const char *found = memmem(text + start, length - start, pattern, size);
    if (!found) {
      luaL_pushfail(L);
      return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (lua_Integer)size);
    return 2;
  }
  matcher m = {.L = L, .text = text, .end = text + length};
  read_pattern(&m, pattern, size);
  const char *s = text + start;
  do {
    const char *end = match_at(&m, s);
    if (!end) continue;
    if (!finds) return push_captures(&m, s, end, true);
    lua_pushinteger(L, s - text + 1);
    lua_pushinteger(L, end - text);
    return push_captures(&m, NULL, NULL, false) + 2;
  } while (s++ < m.end && !m.anchored);
  luaL_pushfail(L);
  return 1;
}

static int find(lua_State *L) { return find_or_match(L, true); }
static int first_match(lua_State *L) { return find_or_match(L, false); }

// What gmatch goes on with: the matcher, whose texts the closure holds, and where it is.
typedef struct iteration {
  matcher matcher;
  const char *next, *last;
} iteration;

static int next_match(lua_State *L) {
  iteration *at = lua_touserdata(L, lua_upvalueindex(3));
  matcher *m = &at->matcher;
  m->L = L;
  m->steps = 0;
  for (const char *s = at->next; s <= m->end; s++) {
    const char *end = match_at(m, s);
    if (!end || end == at->last) continue;
    at->next = at->last = end;
    return push_captures(m, s, end, true);
  }
  return 0;
}

static int each_match(lua_State *L) {
  size_t length, size;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *pattern = luaL_checklstring(L, 2, &size);
  size_t start = place(luaL_optinteger(L, 3, 1), length);
  if (start > length) start = length + 1;
  lua_settop(L, 2);
  iteration *at = lua_newuserdatauv(L, sizeof *at, 0);
  memset(at, 0, sizeof *at);
  at->matcher = (matcher){.L = L, .text = text, .end = text + length};
  // An anchor has no meaning here, so it is a letter as any.
  bool has_anchor = size > 0 && *pattern == '^';
  if (has_anchor) {
    lua_pushliteral(L, "%");
    lua_pushvalue(L, 2);
    lua_concat(L, 2);
    pattern = lua_tolstring(L, -1, &size);
    lua_replace(L, 2);
  }
  read_pattern(&at->matcher, pattern, size);
  at->next = text + start;
  lua_pushcclosure(L, next_match, 4);
  return 1;
}

// Adds what a text replaces a match by.
static void add_text(matcher *m, luaL_Buffer *built, const char *s, const char *end) {
  lua_State *L = m->L;
  size_t length;
  const char *text = lua_tolstring(L, 3, &length);
  for (const char *stop = text + length; text < stop; text++) {
    if (*text != '%') {
      luaL_addchar(built, *text);
      continue;
    }
    text++;
    if (text < stop && *text == '%') {
      luaL_addchar(built, '%');
    } else if (text < stop && *text == '0') {
      luaL_addlstring(built, s, (size_t)(end - s));
    } else if (text < stop && isdigit((unsigned char)*text)) {
      int number = *text - '1';
      if (number >= m->captures && !(number == 0 && m->captures == 0))
        luaL_error(L, "invalid capture index %%%d in replacement string", number + 1);
      push_capture(m, number, s, end);
      luaL_tolstring(L, -1, NULL);
      lua_remove(L, -2);
      luaL_addvalue(built);
    } else {
      luaL_error(L, "invalid use of '%%' in replacement string");
    }
  }
}

// Adds what a match is replaced by; false when it stays as it is.
static bool add_value(matcher *m, luaL_Buffer *built, const char *s, const char *end, int type) {
  lua_State *L = m->L;
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    lua_call(L, push_captures(m, s, end, true), 1);
  } else if (type == LUA_TTABLE) {
    push_capture(m, 0, s, end);
    lua_gettable(L, 3);
  } else {
    add_text(m, built, s, end);
    return true;
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(built, s, (size_t)(end - s));
    return false;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  luaL_addvalue(built);
  return true;
}

static int replace(lua_State *L) {
  size_t length, size;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *pattern = luaL_checklstring(L, 2, &size);
  int type = lua_type(L, 3);
  luaL_argexpected(L,
    type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
    "string/function/table");
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
  matcher m = {.L = L, .text = text, .end = text + length};
  read_pattern(&m, pattern, size);
  bool changed = false;
  const char *s = text, *last = NULL;
  luaL_Buffer built;
  luaL_buffinit(L, &built);
  while (count < most) {
    const char *end = match_at(&m, s);
    if (end && end != last) {
      count++;
      changed = add_value(&m, &built, s, end, type) || changed;
      s = last = end;
    } else if (s < m.end) {
      luaL_addchar(&built, *s++);
    } else {
      break;
    }
    if (m.anchored) break;
  }
  if (changed) {
    luaL_addlstring(&built, s, (size_t)(m.end - s));
    luaL_pushresult(&built);
  } else {
    lua_pushvalue(L, 1);
  }
  lua_pushinteger(L, count);
  return 2;
}

void kl_replace_patterns(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"find", find}, {"match", first_match}, {"gmatch", each_match}, {"gsub", replace}, {NULL, NULL},
  };
  lua_getglobal(L, LUA_STRLIBNAME);
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}
