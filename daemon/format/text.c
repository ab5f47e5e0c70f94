/* SPDX-License-Identifier: Apache-2.0 */
/* Text files: a row per line, or (wholetext) per file, in a column called value. */
#include <string.h>

#include "format/format_int.h"
#include "format/lines.h"

struct text_reader {
    struct lines lines;
    struct string separator; /* empty: \n, \r\n or \r */
    bool whole, done;
};

static const struct type *infer(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err) {
    struct field value = {.name = "value", .type = TYPE_OF(STRING), .nullable = true};
    return type_struct(arena, &value, 1);
}

static bool text_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                      struct error *err) {
    struct text_reader *r = ARENA_NEW(arena, struct text_reader);
    const struct scan_source *source = scan->source;
    r->whole = option_flag(source->options, source->option_count, "wholetext", false);
    r->separator = string_of(option_text(source->options, source->option_count, "lineSep", ""));
    *state = r;
    return lines_open(&r->lines, arena, file->path, NULL, err);
}

/* Bytes to the line's end, and how long that end is; SIZE_MAX: it is not in the buffer. */
static size_t line_size(const struct text_reader *r, size_t *end_size) {
    const char *p = r->lines.next, *end = r->lines.end;
    if (r->separator.size) {
        const char *found = memmem(p, (size_t)(end - p), r->separator.data, r->separator.size);
        *end_size = found ? r->separator.size : 0;
        return found ? (size_t)(found - p) : SIZE_MAX;
    }
    for (const char *q = p; q < end; q++) {
        if (*q != '\n' && *q != '\r') continue;
        if (*q == '\r' && q + 1 == end && !r->lines.last) return SIZE_MAX;
        *end_size = *q == '\r' && q + 1 < end && q[1] == '\n' ? 2 : 1;
        return (size_t)(q - p);
    }
    *end_size = 0;
    return SIZE_MAX;
}

static enum scan_status one_row(struct scan *scan, struct arena *batch, const struct string *values, uint32_t rows,
                                struct batch *out) {
    out->count = rows;
    out->column_count = scan->file_column_count;
    out->columns = ARENA_ARRAY(batch, struct vector, out->column_count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        vector_init(&out->columns[i], batch, TYPE_OF(STRING), rows);
        memcpy(out->columns[i].data, values, rows * sizeof *values);
    }
    return rows ? SCAN_BATCH : SCAN_DONE;
}

static enum scan_status text_next(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                  struct error *err) {
    struct text_reader *r = state;
    struct lines *l = &r->lines;
    struct string *values = arena_bytes_array(batch, BATCH_ROWS, sizeof *values);
    uint32_t rows = 0;
    if (r->whole) {
        while (!l->last)
            if (!lines_refill(l, err)) return SCAN_ERROR;
        if (!r->done) values[rows++] = string_make(l->next, (size_t)(l->end - l->next));
        r->done = true;
        return one_row(scan, batch, values, rows, out);
    }
    while (rows < BATCH_ROWS && !(l->last && l->next == l->end)) {
        size_t end_size, size = line_size(r, &end_size);
        if (size == SIZE_MAX && !l->last) {
            if (rows) break; /* what was gathered points into the buffer */
            if (!lines_refill(l, err)) return SCAN_ERROR;
            continue;
        }
        if (size == SIZE_MAX) size = (size_t)(l->end - l->next);
        values[rows++] = string_make(l->next, size);
        l->next += size + end_size;
    }
    return one_row(scan, batch, values, rows, out);
}

static const char *const extensions[] = {".txt", NULL};

const struct file_format text_format = {
    .name = "text",
    .extensions = extensions,
    .lacks = ~(FORMAT_LACKS(STRING) | FORMAT_LACKS(CHAR) | FORMAT_LACKS(VARCHAR) | FORMAT_LACKS(UDT)),
    .infer = infer,
    .open = text_open,
    .next = text_next,
    .writer = &text_writer};
