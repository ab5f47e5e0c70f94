/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file in the making, for the writers of all formats: it must not exist, what is put into it is there once finish has
 * returned, and errors name its path (TASK_WRITE_FAILED).
 */
#ifndef ROOST_FORMAT_OUTPUT_FILE_H
#define ROOST_FORMAT_OUTPUT_FILE_H

#include "base/error.h"

struct output_file {
    const char *path;
    int fd;            /* -1: closed */
    uint64_t position; /* bytes so far */
};

static inline void output_file_init(struct output_file *f, const char *path) {
    *f = (struct output_file){.path = path, .fd = -1};
}
bool output_file_open(struct output_file *f, struct error *err);
bool output_file_put(struct output_file *f, const void *bytes, size_t size, struct error *err);
/* The file is whole, and closed. */
bool output_file_finish(struct output_file *f, struct error *err);
/* Closes it as it is, if it is open. */
void output_file_release(struct output_file *f);
/* The error that stands in *err becomes the cause of one that names the file; returns false. */
bool output_file_failed_by(const struct output_file *f, struct error *err);

#endif
