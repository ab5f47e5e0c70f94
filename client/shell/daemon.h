/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A roostd of our own: started from beside this program (or from PATH), told to end when the pipe that we
 * hold ends, so that it goes with us however we go.
 */
#ifndef ROOST_SHELL_DAEMON_H
#define ROOST_SHELL_DAEMON_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct private_daemon {
    int lifeline; /* our end; closing it ends the daemon */
    char address[4096];
};

/* False: message says why. */
bool private_daemon_start(struct private_daemon *daemon, char *message, size_t size);
void private_daemon_stop(struct private_daemon *daemon);

#endif
