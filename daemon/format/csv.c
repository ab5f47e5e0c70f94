/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV files. A batch is up to BATCH_ROWS records of what the buffer holds; the texts of a column are converted
 * together. Only the columns that are asked for are converted; a record with too few or too many fields, or with a
 * field that does not convert, is malformed and treated as `mode` says.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format/format_int.h"
#include "format/lines.h"
#include "format/transcode.h"
#include "function/csv_text.h"
#include "function/text_options.h"

struct csv_reader {
    struct csv_options options;
    struct lines lines;
    bool header_done;
    uint32_t field_count; /* fields that a record should have: the schema's, without the corrupt column */
    uint32_t corrupt;     /* index of the corrupt column in the schema, or UINT32_MAX */
    uint32_t *positions;  /* per requested column: its field in a record */
    struct csv_record record;
};

static uint32_t data_fields(const struct scan_source *source) {
    return source->schema->field_count - source->partition_columns;
}

static bool read_options(struct arena *arena, const struct context *context, const struct scan_source *source,
                         struct csv_options *o, struct error *err) {
    return csv_options_read(arena, context, source->options, source->option_count, PATTERN_PARSE, o, err);
}

/* Reads records until there is one, refilling. */
static enum csv_status next_record(struct arena *arena, const struct csv_options *o, struct lines *l,
                                   struct csv_record *record, struct error *err) {
    for (;;) {
        enum csv_status status = csv_next(arena, o, &l->next, l->end, l->last, record, err);
        if (status != CSV_NEED_MORE) return status;
        if (!lines_refill(l, err)) return CSV_ERROR;
    }
}

/* Header names: _cN for an empty one, a number behind one that occurs twice (case aside). */
static const char *header_name(struct arena *arena, const struct context *context, const struct csv_record *record,
                               uint32_t i) {
    const struct csv_field *f = &record->fields[i];
    if (f->is_null || f->text.size == 0) return arena_printf(arena, "_c%u", i);
    for (uint32_t k = 0; k < record->count; k++) {
        const struct csv_field *g = &record->fields[k];
        if (k == i || g->text.size != f->text.size) continue;
        bool same = context->case_sensitive ? memcmp(g->text.data, f->text.data, f->text.size) == 0
                                            : strncasecmp(g->text.data, f->text.data, f->text.size) == 0;
        if (same) return arena_printf(arena, "%.*s%u", (int)f->text.size, f->text.data, i);
    }
    return arena_strndup(arena, f->text.data, f->text.size);
}

static const struct type *infer(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err) {
    struct csv_options o;
    struct csv_record record = {0};
    uint32_t count = 0;
    const char **names = NULL;
    const struct type **found = NULL;
    struct record_sample sample;
    TRY_NULL(read_options(arena, context, source, &o, err));
    TRY_NULL(text_options_sample(source->options, source->option_count, &sample, err));
    struct arena *opened = arena_scratch(arena), *scratch = arena_scratch(arena);
    for (uint32_t i = 0; i < source->file_count; i++) {
        struct lines lines;
        bool header = o.header;
        arena_reset(opened);
        record = (struct csv_record){0};
        TRY_NULL(lines_open(&lines, opened, source->files[i].path,
                            transcode_encoding(source->options, source->option_count), err));
        for (;;) {
            enum csv_status status = next_record(opened, &o, &lines, &record, err);
            if (status == CSV_ERROR) return NULL;
            if (status == CSV_END) break;
            if (!names) {
                count = record.count;
                names = ARENA_ARRAY(arena, const char *, count);
                found = ARENA_ARRAY(arena, const struct type *, count);
                for (uint32_t c = 0; c < count; c++) {
                    names[c] = o.header ? header_name(arena, context, &record, c) : arena_printf(arena, "_c%u", c);
                    found[c] = o.infer_schema ? TYPE_OF(NULL) : TYPE_OF(STRING);
                }
            }
            if (!o.infer_schema) break;
            bool counts = record_is_sampled(&sample) && !header;
            for (uint32_t c = 0; counts && c < count && c < record.count; c++)
                found[c] = csv_infer(arena, scratch, context, &o, found[c], &record.fields[c]);
            header = false;
        }
        if (names && !o.infer_schema) break;
    }
    arena_release(opened);
    arena_release(scratch);
    struct field *fields = ARENA_ARRAY(arena, struct field, count);
    for (uint32_t c = 0; c < count; c++)
        fields[c] = (struct field){
            .name = names[c], .type = found[c]->kind == TYPE_NULL ? TYPE_OF(STRING) : found[c], .nullable = true};
    return type_struct(arena, fields, count);
}

