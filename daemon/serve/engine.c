/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's process: a libuv loop around the session machine (session/session.h). All of libuv is here.
 *
 *     accept ─► peer ─► read ─► connection_receive()          idle: engine_step() while there is work,
 *                        write ◄─ connection_pending()        between one look at the sockets and the next
 *
 * Writing is tried at once, right after the bytes that caused it were handled, so a small request costs one epoll,
 * one read and one write. Where the socket is full the rest goes when it can, one piece under way at a time, and a
 * peer that does not read is not read from either beyond twice the high-water mark.
 */
#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "serve/serve.h"

enum { READ_BUFFER = 65536, STACK_LIMIT = 64 << 20, AWAKE_NS = 60000 };

struct server {
    const struct serve_options *options;
    struct log log;
    struct crash_notes *notes;
    struct engine *engine;
    uv_loop_t loop;
    uv_pipe_t listener;
    uv_idle_t work, awake;
    uint64_t awake_until;
    bool may_spin;
    uv_prepare_t before_wait;
    uv_timer_t timer, idle_timer;
    uv_signal_t terminate;
    unsigned peers;
    char buffer[READ_BUFFER]; /* of all connections: what is read is handled at once */
};

struct peer {
    uv_pipe_t pipe;
    uv_write_t write;
    struct server *server;
    struct connection *connection; /* NULL: closed */
    size_t writing;                /* bytes under way */
    bool paused;
};

/* ---- the host that session/ sees ---- */

static int64_t host_now(void *owner) {
    (void)owner;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t host_monotonic(void *owner) {
    (void)owner;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void host_random(void *owner, void *bytes, size_t size) {
    (void)owner;
    while (size) {
        ssize_t got = getrandom(bytes, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) abort();
        bytes = (char *)bytes + got;
        size -= (size_t)got;
    }
}

static void host_log(void *owner, int level, const char *text) {
    log_line(&((struct server *)owner)->log, level, text);
}

static void host_running(void *owner, const char *what) {
    struct crash_notes *notes = ((struct server *)owner)->notes;
    size_t size = strnlen(what, sizeof notes->running - 1);
    memcpy(notes->running, what, size);
    notes->running[size] = '\0';
}

/* ---- peers ---- */

static void peer_closed(uv_handle_t *handle) {
    free(handle->data);
}

static void on_idle_timeout(uv_timer_t *timer) {
    uv_stop(timer->loop);
}

static void peer_close(struct peer *p) {
    if (!p->connection) return;
    struct server *s = p->server;
    connection_close(p->connection);
    p->connection = NULL;
    uv_close((uv_handle_t *)&p->pipe, peer_closed);
    if (--s->peers == 0 && s->options->idle_timeout)
        uv_timer_start(&s->idle_timer, on_idle_timeout, (uint64_t)s->options->idle_timeout * 1000, 0);
}

static void peer_flush(struct peer *p);
static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer);

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)suggested;
    struct server *s = ((struct peer *)handle->data)->server;
    *buffer = uv_buf_init(s->buffer, sizeof s->buffer);
}

static void on_written(uv_write_t *write, int status) {
    struct peer *p = write->data;
    size_t size = p->writing;
    p->writing = 0;
    if (!p->connection) return;
    if (status != 0) {
        peer_close(p);
        return;
    }
    connection_sent(p->connection, size);
    peer_flush(p);
}

/* Reading stops while the peer leaves too much unread, and goes on when it has caught up. */
static void pause_or_resume(struct peer *p) {
    bool full = connection_unsent(p->connection) > 2 * (size_t)p->server->options->engine.high_water;
    if (full == p->paused) return;
    p->paused = full;
    if (full)
        uv_read_stop((uv_stream_t *)&p->pipe);
    else
        uv_read_start((uv_stream_t *)&p->pipe, on_alloc, on_read);
}

