/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files as rows (binaryFile): path, time, length, and the bytes, which are read only when they are asked for. */
#include <string.h>

#include "format/format_int.h"
#include "format/lines.h"

enum { BINARY_PATH, BINARY_TIME, BINARY_LENGTH, BINARY_CONTENT, BINARY_COLUMNS };

struct binary_reader {
    const struct scan_file *file;
    bool done;
};

static const struct type *infer(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err) {
    static const struct field fields[BINARY_COLUMNS] = {
        [BINARY_PATH] = {.name = "path", .type = TYPE_OF(STRING), .nullable = true},
        [BINARY_TIME] = {.name = "modificationTime", .type = TYPE_OF(TIMESTAMP), .nullable = true},
        [BINARY_LENGTH] = {.name = "length", .type = TYPE_OF(LONG), .nullable = true},
        [BINARY_CONTENT] = {.name = "content", .type = TYPE_OF(BINARY), .nullable = true}};
    return type_struct(arena, fields, BINARY_COLUMNS);
}

static bool binary_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                        struct error *err) {
    struct binary_reader *r = ARENA_NEW(arena, struct binary_reader);
    r->file = file;
    *state = r;
    return true;
}

static bool read_content(const struct binary_reader *r, struct arena *batch, struct string *out, struct error *err) {
    struct lines lines;
    TRY(lines_open_raw(&lines, batch, r->file->path, err));
    while (!lines.last) TRY(lines_refill(&lines, err));
    *out = string_make(lines.next, (size_t)(lines.end - lines.next));
    return true;
}

static bool fill(const struct binary_reader *r, struct arena *batch, uint32_t column, struct vector *v,
                 struct error *err) {
    if (column == BINARY_PATH)
        *VECTOR_DATA(v, struct string) = string_of(arena_printf(batch, "file:%s", r->file->path));
    else if (column == BINARY_TIME)
        *VECTOR_DATA(v, int64_t) = r->file->modified / 1000 * 1000;
    else if (column == BINARY_LENGTH)
        *VECTOR_DATA(v, int64_t) = (int64_t)r->file->size;
    else
        return read_content(r, batch, VECTOR_DATA(v, struct string), err);
    return true;
}

static enum scan_status binary_next(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                    struct error *err) {
    static const char *const names[] = {"path", "modificationTime", "length", "content"};
    struct binary_reader *r = state;
    if (r->done) return SCAN_DONE;
    r->done = true;
    out->count = 1;
    out->column_count = scan->file_column_count;
    out->columns = ARENA_ARRAY(batch, struct vector, out->column_count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        const struct field *f = &scan->source->schema->fields[scan->file_columns[i]];
        const struct type *own = infer(batch, NULL, NULL, err);
        uint32_t column = 0;
        while (column < BINARY_COLUMNS && strcmp(names[column], f->name) != 0) column++;
        vector_init(&out->columns[i], batch, f->type, 1);
        if (column == BINARY_COLUMNS || !type_equal(own->fields[column].type, f->type))
            vector_set_null(&out->columns[i], batch, 0, 1);
        else if (!fill(r, batch, column, &out->columns[i], err))
            return SCAN_ERROR;
    }
    return SCAN_BATCH;
}

static const char *const extensions[] = {NULL};

const struct file_format binary_format = {
    .name = "binaryFile", .extensions = extensions, .infer = infer, .open = binary_open, .next = binary_next};