static bool csv_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                     struct error *err) {
    struct csv_reader *r = ARENA_NEW(arena, struct csv_reader);
    const struct type *schema = scan->source->schema;
    TRY(read_options(arena, scan->request->context, scan->source, &r->options, err));
    TRY(scan_check_corrupt(scan, r->options.corrupt_column, err) &&
        lines_open(&r->lines, arena, file->path, transcode_encoding(scan->source->options, scan->source->option_count),
                   err));
    r->corrupt = UINT32_MAX;
    for (uint32_t i = 0; i < data_fields(scan->source); i++) {
        bool corrupt = strcasecmp(schema->fields[i].name, r->options.corrupt_column) == 0;
        if (corrupt && schema->fields[i].type->kind == TYPE_STRING) r->corrupt = i;
    }
    r->field_count = data_fields(scan->source) - (r->corrupt != UINT32_MAX);
    r->positions = ARENA_ARRAY(arena, uint32_t, scan->file_column_count);
    for (uint32_t i = 0; i < scan->file_column_count; i++) {
        uint32_t c = scan->file_columns[i];
        r->positions[i] = c == r->corrupt ? UINT32_MAX : c > r->corrupt ? c - 1 : c;
    }
    *state = r;
    return true;
}

struct gathered {
    uint32_t rows;
    struct vector *texts; /* per requested column; the corrupt column: the raw record, NULL when it is good */
    struct string *raw;
    uint8_t *bad;
    uint32_t *widths; /* how many fields the record has */
};

static void gather(const struct scan *scan, struct csv_reader *r, struct arena *batch, struct gathered *g) {
    uint32_t row = g->rows++;
    g->raw[row] = r->record.raw;
    g->bad[row] = r->record.count != r->field_count;
    g->widths[row] = r->record.count;
    for (uint32_t i = 0; i < scan->file_column_count; i++) {
        uint32_t position = r->positions[i];
        struct vector *v = &g->texts[i];
        bool there = position < r->record.count && !r->record.fields[position].is_null;
        VECTOR_DATA(v, struct string)[row] = there ? r->record.fields[position].text : string_make("", 0);
        if (!there) vector_set_null(v, batch, row, BATCH_ROWS);
    }
}

/* Rows that stay, when malformed ones are dropped. */
static void drop_bad(struct arena *arena, const struct gathered *g, struct batch *out) {
    uint32_t *good = arena_bytes_array(arena, g->rows, sizeof *good), n = 0;
    for (uint32_t i = 0; i < g->rows; i++)
        if (!g->bad[i]) good[n++] = i;
    if (n == g->rows) return;
    for (uint32_t c = 0; c < out->column_count; c++) {
        struct vector whole = out->columns[c];
        vector_select(&out->columns[c], arena, &whole, good, n);
    }
    out->count = n;
}

/* Records of old files end before the columns that came later. */
static void fill_short(const struct scan *scan, struct arena *arena, const struct gathered *g, uint32_t position,
                       uint32_t column, struct vector *v) {
    uint8_t *absent = arena_bytes(arena, g->rows);
    for (uint32_t row = 0; row < g->rows; row++) absent[row] = g->widths[row] <= position;
    scan_fill_absent(scan, column, arena, absent, g->rows, v);
}