/* Sends what there is; frees the peer when it is broken and everything that could be sent is. */
static void peer_flush(struct peer *p) {
    size_t size;
    const uint8_t *bytes;
    while (!p->writing && (bytes = connection_pending(p->connection, &size))) {
        uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)(size < INT32_MAX ? size : INT32_MAX));
        int sent = uv_try_write((uv_stream_t *)&p->pipe, &buffer, 1);
        if (sent > 0) {
            connection_sent(p->connection, (size_t)sent);
        } else if (sent == UV_EAGAIN && !connection_is_broken(p->connection)) {
            p->writing = buffer.len;
            p->write.data = p;
            if (uv_write(&p->write, (uv_stream_t *)&p->pipe, &buffer, 1, on_written) != 0) {
                peer_close(p);
                return;
            }
        } else {
            peer_close(p);
            return;
        }
    }
    if (connection_is_broken(p->connection))
        peer_close(p);
    else
        pause_or_resume(p);
}

/* Sends on all connections that got something to send. */
static void flush_ready(struct server *s) {
    for (struct connection *c; (c = engine_next_ready(s->engine));) peer_flush(connection_owner(c));
}

static void on_work(uv_idle_t *idle);

static void on_timer(uv_timer_t *timer) {
    struct server *s = timer->data;
    uv_idle_start(&s->work, on_work);
}

/* Work goes on at the next turn of the loop, after a look at the sockets, or when the next timer is due. */
static void schedule(struct server *s) {
    int64_t wait = engine_next_due(s->engine);
    if (wait == 0) {
        uv_idle_start(&s->work, on_work);
        return;
    }
    uv_idle_stop(&s->work);
    if (wait > 0)
        uv_timer_start(&s->timer, on_timer, (uint64_t)(wait + 999) / 1000, 0);
    else
        uv_timer_stop(&s->timer);
}

static void on_work(uv_idle_t *idle) {
    struct server *s = idle->data;
    engine_step(s->engine);
    flush_ready(s);
}

/*
 * A client that got an answer often asks again at once, sooner than a processor falls asleep and wakes up: the loop
 * goes on looking for a little while, and lets others have the processor meanwhile. Not where several clients keep
 * the machine awake, nor where there is one processor for all.
 */
static void on_awake(uv_idle_t *idle) {
    struct server *s = idle->data;
    if (uv_hrtime() >= s->awake_until)
        uv_idle_stop(idle);
    else
        sched_yield();
}

static void stay_awake(struct server *s) {
    if (s->peers > 1 || !s->may_spin) return;
    s->awake_until = uv_hrtime() + AWAKE_NS;
    uv_idle_start(&s->awake, on_awake);
}

static void on_prepare(uv_prepare_t *prepare) {
    struct server *s = prepare->data;
    flush_ready(s);
    schedule(s);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    struct peer *p = stream->data;
    struct server *s = p->server;
    if (count < 0) {
        peer_close(p);
        return;
    }
    connection_receive(p->connection, (const uint8_t *)buffer->base, (size_t)count);
    flush_ready(s);
    stay_awake(s);
}

/* ---- accepting ---- */

static bool is_allowed(const struct server *s, uid_t user) {
    if (user == geteuid()) return true;
    for (unsigned i = 0; i < s->options->allowed_count; i++)
        if (s->options->allowed[i] == user) return true;
    return false;
}

