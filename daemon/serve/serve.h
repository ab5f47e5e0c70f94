/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of roostd: a supervisor that owns the socket and parses nothing, and the engine, which may die.
 *
 *     supervisor ── run directory, listening socket, lifeline, signals, crash reports
 *        └─ fork ─► engine ── libuv: accept, read, write, timers ──► session/ (frames in, frames out)
 *
 * The supervisor forks without exec: the engine starts in a millisecond with everything inherited, and the
 * supervisor touches so little memory that sharing it costs nothing. When the engine dies the next one is forked at
 * once over the same socket, so that clients only find their connection cut; after repeated quick deaths there is a
 * pause. When the supervisor goes, for whatever reason, the kernel kills the engine (PR_SET_PDEATHSIG).
 */
#ifndef ROOST_SERVE_SERVE_H
#define ROOST_SERVE_SERVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "session/session.h"

enum { MAX_ALLOWED_USERS = 16, PATH_SIZE = 512, RUN_DEPTH = 3 };

struct serve_options {
    const char *listen;               /* path of the socket; NULL: in the run directory */
    const char *log;                  /* NULL: standard error */
    int log_level;                    /* enum log_level */
    int ready_fd;                     /* one line of JSON goes there; -1: standard output */
    int lifeline_fd;                  /* end of file there: the owner is gone; -1: none */
    int idle_timeout;                 /* seconds without a connection after which roostd ends; 0: never */
    bool foreground;                  /* stay in the caller's terminal session */
    uid_t allowed[MAX_ALLOWED_USERS]; /* besides our own */
    unsigned allowed_count;
    struct engine_options engine;
    const char *socket; /* the engine's: to be removed when the supervisor can no more; or NULL */
};

/* What the engine was doing, in memory that both processes see: so that it is known however the engine ended. */
struct crash_notes {
    char running[256];
};

/* Parses the command line. Answers -1 to go on, else the exit status. */
int serve_options_parse(struct serve_options *options, int argc, char **argv);
/* Returns the exit status of roostd. */
int supervisor_run(const struct serve_options *options);
/* Runs the engine in this process until it is told to stop (SIGTERM) or idle; returns its exit status: 0: idle or
 * stopped, the supervisor ends too. crash_fd: where the handler of fatal signals writes; -1: none. */
int engine_run(const struct serve_options *options, int listen_fd, int crash_fd, struct crash_notes *notes);

/* Removes a folder with what is in it, down to so many levels. */
void remove_folder(const char *path, int depth);

/* Handlers for fatal signals that write what is known to fd, and let the signal do its work. */
void crash_handler_install(int fd);

/* The log: one line per message, to a file or standard error. */
struct log {
    int fd;
    int level;
};
bool log_open(struct log *log, const char *path, int level);
void log_line(const struct log *log, int level, const char *text);
void log_format(const struct log *log, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