static bool convert(const struct scan *scan, struct csv_reader *r, struct arena *batch, struct gathered *g,
                    struct batch *out, struct error *err) {
    const struct context *context = scan->request->context;
    out->count = g->rows;
    out->column_count = scan->file_column_count;
    out->columns = ARENA_ARRAY(batch, struct vector, out->column_count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        const struct type *to = scan->source->schema->fields[scan->file_columns[i]].type;
        if (r->positions[i] == UINT32_MAX) continue;
        TRY(csv_convert(batch, context, &r->options, to, &g->texts[i], g->rows, &out->columns[i], g->bad, err));
        if (scan->source->defaults)
            fill_short(scan, batch, g, r->positions[i], scan->file_columns[i], &out->columns[i]);
    }
    for (uint32_t i = 0; i < out->column_count; i++) {
        if (r->positions[i] != UINT32_MAX) continue;
        vector_init(&out->columns[i], batch, TYPE_OF(STRING), g->rows);
        for (uint32_t row = 0; row < g->rows; row++) {
            VECTOR_DATA(&out->columns[i], struct string)[row] = g->raw[row];
            if (!g->bad[row]) vector_set_null(&out->columns[i], batch, row, g->rows);
        }
    }
    if (r->options.mode == CSV_FAIL_FAST)
        for (uint32_t row = 0; row < g->rows; row++)
            if (g->bad[row])
                return scan_malformed(scan, arena_strndup(scan->arena, g->raw[row].data, g->raw[row].size), err);
    if (r->options.mode == CSV_DROP_MALFORMED) drop_bad(batch, g, out);
    return true;
}

/* enforceSchema is off: the header has to name the schema's columns. */
static bool check_header(const struct scan *scan, const struct csv_reader *r) {
    const struct type *schema = scan->source->schema;
    if (r->record.count != r->field_count) return false;
    for (uint32_t i = 0, c = 0; i < data_fields(scan->source); i++) {
        if (i == r->corrupt) continue;
        struct string name = r->record.fields[c++].text;
        const char *field = schema->fields[i].name;
        bool same = scan->request->context->case_sensitive
                        ? string_equal(name, string_of(field))
                        : ascii_equal_ignoring_case(name.data, name.size, field, strlen(field));
        if (!same) return false;
    }
    return true;
}

static enum scan_status csv_read(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                 struct error *err) {
    struct csv_reader *r = state;
    struct gathered g = {0};
    r->record = (struct csv_record){0};
    g.raw = arena_bytes_array(batch, BATCH_ROWS, sizeof *g.raw);
    g.bad = arena_bytes(batch, BATCH_ROWS);
    g.widths = arena_bytes_array(batch, BATCH_ROWS, sizeof *g.widths);
    g.texts = ARENA_ARRAY(batch, struct vector, scan->file_column_count);
    for (uint32_t i = 0; i < scan->file_column_count; i++) vector_init(&g.texts[i], batch, TYPE_OF(STRING), BATCH_ROWS);
    while (g.rows < BATCH_ROWS) {
        enum csv_status status =
            csv_next(batch, &r->options, &r->lines.next, r->lines.end, r->lines.last, &r->record, err);
        if (status == CSV_ERROR) {
            const char *why = arena_strdup(scan->arena, error_message(err));
            error_reset(err);
            scan_failed(scan, why, err);
            return SCAN_ERROR;
        }
        if (status == CSV_END) break;
        if (status == CSV_NEED_MORE) {
            if (g.rows) break; /* what was gathered points into the buffer */
            if (!lines_refill(&r->lines, err)) return SCAN_ERROR;
            continue;
        }
        if (r->options.header && !r->header_done) {
            r->header_done = true;
            if (!r->options.enforce_schema && !check_header(scan, r)) {
                scan_malformed(scan, "CSV header does not conform to the schema", err);
                return SCAN_ERROR;
            }
            continue;
        }
        gather(scan, r, batch, &g);
    }
    if (g.rows == 0) return SCAN_DONE;
    return convert(scan, r, batch, &g, out, err) ? SCAN_BATCH : SCAN_ERROR;
}

static const char *const extensions[] = {".csv", NULL};

const struct file_format csv_format = {.name = "csv",
                                       .extensions = extensions,
                                       .lacks = FORMAT_LACKS(ARRAY) | FORMAT_LACKS(MAP) | FORMAT_LACKS(STRUCT) |
                                                FORMAT_LACKS(VARIANT) | FORMAT_LACKS(TIME) | FORMAT_LACKS(NULL),
                                       .infer = infer,
                                       .open = csv_open,
                                       .next = csv_read,
                                       .writer = &csv_writer};
