/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records and fields of CSV, by the rules of the parser that Spark uses (univocity's CsvParser):
 *
 *     a,"b \"c\"",d     a quote inside quotes is escaped by the escape character (\ by default, so "" is not one)
 *     "a\"b"c,d         a quote inside quotes that is not: what stands before it is unescaped, the rest up to the
 *                       separator is taken as it is, all quotes stay (unescapedQuoteHandling has other ways)
 *     a"b,c             a quote inside an unquoted field is a character like any other
 *
 * Blanks are Java's: every character up to the space. Without multiLine a record is a line; with it a quoted field may
 * hold line ends.
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

/* BACK_TO_DELIMITER, which moves characters from one field to the next, is refused. */
static bool read_stray_quote(const char *text, enum csv_stray_quote *handling, struct error *err) {
    static const char *const names[] = {"STOP_AT_DELIMITER", "STOP_AT_CLOSING_QUOTE", "SKIP_VALUE", "RAISE_ERROR"};
    *handling = CSV_STOP_AT_DELIMITER;
    for (size_t i = 0; text && i < sizeof names / sizeof *names; i++)
        if (strcasecmp(text, names[i]) == 0) *handling = (enum csv_stray_quote)i;
    return !text || strcasecmp(text, "BACK_TO_DELIMITER") != 0 ||
           error_unsupported(err, "the option unescapedQuoteHandling = BACK_TO_DELIMITER of CSV");
}

static void read_mode(const char *text, enum csv_mode *mode) {
    *mode = CSV_PERMISSIVE;
    if (text && strcasecmp(text, "DROPMALFORMED") == 0) *mode = CSV_DROP_MALFORMED;
    if (text && strcasecmp(text, "FAILFAST") == 0) *mode = CSV_FAIL_FAST;
}

/* Checked before (csv_options.c). */
static int32_t integer_option(const struct u_option *options, uint32_t count, const char *name, const char *otherwise) {
    int32_t number = 0;
    text_options_integer(option_text(options, count, name, otherwise), &number);
    return number;
}

bool csv_options_read(struct arena *arena, const struct context *context, const struct u_option *options,
                      uint32_t count, enum pattern_use use, struct csv_options *o, struct error *err) {
    const char *separator = option_get(options, count, "sep");
    char quote = one_char(option_get(options, count, "quote"), '"');
    char escape = one_char(option_get(options, count, "escape"), '\\');
    if (!separator) separator = option_text(options, count, "delimiter", ",");
    TRY(csv_options_check(context, options, count, err));
    *o = (struct csv_options){.separator = csv_separator(arena, separator),
                              .quote = quote,
                              .escape = escape,
                              .escape_escape = one_char(option_get(options, count, "charToEscapeQuoteEscaping"),
                                                        quote == escape ? '\0' : escape),
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
                              .variant_column = option_get(options, count, "singleVariantColumn"),
                              .max_columns = (uint32_t)integer_option(options, count, "maxColumns", "20480")};
    int32_t characters = integer_option(options, count, "maxCharsPerColumn", "-1");
    if (characters > 0) o->max_characters = (uint32_t)characters;
    const char *corrupt = option_get(options, count, "columnNameOfCorruptRecord");
    if (!corrupt && context->setting) corrupt = context->setting(context, "spark.sql.columnNameOfCorruptRecord");
    o->corrupt_column = corrupt ? corrupt : "_corrupt_record";
    read_mode(option_get(options, count, "mode"), &o->mode);
    int32_t year = context_legacy_year(context); /* never for a timestamp without a zone */
    const char *date = option_get(options, count, "dateFormat"),
               *timestamp = option_get(options, count, "timestampFormat");
    const char *local = option_get(options, count, "timestampNTZFormat");
    return read_stray_quote(option_get(options, count, "unescapedQuoteHandling"), &o->stray_quote, err) &&
           text_options_zone(context, options, count, &o->zone, err) &&
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

static bool is_blank(char c) {
    return (unsigned char)c <= ' ';
}

static const char *skip_space(const struct csv_options *o, const char *p, const char *end) {
    while (p < end && is_blank(*p) && !starts(p, end, o->separator) && !(o->multi_line && line_end_at(o, p, end))) p++;
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

static struct string trim_end(struct string s) {
    while (s.size && is_blank(s.data[s.size - 1])) s.size--;
    return string_make(s.data, s.size);
}

struct quoted {
    const char *next; /* where the field ends */
    struct string text;
    bool open; /* the input ended first */
    bool raw;  /* a stray quote made it a field without quotes */
};

/* Whether a quote before p ends the field. */
static bool closes(const struct csv_options *o, const char *p, const char *end) {
    const char *q = skip_space(o, p, end);
    return q == end || starts(q, end, o->separator) || (o->multi_line && line_end_at(o, q, end));
}

/* A quote before p that neither ends the field nor is escaped; out: what stands before it. */
static struct quoted at_stray_quote(struct arena *arena, const struct csv_options *o, const struct text *out,
                                    const char *p, const char *end) {
    struct quoted q = {.next = unquoted_end(o, p, end), .raw = true};
    struct text whole;
    if (o->stray_quote == CSV_SKIP_VALUE) return q;
    text_init(&whole, arena);
    text_add_char(&whole, o->quote);
    text_add_bytes(&whole, out->data, out->size);
    text_add_char(&whole, o->quote);
    text_add_bytes(&whole, p, (size_t)(q.next - p));
    q.text = string_make(whole.data, whole.size);
    if (o->trim_trailing) q.text = trim_end(q.text);
    return q;
}

/*
 * An escape or a quote, where the character before it is `before` (0 behind an escaped one); returns what the next one
 * finds as that. Two quotes in a row are the text of one, and the second may still close the field.
 */
static char take_escape(const struct csv_options *o, struct text *out, char before, char c) {
    if (c == o->escape && before == o->escape_escape && o->escape_escape) {
        text_add_char(out, c);
        return '\0';
    }
    if (before == o->escape) {
        text_add_char(out, c == o->quote ? c : before);
        return c == o->quote ? '\0' : c;
    }
    if (before == o->quote) text_add_char(out, o->quote);
    return c;
}

/* A field with escapes or stray quotes in it; p: behind the opening quote. false: RAISE_ERROR. */
static bool unescape(struct arena *arena, const struct csv_options *o, const char *p, const char *end,
                     struct quoted *q) {
    const char plain = 'x'; /* stands for any character but quotes and escapes */
    struct text out;
    char before = '\0';
    text_init(&out, arena);
    for (; p < end; p++) {
        bool special = *p == o->quote || *p == o->escape;
        if (before == o->quote && closes(o, p, end)) break;
        if (special) {
            before = take_escape(o, &out, before, *p);
            continue;
        }
        if (before == o->quote) {
            if (o->stray_quote == CSV_RAISE_ERROR) return false;
            if (o->stray_quote != CSV_STOP_AT_CLOSING_QUOTE) {
                *q = at_stray_quote(arena, o, &out, p, end);
                return true;
            }
            text_add_char(&out, o->quote);
        }
        if (before == o->escape && o->escape && o->escape != o->quote) text_add_char(&out, o->escape);
        text_add_char(&out, *p);
        before = plain;
    }
    *q = (struct quoted){.next = skip_space(o, p, end),
                         .text = string_make(out.data ? out.data : "", out.size),
                         .open = before != o->quote};
    return true;
}

/* p: behind the opening quote. false: RAISE_ERROR. */
static bool read_quoted(struct arena *arena, const struct csv_options *o, const char *p, const char *end,
                        struct quoted *q) {
    const char *stop = p;
    while (stop < end && *stop != o->quote && *stop != o->escape) stop++;
    bool plain = stop == end || (*stop == o->quote && (o->escape || stop > p) && closes(o, stop + 1, end));
    if (!plain) return unescape(arena, o, p, end, q);
    *q = (struct quoted){.open = stop == end, .text = string_make(p, (size_t)(stop - p))};
    if (p == end) q->text = string_make(p - 1, 1); /* the quote alone */
    q->next = q->open ? end : skip_space(o, stop + 1, end);
    return true;
}

/* All fields from p to where the record ends (*next). CSV_NEED_MORE: a quoted field is still open at end. */
static enum csv_status read_fields(struct arena *arena, const struct csv_options *o, const char *p, const char *end,
                                   bool last, const char **next, struct csv_record *record) {
    for (;;) {
        if (o->trim_leading) p = skip_space(o, p, end);
        if (p < end && o->quote && *p == o->quote) {
            struct quoted q;
            if (!read_quoted(arena, o, p + 1, end, &q)) return CSV_ERROR;
            if (q.open && o->multi_line && !last) return CSV_NEED_MORE;
            push(arena, record, as_field(o, q.text, !q.raw));
            p = q.next;
        } else {
            const char *stop = unquoted_end(o, p, end);
            struct string text = string_make(p, (size_t)(stop - p));
            push(arena, record, as_field(o, o->trim_trailing ? trim_end(text) : text, false));
            p = stop;
        }
        if (p >= end || !starts(p, end, o->separator)) break;
        p += o->separator.size;
    }
    *next = p;
    return CSV_RECORD;
}

static bool is_too_large(const struct csv_options *o, const struct csv_record *record) {
    if (record->count > o->max_columns) return true;
    for (uint32_t i = 0; o->max_characters && i < record->count; i++) {
        struct string text = record->fields[i].text;
        if (text.size > o->max_characters && utf8_utf16_count(text.data, text.size) > o->max_characters) return true;
    }
    return false;
}

/* A line without a record: in a file of lines any of blanks alone, elsewhere an empty one. */
static bool is_no_record(const struct csv_options *o, const char *line, const char *end) {
    if (o->comment && line < end && *line == o->comment) return true;
    return (o->multi_line && !o->trim_leading ? line : skip_space(o, line, end)) == end;
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
        if (!is_no_record(o, p, stop)) break;
        p = stop == end ? end : stop + line_end_at(o, stop, end);
        *next = p;
    }
    const char *limit = o->multi_line ? end : find_line_end(o, p, end), *stop = p;
    if (!o->multi_line && limit + 1 >= end && !last) return CSV_NEED_MORE; /* \r at the end: \n may follow */
    enum csv_status status = read_fields(arena, o, p, limit, last, &stop, record);
    if (status == CSV_NEED_MORE || (stop + 1 >= end && !last && status == CSV_RECORD)) return CSV_NEED_MORE;
    record->raw = string_make(p, (size_t)(stop - p));
    if (status == CSV_ERROR || is_too_large(o, record)) {
        if (status == CSV_ERROR) record->raw = string_make(p, (size_t)(find_line_end(o, p, end) - p));
        error_set(err, "MALFORMED_CSV_RECORD", "badRecord", arena_strndup(arena, p, record->raw.size), NULL);
        return CSV_ERROR;
    }
    *next = stop == end ? end : stop + line_end_at(o, stop, end);
    return CSV_RECORD;
}
