#include "cmemory.h"

#include <malloc.h>

void cmemory_limit_arenas(int arenas) {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, arenas);
#else
  (void)arenas;
#endif
}
