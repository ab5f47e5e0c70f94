/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libroost: talking to a roost engine. This header is the manual; docs/protocol.md is what goes over the
 * wire.
 *
 *     struct roost_client *client = roost_client_new("/run/user/1000/roost/socket", NULL);
 *     struct roost_session *session = roost_session_new(client, NULL);
 *     struct roost_error error = {0};
 *     struct roost_plan *plan = roost_plan_sql(session, "SELECT 1 AS one");
 *     struct roost_result *result = roost_execute(session, plan, NULL, NULL, &error);
 *     const struct roost_batch *batch;
 *     while (result && roost_result_next(result, NULL, &batch, &error) > 0) ... batch->batch.columns[0] ...
 *
 * WHAT IS HELD WHERE. The engine holds sessions, plans and rows. Here there are only sockets and byte
 * strings: how each plan was made, and what was done to each session, so that an engine that died and was
 * started again can be told everything anew. That happens inside the calls below, when they notice.
 *
 * CONNECTIONS. A client keeps a small pool of connections. A call takes one, and an open result keeps one
 * until it is closed; so a thread that works alone uses one connection, and two that work at once never share
 * one. Making a client, a session or a plan does no I/O: the first call that needs the engine connects.
 *
 * THREADS. Clients, sessions and plans may be used from any thread at once. A result belongs to one thread at
 * a time. No lock is held while waiting, and none belongs to the process.
 *
 * FORKS. All objects stay usable in a child, results apart. The library compares getpid() before it takes any
 * lock; in a child it closes its own copies of the parent's descriptors, says nothing on them, makes new
 * locks and connects on first use. Freeing an object in a child releases nothing that the parent holds in the
 * engine. There are no threads, no atexit work, no pthread_atfork handlers, and nothing runs when the library
 * is loaded.
 *
 * WAITING. Every call that takes a struct roost_wait may block; no other does. The sockets never block: waits
 * are poll(), so that `interrupted` is asked when a signal came and every 50 ms. A caller that holds a lock
 * of its own (Python's GIL) releases it around the call; the library calls back only through roost_wait. A
 * call that gives up cancels its query; what still arrives for it is thrown away and never taken for the
 * answer to another call. Every wait ends: with the answer, at `timeout_ms`, or when the engine has been
 * silent for `silence_ms` although it was asked for a sign of life.
 *
 * ERRORS. Functions that can fail take a struct roost_error last (not NULL). `kind` is the exception of
 * pyspark.errors that Spark would raise, or one of the library's own:
 *
 *     DaemonGone        nobody listens at the address any more, or it does not answer
 *     DaemonCrashed     the engine died while this very call was under way; `message` names the report, if
 * any. The session can be used on: the next call finds the new engine. What was in flight is not said again,
 * because nobody knows how much of it was done. Timeout           timeout_ms is over Interrupted
 * `interrupted` said so ProtocolException bytes that make no sense ForkedResult      a result that was opened
 * by another process OutOfMemory       here, not in the engine
 *
 * OWNERSHIP. new/free for clients; counted references (ref/unref) for sessions, plans and batches, because a
 * plan holds its parents. Bytes that are passed in are copied; bytes that are returned belong to the object.
 */
#ifndef ROOST_H
#define ROOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch_codec.h"

#define ROOST_VERSION "0.1.0"

struct roost_client;
struct roost_session;
struct roost_plan;
struct roost_result;
struct roost_reply;

/* ---- errors ---- */

struct roost_parameter {
    const char *name, *value;
};

/* The place in the text or in the program; absent texts are NULL. */
struct roost_error_context {
    bool dataframe;      /* from a DataFrame call: fragment and call_site; else from SQL text */
    int32_t start, stop; /* UTF-16 units from 0, inclusive; -1: unknown */
    const char *object_type, *object_name, *fragment, *call_site, *summary;
};

/* All zero: no error. Filled by a call that fails; what it held before is freed then. */
struct roost_error {
    const char *kind;      /* "AnalysisException"; NULL: no error */
    const char *condition; /* "DIVIDE_BY_ZERO"; NULL for the library's own */
    const char *sql_state; /* or NULL */
    const char *message;   /* whole, with the marked text */
    const char *cause;     /* a Python traceback, or NULL */
    const struct roost_parameter *parameters;
    const struct roost_error_context *contexts;
    uint32_t parameter_count, context_count;
    void *memory; /* holds all of the above */
};
void roost_error_reset(struct roost_error *error); /* frees; back to no error */

/* ---- waiting ---- */

/* What the engine wants computed here: a user's function on a batch (on several: grouped and iterator forms).
 */
struct roost_call {
    const uint8_t *function; /* PythonUDF.command, as it was in the plan */
    size_t function_size;
    const uint8_t *arguments; /* serialized spark.connect.DataType: a struct */
    size_t arguments_size;
    const uint8_t *result; /* serialized DataType of what is wanted */
    size_t result_size;
    const char *name;
    int32_t eval_type;
    uint32_t piece; /* iterator forms: rows that the function is given at a time; 0: all */
    uint32_t batch_count;
    const struct wire_batch *batches; /* valid during the callback */
};
/* What a function answers: batches, or an error. */
bool roost_reply_batch(struct roost_reply *reply, const struct wire_batch *batch); /* copies; false: no memory */
void roost_reply_error(struct roost_reply *reply, const char *kind, const char *condition, const char *message,
                       const char *cause);

/* How a call waits. NULL, or all zero: without limit, without interruption. */
struct roost_wait {
    uint32_t timeout_ms;                /* 0: none. The engine gets the same limit and normally ends first */
    bool (*interrupted)(void *context); /* true: give up */
    void (*function)(void *context, const struct roost_call *call, struct roost_reply *reply);
    void *context;
};

/* ---- client ---- */

struct roost_client_options {
    const char *name;            /* for the engine's log: "roost-python/0.1.0" */
    uint32_t connect_timeout_ms; /* how long connecting is tried while the engine restarts; 0: 5000 */
    uint32_t silence_ms;         /* see WAITING; 0: 30000 */
    uint32_t max_idle;           /* idle connections that are kept; 0: 64 */
};

/* address: the path of a Unix socket, perhaps with "unix:" before it. NULL: no memory. */
struct roost_client *roost_client_new(const char *address, const struct roost_client_options *options);
/* Closes the connections of this process. Sessions, plans and results must be gone. Waits for nothing. */
void roost_client_free(struct roost_client *client);
const char *roost_client_address(const struct roost_client *client);

/* The engine as it answers now. */
struct roost_status {
    uint64_t epoch; /* differs after every start of the engine */
    uint32_t engine_pid;
    uint32_t sessions, connections;
    uint64_t queries, memory_used;
    char version[32];
    char last_crash[256]; /* path of a report, or "" */
};
bool roost_client_status(struct roost_client *client, const struct roost_wait *wait, struct roost_status *status,
                         struct roost_error *error);

/* ---- sessions ---- */

struct roost_session_options {
    const char *application; /* sessions of one application share catalog and warehouse; NULL: one of its own */
    const char *name;        /* for the log and reports: a test's id */
    const struct roost_parameter *config;
    uint32_t config_count;
    uint64_t id;       /* 0: random */
    uint64_t clone_of; /* configuration and application of that session, or 0 */
    bool attach;       /* the session exists (another process made it): join it, never make it */
};

/* One reference, or NULL: no memory. No I/O: the session is opened with the first request that uses it. */
struct roost_session *roost_session_new(struct roost_client *client, const struct roost_session_options *options);
struct roost_session *roost_session_ref(struct roost_session *session);
void roost_session_unref(struct roost_session *session); /* NULL does nothing. Does not close it in the engine */
uint64_t roost_session_id(const struct roost_session *session);
struct roost_client *roost_session_client(const struct roost_session *session);
/* Opens it now, if it is not. */
bool roost_session_open(struct roost_session *session, const struct roost_wait *wait, struct roost_error *error);
/* Ends it in the engine, with all its plans and running queries; with drop_application the application's
 * catalog too. Waits for nothing: the word is sent if the socket takes it, or goes with the client's next
 * request. Calls on the session fail from now on. In a child of the process that made the session it only
 * marks this copy. */
void roost_session_close(struct roost_session *session, bool drop_application);

/* Asks or changes the configuration: a serialized spark.connect.ConfigRequest in, a ConfigResponse out. What
 * is set is remembered for an engine that is started anew. *answer is malloc'ed. */
bool roost_config(struct roost_session *session, const void *request, size_t size, const struct roost_wait *wait,
                  uint8_t **answer, size_t *answer_size, struct roost_error *error);
/* One setting; value NULL: unset. */
bool roost_config_set(struct roost_session *session, const char *key, const char *value, const struct roost_wait *wait,
                      struct roost_error *error);
/* Cancels queries of the session: that operation, those with the tag, or with both NULL all. Awaits no
 * answer. */
bool roost_cancel(struct roost_session *session, const char *operation, const char *tag, const struct roost_wait *wait,
                  struct roost_error *error);

/* ---- plans ---- */

/*
 * A plan is a recipe (a serialized spark.connect.Plan, whose relations name their inputs by handle) and a
 * handle, which is chosen here, unique among all processes of a session, and never changes. The engine hears
 * of it when roost_plan_derive() asks for its schema, or with the request that first needs it, whichever is
 * earlier. Parents are the plans whose handles the recipe names; a plan holds a reference to each.
 *
 * When the last reference is dropped, the handle is released with the next request; nothing is sent at once.
 * The functions that make plans answer NULL when there is no memory.
 */
struct roost_plan *roost_plan_new(struct roost_session *session, const void *plan, size_t size,
                                  struct roost_plan *const *parents, uint32_t parent_count);
/* The same for a bare spark.connect.Relation: what is in Plan.root. */
struct roost_plan *roost_plan_relation(struct roost_session *session, const void *relation, size_t size,
                                       struct roost_plan *const *parents, uint32_t parent_count);
/* spark.sql(text): run at once when it is a command, as soon as it is derived. */
struct roost_plan *roost_plan_sql(struct roost_session *session, const char *text);
/* Rows from here. schema: DDL or the JSON of a struct type. Then batches are added, before first use. */
struct roost_plan *roost_plan_data(struct roost_session *session, const char *schema);
/* Copies the buffers. Each batch is one frame: at most 64 MiB. False: no memory, or too large. */
bool roost_plan_add_batch(struct roost_plan *plan, const struct wire_batch *batch);

struct roost_plan *roost_plan_ref(struct roost_plan *plan);
void roost_plan_unref(struct roost_plan *plan); /* NULL does nothing */
uint64_t roost_plan_handle(const struct roost_plan *plan);
struct roost_session *roost_plan_session(const struct roost_plan *plan); /* not a new reference */
/* Makes the engine analyze it, if it has not. */
bool roost_plan_derive(struct roost_plan *plan, const struct roost_wait *wait, struct roost_error *error);
/* The serialized DataType of a plan that is derived (even if by an engine that is gone since); NULL before.
 */
const uint8_t *roost_plan_schema(const struct roost_plan *plan, size_t *size);
bool roost_plan_is_command(const struct roost_plan *plan); /* ran when it was derived */

/* ---- requests ---- */

struct roost_execute_options {
    const char *operation; /* an id of the caller's, for roost_cancel from elsewhere */
    const char *const *tags;
    uint32_t tag_count;
    uint64_t max_rows; /* 0: all */
};

/* Runs a plan and leaves its rows to be fetched. NULL: error. */
struct roost_result *roost_execute(struct roost_session *session, struct roost_plan *plan,
                                   const struct roost_execute_options *options, const struct roost_wait *wait,
                                   struct roost_error *error);
/* The same for a serialized Plan that is not to be kept (a command, a show string); parents as in
 * roost_plan_new. */
struct roost_result *roost_execute_plan(struct roost_session *session, const void *plan, size_t size,
                                        struct roost_plan *const *parents, uint32_t parent_count,
                                        const struct roost_execute_options *options, const struct roost_wait *wait,
                                        struct roost_error *error);
/* A serialized AnalyzePlanRequest in, AnalyzePlanResponse out (malloc'ed). */
bool roost_analyze(struct roost_session *session, const void *request, size_t size, struct roost_plan *const *parents,
                   uint32_t parent_count, const struct roost_wait *wait, uint8_t **answer, size_t *answer_size,
                   struct roost_error *error);

/* ---- results ---- */

/* A batch of the result, in place: lives as long as a reference to it. The payload starts at a multiple of 64
 * bytes, so buffers at one of 8. Layout: batch_codec.h. */
struct roost_batch {
    struct wire_batch batch;
};
const struct roost_batch *roost_batch_ref(const struct roost_batch *batch);
void roost_batch_unref(const struct roost_batch *batch);

/* The serialized DataType of the rows, a struct. Known as soon as the result is there. */
const uint8_t *roost_result_schema(const struct roost_result *result, size_t *size);
/* 1 and a batch, which is valid until the next call unless a reference is taken; 0 at the end; -1 and an
 * error. */
int roost_result_next(struct roost_result *result, const struct roost_wait *wait, const struct roost_batch **batch,
                      struct roost_error *error);
/* The serialized roost.Executed (rows, observed metrics), after the end; NULL before. */
const uint8_t *roost_result_summary(const struct roost_result *result, size_t *size);
/* Cancels what still runs; never waits; NULL does nothing. In a child it only frees memory. */
void roost_result_close(struct roost_result *result);

#endif
