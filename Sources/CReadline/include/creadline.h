// The only door to GNU readline: it edits a line, and its host draws it.
//
// Readline's many global variables stay on the other side of this header. All functions belong to one thread.
#ifndef CREADLINE_H
#define CREADLINE_H
#include <stdbool.h>

/// Keys whose meaning is the host's.
enum { CR_COMPLETE, CR_COMPLETE_BACK, CR_EXPLAIN, CR_EDITOR, CR_CLEAR, CR_CLOSE };

/// What readline asks of its host, while `cr_open` or `cr_read` runs.
typedef struct cr_host {
  void *context;
  /// Says whether Enter ends the text: -1 if so, else by how many columns the next line is indented.
  int (*indent)(void *context, const char *text, int cursor);
  /// A text was entered, and the line is closed; NULL at the end of input.
  void (*entered)(void *context, const char *text);
  /// Shows the text with the cursor at a byte. `message` stands in for the prompt unless it is NULL: a search.
  void (*show)(void *context, const char *message, const char *text, int cursor);
  /// A key of the host's was struck; true if that was all.
  ///
  /// CR_CLOSE asks, before Enter does anything else, whether something was open that it closes.
  bool (*act)(void *context, int key, const char *text, int cursor);
} cr_host;

/// Prepares readline, once; reads the user's inputrc.
void cr_start(cr_host host);
/// Begins a line, and takes over the terminal's keys until it is entered or abandoned.
void cr_open(void);
/// Reads one key; standard input must be readable.
void cr_read(void);
/// Closes the line without entering it.
void cr_abandon(void);
/// Has the line shown again.
void cr_show(void);
/// Replaces a stretch of the text, as one step of undo, and leaves the cursor at its end.
void cr_replace(int start, int end, const char *text);
/// Puts the cursor before a byte.
void cr_move(int cursor);
/// Leaves the terminal's keys to another program, and takes them back.
void cr_lend_terminal(void);
void cr_take_terminal(void);
/// Adds a text to what Up and Ctrl-R find.
void cr_remember(const char *text);

#endif
