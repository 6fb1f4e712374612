#include "cpostgres.h"

#include <poll.h>
#include <postgresql/libpq-fe.h>
#include <stdlib.h>
#include <string.h>

struct cp_connection {
  PGconn *handle;
  PGnotify *notification;
  char state[6];
};

struct cp_rows {
  PGresult *result;
};

static void ignore(void *context, const PGresult *result) {
  (void)context;
  (void)result;
}

cp_connection *cp_open(const char *address) {
  cp_connection *connection = calloc(1, sizeof *connection);
  if (connection == NULL) return NULL;
  // What comes later wins, so the address may say otherwise, but not in which encoding we talk.
  const char *const names[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval", "keepalives_count",
                               "tcp_user_timeout", "application_name", "dbname",              "client_encoding",
                               NULL};
  const char *const values[] = {"10", "10", "5", "2", "20000", "kiln", address, "UTF8", NULL};
  connection->handle = PQconnectdbParams(names, values, 1);
  if (connection->handle != NULL) PQsetNoticeReceiver(connection->handle, ignore, NULL);
  return connection;
}

void cp_close(cp_connection *connection) {
  if (connection == NULL) return;
  PQfreemem(connection->notification);
  PQfinish(connection->handle);
  free(connection);
}

bool cp_is_open(const cp_connection *connection) { return PQstatus(connection->handle) == CONNECTION_OK; }

const char *cp_error(const cp_connection *connection) { return PQerrorMessage(connection->handle); }

int cp_process(const cp_connection *connection) { return PQbackendPID(connection->handle); }

// Keeps a result that went well; frees another and remembers its SQLSTATE.
static PGresult *good(cp_connection *connection, PGresult *result) {
  ExecStatusType status = PQresultStatus(result);
  connection->state[0] = 0;
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state != NULL) strncpy(connection->state, state, sizeof connection->state - 1);
  PQclear(result);
  return NULL;
}

static bool done(PGresult *result) {
  bool is_good = result != NULL;
  PQclear(result);
  return is_good;
}

bool cp_run(cp_connection *connection, const char *statements) {
  return done(good(connection, PQexec(connection->handle, statements)));
}

bool cp_prepare(cp_connection *connection, const char *name, const char *statement) {
  return done(good(connection, PQprepare(connection->handle, name, statement, 0, NULL)));
}

cp_rows *cp_execute(cp_connection *connection, const char *name, int count, const char *const *values) {
  PGresult *result =
      good(connection, PQexecPrepared(connection->handle, name, count, values, NULL, NULL, 0));
  if (result == NULL) return NULL;
  cp_rows *rows = malloc(sizeof *rows);
  if (rows == NULL) {
    PQclear(result);
    return NULL;
  }
  rows->result = result;
  return rows;
}

const char *cp_state(const cp_connection *connection) { return connection->state; }

int cp_count(const cp_rows *rows) { return PQntuples(rows->result); }

int cp_columns(const cp_rows *rows) { return PQnfields(rows->result); }

const char *cp_value(const cp_rows *rows, int row, int column) {
  return PQgetisnull(rows->result, row, column) ? NULL : PQgetvalue(rows->result, row, column);
}

void cp_free(cp_rows *rows) {
  if (rows == NULL) return;
  PQclear(rows->result);
  free(rows);
}

bool cp_wait(cp_connection *connection, int milliseconds) {
  struct pollfd socket = {.fd = PQsocket(connection->handle), .events = POLLIN};
  if (socket.fd < 0) return false;
  if (poll(&socket, 1, milliseconds) > 0 && !PQconsumeInput(connection->handle)) return false;
  return cp_is_open(connection);
}

bool cp_notification(cp_connection *connection, const char **payload, int *process) {
  PQfreemem(connection->notification);
  connection->notification = PQnotifies(connection->handle);
  if (connection->notification == NULL) return false;
  *payload = connection->notification->extra;
  *process = connection->notification->be_pid;
  return true;
}
