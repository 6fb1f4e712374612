// What the C files share and Swift doesn't see.
#ifndef CLUA_INTERNAL_H
#define CLUA_INTERNAL_H
#include "include/clua.h"
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <pthread.h>
#include <setjmp.h>

enum { KL_POOL_SIZES = 84 };     // of blocks, up to 64 MiB

/// The memory of one state.
typedef struct kl_pool {
  struct kl_block *free[KL_POOL_SIZES];   // by their sizes
  char *next;                    // what isn't cut into blocks yet
  size_t left;
  struct kl_chunk *chunks;
  size_t held;                   // bytes of all chunks
  size_t spare;                  // bytes of the free blocks that are in no chunk
  size_t bound;                  // what both may come to; none when 0
} kl_pool;

struct kl_state {
  size_t used, limit;            // bytes; no limit when 0
  int enforcing;                 // > 0 only while Lua code runs: only then may memory errors be raised
  int level;                     // what its scripts may use
  int blocked;                   // > 0 while a coroutine runs whose resumer can't yield
  lua_State *volatile running;   // the innermost thread that executes, or NULL
  kl_strand *volatile strand;    // the strand that executes, or NULL
  volatile int yields;           // set by any thread: the signal handler is to let others go first
  pthread_t owner;
  pthread_mutex_t gate;          // guards strand and owner against kl_stop
  kl_host host;
  lua_State *L;
  kl_pool pool;                  // unless its scripts are trusted
};

struct kl_strand {
  kl_state *state;
  lua_State *thread;
  int anchor;
  volatile int stopped;          // set by any thread, read by the signal handler; 2 without time to clean up
  bool told;                     // the stop has been raised
  int grace;                     // how many steps it still has since
  jmp_buf *exit;                 // out of the resume that runs it
};

kl_state *kl_state_of(lua_State *L);
/// Takes, resizes and frees as `lua_Alloc` says; NULL where there is no room, or chunks would exceed the bound and mustn't.
void *kl_pool_resize(kl_pool *pool, void *place, size_t old, size_t size, bool may_exceed);
/// Gives all back, after everything was freed.
void kl_pool_release(kl_pool *pool);
/// Replaces the functions of `coroutine` by ones that pass an await on to the host.
void kl_open_coroutines(lua_State *L);
/// Replaces the functions that take patterns by ones that a stop reaches.
void kl_replace_patterns(lua_State *L);
/// Replaces the functions that could loop in C without end.
void kl_limit_libraries(lua_State *L);
void kl_restrict(lua_State *L, int level);
void kl_open_output(lua_State *L, int level);
#endif