static bool peer_is_welcome(struct peer *p, uint32_t *pid) {
    uv_os_fd_t fd;
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (uv_fileno((uv_handle_t *)&p->pipe, &fd) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return false;
    *pid = (uint32_t)credentials.pid;
    if (is_allowed(p->server, credentials.uid)) return true;
    log_format(&p->server->log, LOG_WARN, "user %u (process %u) may not connect", (unsigned)credentials.uid,
               (unsigned)credentials.pid);
    return false;
}

static void on_connection(uv_stream_t *listener, int status) {
    struct server *s = listener->data;
    if (status != 0) return;
    struct peer *p = calloc(1, sizeof *p);
    if (!p) return;
    p->server = s;
    uv_pipe_init(&s->loop, &p->pipe, 0);
    p->pipe.data = p;
    uint32_t pid;
    if (uv_accept(listener, (uv_stream_t *)&p->pipe) != 0 || !peer_is_welcome(p, &pid) ||
        !(p->connection = engine_connect(s->engine, pid))) {
        uv_close((uv_handle_t *)&p->pipe, peer_closed);
        return;
    }
    connection_set_owner(p->connection, p);
    s->peers++;
    uv_timer_stop(&s->idle_timer);
    uv_read_start((uv_stream_t *)&p->pipe, on_alloc, on_read);
}

/* ---- life ---- */

static void on_terminate(uv_signal_t *handle, int number) {
    (void)number;
    uv_stop(handle->loop);
}

/* The supervisor is gone: the loop is told to stop, and should it not within two seconds the alarm kills. */
static void on_orphaned(int number) {
    (void)number;
    alarm(2);
    raise(SIGTERM);
}

/* What the supervisor would have done on its way out. */
static void clean_up(const struct serve_options *options) {
    if (options->socket) unlink(options->socket);
    if (options->engine.run_directory) remove_folder(options->engine.run_directory, RUN_DEPTH);
}

/* One malloc arena; chunks of queries come from the heap and are given back after large ones (engine_step). The stack
 * may grow: plans of thousands of nodes are recursed over. */
static void prepare_process(void) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != RLIM_INFINITY && stack.rlim_cur < STACK_LIMIT) {
        stack.rlim_cur = stack.rlim_max == RLIM_INFINITY || stack.rlim_max > STACK_LIMIT ? STACK_LIMIT : stack.rlim_max;
        setrlimit(RLIMIT_STACK, &stack);
    }
    signal(SIGINT, SIG_IGN); /* the supervisor's to decide */
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR2, on_orphaned);
}

static bool open_loop(struct server *s, int listen_fd) {
    s->may_spin = uv_available_parallelism() > 1;
    if (uv_loop_init(&s->loop) != 0) return false;
    uv_pipe_init(&s->loop, &s->listener, 0);
    uv_idle_init(&s->loop, &s->work);
    uv_idle_init(&s->loop, &s->awake);
    uv_prepare_init(&s->loop, &s->before_wait);
    uv_timer_init(&s->loop, &s->timer);
    uv_timer_init(&s->loop, &s->idle_timer);
    uv_signal_init(&s->loop, &s->terminate);
    s->listener.data = s->work.data = s->awake.data = s->before_wait.data = s->timer.data = s;
    uv_prepare_start(&s->before_wait, on_prepare);
    uv_signal_start(&s->terminate, on_terminate, SIGTERM);
    if (s->options->idle_timeout)
        uv_timer_start(&s->idle_timer, on_idle_timeout, (uint64_t)s->options->idle_timeout * 1000, 0);
    return uv_pipe_open(&s->listener, listen_fd) == 0 &&
           uv_listen((uv_stream_t *)&s->listener, 1024, on_connection) == 0;
}

int engine_run(const struct serve_options *options, int listen_fd, int crash_fd, struct crash_notes *notes) {
    pid_t parent = getppid();
    prepare_process();
    if (crash_fd >= 0) crash_handler_install(crash_fd);
    struct server *s = calloc(1, sizeof *s);
    if (!s) return 1;
    s->options = options;
    s->notes = notes;
    if (!log_open(&s->log, options->log, options->log_level)) return 1;
    struct host host = {.now = host_now,
                        .monotonic = host_monotonic,
                        .random = host_random,
                        .log = host_log,
                        .running = host_running,
                        .owner = s};
    s->engine = engine_new(&options->engine, &host);
    if (!s->engine || !open_loop(s, listen_fd)) {
        log_line(&s->log, LOG_ERROR, "the engine cannot start");
        return 1;
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL); /* what came meanwhile comes now */
    uv_run(&s->loop, UV_RUN_DEFAULT);
    /* Connections and sessions go with the process; what is on disk is complete or not there. */
    if (getppid() != parent) clean_up(options);
    return 0;
}
