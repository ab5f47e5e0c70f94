/* SPDX-License-Identifier: Apache-2.0 */
#include "format/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool failed(const struct output_file *f, struct error *err) {
    error_set(err, "TASK_WRITE_FAILED", "path", f->path, NULL);
    return error_set_cause(err, strerror(errno));
}

bool output_file_open(struct output_file *f, struct error *err) {
    f->fd = open(f->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return f->fd >= 0 || failed(f, err);
}

bool output_file_put(struct output_file *f, const void *bytes, size_t size, struct error *err) {
    const char *p = bytes;
    while (size) {
        ssize_t n = write(f->fd, p, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return failed(f, err);
        p += n;
        size -= (size_t)n;
        f->position += (uint64_t)n;
    }
    return true;
}

bool output_file_finish(struct output_file *f, struct error *err) {
    int fd = f->fd;
    f->fd = -1;
    return close(fd) == 0 || failed(f, err);
}

void output_file_release(struct output_file *f) {
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}

bool output_file_failed_by(const struct output_file *f, struct error *err) {
    struct error cause = ERROR_INIT;
    error_move(&cause, err);
    error_set(err, "TASK_WRITE_FAILED", "path", f->path, NULL);
    error_set_cause(err, error_message(&cause));
    error_release(&cause);
    return false;
}
