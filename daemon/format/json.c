/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON files: a record per line, or (multiLine) a file that is one value or an array of them. Malformed records are
 * treated as `mode` says; what fits of one is kept.
 */
#include <string.h>

#include "format/format_int.h"
#include "format/lines.h"
#include "format/records.h"
#include "format/transcode.h"
#include "function/json_text.h"
#include "function/text_options.h"

/* A line, or (multiLine) a file: an object, which is a row, or an array of as many as it has. Its rows share one fate. */
struct record {
    struct string text;
    const struct json_value *rows;
    uint32_t count, next;
    bool good;
};

struct json_reader {
    struct json_options options;
    struct lines lines;
    struct record_columns columns;
    struct arena *memory; /* of the record at hand */
    struct record record;
    bool read; /* multiLine: the file has been */
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
        if (!strchr(" \t\r\n", s.data[i]) || !s.data[i]) return false;
    return true;
}

/* What comes behind a value is not looked at. */
static bool parse_record(struct arena *arena, const struct json_options *o, struct string text,
                         struct json_value *value) {
    const char *next = text.data, *end = text.data + text.size;
    return json_parse(arena, o, &next, end, value);
}

/* What a schema can be inferred from: an object, or arrays of them. */
static bool has_schema(const struct json_value *v) {
    bool has = v->kind == JSON_OBJECT || v->kind == JSON_NULL || v->kind == JSON_ARRAY;
    for (uint32_t i = 0; v->kind == JSON_ARRAY && i < v->count; i++) has &= has_schema(&v->items[i]);
    return has;
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
    for (uint32_t i = 0; v->kind == JSON_ARRAY && so_far && i < v->count; i++)
        so_far = merge_record(arena, context, o, so_far, &v->items[i], err);
    if (v->kind != JSON_OBJECT) return so_far;
    const struct type *t = json_infer(arena, context, o, v, err);
    return t ? json_merge_types(arena, so_far, t) : NULL;
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
            bool good = is_blank(text) || (parse_record(record, &o, text, &value) && has_schema(&value));
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

/* Of each field of the record: what a row has that lacks it, or NULL. */
static const struct vector **defaults_of(const struct json_reader *r, struct arena *arena, const struct scan *scan) {
    const struct vector **defaults = ARENA_ARRAY(arena, const struct vector *, r->columns.row->field_count);
    for (uint32_t i = 0; i < scan->file_column_count; i++) {
        uint32_t field = r->columns.positions[i];
        if (field != UINT32_MAX) defaults[field] = scan->source->defaults[scan->file_columns[i]];
    }
    return defaults;
}

static bool json_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                      struct error *err) {
    struct json_reader *r = ARENA_NEW(arena, struct json_reader);
    const struct scan_source *source = scan->source;
    TRY(json_options_read(arena, scan->request->context, source->options, source->option_count, PATTERN_PARSE,
                          &r->options, err));
    r->options.exact_strings = context_flag(scan->request->context, "spark.sql.json.enableExactStringParsing", true) &&
                               !option_get(source->options, source->option_count, "encoding");
    TRY(check_encoding(source, &r->options, err));
    TRY(scan_check_corrupt(scan, r->options.corrupt_column, err) &&
        lines_open(&r->lines, arena, file->path, transcode_encoding(source->options, source->option_count), err));
    r->memory = arena_scratch(arena);
    record_columns_init(&r->columns, arena, scan, r->options.corrupt_column);
    if (source->defaults) r->options.defaults = defaults_of(r, arena, scan);
    *state = r;
    return true;
}

static bool is_array_of_objects(const struct json_value *v) {
    bool objects = v->kind == JSON_ARRAY;
    for (uint32_t i = 0; objects && i < v->count; i++) objects = v->items[i].kind == JSON_OBJECT;
    return objects;
}

/* Whether all rows of the record fit their types: a builder cannot take a row back. */
static bool try_rows(const struct scan *scan, struct json_reader *r, bool *fit, struct error *err) {
    struct builder trial;
    builder_init(&trial, r->memory, r->columns.row, r->record.count);
    *fit = true;
    for (uint32_t i = 0; *fit && i < r->record.count; i++)
        *fit =
            json_append(r->memory, scan->request->context, &r->options, &r->record.rows[i], &trial, err) == JSON_GOOD;
    return !error_is_set(err);
}

