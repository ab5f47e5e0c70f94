/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing CSV, for files and to_csv: dates and timestamps by their patterns, the rest as CAST writes it. A field is
 * quoted when it holds the separator, a quote or a line's end. Columns are made texts a batch at a time.
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
    TRY(csv_options_check(context, options, count, err));
    char quote = option_text(options, count, "quote", "\"")[0], escape = option_text(options, count, "escape", "\\")[0];
    const char *escape_escape = option_get(options, count, "charToEscapeQuoteEscaping");
    *w = (struct csv_writer){.context = context,
                             .separator = csv_separator(arena, separator).data,
                             .null_value = option_text(options, count, "nullValue", ""),
                             .empty_value = option_text(options, count, "emptyValue", "\"\""),
                             .quote = quote,
                             .escape = escape,
                             .escape_escape = escape_escape     ? *escape_escape
                                              : quote == escape ? '\0'
                                                                : escape,
                             .comment = option_text(options, count, "comment", "")[0],
                             .quote_all = option_flag(options, count, "quoteAll", false),
                             .escape_quotes = option_flag(options, count, "escapeQuotes", true),
                             .trim_leading = option_flag(options, count, "ignoreLeadingWhiteSpace", true),
                             .trim_trailing = option_flag(options, count, "ignoreTrailingWhiteSpace", true)};
    const char *date = option_text(options, count, "dateFormat", "yyyy-MM-dd");
    const char *local = option_text(options, count, "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss[.SSS]");
    timestamp = option_text(options, count, "timestampFormat", timestamp);
    return text_options_zone(context, options, count, &w->zone, err) &&
           locale_pattern(arena, locale, date, PATTERN_FORMAT, year, &w->date, err) &&
           locale_pattern(arena, locale, timestamp, PATTERN_FORMAT, year, &w->timestamp, err) &&
           locale_pattern(arena, locale, local, PATTERN_FORMAT, 0, &w->timestamp_ntz, err);
}

void csv_write_text(const struct csv_writer *w, struct text *out, struct string s) {
    bool quoted = w->quote_all || (w->comment && s.size && s.data[0] == w->comment);
    for (uint32_t i = 0; i < s.size && !quoted; i++)
        quoted = s.data[i] == '\n' || s.data[i] == '\r' || (w->escape_quotes && s.data[i] == w->quote) ||
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
        if (s.data[i] == w->quote && w->escape)
            text_add_char(out, w->escape);
        else if (s.data[i] == w->escape && w->escape_escape)
            text_add_char(out, w->escape_escape);
        text_add_char(out, s.data[i]);
    }
    text_add_char(out, w->quote);
}

static struct string trimmed(const struct csv_writer *w, struct string s) {
    const char *from = s.data, *end = s.data + s.size;
    while (w->trim_leading && from < end && (*from == ' ' || *from == '\t')) from++;
    while (w->trim_trailing && from < end && (end[-1] == ' ' || end[-1] == '\t')) end--;
    return string_make(from, (size_t)(end - from));
}

/* Types that CSV has no text of its own for. */
static bool internal_texts(struct arena *arena, const struct vector *v, uint32_t rows, struct vector *out) {
    vector_init(out, arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct text t;
        text_init(&t, arena);
        if (vector_is_null(v, i))
            vector_set_null(out, arena, i, rows);
        else
            value_internal_add(&t, v, i);
        VECTOR_DATA(out, struct string)[i] = string_make(t.data ? t.data : "", t.size);
    }
    return true;
}

bool csv_writer_texts(const struct csv_writer *w, struct arena *arena, const struct vector *v, uint32_t rows,
                      struct vector *out, struct error *err) {
    const struct pattern *pattern = v->type->kind == TYPE_DATE            ? w->date
                                    : v->type->kind == TYPE_TIMESTAMP     ? w->timestamp
                                    : v->type->kind == TYPE_TIMESTAMP_NTZ ? w->timestamp_ntz
                                                                          : NULL;
    if (v->type->kind == TYPE_BINARY || v->type->kind == TYPE_TIME) return internal_texts(arena, v, rows, out);
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
            csv_write_text(w, out, trimmed(w, VECTOR_DATA(&texts[c], struct string)[vector_entry(&texts[c], row)]));
    }
}
