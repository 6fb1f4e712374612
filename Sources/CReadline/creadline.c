// GNU readline behind a host that draws: multi-line editing, history search, and keys that ask the host.
#include "creadline.h"
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

static cr_host host;
// Whether the key before this one went through the history, so that Up goes on there in a text of many lines.
static bool browsing;

// Lines within the text

static int line_start(int at) {
  while (at > 0 && rl_line_buffer[at - 1] != '\n') at--;
  return at;
}

static int line_end(int at) {
  while (at < rl_end && rl_line_buffer[at] != '\n') at++;
  return at;
}

static int is_continuation(char byte) { return (byte & 0xC0) == 0x80; }

// How many characters stand between two bytes.
static int characters(int from, int to) {
  int count = 0;
  for (int at = from; at < to; at++) count += !is_continuation(rl_line_buffer[at]);
  return count;
}

// The byte `count` characters after the start of a line, or the line's end.
static int advance(int from, int count) {
  int end = line_end(from), at = from;
  while (at < end && count-- > 0) {
    at++;
    while (at < end && is_continuation(rl_line_buffer[at])) at++;
  }
  return at;
}

static int to_line_start(int count, int key) {
  (void)count, (void)key;
  rl_point = line_start(rl_point);
  return 0;
}

static int to_line_end(int count, int key) {
  (void)count, (void)key;
  rl_point = line_end(rl_point);
  return 0;
}

static int kill_to_line_end(int count, int key) {
  (void)count, (void)key;
  int end = line_end(rl_point);
  return rl_kill_text(rl_point, end > rl_point || end == rl_end ? end : end + 1);
}

static int kill_to_line_start(int count, int key) {
  (void)count, (void)key;
  int start = line_start(rl_point), end = rl_point;
  rl_kill_text(end, start);
  rl_point = start;
  return 0;
}

// History

static int browse(int direction) {
  rl_command_func_t *search = direction < 0 ? rl_history_search_backward : rl_history_search_forward;
  // Readline goes on with a search only after one of its own functions.
  rl_last_func = browsing ? search : NULL;
  int status = search(1, 0);
  rl_point = rl_end;
  browsing = true;
  return status;
}

static bool is_browsing(rl_command_func_t *one, rl_command_func_t *other) {
  return browsing && (rl_last_func == one || rl_last_func == other);
}

static int down(int count, int key);

static int up(int count, int key) {
  (void)count, (void)key;
  int here = line_start(rl_point);
  browsing = is_browsing(up, down);
  if (here == 0 || browsing) return browse(-1);
  int above = line_start(here - 1);
  rl_point = advance(above, characters(here, rl_point));
  return 0;
}

static int down(int count, int key) {
  (void)count, (void)key;
  int stop = line_end(rl_point);
  browsing = is_browsing(up, down);
  if (stop == rl_end || browsing) return browse(1);
  rl_point = advance(stop + 1, characters(line_start(rl_point), rl_point));
  return 0;
}

// Enter

static int break_line(int indent) {
  char text[64] = "\n";
  if (indent > 40) indent = 40;
  memset(text + 1, ' ', (size_t)indent);
  rl_insert_text(text);
  return 0;
}

static int new_line(int count, int key) {
  (void)count, (void)key;
  int indent = host.indent(host.context, rl_line_buffer, rl_point);
  return break_line(indent < 0 ? 0 : indent);
}

static int enter(int count, int key) {
  if (host.act(host.context, CR_CLOSE, rl_line_buffer, rl_point)) return 0;
  int indent = host.indent(host.context, rl_line_buffer, rl_point);
  if (indent >= 0) return break_line(indent);
  rl_point = rl_end;
  return rl_newline(count, key);
}

// Keys of the host's

static int act(int key) {
  host.act(host.context, key, rl_line_buffer, rl_point);
  return 0;
}

static int complete(int count, int key) { return (void)count, (void)key, act(CR_COMPLETE); }
static int complete_back(int count, int key) { return (void)count, (void)key, act(CR_COMPLETE_BACK); }
static int explain(int count, int key) { return (void)count, (void)key, act(CR_EXPLAIN); }
static int editor(int count, int key) { return (void)count, (void)key, act(CR_EDITOR); }
static int clear(int count, int key) { return (void)count, (void)key, act(CR_CLEAR); }

static void bind(const char *keys, rl_command_func_t *function) { rl_bind_keyseq(keys, function); }

static void bind_all(void) {
  bind("\\C-m", enter), bind("\\C-j", enter), bind("\\e\\C-m", new_line), bind("\\e\\C-j", new_line);
  bind("\\e[A", up), bind("\\eOA", up), bind("\\C-p", up);
  bind("\\e[B", down), bind("\\eOB", down), bind("\\C-n", down);
  bind("\\e[H", to_line_start), bind("\\eOH", to_line_start), bind("\\e[1~", to_line_start);
  bind("\\e[F", to_line_end), bind("\\eOF", to_line_end), bind("\\e[4~", to_line_end);
  bind("\\C-a", to_line_start), bind("\\C-e", to_line_end);
  bind("\\C-k", kill_to_line_end), bind("\\C-u", kill_to_line_start);
  bind("\\e[1;5D", rl_backward_word), bind("\\e[1;5C", rl_forward_word);
  bind("\\C-i", complete), bind("\\e[Z", complete_back);
  bind("\\eh", explain), bind("\\eOP", explain), bind("\\e[11~", explain);
  bind("\\C-x\\C-e", editor), bind("\\C-l", clear);
}

// Readline's side

static void show(void) {
  const char *message = rl_display_prompt == rl_prompt ? NULL : rl_display_prompt;
  host.show(host.context, message, rl_line_buffer ? rl_line_buffer : "", rl_line_buffer ? rl_point : 0);
}

static void entered(char *text) {
  rl_callback_handler_remove();
  host.entered(host.context, text);
  free(text);
}

void cr_start(cr_host given) {
  host = given;
  // Without a locale of UTF-8 readline would take each byte for a character.
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
  rl_readline_name = "kiln";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  // The host draws; what readline itself would write goes nowhere.
  FILE *nowhere = fopen("/dev/null", "we");
  if (nowhere) rl_outstream = nowhere;
  rl_initialize();
  rl_variable_bind("enable-bracketed-paste", "on");
  bind_all();
  // Only now: set before rl_initialize, it makes readline take the terminal for a dumb one.
  rl_redisplay_function = show;
  using_history();
}

void cr_open(void) {
  browsing = false;
  using_history();
  rl_callback_handler_install("", entered);
}

void cr_read(void) { rl_callback_read_char(); }

void cr_abandon(void) {
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_replace_line("", 1);
  rl_callback_handler_remove();
}

void cr_show(void) { show(); }

void cr_replace(int start, int end, const char *text) {
  if (start < 0 || end < start || end > rl_end) return;
  rl_begin_undo_group();
  rl_delete_text(start, end);
  rl_point = start;
  rl_insert_text(text);
  rl_end_undo_group();
}

void cr_move(int cursor) {
  if (cursor >= 0 && cursor <= rl_end) rl_point = cursor;
}

void cr_lend_terminal(void) { rl_deprep_terminal(); }

void cr_take_terminal(void) { rl_prep_terminal(1); }

void cr_remember(const char *text) { add_history(text); }
