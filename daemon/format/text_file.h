/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of text in the making, for the writers of CSV, JSON, text and XML: bytes gather in `out`, which goes to the
 * file when it is full, compressed as the option `compression` says and, if asked for, in another encoding.
 */
#ifndef ROOST_FORMAT_TEXT_FILE_H
#define ROOST_FORMAT_TEXT_FILE_H

#include "base/error.h"
#include "base/option.h"
#include "base/text.h"
#include "format/output_file.h"

struct context;
struct stream;

struct text_file {
    struct arena *arena; /* as long as the file is open */
    struct arena batch;  /* of the batch at hand */
    struct output_file file;
    struct stream *compressor;     /* or NULL */
    struct transcoder *transcoder; /* or NULL: the file is UTF-8 */
    struct text out, encoded;
};

/* The file must not exist. Closed by finish or release; at the latest it goes with the arena. */
bool text_file_open(struct text_file *f, struct arena *arena, const struct u_option *options, uint32_t option_count,
                    const char *path, struct error *err);
/* Before the first byte: the encoding that the options ask for. */
bool text_file_encode(struct text_file *f, const struct u_option *options, uint32_t option_count, struct error *err);
/* After each record: writes what has gathered when it is enough. */
bool text_file_step(struct text_file *f, struct error *err);
bool text_file_finish(struct text_file *f, struct error *err);
void text_file_release(void *f);
/* The extension with the codec's behind it: ".csv.gz". */
const char *text_file_extension(struct arena *arena, const struct context *context, const char *extension,
                                const struct u_option *options, uint32_t option_count);

#endif
