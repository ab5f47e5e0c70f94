/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shell command as a child process, with pipes to and from it that never block.
 *
 * The child is the leader of a process group of its own, so that all it started ends with process_release().
 */
#ifndef ROOST_BASE_PROCESS_H
#define ROOST_BASE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct process {
    pid_t pid;
    int input, output, errors; /* our ends; -1: closed */
    bool has_ended;
    int status; /* as waitpid() gives it */
};

/* False with errno set: nothing was started. */
bool process_start(struct process *p, const char *command);
void process_close_input(struct process *p);
/* Has it ended? Does not wait. */
bool process_poll(struct process *p);
/* Until its output or its errors can be read, `wants_input` or its input written; at most `milliseconds`. */
void process_wait(const struct process *p, bool wants_input, int milliseconds);
/* Closes the pipes and kills what still runs. Does nothing to a process of zeroes. */
void process_release(struct process *p);

#endif
