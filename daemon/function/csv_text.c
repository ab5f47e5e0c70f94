/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records and fields of CSV, by the rules of the parser that Spark uses:
 *
 *     a,"b ""c""",d     a quote inside quotes is escaped by the escape character (\ by default, so "" is not one)
 *     "a"b,c            text behind a closing quote: the field is taken raw, quotes and all, up to the separator
 *     a"b,c             a quote inside an unquoted field is a character like any other
 *
 * Without multiLine a record is a line; with it a quoted field may hold line ends.
 */
#include "function/csv_text.h"

#include <stdlib.h>
#include <string.h>

#include "function/locale.h"
#include "function/text_options.h"

static char one_char(const char *text, char otherwise) {
    if (!text) return otherwise;
    if (strcmp(text, "\\t") == 0) return '\t';
    if (strcmp(text, "\\0") == 0) return '\0';
    return text[0];
}

/* Separators may be written with \t and \\ in them. */
struct string csv_separator(struct arena *arena, const char *text) {
    char *out = arena_strdup(arena, text);
    size_t n = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '\\' && p[1]) {
            p++;
            out[n++] = *p == 't' ? '\t' : *p == 'n' ? '\n' : *p == '0' ? '\0' : *p;
        } else {
            out[n++] = *p;
        }
    }
    out[n] = 0;
    return string_make(out, n);
}

static struct string text_option(const struct u_option *options, uint32_t count, const char *name,
                                 const char *otherwise) {
    return string_of(option_text(options, count, name, otherwise));
}

static void read_mode(const char *text, enum csv_mode *mode) {
    *mode = CSV_PERMISSIVE;
    if (text && strcasecmp(text, "DROPMALFORMED") == 0) *mode = CSV_DROP_MALFORMED;
    if (text && strcasecmp(text, "FAILFAST") == 0) *mode = CSV_FAIL_FAST;
}

bool csv_options_read(struct arena *arena, const struct context *context, const struct u_option *options,
                      uint32_t count, enum pattern_use use, struct csv_options *o, struct error *err) {
    const char *separator = option_get(options, count, "sep");
    if (!separator) separator = option_text(options, count, "delimiter", ",");
    TRY(csv_options_check(context, options, count, err));
    *o = (struct csv_options){
        .separator = csv_separator(arena, separator),
        .quote = one_char(option_get(options, count, "quote"), '"'),
        .escape = one_char(option_get(options, count, "escape"), '\\'),
        .comment = one_char(option_get(options, count, "comment"), '\0'),
        .header = option_flag(options, count, "header", false),
        .multi_line = option_flag(options, count, "multiLine", false),
        .infer_schema = option_flag(options, count, "inferSchema", false),
        .enforce_schema = option_flag(options, count, "enforceSchema", true),
        .trim_leading = option_flag(options, count, "ignoreLeadingWhiteSpace", false),
        .trim_trailing = option_flag(options, count, "ignoreTrailingWhiteSpace", false),
        .prefer_date = option_flag(options, count, "preferDate", true),
        .null_value = text_option(options, count, "nullValue", ""),
        .empty_value = text_option(options, count, "emptyValue", ""),
        .nan_value = text_option(options, count, "nanValue", "NaN"),
        .positive_infinity = text_option(options, count, "positiveInf", "Inf"),
        .negative_infinity = text_option(options, count, "negativeInf", "-Inf"),
        .line_separator = csv_separator(arena, option_text(options, count, "lineSep", "")),
        .locale = locale_of_options(arena, options, count),
        .max_columns = (uint32_t)strtoul(option_text(options, count, "maxColumns", "20480"), NULL, 10)};
    long characters = strtol(option_text(options, count, "maxCharsPerColumn", "-1"), NULL, 10);
    if (characters > 0) o->max_characters = (uint32_t)characters;
    const char *corrupt = option_get(options, count, "columnNameOfCorruptRecord");
    if (!corrupt && context->setting) corrupt = context->setting(context, "spark.sql.columnNameOfCorruptRecord");
    o->corrupt_column = corrupt ? corrupt : "_corrupt_record";
    read_mode(option_get(options, count, "mode"), &o->mode);
    int32_t year = context_legacy_year(context); /* never for a timestamp without a zone */
    const char *date = option_get(options, count, "dateFormat"),
               *timestamp = option_get(options, count, "timestampFormat");
    const char *local = option_get(options, count, "timestampNTZFormat");
    return text_options_zone(context, options, count, &o->zone, err) &&
           locale_pattern(arena, o->locale, date, use, year, &o->date_pattern, err) &&
           locale_pattern(arena, o->locale, timestamp, use, year, &o->timestamp_pattern, err) &&
           locale_pattern(arena, o->locale, local, use, 0, &o->timestamp_ntz_pattern, err);
}

