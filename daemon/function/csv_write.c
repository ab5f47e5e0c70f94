/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing CSV, for files and to_csv: dates and timestamps by their patterns, the rest as CAST writes it, lists and
 * structs ([1, 2], {k -> v}, {a, b}) of such texts. A field is quoted when it holds the separator, a quote or a line's
 * end, or could be taken for a comment. Columns are made texts a batch at a time.
 */
#include "column/cast.h"
#include "function/csv_text.h"
#include "function/locale.h"
#include "function/text_options.h"
#include "function/value_internal.h"

bool csv_writer_init(struct csv_writer *w, struct arena *arena, const struct context *context,
                     const struct u_option *options, uint32_t count, struct error *err) {
    int32_t year = context_legacy_year(context); /* never for a timestamp without a zone */
    const struct locale *locale = locale_of_options(arena, options, count);
    const char *timestamp = year ? "yyyy-MM-dd'T'HH:mm:ss.SSSXXX" : "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]";
    const char *separator = option_text(options, count, "sep", option_text(options, count, "delimiter", ","));
    const char *escape = option_text(options, count, "escape", "\\"),
               *quote = option_text(options, count, "quote", "\"");
    const char *comment = option_text(options, count, "comment", "");
    TRY(csv_options_check(context, options, count, err));
    *w = (struct csv_writer){.context = context,
                             .separator = csv_separator(arena, separator).data,
                             .null_value = option_text(options, count, "nullValue", ""),
                             .empty_value = option_text(options, count, "emptyValue", "\"\""),
                             .line_separator = option_text(options, count, "lineSep", ""),
                             .quote = quote[0],
                             .escape = escape[0],
                             .escape_escape = option_text(options, count, "charToEscapeQuoteEscaping",
                                                          escape[0] == quote[0] ? "" : escape)[0],
                             .comment = *comment ? *comment : '#',
                             .quote_all = option_flag(options, count, "quoteAll", false),
                             .escape_quotes = option_flag(options, count, "escapeQuotes", true),
                             .trim_leading = option_flag(options, count, "ignoreLeadingWhiteSpace", true),
                             .trim_trailing = option_flag(options, count, "ignoreTrailingWhiteSpace", true)};
    w->binary = binary_style_named(context_text(context, "spark.sql.binaryOutputStyle"));
    const char *date = option_text(options, count, "dateFormat", "yyyy-MM-dd");
    const char *local = option_text(options, count, "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss[.SSS]");
    timestamp = option_text(options, count, "timestampFormat", timestamp);
    return text_options_zone(context, options, count, &w->zone, err) &&
           locale_pattern(arena, locale, date, PATTERN_FORMAT, year, &w->date, err) &&
           locale_pattern(arena, locale, timestamp, PATTERN_FORMAT, year, &w->timestamp, err) &&
           locale_pattern(arena, locale, local, PATTERN_FORMAT, 0, &w->timestamp_ntz, err);
}

static bool ends_line(const struct csv_writer *w, char c) {
    return c == '\n' || c == '\r' || (c && strchr(w->line_separator, c));
}

static struct string trimmed(const struct csv_writer *w, struct string s) {
    const char *from = s.data, *end = s.data + s.size;
    while (w->trim_leading && from < end && (*from == ' ' || *from == '\t')) from++;
    while (w->trim_trailing && from < end && (end[-1] == ' ' || end[-1] == '\t')) end--;
    return string_make(from, (size_t)(end - from));
}

void csv_write_text(const struct csv_writer *w, struct text *out, struct string s, uint32_t column) {
    bool quoted = w->quote_all || (column == 0 && s.size && s.data[0] == w->comment);
    s = trimmed(w, s);
    for (uint32_t i = 0; i < s.size && !quoted; i++)
        quoted = ends_line(w, s.data[i]) || (w->escape_quotes && s.data[i] == w->quote) ||
                 strncmp(s.data + i, w->separator, strnlen(w->separator, s.size - i)) == 0;
    if (!s.size) {
        text_add(out, w->empty_value);
        return;
    }
    if (!quoted) {
        text_add_bytes(out, s.data, s.size);
        return;
    }
    text_add_char(out, w->quote);
    for (uint32_t i = 0; i < s.size; i++) {
        char c = s.data[i], escape = c == w->quote ? w->escape : c == w->escape ? w->escape_escape : 0;
        if (escape) text_add_char(out, escape);
        text_add_char(out, c);
    }
    text_add_char(out, w->quote);
}

/* Types that CSV has no text of its own for. */
static bool internal_texts(const struct csv_writer *w, struct arena *arena, const struct vector *v, uint32_t rows,
                           struct vector *out) {
    vector_init(out, arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct text t;
        text_init(&t, arena);
        if (vector_is_null(v, i))
            vector_set_null(out, arena, i, rows);
        else if (v->type->kind == TYPE_BINARY)
            binary_text_add(&t, VECTOR_DATA(v, struct string)[vector_entry(v, i)], w->binary);
        else
            value_internal_add(&t, v, i);
        VECTOR_DATA(out, struct string)[i] = string_make(t.data ? t.data : "", t.size);
    }
    return true;
}

