// The memory of a state that runs what strangers wrote.
//
// It comes from the system in chunks, of which blocks of few sizes are cut, and goes back with the state. The C library's own
// is shared by threads: one that takes and frees without end hardly lets another have its lock. Lua says how large a block
// is that it frees or resizes, so that blocks have no heads.
#define _GNU_SOURCE
#include "internal.h"
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
  CHUNK = 64 << 10,
  STEP = 16,          // of the small sizes, and what all are multiples of
  SMALL = 128,        // from here on each doubling has four sizes
  SMALL_SHIFT = 7,
  LARGE = 32 << 10    // larger ones have pages of their own
};

struct kl_block {
  struct kl_block *next;
};

struct kl_chunk {
  struct kl_chunk *next;
  char padding[STEP - sizeof(struct kl_chunk *)];
};

static int floor_log2(size_t number) { return 63 - __builtin_clzll(number); }

// The least size that a block may have, of at most LARGE bytes; sizes are counted from 0.
static int class_of(size_t size) {
  if (size <= SMALL) return (int)((size + STEP - 1) / STEP) - 1;
  int shift = floor_log2(size - 1);
  return SMALL / STEP + (shift - SMALL_SHIFT) * 4 + (int)((size - 1 - ((size_t)1 << shift)) >> (shift - 2));
}

static size_t size_of(int class) {
  if (class < SMALL / STEP) return (size_t)(class + 1) * STEP;
  int above = class - SMALL / STEP, shift = SMALL_SHIFT + above / 4;
  return ((size_t)1 << shift) + ((size_t)(above % 4 + 1) << (shift - 2));
}

static size_t pages(size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (size + page - 1) / page * page;
}

static void *map(size_t size) {
  void *place = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return place == MAP_FAILED ? NULL : place;
}

static void push(kl_pool *pool, void *place, int class) {
  struct kl_block *freed = place;
  freed->next = pool->free[class];
  pool->free[class] = freed;
}

// Cuts what is left of the chunk into blocks.
static void use_up(kl_pool *pool) {
  while (pool->left >= STEP) {
    int class = class_of(pool->left > LARGE ? LARGE : pool->left);
    if (size_of(class) > pool->left) class--;
    size_t size = size_of(class);
    push(pool, pool->next, class);
    pool->next += size;
    pool->left -= size;
  }
}

static bool add_chunk(kl_pool *pool) {
  struct kl_chunk *chunk = map(CHUNK);
  if (chunk == NULL) return false;
  use_up(pool);
  chunk->next = pool->chunks;
  pool->chunks = chunk;
  pool->held += CHUNK;
  pool->next = (char *)(chunk + 1);
  pool->left = CHUNK - sizeof *chunk;
  return true;
}

static void *take(kl_pool *pool, size_t size, bool may_grow) {
  if (size > LARGE) return map(pages(size));
  int class = class_of(size);
  struct kl_block *found = pool->free[class];
  if (found) {
    pool->free[class] = found->next;
    return found;
  }
  size = size_of(class);
  if (pool->left < size && (!may_grow || !add_chunk(pool))) return NULL;
  char *place = pool->next;
  pool->next += size;
  pool->left -= size;
  return place;
}

static void give(kl_pool *pool, void *place, size_t size) {
  if (size > LARGE) munmap(place, pages(size));
  else push(pool, place, class_of(size));
}

void *kl_pool_resize(kl_pool *pool, void *place, size_t old, size_t size, bool may_grow) {
  if (size == 0) {
    if (place && old) give(pool, place, old);
    return NULL;
  }
  if (place == NULL) return take(pool, size, may_grow);
  if (old > LARGE && size > LARGE) {
    if (pages(old) == pages(size)) return place;
    void *moved = mremap(place, pages(old), pages(size), MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? NULL : moved;
  }
  if (old <= LARGE && size <= LARGE && class_of(old) == class_of(size)) return place;
  // Lua relies on a block that shrinks; where the system has nothing left, it stays as large as it is.
  void *other = take(pool, size, may_grow || size < old);
  if (other == NULL) return size < old ? place : NULL;
  memcpy(other, place, old < size ? old : size);
  give(pool, place, old);
  return other;
}

void kl_pool_release(kl_pool *pool) {
  while (pool->chunks) {
    struct kl_chunk *chunk = pool->chunks;
    pool->chunks = chunk->next;
    munmap(chunk, CHUNK);
  }
}