static bool starts(const char *p, const char *end, struct string s) {
    return (size_t)(end - p) >= s.size && s.size && *p == *s.data && memcmp(p, s.data, s.size) == 0;
}

/* Bytes of the line end at p, 0 when there is none. */
static size_t line_end_at(const struct csv_options *o, const char *p, const char *end) {
    if (o->one_record) return 0;
    if (o->line_separator.size) return starts(p, end, o->line_separator) ? o->line_separator.size : 0;
    if (*p == '\n') return 1;
    if (*p == '\r') return p + 1 < end && p[1] == '\n' ? 2 : 1;
    return 0;
}

static const char *find_line_end(const struct csv_options *o, const char *p, const char *end) {
    if (o->one_record) return end;
    if (!o->line_separator.size) {
        const char *n = memchr(p, '\n', (size_t)(end - p));
        const char *r = memchr(p, '\r', (size_t)((n ? n : end) - p));
        return r ? r : n ? n : end;
    }
    for (; p < end; p++)
        if (starts(p, end, o->line_separator)) return p;
    return end;
}

static void push(struct arena *arena, struct csv_record *r, struct csv_field field) {
    if (r->count == r->capacity) {
        uint32_t capacity = r->capacity ? r->capacity * 2 : 16;
        r->fields = arena_grow(arena, r->fields, r->count * sizeof *r->fields, capacity * sizeof *r->fields);
        r->capacity = capacity;
    }
    r->fields[r->count++] = field;
}

static struct csv_field as_field(const struct csv_options *o, struct string text, bool quoted) {
    bool nothing = !quoted && text.size == 0;
    if (quoted && text.size == 0) text = o->empty_value;
    return (struct csv_field){.text = text, .is_null = nothing || string_equal(text, o->null_value)};
}

static const char *skip_space(const struct csv_options *o, const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\t') && !starts(p, end, o->separator)) p++;
    return p;
}

static const char *find_separator(const struct csv_options *o, const char *p, const char *end) {
    if (o->separator.size == 1) {
        const char *found = memchr(p, o->separator.data[0], (size_t)(end - p));
        return found ? found : end;
    }
    for (; p < end; p++)
        if (starts(p, end, o->separator)) return p;
    return end;
}

/* Where an unquoted field ends: at a separator, or (multiLine) a line end. */
static const char *unquoted_end(const struct csv_options *o, const char *p, const char *end) {
    const char *stop = find_separator(o, p, end);
    if (!o->multi_line) return stop;
    const char *line = find_line_end(o, p, stop);
    return line;
}

struct quoted {
    const char *next; /* behind the closing quote, or where the record ends */
    struct string text;
    bool closed; /* false: the input ended first */
    bool raw;    /* something stood behind the closing quote: the field is not quoted after all */
};

static bool closes(const struct csv_options *o, const char *p, const char *end) {
    const char *q = skip_space(o, p, end);
    return q == end || starts(q, end, o->separator) || (o->multi_line && line_end_at(o, q, end));
}

