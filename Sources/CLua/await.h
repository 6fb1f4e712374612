// How a coroutine says that it awaits the host, and what it is to the host.
#ifndef CLUA_AWAIT_H
#define CLUA_AWAIT_H
#include "internal.h"

enum { KL_PLAIN = 0, KL_ROOT = 1, KL_AWAITING = 2 };

/// Notes in a thread's own space whose strand it belongs to and what it is.
void kl_mark(lua_State *thread, kl_strand *strand, int mark);
int kl_mark_of(lua_State *thread);
kl_strand *kl_strand_of(lua_State *thread);
/// Whether the values yielded are the private one that asks the host to await.
bool kl_is_await(lua_State *thread, int results);
int kl_yield_await(lua_State *L, lua_KContext context, lua_KFunction resumed);
/// Makes a thread that is about to run go on with a stop.
void kl_continue_stop(lua_State *L);
#endif
