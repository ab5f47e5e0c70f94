/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session machine's inside: what an engine, a connection, a session, a handle and a task are.
 *
 *     engine ─┬─ connections ── tasks under way, uploads, output
 *             ├─ applications ── sessions ─┬─ settings (an immutable block, replaced as a whole)
 *             │                            ├─ handles ── plans (counted references to other handles)
 *             │                            └─ views, uploaded data
 *             └─ run queues ── tasks
 *
 * What always holds:
 *  - A thing is complete before it is linked into a list or map, and linking never allocates (id_table_reserve comes
 *    before). So when memory runs out half way, the guard's catcher drops what is unfinished and nothing else.
 *  - A task belongs to one connection and one session; closing either ends it. So neither needs counting.
 *  - Handles outlive their session where another session's plan or a global view still refers to them; the budget
 *    that they are charged to lives as long as they do.
 */
#ifndef ROOST_SESSION_INT_H
#define ROOST_SESSION_INT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/timezone.h"
#include "exec/exec.h"
#include "frame.h"
#include "plan/plan.h"
#include "roost.pb-c.h"
#include "session/id_table.h"
#include "session/list.h"
#include "session/session.h"

struct application;
struct session;
struct task;
struct request;

/* ---- memory with an owner but without an arena: connections, sessions, tasks, queues ---- */

/* Zeroed and charged, or leaves through the guard. */
void *owned_new(struct memory_account *account, size_t size);
/* The same, but NULL instead of leaving. */
void *owned_try_new(struct memory_account *account, size_t size);
void owned_free(struct memory_account *account, void *block, size_t size); /* NULL does nothing */
char *owned_text(struct memory_account *account, const char *text);
void owned_text_free(struct memory_account *account, char *text);

/* A session's account, alive until the last handle that is charged to it is gone. */
struct budget {
    struct memory_account account;
    uint32_t references;
};
void budget_unref(struct budget *budget);

/* ---- engine ---- */

enum { RUN_LEVELS = 6 };

struct engine {
    struct engine_options options;
    struct host host;
    struct memory_account account;
    uint64_t epoch;
    uint64_t next_attribute; /* ids of plans' columns */
    uint64_t next_session_name;
    uint64_t queries;     /* finished, for Status */
    struct arena scratch; /* of the request that is being handled */
    bool handling;        /* one is */
    struct link connections;
    uint32_t connection_count;
    struct link ready; /* connections with something to send, or to be closed */
    struct id_table sessions;
    struct link applications;
    struct link graceful;        /* sessions without connections, the longest so first */
    struct link run[RUN_LEVELS]; /* tasks that can run; level 0 has used least */
    uint32_t turns;              /* for ageing: now and then the lowest level goes first */
    struct link deadlines;       /* tasks with one, soonest first */
    int64_t trim_at;             /* when free memory goes back to the system; 0: there is little */
    const char *system_zone;     /* the default of spark.sql.session.timeZone */
    const char *user;
    struct arena encoding;   /* scratch of the batch that is being written */
    struct arena zone_arena; /* lasts as long as the engine */
    struct timezone_cache zones;
    struct segment *spare; /* output segments kept for the next answer */
    uint32_t spare_count;
};

