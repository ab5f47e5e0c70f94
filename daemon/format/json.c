/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON files: a record per line, or (multiLine) a file that is one value or an array of them. Malformed records are
 * treated as `mode` says; what fits of one is kept.
 */
#include <string.h>
#include <strings.h>

#include "format/format_int.h"
#include "format/lines.h"
#include "format/transcode.h"
#include "function/json_text.h"
#include "function/text_options.h"

struct json_reader {
    struct json_options options;
    struct lines lines;
    const struct type *row;     /* the file columns that are asked for, without the corrupt one */
    uint32_t *positions;        /* per requested column: its field of `row`, UINT32_MAX: the corrupt column */
    struct arena *record;       /* of the record at hand */
    struct json_value *pending; /* multiLine: the file's values */
    uint32_t pending_count, next_pending;
};

/* Lines are found before they are decoded: Spark has to be told where they end. */
static bool check_encoding(const struct scan_source *source, const struct json_options *o, struct error *err) {
    const char *encoding = transcode_encoding(source->options, source->option_count);
    if (!encoding || o->multi_line || o->line_separator.size) return true;
    return error_plain(err, ERROR_ILLEGAL_ARGUMENT,
                       "requirement failed: The lineSep option must be specified for the %s encoding", encoding);
}

/* A line without its end; false: more bytes are needed, or there are no more. */
static bool next_line(const struct json_options *o, struct lines *l, struct string *line, bool *need_more) {
    *need_more = false;
    if (l->next == l->end) {
        *need_more = !l->last;
        return false;
    }
    struct string separator = o->line_separator.size ? o->line_separator : string_make("\n", 1);
    const char *stop = memmem(l->next, (size_t)(l->end - l->next), separator.data, separator.size);
    if (!stop && !l->last) {
        *need_more = true;
        return false;
    }
    const char *end = stop ? stop : l->end, *after = stop ? stop + separator.size : l->end;
    if (!o->line_separator.size && end > l->next && end[-1] == '\r') end--;
    *line = string_make(l->next, (size_t)(end - l->next));
    l->next = after;
    return true;
}

static bool is_blank(struct string s) {
    for (uint32_t i = 0; i < s.size; i++)
        if (s.data[i] != ' ' && s.data[i] != '\t') return false;
    return true;
}

static bool is_row(const struct json_value *v) {
    return v->kind == JSON_OBJECT || v->kind == JSON_NULL;
}

/* What comes behind a value is not looked at. */
static bool parse_record(struct arena *arena, const struct json_options *o, struct string text,
                         struct json_value *value) {
    const char *next = text.data, *end = text.data + text.size;
    return json_parse(arena, o, &next, end, value);
}

/* A row, or a list of them. */
static bool is_rows(const struct json_value *v) {
    bool rows = is_row(v) || v->kind == JSON_ARRAY;
    for (uint32_t i = 0; v->kind == JSON_ARRAY && i < v->count; i++) rows &= is_row(&v->items[i]);
    return rows;
}

/* All of a multiLine file in the buffer. */
static bool read_whole(struct lines *l, struct string *text, struct error *err) {
    while (!l->last) TRY(lines_refill(l, err));
    *text = string_make(l->next, (size_t)(l->end - l->next));
    l->next = l->end;
    return true;
}

static const struct type *merge_record(struct arena *arena, const struct context *context, const struct json_options *o,
                                       const struct type *so_far, const struct json_value *v, struct error *err) {
    if (v->kind != JSON_OBJECT && v->kind != JSON_ARRAY) return so_far;
    uint32_t count = v->kind == JSON_ARRAY ? v->count : 1;
    const struct json_value *items = v->kind == JSON_ARRAY ? v->items : v;
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].kind != JSON_OBJECT) continue;
        const struct type *t = json_infer(arena, context, o, &items[i], err);
        TRY_NULL(t);
        so_far = json_merge_types(arena, so_far, t);
    }
    return so_far;
}

/* The corrupt column is there when a record was malformed. */
static const struct type *with_corrupt_column(struct arena *arena, const struct type *t, const char *name) {
    struct field *fields = ARENA_ARRAY(arena, struct field, t->field_count + 1);
    uint32_t at = 0;
    while (at < t->field_count && strcmp(t->fields[at].name, name) < 0) at++;
    for (uint32_t i = 0; i < t->field_count; i++) fields[i < at ? i : i + 1] = t->fields[i];
    fields[at] = (struct field){.name = name, .type = TYPE_OF(STRING), .nullable = true};
    return type_struct(arena, fields, t->field_count + 1);
}

