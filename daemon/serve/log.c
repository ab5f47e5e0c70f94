/* SPDX-License-Identifier: Apache-2.0 */
/* The log: each line is one write(2), so that lines of the supervisor and the engine do not mix. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "serve/serve.h"

bool log_open(struct log *log, const char *path, int level) {
    log->level = level;
    log->fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : STDERR_FILENO;
    return log->fd >= 0;
}

void log_line(const struct log *log, int level, const char *text) {
    static const char *const names[] = {"ERROR", "WARN ", "INFO ", "DEBUG"};
    if (level > log->level) return;
    struct timespec now;
    struct tm parts;
    char line[1200], moment[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(moment, sizeof moment, "%Y-%m-%dT%H:%M:%S", &parts);
    int size = snprintf(line, sizeof line, "%s.%03ldZ %s roostd[%d] %s\n", moment, now.tv_nsec / 1000000, names[level],
                        (int)getpid(), text);
    if (size >= (int)sizeof line) {
        size = (int)sizeof line;
        line[size - 1] = '\n';
    }
    ssize_t ignored = write(log->fd, line, (size_t)size); /* a full disk must not stop queries */
    (void)ignored;
}

void log_format(const struct log *log, int level, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    log_line(log, level, text);
}
