/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of libroost: what its files share. In order of dependence:
 *
 *     process.c     which process this is        lock.h    locks that survive a fork
 *     bytes.c       protobuf encoding            error.c   struct roost_error
 *     connection.c  one socket: frames out, frames in, waiting
 *     client.c      the pool of connections, forks
 *     session.c     sessions: opening, attaching, the log of what changed them
 *     plan.c        recipes and handles
 *     prepare.c     what goes ahead of a request: the session, plans the engine does not know
 *     call.c        one request and its answer: retries, recovery
 *     function.c    users' functions that the engine wants called
 *     result.c      streams of batches
 */
#ifndef ROOST_CLIENT_INT_H
#define ROOST_CLIENT_INT_H

#include <stdatomic.h>
#include <sys/types.h>

#include "bytes.h"
#include "frame.h"
#include "lock.h"
#include "process.h"
#include "roost.h"

enum {
    DEFAULT_CONNECT_TIMEOUT_MS = 5000,
    DEFAULT_SILENCE_MS = 30000,
    DEFAULT_MAX_IDLE = 64,
    SOON_NS = 60000,        /* how long an answer is looked for before it is waited for */
    SLICE_MS = 50,          /* how often `interrupted` is asked while waiting */
    GRACE_MS = 500,         /* how much longer the library waits than the engine was given */
    PIPELINE_WINDOW = 32,   /* requests sent ahead of their answers; the engine allows 64 */
    MAX_RELEASES = 1 << 16, /* plan handles queued for release; beyond it they wait for the session's end */
    MAX_ATTEMPTS = 4        /* how often one call starts anew */
};

/* ---- error.c: all answer false ---- */