static const struct type *infer(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err) {
    struct json_options o;
    TRY_NULL(json_options_read(arena, context, source->options, source->option_count, PATTERN_PARSE, &o, err));
    TRY_NULL(check_encoding(source, &o, err));
    if (o.variant_column) {
        struct field column = {.name = o.variant_column, .type = TYPE_OF(VARIANT), .nullable = true};
        return type_struct(arena, &column, 1);
    }
    const struct type *found = type_struct(arena, NULL, 0);
    bool corrupt = false;
    struct record_sample sample;
    TRY_NULL(text_options_sample(source->options, source->option_count, &sample, err));
    struct arena *opened = arena_scratch(arena), *record = arena_scratch(arena);
    for (uint32_t i = 0; i < source->file_count; i++) {
        struct lines lines;
        struct string text;
        struct json_value value;
        bool need_more = false;
        arena_reset(opened);
        TRY_NULL(lines_open(&lines, opened, source->files[i].path,
                            transcode_encoding(source->options, source->option_count), err));
        if (o.multi_line) TRY_NULL(read_whole(&lines, &text, err));
        while (o.multi_line || next_line(&o, &lines, &text, &need_more) || need_more) {
            if (need_more) {
                TRY_NULL(lines_refill(&lines, err));
                continue;
            }
            if (!record_is_sampled(&sample)) {
                if (o.multi_line) break;
                continue;
            }
            arena_reset(record);
            bool good = is_blank(text) || (parse_record(record, &o, text, &value) && is_rows(&value));
            if (good && !is_blank(text)) found = merge_record(arena, context, &o, found, &value, err);
            TRY_NULL(found);
            corrupt |= !good;
            if (o.multi_line) break;
        }
    }
    arena_release(opened);
    arena_release(record);
    const struct type *final = json_final_type(arena, &o, found);
    if (!final) final = type_struct(arena, NULL, 0);
    if (corrupt && o.mode == JSON_FAIL_FAST) {
        error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord", o.corrupt_column, "failFastMode",
                  "FAILFAST", NULL);
        return NULL;
    }
    return corrupt && o.mode == JSON_PERMISSIVE ? with_corrupt_column(arena, final, o.corrupt_column) : final;
}

static bool json_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                      struct error *err) {
    struct json_reader *r = ARENA_NEW(arena, struct json_reader);
    const struct scan_source *source = scan->source;
    TRY(json_options_read(arena, scan->request->context, source->options, source->option_count, PATTERN_PARSE,
                          &r->options, err));
    TRY(check_encoding(source, &r->options, err));
    TRY(scan_check_corrupt(scan, r->options.corrupt_column, err) &&
        lines_open(&r->lines, arena, file->path, transcode_encoding(source->options, source->option_count), err));
    r->record = arena_scratch(arena);
    r->positions = ARENA_ARRAY(arena, uint32_t, scan->file_column_count);
    struct field *fields = ARENA_ARRAY(arena, struct field, scan->file_column_count);
    const struct vector **defaults = ARENA_ARRAY(arena, const struct vector *, scan->file_column_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scan->file_column_count; i++) {
        const struct field *f = &source->schema->fields[scan->file_columns[i]];
        bool corrupt = strcmp(f->name, r->options.corrupt_column) == 0 && f->type->kind == TYPE_STRING;
        r->positions[i] = corrupt ? UINT32_MAX : count;
        if (corrupt) continue;
        if (source->defaults) defaults[count] = source->defaults[scan->file_columns[i]];
        fields[count++] = *f;
    }
    if (source->defaults) r->options.defaults = defaults;
    r->row = type_struct(arena, fields, count);
    *state = r;
    return true;
}

struct rows {
    struct builder values, raw;
    uint32_t count;
};

