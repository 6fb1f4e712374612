// The only door to libpq: one connection to a PostgreSQL server, used by one thread at a time.
//
// No function here writes to standard error or raises SIGPIPE. A connection that breaks stays one, closed: what is
// asked of it fails, and `cp_error` says why.
#ifndef CPOSTGRES_H
#define CPOSTGRES_H
#include <stdbool.h>

typedef struct cp_connection cp_connection;
typedef struct cp_rows cp_rows;

/// Connects to where an address (postgres://… or KEY=VALUE …) leads, which may take ten seconds.
///
/// A server that has become silent is given up after twenty. NULL only when there is no memory.
cp_connection *cp_open(const char *address);
void cp_close(cp_connection *connection);
bool cp_is_open(const cp_connection *connection);
/// What went wrong last, in libpq's words.
const char *cp_error(const cp_connection *connection);
/// The number of the server's process for this connection.
int cp_process(const cp_connection *connection);

/// Runs statements that have no parameters; true when all went well.
bool cp_run(cp_connection *connection, const char *statements);
/// Prepares a statement; true when that went well.
bool cp_prepare(cp_connection *connection, const char *name, const char *statement);
/// Runs a prepared statement; values are texts, NULL is null. NULL when it failed.
cp_rows *cp_execute(cp_connection *connection, const char *name, int count, const char *const *values);
/// The SQLSTATE of the last failure; empty when it has none.
const char *cp_state(const cp_connection *connection);

int cp_count(const cp_rows *rows);
int cp_columns(const cp_rows *rows);
/// A value's text, valid until the rows are freed; NULL for null.
const char *cp_value(const cp_rows *rows, int row, int column);
void cp_free(cp_rows *rows);

/// Waits for notifications for at most `milliseconds`; false when the connection is closed.
bool cp_wait(cp_connection *connection, int milliseconds);
/// Takes the next notification, of another connection or of this one; false when there is none.
///
/// The payload is valid until the next call.
bool cp_notification(cp_connection *connection, const char **payload, int *process);
#endif