static bool malformed(const struct scan *scan, const struct record *record, struct error *err) {
    return scan_malformed(scan, arena_strndup(scan->arena, record->text.data, record->text.size), err);
}

/* value: NULL when the text is no JSON at all. */
static bool begin_record(const struct scan *scan, struct json_reader *r, struct string text,
                         const struct json_value *value, struct error *err) {
    static const struct json_value nothing = {.kind = JSON_OBJECT};
    struct record *record = &r->record;
    *record = (struct record){.text = text, .rows = &nothing, .count = 1};
    /* The record, whatever it is, is that column's value. */
    if (value && r->options.variant_column) value = json_object_of(r->memory, r->options.variant_column, value);
    if (value && is_array_of_objects(value)) {
        record->rows = value->items;
        record->count = value->count;
        record->good = true;
    } else if (value && value->kind == JSON_OBJECT) {
        record->rows = value;
        record->good = true;
    }
    if (record->good && (record->count > 1 || r->options.mode == JSON_DROP_MALFORMED))
        TRY(try_rows(scan, r, &record->good, err));
    if (!record->good && r->options.mode == JSON_FAIL_FAST) return malformed(scan, record, err);
    if (!record->good && r->options.mode == JSON_DROP_MALFORMED) record->count = 0;
    return true;
}

static bool add_row(const struct scan *scan, struct json_reader *r, struct record_rows *rows, struct error *err) {
    struct record *record = &r->record;
    const struct json_value *row = &record->rows[record->next++];
    enum json_outcome outcome = json_append(r->memory, scan->request->context, &r->options, row, &rows->values, err);
    bool good = record->good && outcome == JSON_GOOD;
    if (error_is_set(err)) return false;
    if (!good && r->options.mode == JSON_FAIL_FAST) return malformed(scan, record, err);
    if (good) {
        builder_append_null(&rows->raw);
    } else {
        struct string kept = string_copy(rows->raw.arena, record->text);
        builder_append(&rows->raw, &kept);
    }
    rows->count++;
    return true;
}

/* false: *done, or an error. */
static bool next_record(struct json_reader *r, struct string *text, bool *done, struct error *err) {
    bool need_more = true;
    *done = r->options.multi_line && r->read;
    if (*done) return false;
    r->read = true;
    if (r->options.multi_line) return read_whole(&r->lines, text, err);
    while (!next_line(&r->options, &r->lines, text, &need_more)) {
        *done = !need_more;
        if (*done || !lines_refill(&r->lines, err)) return false;
    }
    return true;
}

static bool fill(const struct scan *scan, struct json_reader *r, struct record_rows *rows, struct error *err) {
    while (rows->count < BATCH_ROWS) {
        struct string text;
        struct json_value value;
        bool done;
        if (r->record.next < r->record.count) {
            TRY(add_row(scan, r, rows, err));
            continue;
        }
        if (!next_record(r, &text, &done, err)) return done;
        if (is_blank(text)) continue;
        arena_reset(r->memory);
        bool parsed = parse_record(r->memory, &r->options, text, &value);
        TRY(begin_record(scan, r, text, parsed ? arena_copy(r->memory, &value, sizeof value) : NULL, err));
    }
    return true;
}

static enum scan_status json_next(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                  struct error *err) {
    struct json_reader *r = state;
    struct record_rows rows;
    record_rows_init(&rows, batch, &r->columns);
    if (!fill(scan, r, &rows, err)) return SCAN_ERROR;
    return record_rows_finish(&rows, batch, &r->columns, scan, out);
}

static const char *const extensions[] = {".json", NULL};

const struct file_format json_format = {.name = "json",
                                        .extensions = extensions,
                                        .lacks = FORMAT_LACKS(TIME),
                                        .infer = infer,
                                        .open = json_open,
                                        .next = json_next,
                                        .writer = &json_writer};