/* One record: value is NULL when the text is no JSON at all. */
static bool add_record(const struct scan *scan, struct json_reader *r, struct rows *rows, struct string text,
                       const struct json_value *value, struct error *err) {
    struct json_value nothing = {.kind = JSON_OBJECT}, whole = {.kind = JSON_OBJECT, .count = 1};
    struct string name = string_of(r->options.variant_column ? r->options.variant_column : "");
    if (r->options.variant_column && value) { /* the record is that column's value */
        whole.names = &name;
        whole.items = (struct json_value *)value;
        value = &whole;
    }
    bool object = value && value->kind == JSON_OBJECT;
    const struct context *context = scan->request->context;
    if (r->options.mode == JSON_DROP_MALFORMED) { /* a trial first: a builder cannot take a row back */
        struct builder trial;
        builder_init(&trial, r->record, r->row, 1);
        if (!object || json_append(r->record, context, &r->options, value, &trial, err) != JSON_GOOD)
            return !error_is_set(err);
    }
    enum json_outcome outcome =
        json_append(r->record, context, &r->options, object ? value : &nothing, &rows->values, err);
    bool good = outcome == JSON_GOOD && object;
    if (error_is_set(err)) return false;
    if (!good && r->options.mode == JSON_FAIL_FAST)
        return scan_malformed(scan, arena_strndup(scan->arena, text.data, text.size), err);
    struct string kept = string_copy(rows->raw.arena, text);
    if (good)
        builder_append_null(&rows->raw);
    else
        builder_append(&rows->raw, &kept);
    rows->count++;
    return true;
}

static bool add_value(const struct scan *scan, struct json_reader *r, struct rows *rows, struct string text,
                      const struct json_value *value, struct error *err) {
    if (value->kind != JSON_ARRAY) return add_record(scan, r, rows, text, value, err);
    for (uint32_t i = 0; i < value->count; i++) TRY(add_record(scan, r, rows, text, &value->items[i], err));
    return true;
}

/* A multiLine file in one go: it is in memory as a whole anyway. */
static bool fill_multi_line(const struct scan *scan, struct json_reader *r, struct rows *rows, struct error *err) {
    struct json_value value;
    if (!r->pending) {
        struct string text;
        TRY(read_whole(&r->lines, &text, err));
        r->pending = ARENA_NEW(scan->arena, struct json_value);
        if (is_blank(text)) return true;
        if (!parse_record(r->record, &r->options, text, &value)) return add_record(scan, r, rows, text, NULL, err);
        *r->pending = value;
        r->pending_count = value.kind == JSON_ARRAY ? value.count : 1;
    }
    struct string none = string_make("", 0);
    for (; rows->count < BATCH_ROWS && r->next_pending < r->pending_count; r->next_pending++) {
        const struct json_value *v = r->pending->kind == JSON_ARRAY ? &r->pending->items[r->next_pending] : r->pending;
        TRY(add_record(scan, r, rows, none, v, err));
    }
    return true;
}

static bool fill_lines(const struct scan *scan, struct json_reader *r, struct rows *rows, struct error *err) {
    while (rows->count < BATCH_ROWS) {
        struct string text;
        struct json_value value;
        bool need_more;
        if (!next_line(&r->options, &r->lines, &text, &need_more)) {
            if (!need_more) return true;
            TRY(lines_refill(&r->lines, err));
            continue;
        }
        if (is_blank(text)) continue;
        arena_reset(r->record);
        if (parse_record(r->record, &r->options, text, &value))
            TRY(add_value(scan, r, rows, text, &value, err));
        else
            TRY(add_record(scan, r, rows, text, NULL, err));
    }
    return true;
}

static enum scan_status json_next(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                  struct error *err) {
    struct json_reader *r = state;
    struct rows rows = {0};
    builder_init(&rows.values, batch, r->row, BATCH_ROWS);
    builder_init(&rows.raw, batch, TYPE_OF(STRING), BATCH_ROWS);
    bool good = r->options.multi_line ? fill_multi_line(scan, r, &rows, err) : fill_lines(scan, r, &rows, err);
    if (!good) return SCAN_ERROR;
    if (rows.count == 0) return SCAN_DONE;
    const struct vector *values = builder_finish(&rows.values), *raw = builder_finish(&rows.raw);
    out->count = rows.count;
    out->column_count = scan->file_column_count;
    out->columns = ARENA_ARRAY(batch, struct vector, out->column_count);
    for (uint32_t i = 0; i < out->column_count; i++)
        out->columns[i] = r->positions[i] == UINT32_MAX ? *raw : values->children[r->positions[i]];
    return SCAN_BATCH;
}

static const char *const extensions[] = {".json", NULL};

const struct file_format json_format = {.name = "json",
                                        .extensions = extensions,
                                        .infer = infer,
                                        .open = json_open,
                                        .next = json_next,
                                        .writer = &json_writer};