/* p: behind the opening quote. */
static struct quoted read_quoted(struct arena *arena, const struct csv_options *o, const char *p, const char *end) {
    struct quoted q = {0};
    const char *start = p;
    char *copy = NULL;
    size_t size = 0;
    for (; p < end; p++) {
        bool escaped = *p == o->escape && o->escape && p + 1 < end &&
                       (p[1] == o->quote || (p[1] == o->escape && o->escape != o->quote));
        if (!escaped && *p == o->quote) break;
        if (escaped && !copy) {
            copy = arena_bytes(arena, (size_t)(end - start));
            size = (size_t)(p - start);
            memcpy(copy, start, size);
        }
        if (escaped) p++;
        if (copy) copy[size++] = *p;
    }
    q.closed = p < end;
    q.text = copy ? string_make(copy, size) : string_make(start, (size_t)(p - start));
    q.next = q.closed ? p + 1 : p;
    q.raw = q.closed && !closes(o, q.next, end);
    if (q.closed && !q.raw) q.next = skip_space(o, q.next, end);
    return q;
}

static struct string trim_end(struct string s) {
    while (s.size && (s.data[s.size - 1] == ' ' || s.data[s.size - 1] == '\t')) s.size--;
    return string_make(s.data, s.size);
}

/* All fields from p to where the record ends, which it returns; NULL: a quoted field is still open at end. */
static const char *read_fields(struct arena *arena, const struct csv_options *o, const char *p, const char *end,
                               bool last, struct csv_record *record) {
    for (;;) {
        if (o->trim_leading) p = skip_space(o, p, end);
        struct quoted q = {.raw = true};
        if (p < end && o->quote && *p == o->quote) q = read_quoted(arena, o, p + 1, end);
        if (!q.raw && !q.closed && o->multi_line && !last) return NULL;
        if (q.raw) {
            const char *from = q.next ? q.next : p, *stop = unquoted_end(o, from, end);
            struct string text = string_make(p, (size_t)(stop - p));
            push(arena, record, as_field(o, o->trim_trailing ? trim_end(text) : text, false));
            p = stop;
        } else {
            push(arena, record, as_field(o, q.text, true));
            p = q.next;
        }
        if (p >= end || !starts(p, end, o->separator)) return p;
        p += o->separator.size;
    }
}

static bool is_too_large(const struct csv_options *o, const struct csv_record *record) {
    if (record->count > o->max_columns) return true;
    for (uint32_t i = 0; o->max_characters && i < record->count; i++)
        if (record->fields[i].text.size > o->max_characters) return true;
    return false;
}

enum csv_status csv_next(struct arena *arena, const struct csv_options *o, const char **next, const char *end,
                         bool last, struct csv_record *record, struct error *err) {
    const char *p = *next;
    record->count = 0;
    for (;;) { /* past what is no record */
        if (p == end) {
            *next = p;
            return last ? CSV_END : CSV_NEED_MORE;
        }
        const char *stop = find_line_end(o, p, end);
        if (stop == end && !last) return CSV_NEED_MORE;
        bool nothing = skip_space(o, p, stop) == stop || (o->comment && *p == o->comment);
        if (!nothing) break;
        p = stop == end ? end : stop + line_end_at(o, stop, end);
        *next = p;
    }
    const char *limit = o->multi_line ? end : find_line_end(o, p, end);
    if (!o->multi_line && limit + 1 >= end && !last) return CSV_NEED_MORE; /* \r at the end: \n may follow */
    const char *stop = read_fields(arena, o, p, limit, last, record);
    if (!stop || (stop + 1 >= end && !last)) return CSV_NEED_MORE;
    record->raw = string_make(p, (size_t)(stop - p));
    if (is_too_large(o, record)) {
        error_set(err, "MALFORMED_CSV_RECORD", "badRecord", arena_strndup(arena, p, (size_t)(stop - p)), NULL);
        return CSV_ERROR;
    }
    *next = stop == end ? end : stop + line_end_at(o, stop, end);
    return CSV_RECORD;
}
