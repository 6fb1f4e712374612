// What a terminal says of itself, for which C has variadic or feature-gated functions that Swift can't call.
#ifndef CTERMINAL_H
#define CTERMINAL_H

/// How many columns the terminal behind a file descriptor has; 0 when it is no terminal.
int ct_columns(int file);
/// How many rows it has; 0 when it is no terminal.
int ct_rows(int file);
#endif
