/* SPDX-License-Identifier: Apache-2.0 */
/* See daemon.h. roostd says where it listens in one line of JSON on the descriptor that --ready-fd names. */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

enum { READY_MS = 10000 };

/* The roostd beside this program; NULL: look in PATH. Malloc'ed. */
static char *beside_us(void) {
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 8);
    if (size <= 0) return NULL;
    path[size] = 0;
    char *slash = strrchr(path, '/');
    if (!slash) return NULL;
    strcpy(slash + 1, "roostd");
    return access(path, X_OK) == 0 ? strdup(path) : NULL;
}

static pid_t spawn(int ready, int lifeline) {
    char ready_text[16], lifeline_text[16];
    snprintf(ready_text, sizeof ready_text, "%d", ready);
    snprintf(lifeline_text, sizeof lifeline_text, "%d", lifeline);
    char *program = beside_us();
    char *arguments[] = {program ? program : "roostd", "--ready-fd", ready_text, "--lifeline", lifeline_text, NULL};
    pid_t pid;
    int why = program ? posix_spawn(&pid, program, NULL, NULL, arguments, environ)
                      : posix_spawnp(&pid, "roostd", NULL, NULL, arguments, environ);
    free(program);
    errno = why;
    return why == 0 ? pid : -1;
}

/* The line, up to its end or the end of file; false: none came. */
static bool read_line(int fd, char *line, size_t room) {
    size_t size = 0;
    while (size + 1 < room) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int n = poll(&ready, 1, READY_MS);
        if (n < 0 && errno == EINTR) continue;
        ssize_t got = n > 0 ? read(fd, line + size, room - 1 - size) : 0;
        if (got <= 0) break;
        size += (size_t)got;
        if (memchr(line, '\n', size)) break;
    }
    line[size] = 0;
    return strchr(line, '\n') != NULL;
}

/* "address": "..." of the line; the path has no characters that JSON escapes but the backslash and the quote.
 */
static bool read_address(const char *line, char *address, size_t room) {
    const char *at = strstr(line, "\"address\"");
    at = at ? strchr(at + 9, ':') : NULL;
    at = at ? strchr(at, '"') : NULL;
    if (!at) return false;
    size_t size = 0;
    for (at++; *at && *at != '"' && size + 1 < room; at++) {
        if (*at == '\\' && at[1]) at++;
        address[size++] = *at;
    }
    address[size] = 0;
    return *at == '"' && size;
}

bool private_daemon_start(struct private_daemon *daemon, char *message, size_t size) {
    int ready[2], life[2];
    char line[8192];
    if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(life, O_CLOEXEC) != 0) {
        snprintf(message, size, "cannot make a pipe: %s", strerror(errno));
        return false;
    }
    fcntl(ready[1], F_SETFD, 0);
    fcntl(life[0], F_SETFD, 0);
    pid_t pid = spawn(ready[1], life[0]);
    int why = errno;
    close(ready[1]);
    close(life[0]);
    bool good = pid > 0 && read_line(ready[0], line, sizeof line) &&
                read_address(line, daemon->address, sizeof daemon->address);
    close(ready[0]);
    daemon->lifeline = life[1];
    if (good) return true;
    close(life[1]);
    if (pid < 0)
        snprintf(message, size, "cannot start roostd: %s", strerror(why));
    else
        snprintf(message, size, "roostd was started and did not get ready");
    return false;
}

void private_daemon_stop(struct private_daemon *daemon) {
    close(daemon->lifeline);
}
