/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writers of text: CSV, JSON (a document per line) and plain text. Lines gather in a buffer that goes to the file when
 * it is full. Compression by the option `compression` (gzip).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zlib.h>

#include "base/timezone.h"
#include "column/cast.h"
#include "format/format_int.h"
#include "function/csv_text.h"
#include "function/json_text.h"

enum { BUFFER = 1 << 18 };

struct line_writer {
    struct arena *arena;
    struct arena batch; /* of the batch at hand */
    const struct context *context;
    const struct type *schema;
    const struct u_option *options;
    uint32_t option_count;
    const char *path, *line_end;
    int fd;
    gzFile gzip;
    struct text out;
    /* CSV */
    struct csv_writer csv;
    bool header;
    /* JSON */
    struct json_options json;
    struct json_writer json_writer;
};

static bool failed(const struct line_writer *w, struct error *err) {
    error_set(err, "TASK_WRITE_FAILED", "path", w->path, NULL);
    return error_set_cause(err, strerror(errno));
}

static bool flush(struct line_writer *w, struct error *err) {
    const char *p = w->out.data;
    size_t left = w->out.size;
    if (w->gzip) {
        if (left && gzwrite(w->gzip, p, (unsigned)left) != (int)left) return failed(w, err);
        left = 0;
    }
    while (left) {
        ssize_t n = write(w->fd, p, left);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return failed(w, err);
        p += n;
        left -= (size_t)n;
    }
    w->out.size = 0;
    return true;
}

static void writer_release(void *resource) {
    struct line_writer *w = resource;
    arena_release(&w->batch);
    if (w->gzip)
        gzclose(w->gzip);
    else if (w->fd >= 0)
        close(w->fd);
    w->gzip = NULL;
    w->fd = -1;
}

static struct line_writer *open_writer(struct arena *arena, const struct context *context, const struct type *schema,
                                       const struct u_option *options, uint32_t option_count, const char *path,
                                       struct error *err) {
    struct line_writer *w = ARENA_NEW(arena, struct line_writer);
    *w = (struct line_writer){.arena = arena,
                              .context = context,
                              .schema = schema,
                              .options = options,
                              .option_count = option_count,
                              .path = path,
                              .fd = -1};
    arena_init(&w->batch, arena->account);
    text_init(&w->out, arena);
    arena_defer(arena, writer_release, w);
    w->line_end = option_text(options, option_count, "lineSep", "\n");
    w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (w->fd < 0) {
        failed(w, err);
        return NULL;
    }
    if (strcasecmp(option_text(options, option_count, "compression", "none"), "gzip") == 0) {
        w->gzip = gzdopen(w->fd, "wb");
        if (!w->gzip) {
            failed(w, err);
            return NULL;
        }
    }
    return w;
}

static bool line_done(struct line_writer *w, struct error *err) {
    text_add(&w->out, w->line_end);
    return w->out.size < BUFFER || flush(w, err);
}

static bool finish(void *state, struct error *err) {
    struct line_writer *w = state;
    TRY(flush(w, err));
    int status = w->gzip ? gzclose(w->gzip) == Z_OK ? 0 : -1 : fsync(w->fd) | close(w->fd);
    w->gzip = NULL;
    w->fd = -1;
    return status == 0 || failed(w, err);
}

/* ---- CSV ---- */

static bool csv_open(struct arena *arena, const struct context *context, const struct type *schema,
                     const struct u_option *options, uint32_t count, const char *path, void **state,
                     struct error *err) {
    for (uint32_t i = 0; i < schema->field_count; i++) {
        enum type_kind kind = schema->fields[i].type->kind;
        if (kind == TYPE_ARRAY || kind == TYPE_MAP || kind == TYPE_STRUCT || kind == TYPE_VARIANT ||
            kind == TYPE_BINARY)
            return error_set(err, "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "columnName",
                             arena_printf(arena, "`%s`", schema->fields[i].name), "columnType",
                             arena_printf(arena, "\"%s\"", type_sql(arena, schema->fields[i].type)), "format", "CSV",
                             NULL);
    }
    struct line_writer *w = open_writer(arena, context, schema, options, count, path, err);
    if (!w) return false;
    *state = w;
    w->header = option_flag(options, count, "header", false);
    TRY(csv_writer_init(&w->csv, arena, context, options, count, err));
    if (!w->header) return true;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        if (i) text_add(&w->out, w->csv.separator);
        csv_write_text(&w->csv, &w->out, string_of(schema->fields[i].name));
    }
    return line_done(w, err);
}

static bool csv_write(void *state, const struct batch *batch, struct error *err) {
    struct line_writer *w = state;
    arena_reset(&w->batch);
    struct vector *texts = ARENA_ARRAY(&w->batch, struct vector, batch->column_count);
    for (uint32_t c = 0; c < batch->column_count; c++)
        TRY(csv_writer_texts(&w->csv, &w->batch, &batch->columns[c], batch->count, &texts[c], err));
    for (uint32_t i = 0; i < batch->count; i++) {
        csv_write_record(&w->csv, &w->out, texts, batch->column_count, i);
        TRY(line_done(w, err));
    }
    return true;
}

/* ---- JSON ---- */

static bool json_open(struct arena *arena, const struct context *context, const struct type *schema,
                      const struct u_option *options, uint32_t count, const char *path, void **state,
                      struct error *err) {
    struct line_writer *w = open_writer(arena, context, schema, options, count, path, err);
    if (!w) return false;
    *state = w;
    return json_options_read(arena, context, options, count, &w->json, err) &&
           json_writer_init(&w->json_writer, arena, context, &w->json, err);
}

static bool json_rows(void *state, const struct batch *batch, struct error *err) {
    struct line_writer *w = state;
    arena_reset(&w->batch);
    struct vector *row = ARENA_NEW(&w->batch, struct vector);
    *row = (struct vector){
        .type = w->schema, .form = VECTOR_FLAT, .child_count = batch->column_count, .children = batch->columns};
    w->json_writer.arena = &w->batch;
    w->json_writer.out = &w->out;
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
    if (schema->field_count != 1 || !type_is_string(schema->fields[0].type))
        return error_set(err, "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "columnName", "", "columnType",
                         arena_printf(arena, "\"%s\"", type_sql(arena, schema)), "format", "Text", NULL);
    *state = open_writer(arena, context, schema, options, count, path, err);
    return *state != NULL;
}

static bool text_rows(void *state, const struct batch *batch, struct error *err) {
    struct line_writer *w = state;
    const struct vector *v = &batch->columns[0];
    for (uint32_t i = 0; i < batch->count; i++) {
        struct string s = string_make("", 0);
        if (!vector_is_null(v, i)) s = VECTOR_DATA(v, struct string)[vector_entry(v, i)];
        text_add_bytes(&w->out, s.data, s.size);
        TRY(line_done(w, err));
    }
    return true;
}

const struct file_writer csv_writer = {
    .extension = ".csv", .open = csv_open, .write = csv_write, .finish = finish, .abandon = writer_release};
const struct file_writer json_writer = {
    .extension = ".json", .open = json_open, .write = json_rows, .finish = finish, .abandon = writer_release};
const struct file_writer text_writer = {
    .extension = ".txt", .open = text_open, .write = text_rows, .finish = finish, .abandon = writer_release};