bool fail(struct roost_error *error, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool fail_memory(struct roost_error *error);
/* From a serialized roost.Error. */
bool fail_remote(struct roost_error *error, struct span message);

/* ---- connection.c ---- */

/* How far a call may wait, made once per call. */
struct waiting {
    const struct roost_wait *wait; /* never NULL */
    int64_t deadline;              /* monotonic milliseconds; INT64_MAX: none */
    uint32_t silence_ms;
    uint32_t silent_ms; /* slices waited since the last byte; not a clock, which a debugger or a suspend would
                           run */
    bool asked;         /* for a sign of life */
};

enum io {
    IO_DONE,
    IO_LOST,        /* end of file, broken pipe */
    IO_TIMEOUT,     /* the call's deadline */
    IO_INTERRUPTED, /* by the caller's hook */
    IO_SILENT,      /* no sign of life */
    IO_MALFORMED,
    IO_MEMORY
};

struct id_set { /* open addressing; 0 is no id */
    uint64_t *slots;
    size_t count, capacity;
};

struct connection {
    struct connection *next_idle;
    struct connection *next_all; /* of the client, busy ones too: a child closes its copies */
    int fd;                      /* -1: closed */
    bool may_spin;               /* there is a processor beside this one */
    pid_t pid;                   /* who made it; others do not touch the socket */
    uint64_t epoch;
    uint32_t engine_pid;
    uint32_t max_frame;
    uint32_t next_stream;
    struct bytes out;
    size_t sent;         /* of out */
    size_t frame_at;     /* of the frame being written */
    uint64_t total_sent; /* bytes ever */
    uint64_t mark;       /* of total_sent: where the current call's bytes begin */
    uint8_t *in;
    size_t in_start, in_end, in_capacity;
    size_t left;            /* payload bytes of the current frame that were not taken */
    struct id_set attached; /* sessions this connection has joined */
    char version[32];
    char last_crash[256];
};

int64_t monotonic_ms(void);
void waiting_init(struct waiting *w, const struct roost_wait *wait, uint32_t silence_ms);
/* Milliseconds until the deadline for the engine, 0: none. */
uint32_t waiting_left(const struct waiting *w);

/* A connected socket; IO_LOST with errno when nobody listens. */
enum io connection_open(const char *path, struct waiting *w, struct connection **connection);
/* Ends it for the engine, too, if this process made it. */
void connection_close(struct connection *c);

/* Frames are collected and sent together. */
struct bytes *connection_begin(struct connection *c, enum frame_kind type, uint32_t stream, uint8_t flags);
void connection_end(struct connection *c); /* of the frame begun */
/* From here on the bytes are the current call's. */
void connection_mark(struct connection *c);
/* Has the socket taken any of them? If not, the engine cannot have seen the call. */
bool connection_delivered(const struct connection *c);
/* What the socket takes at once; keeps the rest. False: it is lost. */
bool connection_push(struct connection *c);

/* The next frame's header. Sends what is to be sent meanwhile; skips what was left of the frame before. */
enum io connection_next(struct connection *c, struct waiting *w, struct frame *frame);
/* Its payload, until the next call. */
enum io connection_payload(struct connection *c, struct waiting *w, const struct frame *frame, struct span *payload);
/* Its payload into memory of frame->length bytes. */
enum io connection_payload_into(struct connection *c, struct waiting *w, const struct frame *frame, uint8_t *out);

bool id_set_has(const struct id_set *set, uint64_t id);
bool id_set_add(struct id_set *set, uint64_t id); /* false: no memory */
void id_set_remove(struct id_set *set, uint64_t id);

/* ---- client.c ---- */

struct closing { /* a session whose end the engine has not heard of */
    uint64_t session;
    bool drop_application;
};

struct roost_client {
    char *path, *name;
    uint32_t connect_timeout_ms, silence_ms, max_idle;
    _Atomic int pid; /* the process that the rest belongs to */
    struct lock lock;
    struct connection *idle; /* newest first */
    struct connection *all;
    uint32_t idle_count;
    struct closing *closing;
    uint32_t closing_count, closing_capacity;
};

/* An idle connection or a new one that has said hello. *fresh tells which. */
bool client_acquire(struct roost_client *client, struct waiting *w, struct connection **connection, bool *fresh,
                    struct roost_error *error);
/* Gives it back. */
void client_release(struct roost_client *client, struct connection *c);
/* It is broken, or in a state that cannot be told. */
void client_drop(struct roost_client *client, struct connection *c);
/* Idle connections are probably dead like the one that just was. */
void client_drop_idle(struct roost_client *client);
/* Sessions to close, as frames before the next request. */
void client_write_closing(struct roost_client *client, struct connection *c);
void client_close_session(struct roost_client *client, uint64_t session, bool drop_application);
/* error from the way a wait ended. Answers false. */
bool fail_io(struct roost_client *client, enum io io, struct roost_error *error);

/* ---- session.c ---- */

/* A request that changed the session, to be said again to an engine that was restarted. */
struct log_entry {
    _Atomic(struct log_entry *) next;
    _Atomic uint32_t references;
    char *key;          /* replaces entries with the same; or NULL */
    pid_t pid;          /* who said it */
    uint32_t operation; /* field number in roost.Request */
    struct bytes body;
    uint32_t parent_count;
    struct roost_plan *parents[];
};

struct roost_session {
    _Atomic uint32_t references;
    struct roost_client *client;
    uint64_t id;
    pid_t maker;
    bool attach; /* only ever joined */
    bool own_application;
    char *application, *name;
    uint64_t clone_of;
    uint32_t config_count;
    struct roost_parameter *config;

    struct lock lock; /* for all below */
    _Atomic bool closed;
    _Atomic uint32_t incarnation; /* counts openings; 0: never opened */
    uint64_t epoch;               /* of the engine it was opened in */
    pid_t opener;                 /* a thread of that process is opening it; 0: none */
    _Atomic(struct log_entry *) log;
    uint64_t *releases;
    _Atomic uint32_t release_count;
    uint32_t release_capacity, release_incarnation;
    uint64_t handle_base, handle_next;
    pid_t handle_pid;
};

uint64_t session_new_handle(struct roost_session *s);
void session_queue_release(struct roost_session *s, uint64_t handle, uint32_t incarnation);
/* The queued handles as Request.release. */
void session_write_releases(struct roost_session *s, struct bytes *request);
/* Remembers what changed it. Takes the bytes; refers to the parents. */
void session_log(struct roost_session *s, uint32_t operation, struct bytes *body, struct span key,
                 struct roost_plan *const *parents, uint32_t parent_count);
void session_log_config(struct roost_session *s, struct span request);
void session_write_open(struct roost_session *s, struct bytes *request, bool attach);
void log_entry_unref(struct log_entry *e);
/* The log as it is now, each entry with a reference of the caller's; NULL with *count 0: empty, or no memory.
 */
struct log_entry **session_log_snapshot(struct roost_session *s, uint32_t *count);

/* ---- plan.c ---- */

struct roost_plan {
    _Atomic uint32_t references;
    struct roost_session *session;
    uint64_t handle;
    _Atomic uint32_t incarnation; /* of the session in which it was derived last; 0: never */
    _Atomic int deriver;          /* the process that derived it */
    _Atomic bool is_command, changes_session;
    bool is_data, may_be_command;
    struct roost_plan *next_dead; /* while they are freed */
    struct bytes recipe;          /* a serialized Plan; for data the schema's text */
    struct bytes *batches;        /* data: payloads */
    uint32_t batch_count, batch_capacity;
    _Atomic(uint8_t *) schema;
    size_t schema_size;
    uint32_t parent_count;
    struct roost_plan *parents[];
};

/* Does the engine of the session's current incarnation know it? */
bool plan_is_derived(const struct roost_plan *p);
/* From a serialized roost.Derived. False: no memory. */
bool plan_set_derived(struct roost_plan *p, struct span derived);
/* The engine must be told anew: this plan and all that it is made from. */
void plans_forget(struct roost_plan *const *plans, uint32_t count);
/* The plans that must be derived so that all of `plans` are, each after its parents. *order is malloc'ed;
 * false: no memory. */
bool plans_missing(struct roost_plan *const *plans, uint32_t count, struct roost_plan ***order, uint32_t *order_count);

/* ---- call.c ---- */

/* Request.operation's field numbers (roost.proto), and Response.answer's. */
enum operation {
    OP_HELLO = 10,
    OP_OPEN_SESSION = 11,
    OP_CLOSE_SESSION = 12,
    OP_DERIVE = 13,
    OP_EXECUTE = 14,
    OP_ANALYZE = 15,
    OP_CONFIG = 16,
    OP_UPLOAD = 17,
    OP_CANCEL = 18,
    OP_RELEASE = 19,
    OP_STATUS = 20
};
enum answer {
    ANSWER_ERROR = 1,
    ANSWER_WELCOME = 2,
    ANSWER_SESSION_OPENED = 3,
    ANSWER_DERIVED = 4,
    ANSWER_EXECUTING = 5,
    ANSWER_EXECUTED = 6,
    ANSWER_ANALYZED = 7,
    ANSWER_CONFIG = 8,
    ANSWER_UPLOADED = 9,
    ANSWER_STATUS = 10
};

/* What was sent ahead of the call's own request and is not answered yet; see call.c. */
enum expected { EXPECT_OPENED, EXPECT_ATTACHED, EXPECT_DERIVED, EXPECT_REPLAYED };
struct expectation {
    enum expected what;
    uint32_t stream;
    struct roost_plan *plan; /* EXPECT_DERIVED */
};

/* One request and what belongs to it. */
struct call {
    struct roost_client *client;
    struct roost_session *session; /* NULL: a request without one */
    struct roost_plan *const *parents;
    uint32_t parent_count;
    uint32_t operation; /* 0: nothing but deriving the parents */
    struct span body;   /* of the operation, serialized */
    bool repeatable;    /* saying it twice does no harm */
    bool one_way;       /* it is not answered */
    struct waiting waiting;
    struct roost_error *error;

    struct connection *connection; /* while the call holds one */
    uint32_t stream;               /* of the request itself; frames of other streams belong to nobody */
    bool opening;                  /* this call is the session's opener */
    bool command_sent;             /* a derivation that may have effects is under way */
    bool answered;                 /* the request itself, with an error */
    enum io io;                    /* why waiting ended, when it did */
    struct expectation expected[PIPELINE_WINDOW];
    uint32_t expected_first, expected_count; /* a ring */
};

/* How a step of a call ended. */
enum step {
    STEP_DONE,
    STEP_FAILED, /* error is set; the connection is fine */
    STEP_BROKEN, /* waiting ended badly: call.io */
    STEP_AGAIN   /* the engine lost what we thought it had: from the start, please */
};

/* Sends it and waits for its first answer: the answer's field number and bytes, which stay valid until the
 * connection is used again. The connection is held until call_end() or call_abandon(). */
bool call_run(struct call *c, const struct roost_wait *wait, uint32_t *answer, struct span *bytes);
void call_end(struct call *c);
/* Waiting ended badly: cancels what runs, gives the connection back or drops it, sets the error. Answers
 * false. */
bool call_abandon(struct call *c, enum io io);
/* A call with one answer of the kind `expected`, copied to *bytes (malloc'ed) unless that is NULL. */
bool call_unary(struct call *c, const struct roost_wait *wait, uint32_t expected, uint8_t **bytes, size_t *size);
/* Derives c->parents and sends nothing else. */
bool call_derive(struct call *c, const struct roost_wait *wait);
/* A request that is not answered. */
bool call_one_way(struct call *c, const struct roost_wait *wait);
/* The next frame of the call's stream that is not a call of a function (those are answered on the way). */
enum io call_next(struct call *c, struct frame *frame);
/* The answer in a Response: its field number; 0: none. */
uint32_t response_answer(struct span payload, struct span *bytes);

/* ---- prepare.c: what goes ahead of a request ---- */

enum step call_prepare_session(struct call *c);
enum step call_derive_missing(struct call *c, struct roost_plan *const *plans, uint32_t count);
/* Waits until at most `left` expectations are open. */
enum step call_await(struct call *c, uint32_t left);
/* This call opens the session no longer, whether it managed to or not. */
void call_opening_done(struct call *c);
/* A request's frame: session, releases and deadline are in it already. */
struct bytes *call_begin_request(struct call *c, uint32_t stream);

/* ---- function.c ---- */

struct batch_block;
/* A batch in memory of its own: reuses *block when nobody else refers to it. */
enum io batch_block_read(struct connection *c, struct waiting *w, const struct frame *frame,
                         struct batch_block **block);
const struct roost_batch *batch_block_batch(const struct batch_block *block);
void batch_block_unref(struct batch_block *block);
/* Answers a FRAME_CALL whose header was read. */
enum io function_answer(struct connection *c, struct waiting *w, const struct frame *frame);

#endif
