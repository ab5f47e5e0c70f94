/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML files written: a root element with one element per row. A file without rows stays empty, as Spark leaves it.
 */
#include <string.h>

#include "format/format_int.h"
#include "format/text_file.h"
#include "function/xml_text.h"

struct xml_rows {
    struct text_file file; /* first: what releases the file gets the writer */
    const struct type *schema;
    struct xml_options options;
    struct xml_writer writer;
    bool begun;
};

static bool xml_open(struct arena *arena, const struct context *context, const struct type *schema,
                     const struct u_option *options, uint32_t count, const char *path, void **state,
                     struct error *err) {
    struct xml_rows *w = ARENA_NEW(arena, struct xml_rows);
    if (!option_get(options, count, "rowTag")) return error_set(err, "XML_ROW_TAG_MISSING", "rowTag", "`rowTag`", NULL);
    w->schema = schema;
    TRY(xml_options_read(arena, context, options, count, PATTERN_FORMAT, &w->options, err));
    TRY(xml_writer_init(&w->writer, arena, context, &w->options, err));
    *state = w;
    return text_file_open(&w->file, arena, options, count, path, err);
}

static bool xml_rows(void *state, const struct batch *batch, struct error *err) {
    struct xml_rows *w = state;
    struct vector row = {
        .type = w->schema, .form = VECTOR_FLAT, .child_count = batch->column_count, .children = batch->columns};
    arena_reset(&w->file.batch);
    w->writer.scratch = &w->file.batch;
    w->writer.out = &w->file.out;
    if (!w->begun) TRY(xml_write_head(&w->writer, err));
    w->begun = true;
    for (uint32_t i = 0; i < batch->count; i++)
        TRY(xml_write_row(&w->writer, &row, i, err) && text_file_step(&w->file, err));
    return true;
}

static bool finish(void *state, struct error *err) {
    struct xml_rows *w = state;
    w->writer.out = &w->file.out;
    if (w->begun) xml_write_tail(&w->writer);
    return text_file_finish(&w->file, err);
}

const struct file_writer xml_file_writer = {.extension = ".xml",
                                            .coded_extension = text_file_extension,
                                            .open = xml_open,
                                            .write = xml_rows,
                                            .finish = finish,
                                            .abandon = text_file_release};
