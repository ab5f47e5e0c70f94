/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writers of text: CSV, JSON (a document per line) and plain text.
 */
#include <string.h>
#include <strings.h>

#include "base/timezone.h"
#include "column/cast.h"
#include "format/format_int.h"
#include "format/text_file.h"
#include "function/csv_text.h"
#include "function/json_text.h"

struct line_writer {
    struct text_file file; /* first: what releases the file gets the writer */
    const struct type *schema;
    const char *line_end;
    /* CSV */
    struct csv_writer csv;
    bool header;
    /* JSON */
    struct json_options json;
    struct json_writer json_writer;
};

static struct line_writer *open_writer(struct arena *arena, const struct type *schema, const struct u_option *options,
                                       uint32_t option_count, const char *path, struct error *err) {
    struct line_writer *w = ARENA_NEW(arena, struct line_writer);
    w->schema = schema;
    w->line_end = option_text(options, option_count, "lineSep", "\n");
    return text_file_open(&w->file, arena, options, option_count, path, err) ? w : NULL;
}

static bool line_done(struct line_writer *w, struct error *err) {
    text_add(&w->file.out, w->line_end);
    return text_file_step(&w->file, err);
}

static bool finish(void *state, struct error *err) {
    return text_file_finish(&((struct line_writer *)state)->file, err);
}

/* ---- CSV ---- */

static bool csv_open(struct arena *arena, const struct context *context, const struct type *schema,
                     const struct u_option *options, uint32_t count, const char *path, void **state,
                     struct error *err) {
    struct line_writer *w = open_writer(arena, schema, options, count, path, err);
    if (!w) return false;
    *state = w;
    TRY(text_file_encode(&w->file, options, count, err));
    w->header = option_flag(options, count, "header", false);
    TRY(csv_writer_init(&w->csv, arena, context, options, count, err));
    if (!w->header) return true;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        if (i) text_add(&w->file.out, w->csv.separator);
        csv_write_text(&w->csv, &w->file.out, string_of(schema->fields[i].name), i);
    }
    return line_done(w, err);
}

static bool csv_write(void *state, const struct batch *batch, struct error *err) {
    struct line_writer *w = state;
    arena_reset(&w->file.batch);
    struct vector *texts = ARENA_ARRAY(&w->file.batch, struct vector, batch->column_count);
    for (uint32_t c = 0; c < batch->column_count; c++)
        TRY(csv_writer_texts(&w->csv, &w->file.batch, &batch->columns[c], batch->count, &texts[c], err));
    for (uint32_t i = 0; i < batch->count; i++) {
        csv_write_record(&w->csv, &w->file.out, texts, batch->column_count, i);
        TRY(line_done(w, err));
    }
    return true;
}

/* ---- JSON ---- */

static bool json_open(struct arena *arena, const struct context *context, const struct type *schema,
                      const struct u_option *options, uint32_t count, const char *path, void **state,
                      struct error *err) {
    struct line_writer *w = open_writer(arena, schema, options, count, path, err);
    if (!w) return false;
    *state = w;
    return text_file_encode(&w->file, options, count, err) &&
           json_options_read(arena, context, options, count, PATTERN_FORMAT, &w->json, err) &&
           json_writer_init(&w->json_writer, arena, context, &w->json, err);
}

static bool json_rows(void *state, const struct batch *batch, struct error *err) {
    struct line_writer *w = state;
    arena_reset(&w->file.batch);
    struct vector *row = ARENA_NEW(&w->file.batch, struct vector);
    *row = (struct vector){
        .type = w->schema, .form = VECTOR_FLAT, .child_count = batch->column_count, .children = batch->columns};
    json_writer_start(&w->json_writer, &w->file.batch, &w->file.out);
    for (uint32_t i = 0; i < batch->count; i++) {
        json_write_value(&w->json_writer, row, i);
        TRY(line_done(w, err));
    }
    return true;
}

/* ---- text ---- */

static bool text_open(struct arena *arena, const struct context *context, const struct type *schema,
                      const struct u_option *options, uint32_t count, const char *path, void **state,
                      struct error *err) {
    if (schema->field_count != 1)
        return error_set(err, "_LEGACY_ERROR_TEMP_1290", "schemaSize", arena_printf(arena, "%u", schema->field_count),
                         NULL);
    *state = open_writer(arena, schema, options, count, path, err);
    return *state != NULL;
}

static bool text_rows(void *state, const struct batch *batch, struct error *err) {
    struct line_writer *w = state;
    const struct vector *v = &batch->columns[0];
    for (uint32_t i = 0; i < batch->count; i++) {
        struct string s = string_make("", 0);
        if (!vector_is_null(v, i)) s = VECTOR_DATA(v, struct string)[vector_entry(v, i)];
        text_add_bytes(&w->file.out, s.data, s.size);
        TRY(line_done(w, err));
    }
    return true;
}

const struct file_writer csv_writer = {.coded_extension = text_file_extension,
                                       .extension = ".csv",
                                       .open = csv_open,
                                       .write = csv_write,
                                       .finish = finish,
                                       .abandon = text_file_release};
const struct file_writer json_writer = {.coded_extension = text_file_extension,
                                        .extension = ".json",
                                        .open = json_open,
                                        .write = json_rows,
                                        .finish = finish,
                                        .abandon = text_file_release};
const struct file_writer text_writer = {.coded_extension = text_file_extension,
                                        .extension = ".txt",
                                        .open = text_open,
                                        .write = text_rows,
                                        .finish = finish,
                                        .abandon = text_file_release};
