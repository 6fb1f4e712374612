// The only door from Swift to Lua. Nothing declared here lets a Lua error jump over a Swift frame: errors and
// yields are raised in the .c files, after the Swift callback has returned. lua.h stays out of this header,
// so
// that Swift can't call anything else.
#ifndef CLUA_H
#define CLUA_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lua_State lua_State;
/// One state: its allocator's account, what it runs, and the host that it calls.
typedef struct kl_state kl_state;
/// One coroutine that the host drives, with its stop flag.
typedef struct kl_strand kl_strand;

/// What a host callback gives back instead of a number of results.
enum { KL_RAISE = -1, KL_AWAIT = -2 };
/// How a step of a strand ended.
enum { KL_DONE = 0, KL_AWAITS = 1, KL_FAILED = 2 };
/// What a state may use.
enum { KL_TRUSTED = 0, KL_POLICY = 1, KL_PURE = 2 };
/// The types of values, as in lua.h.
enum {
  KL_NONE = -1, KL_NIL = 0, KL_BOOLEAN = 1, KL_LIGHT = 2, KL_NUMBER = 3, KL_STRING = 4, KL_TABLE = 5,
  KL_FUNCTION = 6, KL_USERDATA = 7, KL_THREAD = 8,
};

/// The functions of the host. None may raise.
typedef struct kl_host {
  void *context;
  /// Runs a bound function; its arguments are on the stack. Returns a count of results, KL_RAISE with the
  /// error on top, or KL_AWAIT.
  int (*call)(void *context, lua_State *L, void *binding);
  /// Takes back a retained binding or object.
  void (*release)(void *object);
  /// Receives what `print` and `io.write` say.
  void (*output)(void *context, const char *text, size_t length);
  /// Looks at the stack of what an error or a stop ends, from a level on, before it unwinds.
  void (*failed)(void *context, lua_State *L, int level);
  /// Cancels what a strand awaits, because a script closed the coroutine that awaits it.
  void (*closed)(void *context, kl_strand *strand);
} kl_host;

// The state.
/// Opens a state; it needs a host before it runs anything.
kl_state *kl_open(size_t limit, int level);
void kl_set_host(kl_state *state, kl_host host);
void kl_close(kl_state *state);
lua_State *kl_main(kl_state *state);
size_t kl_used(kl_state *state);
size_t kl_limit(kl_state *state);
void kl_collect(lua_State *L);
void kl_pause_collector(lua_State *L, bool paused);
void kl_generational(lua_State *L, bool on);
/// Seeds `math.random`, for runs that must repeat.
void kl_seed(lua_State *L, int64_t seed);

// Strands. All but `kl_stop`, `kl_insist` and `kl_make_way` belong to the thread of the state.
kl_strand *kl_strand_open(kl_state *state);
/// Lets go of the coroutine; the strand itself lives until `kl_strand_free`, which any thread may call.
void kl_strand_close(kl_strand *strand);
void kl_strand_free(kl_strand *strand);
lua_State *kl_strand_thread(kl_strand *strand);
/// Runs until the strand ends or awaits. After KL_DONE a boolean and the results are on the strand's stack;
/// after KL_FAILED the error is. That is another stack where a stop had to leave the one that ran.
int kl_resume(kl_strand *strand, int arguments, int *results);
/// Stops a strand, from any thread, and until it has ended.
void kl_stop(kl_strand *strand);
/// Lets other threads go first, from any thread, where a strand runs.
void kl_make_way(kl_strand *strand);
/// Takes from a strand that was stopped the time that it had to clean up in.
void kl_insist(kl_strand *strand);
/// Whether a call that waits may be made here.
bool kl_can_await(lua_State *L);

// Threads.
/// The thread that runs, by the system's number.
int kl_thread(void);
/// Asks the scheduler for turns of so many nanoseconds for a thread; nothing happens where it doesn't know of them.
/// Threads and processes that it makes have them too where they are `inherited`, else never again.
void kl_set_turn(int thread, int64_t nanoseconds, bool inherited);
/// Waits until a descriptor can be read, which is true, or for some time, for ever when negative.
bool kl_wait(int descriptor, int64_t nanoseconds);

// Chunks.
/// Compiles text, never bytecode. Returns 0, or another status with the error's message on top.
int kl_load(lua_State *L, const char *text, size_t length, const char *name);
/// Takes the table on top as the environment of the chunk at an index.
void kl_set_environment(lua_State *L, int index);
/// Where the registry has what the last uncaught error that is no text gives as `tostring`.
#define KL_DESCRIPTION "kiln.description"