static inline int64_t engine_monotonic(const struct engine *engine) {
    return engine->host.monotonic(engine->host.owner);
}
void engine_log(const struct engine *engine, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- connections ---- */

struct segment {
    struct segment *next;
    size_t sent, used, capacity;
    bool charged;
    uint8_t bytes[];
};

/* A request that waits until the command before it on its connection has ended. */
struct waiting_request {
    struct link link;
    uint32_t stream;
    uint32_t size;
    int64_t received;
    uint8_t bytes[];
};

struct connection {
    struct engine *engine;
    void *owner;
    uint32_t peer_pid;
    struct link link, ready_link;
    bool greeted;
    bool broken;    /* to be closed once everything is sent */
    uint8_t *input; /* an unfinished frame */
    size_t input_size, input_capacity;
    struct segment *first, *last; /* output */
    size_t unsent;
    struct link tasks;
    uint32_t task_count;
    struct task *blocking; /* a command: later requests wait for it */
    struct link waiting;   /* waiting_request */
    uint32_t waiting_count;
    struct link uploads;
    struct link attachments;
};

/* Room for `size` bytes at the end of the output, to be filled before output_commit(). NULL: no memory; the
 * connection is then broken. */
uint8_t *output_reserve(struct connection *connection, size_t size);
void output_commit(struct connection *connection, size_t size);
void output_free(struct connection *connection);
void engine_free_spare(struct engine *engine);
void connection_break(struct connection *connection, const char *why);
/* Requests that waited for a command. */
void connection_resume(struct connection *connection);
/* False: no waiting request has this stream. */
bool connection_cancel_waiting(struct connection *connection, uint32_t stream);
/* Its queries are parked until the peer has read some of it. */
static inline bool connection_is_full(const struct connection *connection) {
    return connection->unsent > connection->engine->options.high_water;
}

/* Answers. They never leave through the guard. */
void reply_send(struct connection *connection, uint32_t stream, const Roost__Response *response, bool end);
void reply_error(struct connection *connection, uint32_t stream, struct error *err);

/* ---- applications and sessions ---- */

struct application {
    struct engine *engine;
    char *name;       /* NULL: of its one session alone */
    struct link link; /* engine->applications */
    struct link sessions;
    struct link global_views; /* struct view_entry */
    uint32_t session_count;
    struct catalog *catalog; /* NULL: not asked for yet */
};

/* A connection knows a session. */
struct attachment {
    struct session *session;
    struct connection *connection;
    struct link of_session, of_connection;
};

/* What DESCRIBE says of a temporary view beside its columns. */
struct view_about {
    char *text; /* NULL: it was not made by a query's text */
    char *database;
    char *columns;    /* "`a`, `b`": as its query calls them */
    char *spelled;    /* "V", "global_temp.V": its name as messages show it */
    char *collation;  /* DEFAULT COLLATION, or NULL */
    const char *mode; /* a literal, or NULL */
    int64_t created;
    bool ansi, case_sensitive; /* what was set when it was made */
    bool live;                 /* its text is analyzed anew when it is read; else the plan is what it was */
};

struct view_entry {
    struct link link;
    struct view_about about; /* owned texts */
    char *name;              /* in lower case unless the session is case-sensitive */
    struct handle *handle;   /* a reference */
    struct memory_account *account;
};

struct session {
    struct engine *engine;
    struct application *application;
    uint64_t id;
    char id_text[40]; /* as a UUID, for session_id in contexts */
    char *name;
    struct link of_application;
    struct link attachments;
    struct link grace_link;
    int64_t grace_ends;
    struct budget *budget;
    struct settings *settings;
    struct settings *initial; /* what RESET goes back to */
    struct context context;   /* of the settings as they are; see session_context() */
    struct id_table handles;
    struct link tasks;
    struct link views;
    struct link variables;         /* struct variable */
    struct variable_scope *scopes; /* of the script whose statement runs just now, innermost first; else NULL */
    struct link functions;         /* functions.c */
    struct link routines;          /* routines.c */
    struct link cache;             /* struct cache_entry (cache.h) */
    struct link uploads;           /* finished: struct upload */
    char *database;                /* current */
    char *catalog;
};

/* Where the session's application (by its name, or NULL) keeps its tables. */
const char *warehouse_of(const struct session *session, const char *application, struct arena *arena);
struct session *session_find(struct engine *engine, uint64_t id);
/* NULL with *err, or leaves. */
struct session *session_open(struct connection *connection, uint64_t id, const Roost__OpenSession *request,
                             bool *created, struct error *err);
void session_attach(struct session *session, struct connection *connection);
void session_close(struct session *session);
void application_close(struct application *application);
void attachment_drop(struct attachment *attachment);
void sessions_expire(struct engine *engine, int64_t now);

struct view_entry *view_find(struct link *views, const char *name);
/* With a reference to handle. Replaces a view of that name. about is copied. */
void view_put(struct link *views, struct memory_account *account, const char *name, struct handle *handle,
              const struct view_about *about);
void view_drop(struct view_entry *view);
/* A view's name as it is kept: lower case unless the session minds case. In arena. */
const char *view_key(const struct session *session, struct arena *arena, const char *name);

/* A SQL variable; everything in its own arena. */
struct variable {
    struct link link;
    struct arena arena;
    const char *name;
    const struct type *type;
    const struct vector *value, *otherwise; /* constants; the second is what DEFAULT means */
    const char *default_text;
};
/* A block's own variables, while a script runs: script.c. */
struct variable_scope {
    struct variable_scope *up;
    const char *label; /* or NULL */
    struct link variables;
};
/* x, or qualified: by a block's label, session or system.session. Blocks hide the session's; NULL: there is none. */
struct variable *variable_lookup(const struct session *session, struct arena *arena, const struct u_name *name);
struct variable *variable_find(const struct link *variables, const char *name);
/* What it is qualified with in names: its block's label or the session. A block without a label has none to show. */
const char *variable_qualifier(const struct session *session, struct arena *arena, const struct variable *v);
/* Copied; replaces one of the same name in the list. */
void variable_put(struct session *session, struct link *variables, const char *name, const struct variable *made);
/* The first row of value, or NULL. The variable is another one afterwards. */
void variable_assign(struct session *session, struct variable *variable, const struct vector *value);
void variable_drop(struct variable *variable);
void variables_free(struct link *variables);

/* What queries of this session see, as of now. Refers to the settings block: hold a reference as long. */
struct context session_context(struct session *session);

/* ---- plan handles ---- */

struct handle {
    uint32_t references;
    struct budget *budget;
    struct arena arena;              /* the plan, and this struct */
    uint64_t id;                     /* what the session calls it; 0: it does not */
    const struct plan *plan;         /* analyzed */
    const struct u_plan *unresolved; /* what it was made from, or NULL */
    const struct type *schema;
    bool is_command;    /* its rows are a command's result */
    bool is_checkpoint; /* while it is derived: its rows are to be computed now and kept */
    uint32_t parent_count, parent_capacity;
    struct handle **parents; /* references: whose plans ours points into */
    struct handle *next_dead;
};
struct handle *handle_new(struct budget *budget); /* one reference */
struct handle *handle_ref(struct handle *handle);
/* Frees it and, one after the other, the parents that nobody else needs: chains of any length. NULL does nothing. */
void handle_unref(struct handle *handle);
void handle_unref_value(void *handle);

/* ---- analysis ---- */

/* A plan in the making: the analyzer's world is the session's, and what it takes from other handles is noted. */
struct derivation {
    struct analyzer analyzer;
    struct session *session;
    struct handle *handle; /* keeps references */
    struct context context;
    uint32_t view_depth;      /* of the persistent view that is being expanded */
    const char *temporary;    /* the last temporary view that was read, quoted; NULL: none */
    const char *recursive[2]; /* database (or NULL: temporary) and name of the view in the making; NULL: none */
};
extern const struct analyzer_world session_world;
/* Runs PLAN_COMMAND (commands.c). */
extern const struct operator_ops session_command_ops;
void derivation_init(struct derivation *d, struct session *session, struct handle *handle);
/* A reference from the plan in the making. */
void derivation_uses(struct derivation *d, struct handle *used);

/* ---- tasks: queries under way ---- */

enum task_state {
    TASK_READY,   /* on a run queue */
    TASK_PARKED,  /* its connection's output is full */
    TASK_WAITING, /* for the client, which runs a function */
};

struct task_ops {
    /* A batch of the result. False: the task fails. */
    bool (*batch)(struct task *task, const struct batch *batch, struct error *err);
    /* After the last batch: answers the request. */
    bool (*done)(struct task *task, struct error *err);
};

struct task {
    const struct task_ops *ops;
    struct engine *engine;
    struct connection *connection;
    struct session *session;
    uint32_t stream;
    enum task_state state;
    uint32_t level;
    int64_t used;     /* microseconds of computing */
    int64_t started;  /* monotonic */
    int64_t deadline; /* monotonic; 0: none */
    struct link run, of_connection, of_session, by_deadline;
    struct query query;
    bool is_open;
    struct handle *handle;     /* the plan's arena and references */
    struct settings *settings; /* a reference: the context points into it */
    struct context context;
    char *operation;
    uint32_t tag_count, tag_capacity;
    char **tags;
    uint64_t rows, max_rows; /* max_rows 0: all */
    /* a command that was derived: where its rows go */
    uint64_t derive_handle;
    struct table_data *result;
    struct handle *derived; /* unfinished */
    const char *state_key;
    bool changes_session;
    struct cache_entry *filling; /* a reference: its rows are being computed, before the task's own */
    struct table_data *filled;
    struct function_answer *answer; /* WAITING: what has come so far */
};

/* A task for a plan in handle->plan (both references are the task's from then on); not yet running. */
struct task *task_new(struct request *r, struct handle *handle, const struct task_ops *ops);
/* Optimizes, opens, and runs the first slice at once. */
bool task_start(struct task *task, struct error *err);
/* Runs for at most a slice; afterwards it may be gone. */
void task_run(struct task *task);
/* Ends it without a word. */
void task_free(struct task *task);
/* Answers with the error and ends it. */
void task_set_deadline(struct task *task, int64_t deadline);
void task_fail(struct task *task, struct error *err);
void task_cancel(struct task *task);
void tasks_unpark(struct connection *connection);
void task_make_ready(struct task *task);

/* ---- requests ---- */

struct request {
    struct engine *engine;
    struct connection *connection;
    struct session *session;
    uint32_t stream;
    int64_t received; /* monotonic */
    const Roost__Request *message;
    struct arena *arena;   /* scratch: gone when the request is handled */
    struct handle *handle; /* unfinished; the catcher drops it */
    struct task *task;     /* unfinished; the same */
};
/* Decodes and handles one request; its answers are in the output, or a task will give them. */
void request_receive(struct connection *connection, uint32_t stream, const uint8_t *bytes, size_t size,
                     int64_t received);
/* What a request frame asks for, without decoding the rest: the number of its operation's field, 0: none. */
uint32_t request_operation(const uint8_t *bytes, size_t size);

bool request_derive(struct request *r, struct error *err);
bool request_execute(struct request *r, struct error *err);
bool request_analyze(struct request *r, struct error *err);
bool request_config(struct request *r, struct error *err);
bool request_upload(struct request *r, struct error *err);

#endif