/* One member of a list or struct, behind a space unless it opens it; of NULL the space is left where there is no text
 * for it. */
static void add_member(const struct csv_writer *w, struct text *t, const struct vector *texts, uint32_t row,
                       bool opens) {
    bool null = vector_is_null(texts, row);
    struct string s = null ? string_of(w->null_value) : VECTOR_DATA(texts, struct string)[vector_entry(texts, row)];
    if (null ? s.size > 0 : !opens) text_add_char(t, ' ');
    text_add_bytes(t, s.data, s.size);
}

/* members: texts of the children. */
static void add_nested(const struct csv_writer *w, struct text *t, const struct vector *v, const struct vector *members,
                       uint32_t row) {
    if (v->type->kind == TYPE_STRUCT) {
        text_add_char(t, '{');
        for (uint32_t i = 0; i < v->child_count; i++) {
            if (i) text_add_char(t, ',');
            add_member(w, t, &members[i], row, i == 0);
        }
        text_add_char(t, '}');
        return;
    }
    bool map = v->type->kind == TYPE_MAP;
    struct list_entry list = VECTOR_DATA(v, struct list_entry)[row];
    text_add_char(t, map ? '{' : '[');
    for (uint32_t i = list.offset; i < list.offset + list.length; i++) {
        if (i > list.offset) text_add_char(t, ',');
        add_member(w, t, &members[0], i, i == list.offset);
        if (!map) continue;
        text_add(t, " ->");
        add_member(w, t, &members[1], i, false);
    }
    text_add_char(t, map ? '}' : ']');
}

static bool nested_texts(const struct csv_writer *w, struct arena *arena, const struct vector *column, uint32_t rows,
                         struct vector *out, struct error *err) {
    const struct vector *v = vector_flatten(arena, column, rows);
    struct vector *members = ARENA_ARRAY(arena, struct vector, v->child_count);
    uint32_t count = v->type->kind == TYPE_STRUCT ? rows : v->child_rows;
    for (uint32_t i = 0; i < v->child_count; i++)
        TRY(csv_writer_texts(w, arena, &v->children[i], count, &members[i], err));
    vector_init(out, arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct text t;
        text_init(&t, arena);
        if (vector_is_null(v, i))
            vector_set_null(out, arena, i, rows);
        else
            add_nested(w, &t, v, members, i);
        VECTOR_DATA(out, struct string)[i] = string_make(t.data ? t.data : "", t.size);
    }
    return true;
}

bool csv_writer_texts(const struct csv_writer *w, struct arena *arena, const struct vector *v, uint32_t rows,
                      struct vector *out, struct error *err) {
    if (type_is_nested(v->type)) return nested_texts(w, arena, v, rows, out, err);
    const struct pattern *pattern = v->type->kind == TYPE_DATE            ? w->date
                                    : v->type->kind == TYPE_TIMESTAMP     ? w->timestamp
                                    : v->type->kind == TYPE_TIMESTAMP_NTZ ? w->timestamp_ntz
                                                                          : NULL;
    if (v->type->kind == TYPE_BINARY || v->type->kind == TYPE_TIME) return internal_texts(w, arena, v, rows, out);
    if (!pattern) {
        struct cast cast = {.from = v->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = w->zone};
        return vector_cast(arena, &cast, v, rows, out, err);
    }
    vector_init(out, arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(v, i)) {
            vector_set_null(out, arena, i, rows);
            continue;
        }
        uint32_t entry = vector_entry(v, i);
        struct pattern_value value;
        if (v->type->kind == TYPE_DATE)
            value = (struct pattern_value){.has_date = true, .days = VECTOR_DATA(v, int32_t)[entry]};
        else if (v->type->kind == TYPE_TIMESTAMP)
            value = pattern_value_of(w->zone, VECTOR_DATA(v, int64_t)[entry]);
        else
            value = pattern_value_local(VECTOR_DATA(v, int64_t)[entry]);
        char *room = arena_bytes(arena, pattern_room(pattern));
        size_t size = pattern_format(pattern, &value, room);
        VECTOR_DATA(out, struct string)[i] = string_make(room, size == SIZE_MAX ? 0 : size);
    }
    return true;
}

void csv_write_record(const struct csv_writer *w, struct text *out, const struct vector *texts, uint32_t columns,
                      uint32_t row) {
    for (uint32_t c = 0; c < columns; c++) {
        if (c) text_add(out, w->separator);
        if (vector_is_null(&texts[c], row) && w->quote_all)
            text_printf(out, "%c%s%c", w->quote, w->null_value, w->quote);
        else if (vector_is_null(&texts[c], row))
            text_add(out, w->null_value);
        else
            csv_write_text(w, out, VECTOR_DATA(&texts[c], struct string)[vector_entry(&texts[c], row)], c);
    }
}
