// The memory of a state that runs what strangers wrote.
//
// Blocks are of few sizes. Small ones are cut of chunks, large ones come from the system one by one. What is freed stays for
// blocks of its size, and goes back with the state: the C library's memory is shared by threads, and one that takes and frees
// without end hardly lets another have its lock; nor is anybody to wait while the system clears pages, again and again, for
// one who fills and drops a large table. Lua says how large a block is that it frees or resizes, so that blocks have no heads.
#define _GNU_SOURCE
#include "internal.h"
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum {
  CHUNK = 64 << 10,
  STEP = 16,          // of the small sizes, and what all are multiples of
  SMALL = 128,        // from here on each doubling has four sizes
  SMALL_SHIFT = 7,
  LARGE = 32 << 10,   // larger ones have pages of their own
  HUGE = 64 << 20     // larger ones still go back as soon as they are freed
};

struct kl_block {
  struct kl_block *next;
};

struct kl_chunk {
  struct kl_chunk *next;
  char padding[STEP - sizeof(struct kl_chunk *)];
};

static int floor_log2(size_t number) { return 63 - __builtin_clzll(number); }

// The least size that a block may have, of at most HUGE bytes; sizes are counted from 0.
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

// What a large block takes: the sizes from 32 KiB on are multiples of 8 KiB.
static size_t extent(size_t size) {
  if (size <= HUGE) return size_of(class_of(size));
  return (size + LARGE - 1) / LARGE * LARGE;
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

// Gives the free large blocks back.
static void drop_spares(kl_pool *pool) {
  for (int class = class_of(LARGE) + 1; class < KL_POOL_SIZES; class++) {
    while (pool->free[class]) {
      struct kl_block *spare = pool->free[class];
      pool->free[class] = spare->next;
      munmap(spare, size_of(class));
    }
  }
  pool->spare = 0;
}

static bool is_full(kl_pool *pool) { return pool->bound && pool->held + pool->spare >= pool->bound; }

static bool add_chunk(kl_pool *pool, bool may_exceed) {
  if (is_full(pool)) drop_spares(pool);
  if (is_full(pool) && !may_exceed) return false;
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

static void *take_free(kl_pool *pool, int class) {
  struct kl_block *found = pool->free[class];
  if (found) pool->free[class] = found->next;
  return found;
}

static void *take_large(kl_pool *pool, size_t size) {
  void *found = size <= HUGE ? take_free(pool, class_of(size)) : NULL;
  if (found) pool->spare -= extent(size);
  return found;
}

static void *take(kl_pool *pool, size_t size, bool may_exceed) {
  if (size > LARGE) {
    void *found = take_large(pool, size);
    return found ? found : map(extent(size));
  }
  int class = class_of(size);
  void *found = take_free(pool, class);
  if (found) return found;
  size = size_of(class);
  if (pool->left < size && !add_chunk(pool, may_exceed)) return NULL;
  char *place = pool->next;
  pool->next += size;
  pool->left -= size;
  return place;
}

static void give(kl_pool *pool, void *place, size_t size) {
  if (size <= LARGE) {
    push(pool, place, class_of(size));
  } else if (size > HUGE || is_full(pool)) {
    munmap(place, extent(size));
  } else {
    push(pool, place, class_of(size));
    pool->spare += extent(size);
  }
}

static void *move(kl_pool *pool, void *from, void *to, size_t old, size_t size) {
  memcpy(to, from, old < size ? old : size);
  give(pool, from, old);
  return to;
}

static void *resize_large(kl_pool *pool, void *place, size_t old, size_t size) {
  if (extent(old) == extent(size)) return place;
  void *found = take_large(pool, size);
  if (found) return move(pool, place, found, old, size);
  void *resized = mremap(place, extent(old), extent(size), MREMAP_MAYMOVE);
  return resized == MAP_FAILED ? NULL : resized;
}

void *kl_pool_resize(kl_pool *pool, void *place, size_t old, size_t size, bool may_exceed) {
  if (size == 0) {
    if (place && old) give(pool, place, old);
    return NULL;
  }
  if (place == NULL) return take(pool, size, may_exceed);
  if (old > LARGE && size > LARGE) return resize_large(pool, place, old, size);
  if (old <= LARGE && size <= LARGE && class_of(old) == class_of(size)) return place;
  // Lua relies on a block that shrinks; where the system has nothing left, it stays as large as it is.
  void *other = take(pool, size, may_exceed || size < old);
  if (other == NULL) return size < old ? place : NULL;
  return move(pool, place, other, old, size);
}

void kl_pool_release(kl_pool *pool) {
  drop_spares(pool);
  while (pool->chunks) {
    struct kl_chunk *chunk = pool->chunks;
    pool->chunks = chunk->next;
    munmap(chunk, CHUNK);
  }
}
