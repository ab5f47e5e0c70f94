/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Child processes by posix_spawn: a fork of a large daemon would copy its page tables. Our ends of the pipes do not
 * block; the child's do, as programs expect it. All are closed on exec, so that no other child keeps them open.
 */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void close_end(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

/* ours: which end of the pipe stays here. */
static bool open_pipe(int pipes[2], int ours) {
    if (pipe2(pipes, O_CLOEXEC) == 0 && fcntl(pipes[ours], F_SETFL, O_NONBLOCK) == 0) return true;
    int reason = errno;
    for (int i = 0; i < 2; i++) close_end(&pipes[i]);
    errno = reason;
    return false;
}

/* The daemon ignores and blocks signals that programs count on. */
static void plain_signals(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

static bool spawn(struct process *p, const char *command, int pipes[3][2]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char *const arguments[] = {"/bin/bash", "-c", (char *)command, NULL};
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    plain_signals(&attributes);
    for (int i = 0; i < 3; i++) posix_spawn_file_actions_adddup2(&actions, pipes[i][i == 0 ? 0 : 1], i);
    errno = posix_spawn(&p->pid, arguments[0], &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return errno == 0;
}

bool process_start(struct process *p, const char *command) {
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    *p = (struct process){.input = -1, .output = -1, .errors = -1};
    bool good = open_pipe(pipes[0], 1) && open_pipe(pipes[1], 0) && open_pipe(pipes[2], 0) && spawn(p, command, pipes);
    int reason = errno;
    for (int i = 0; i < 3; i++) close_end(&pipes[i][i == 0 ? 0 : 1]);
    p->input = pipes[0][1];
    p->output = pipes[1][0];
    p->errors = pipes[2][0];
    if (good) return true;
    p->pid = 0;
    process_release(p);
    errno = reason;
    return false;
}

void process_close_input(struct process *p) {
    close_end(&p->input);
}

bool process_poll(struct process *p) {
    if (!p->has_ended) p->has_ended = waitpid(p->pid, &p->status, WNOHANG) == p->pid;
    return p->has_ended;
}

void process_wait(const struct process *p, bool wants_input, int milliseconds) {
    struct pollfd fds[] = {{p->output, POLLIN, 0}, {p->errors, POLLIN, 0}, {wants_input ? p->input : -1, POLLOUT, 0}};
    poll(fds, 3, milliseconds);
}

void process_release(struct process *p) {
    if (p->pid && !p->has_ended) {
        kill(-p->pid, SIGKILL);
        while (waitpid(p->pid, &p->status, 0) < 0 && errno == EINTR) continue;
    }
    if (p->pid || p->input) {
        close_end(&p->input);
        close_end(&p->output);
        close_end(&p->errors);
    }
    *p = (struct process){0};
}