// The stack.
int kl_top(lua_State *L);
void kl_settop(lua_State *L, int top);
void kl_pop(lua_State *L, int count);
bool kl_room(lua_State *L, int count);
int kl_absolute(lua_State *L, int index);
void kl_copy(lua_State *L, int index);
void kl_insert(lua_State *L, int index);
void kl_remove(lua_State *L, int index);
void kl_move(lua_State *from, lua_State *to, int count);

// Reading, without coercion and without metamethods.
int kl_type(lua_State *L, int index);
bool kl_is_integer(lua_State *L, int index);
bool kl_boolean(lua_State *L, int index);
int64_t kl_integer(lua_State *L, int index);
double kl_number(lua_State *L, int index);
const char *kl_text(lua_State *L, int index, size_t *length);
const void *kl_address(lua_State *L, int index);
bool kl_same(lua_State *L, int left, int right);

// Pushing.
void kl_push_nil(lua_State *L);
void kl_push_boolean(lua_State *L, bool value);
void kl_push_integer(lua_State *L, int64_t value);
void kl_push_number(lua_State *L, double value);
void kl_push_text(lua_State *L, const char *text, size_t length);
void kl_push_globals(lua_State *L);
void kl_push_registry(lua_State *L, const char *key);
void kl_set_registry(lua_State *L, const char *key);

// Tables.
void kl_push_table(lua_State *L, int items, int fields);
size_t kl_length(lua_State *L, int index);
int kl_get_item(lua_State *L, int index, int64_t item);
void kl_set_item(lua_State *L, int index, int64_t item);
/// Replaces the key on top with its value.
int kl_get(lua_State *L, int index);
/// Takes key and value from the stack; false, and nothing set, when the key can't be one.
bool kl_set(lua_State *L, int index);
int kl_get_field(lua_State *L, int index, const char *name);
void kl_set_field(lua_State *L, int index, const char *name);
/// Goes to the next pair; the table must not have changed since the key on top was given.
bool kl_next(lua_State *L, int index);
bool kl_get_metatable(lua_State *L, int index);
void kl_set_metatable(lua_State *L, int index);

// References.
int kl_ref(lua_State *L);
void kl_unref(lua_State *L, int reference);
void kl_push_ref(lua_State *L, int reference);

// Bound functions and objects.
/// Pushes a function that calls the host with a retained binding.
void kl_push_binding(lua_State *L, void *binding);
/// The binding of a bound function, or NULL.
void *kl_binding(lua_State *L, int index);
/// Pushes the userdata that an object already has; false, and nothing pushed, when it has none.
bool kl_push_known_object(lua_State *L, void *object);
/// Pushes a new userdata for a retained object, with the metatable that is on top, which it replaces.
void kl_push_object(lua_State *L, void *object);
/// The object of a userdata, or NULL when it is something else.
void *kl_object(lua_State *L, int index);
/// Makes the table on top a metatable of objects, whose methods are in the table below it, and whose other
/// fields the bound function below that gives. Leaves the metatable only.
void kl_make_class(lua_State *L);
/// Replaces the table on top by one that reads through to it and can't be written.
void kl_freeze(lua_State *L);

// Data: tables that remember that they are lists, or the order of their keys.
void kl_push_null(lua_State *L);
bool kl_is_null(lua_State *L, int index);
/// Marks the table on top as a list.
void kl_mark_list(lua_State *L);
bool kl_is_list(lua_State *L, int index);
/// Makes a metatable of the list of keys on top, which it replaces: tables with it iterate in that order.
void kl_make_shape(lua_State *L);
/// Pushes the metatable that remembers the order of a table's keys; false, and nothing pushed, without one.
bool kl_push_shape(lua_State *L, int index);

// Looking at stacks.
typedef struct kl_frame {
  const char *source;
  const char *short_source;
  const char *name;
  const char *kind;
  const char *what;
  int line;
  int defined;
} kl_frame;
/// Fills in a level of a stack, counted from 0, the innermost; false when there is none.
bool kl_frame_at(lua_State *L, int level, kl_frame *frame);
/// Pushes a local of a level, counted from 1, and gives its name; NULL, and nothing pushed, when there is
/// none.
const char *kl_local(lua_State *L, int level, int number);
/// Fills in where the function at an index was defined.
void kl_function_info(lua_State *L, int index, kl_frame *frame);
#endif
