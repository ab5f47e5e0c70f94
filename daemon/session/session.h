/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session machine: frames in, frames out. Nothing here knows sockets, loops or clocks, so a test can run an
 * engine and several clients in one process, one step at a time.
 *
 *     engine_new ── engine_connect ── connection_receive(bytes) ─► requests ─► session_* ─► plan, exec
 *                                     connection_send_pending()  ◄─ frames  ◄──────────────┘
 *     engine_step(now): runs queries for a slice; tells how long the caller may sleep
 */
#ifndef ROOST_SESSION_SESSION_H
#define ROOST_SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The outside world, given by serve/ or by a simulator. */
struct host {
    int64_t (*now)(void *owner);       /* wall clock, microseconds since the epoch */
    int64_t (*monotonic)(void *owner); /* microseconds */
    void (*random)(void *owner, void *bytes, size_t size);
    void (*log)(void *owner, int level, const char *text);
    void (*running)(void *owner, const char *what); /* a query's turn begins: for a crash report; may be NULL */
    void *owner;
};
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Every limit has a name, a default and an environment variable (engine_options_read). */
struct engine_options {
    uint64_t memory_limit;         /* bytes for everything; ROOST_MEMORY_LIMIT, default: 3/4 of the machine's */
    uint64_t session_memory_limit; /* per session; ROOST_SESSION_MEMORY_LIMIT, default 0: the engine's */
    uint32_t max_frame;            /* bytes; ROOST_MAX_FRAME, default FRAME_MAX_DEFAULT */
    uint32_t max_connections;      /* ROOST_MAX_CONNECTIONS, default 16384 */
    uint32_t max_sessions;         /* ROOST_MAX_SESSIONS, default 65536 */
    uint32_t max_streams;          /* requests under way per connection; ROOST_MAX_STREAMS, default 64 */
    uint32_t max_handles;          /* plan handles per session; ROOST_MAX_HANDLES, default 1000000 */
    uint32_t max_depth;            /* nesting of messages; ROOST_MAX_DEPTH, default 4096: 2000 operators */
    uint32_t session_grace_ms;     /* a session without connections is dropped after; ROOST_SESSION_GRACE, 60 s */
    uint32_t high_water;           /* unsent bytes per connection at which its queries are parked; 4 MiB */
    uint32_t slice_us;             /* a query's turn, microseconds; default 250 */
    bool runs_scripts;             /* TRANSFORM ... USING runs commands as the engine's user */
    const char *run_directory;     /* spill and warehouse below it; NULL: none */
    const char *warehouse;         /* spark.sql.warehouse.dir's default */
    const char *last_crash;        /* path of a report, for Welcome; or NULL */
};

struct engine;
struct connection;

/* Defaults, then environment variables. False with a sentence in message when one makes no sense. */
bool engine_options_read(struct engine_options *options, char *message, size_t size);
struct engine *engine_new(const struct engine_options *options, const struct host *host);
void engine_free(struct engine *engine);

/* NULL: too many connections. */
struct connection *engine_connect(struct engine *engine, uint32_t peer_pid);
/* The peer is gone: cancels its queries, drops what it alone held. The connection is freed. */
void connection_close(struct connection *connection);
/* Bytes from the peer, any cut. False: it does not speak the protocol; send what is pending, then close. */
bool connection_receive(struct connection *connection, const uint8_t *bytes, size_t size);
/* What is to be sent: a piece of the queue, NULL when it is empty. Stays valid until connection_sent(). */
const uint8_t *connection_pending(struct connection *connection, size_t *size);
void connection_sent(struct connection *connection, size_t size);
/* To be closed once everything is sent: connection_receive() said so, or an answer could not be made. */
bool connection_is_broken(const struct connection *connection);
/* Bytes that wait to be sent. */
size_t connection_unsent(const struct connection *connection);
void *connection_owner(struct connection *connection);
void connection_set_owner(struct connection *connection, void *owner);

/* Runs queries for at most a slice, and timers that are due. Answers engine_next_due(). */
int64_t engine_step(struct engine *engine);
/* How many microseconds the caller may wait for events before engine_step() must be called: 0: there is something to
 * run now; -1: nothing until an event. */
int64_t engine_next_due(const struct engine *engine);
/* Connections that got something to send, or are to be closed, since the last call; NULL when none is left. */
struct connection *engine_next_ready(struct engine *engine);

#endif
