/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed values as JSON text, as Spark writes them: NULL fields left out, timestamps in ISO 8601 with the session's
 * offset, binary values in base64, map keys as text, NaN and the infinities as strings.
 */
#include <inttypes.h>
#include <string.h>

#include "base/base64.h"
#include "base/number.h"
#include "base/timezone.h"
#include "column/cast.h"
#include "column/value_text.h"
#include "column/variant.h"
#include "function/json_text.h"
#include "function/locale.h"
#include "function/value_internal.h"

static struct string as_text(struct json_writer *w, const struct vector *v, uint32_t row) {
    struct vector one, text;
    struct error ignored = ERROR_INIT;
    struct cast cast = {.from = v->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = w->options->zone};
    vector_select(&one, w->arena, v, &row, 1);
    bool good = vector_cast(w->arena, &cast, &one, 1, &text, &ignored);
    error_release(&ignored);
    return good ? VECTOR_DATA(&text, struct string)[vector_entry(&text, 0)] : string_make("", 0);
}

static bool compile(const struct json_writer *w, const char *text, const char *otherwise, int32_t legacy_year,
                    const struct pattern **pattern, struct error *err) {
    if (!text) text = otherwise;
    return locale_pattern(w->arena, w->options->locale, text, PATTERN_FORMAT, legacy_year, pattern, err);
}

bool json_writer_init(struct json_writer *w, struct arena *arena, const struct context *context,
                      const struct json_options *o, struct error *err) {
    *w = (struct json_writer){.arena = arena, .context = context, .options = o};
    int32_t year = context_legacy_year(context); /* never for a timestamp without a zone */
    const char *timestamp = year ? "yyyy-MM-dd'T'HH:mm:ss.SSSXXX" : "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]";
    return compile(w, o->date_format, "yyyy-MM-dd", year, &w->date, err) &&
           compile(w, o->timestamp_format, timestamp, year, &w->timestamp, err) &&
           compile(w, o->timestamp_ntz_format, "yyyy-MM-dd'T'HH:mm:ss[.SSS]", 0, &w->timestamp_ntz, err);
}

void json_writer_start(struct json_writer *w, struct arena *arena, struct text *out) {
    w->arena = arena;
    w->out = out;
    w->names.items = NULL;
    w->names.count = w->names.capacity = 0;
}

static void write_string(struct json_writer *w, struct string s) {
    json_write_string(w->out, s, w->options->escape_non_ascii ? JSON_ESCAPE_NON_ASCII : JSON_ESCAPE_LITTLE);
}

static void write_datetime(struct json_writer *w, const struct vector *v, uint32_t entry) {
    const struct pattern *pattern = v->type->kind == TYPE_DATE        ? w->date
                                    : v->type->kind == TYPE_TIMESTAMP ? w->timestamp
                                                                      : w->timestamp_ntz;
    struct pattern_value value;
    if (v->type->kind == TYPE_DATE)
        value = (struct pattern_value){.has_date = true, .days = VECTOR_DATA(v, int32_t)[entry], .nanos = 0};
    else if (v->type->kind == TYPE_TIMESTAMP)
        value = pattern_value_of(w->options->zone, VECTOR_DATA(v, int64_t)[entry]);
    else
        value = pattern_value_local(VECTOR_DATA(v, int64_t)[entry]);
    char *room = arena_bytes(w->arena, pattern_room(pattern));
    size_t size = pattern_format(pattern, &value, room);
    write_string(w, size == SIZE_MAX ? string_make("", 0) : string_make(room, size));
}

static void write_base64(struct json_writer *w, struct string s) {
    text_add_char(w->out, '"');
    text_add_base64(w->out, s.data, s.size);
    text_add_char(w->out, '"');
}

static void new_line(struct json_writer *w) {
    if (!w->options->pretty) return;
    text_add_char(w->out, '\n');
    for (int i = 0; i < w->indent; i++) text_add(w->out, "  ");
}

static void write_name(struct json_writer *w, struct string name, bool *any) {
    if (*any) text_add_char(w->out, ',');
    *any = true;
    new_line(w);
    write_string(w, name);
    text_add(w->out, w->options->pretty ? " : " : ":");
}

/* Made when the first row of such a struct comes. */
static const struct string *field_names(struct json_writer *w, const struct type *type) {
    for (uint32_t i = 0; i < w->names.count; i++)
        if (w->names.items[i].type == type) return w->names.items[i].fields;
    struct json_names names = {type, ARENA_ARRAY(w->arena, struct string, type->field_count)};
    struct text *out = w->out, name;
    w->out = &name;
    for (uint32_t f = 0; f < type->field_count; f++) {
        text_init(&name, w->arena);
        write_string(w, string_of(type->fields[f].name));
        text_add(&name, w->options->pretty ? " : " : ":");
        names.fields[f] = string_make(name.data, name.size);
    }
    w->out = out;
    LIST_PUSH(w->arena, &w->names, names);
    return names.fields;
}

static void write_struct(struct json_writer *w, const struct vector *v, uint32_t entry) {
    const struct string *names = field_names(w, v->type);
    bool any = false;
    text_add_char(w->out, '{');
    w->indent++;
    for (uint32_t f = 0; f < v->child_count; f++) {
        bool null = vector_is_null(&v->children[f], entry) || v->children[f].type->kind == TYPE_NULL;
        bool has_default = null && v->type->fields[f].metadata && strstr(v->type->fields[f].metadata, "_DEFAULT\"");
        if (null && w->options->ignore_null_fields && !has_default) continue; /* else it would be read as the default */
        if (any) text_add_char(w->out, ',');
        any = true;
        new_line(w);
        text_add_bytes(w->out, names[f].data, names[f].size);
        json_write_value(w, &v->children[f], entry);
    }
    w->indent--;
    if (any)
        new_line(w);
    else if (w->options->pretty)
        text_add_char(w->out, ' ');
    text_add_char(w->out, '}');
}

static void write_map(struct json_writer *w, const struct vector *v, struct list_entry list) {
    bool any = false;
    text_add_char(w->out, '{');
    w->indent++;
    for (uint32_t k = list.offset; k < list.offset + list.length; k++) {
        struct text name;
        text_init(&name, w->arena);
        value_internal_add(&name, &v->children[0], k);
        write_name(w, string_make(name.data ? name.data : "", name.size), &any);
        json_write_value(w, &v->children[1], k);
    }
    w->indent--;
    if (any)
        new_line(w);
    else if (w->options->pretty)
        text_add_char(w->out, ' ');
    text_add_char(w->out, '}');
}

static void write_array(struct json_writer *w, const struct vector *v, struct list_entry list) {
    const char *blank = w->options->pretty ? " " : "";
    text_add_char(w->out, '[');
    text_add(w->out, blank);
    for (uint32_t k = list.offset; k < list.offset + list.length; k++) {
        if (k > list.offset) text_add_char(w->out, ',');
        if (k > list.offset) text_add(w->out, blank);
        json_write_value(w, &v->children[0], k);
    }
    if (list.length) text_add(w->out, blank);
    text_add_char(w->out, ']');
}

/* As CAST writes it; NaN and the infinities, which JSON has not, as strings. */
static void write_number(struct json_writer *w, const struct vector *v, uint32_t row) {
    const struct value_text how = {.zone = w->options->zone};
    size_t from = w->out->size;
    if (type_is_integral(v->type)) {
        char *to = text_reserve(w->out, INTEGER_TEXT);
        w->out->size += int64_format(vector_integer(v, vector_entry(v, row)), to);
        return;
    }
    value_text_add(w->out, v, row, &how);
    char last = w->out->data[w->out->size - 1];
    if (last != 'N' && last != 'y') return;
    struct string text =
        string_make(arena_copy(w->arena, w->out->data + from, w->out->size - from), w->out->size - from);
    w->out->size = from;
    write_string(w, text);
}

static void write_variant(struct json_writer *w, const struct vector *v, uint32_t entry) {
    struct variant variant = variant_at(v, entry);
    variant_json_add(w->out, &variant, w->options->zone);
}

void json_write_value(struct json_writer *w, const struct vector *v, uint32_t row) {
    if (v->type->kind == TYPE_UDT) {
        struct vector plain = *v;
        plain.type = v->type->element;
        json_write_value(w, &plain, row);
        return;
    }
    if (v->type->kind == TYPE_NULL || vector_is_null(v, row)) {
        text_add(w->out, "null");
        return;
    }
    uint32_t entry = vector_entry(v, row);
    switch (v->type->kind) {
        case TYPE_STRUCT: write_struct(w, v, entry); return;
        case TYPE_ARRAY: write_array(w, v, VECTOR_DATA(v, struct list_entry)[entry]); return;
        case TYPE_MAP: write_map(w, v, VECTOR_DATA(v, struct list_entry)[entry]); return;
        case TYPE_DATE:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ: write_datetime(w, v, entry); return;
        case TYPE_VARIANT: write_variant(w, v, entry); return;
        case TYPE_TIME:
            if (w->refused) return;
            w->refused = v;
            w->refused_entry = entry;
            return;
        case TYPE_BINARY: write_base64(w, VECTOR_DATA(v, struct string)[entry]); return;
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: write_string(w, VECTOR_DATA(v, struct string)[entry]); return;
        default: break;
    }
    if (type_is_numeric(v->type) || v->type->kind == TYPE_BOOLEAN)
        write_number(w, v, row);
    else
        write_string(w, as_text(w, v, row)); /* intervals and their like */
}

bool json_refused(const struct json_writer *w, struct error *err) {
    if (!w->refused) return false;
    error_set(err, "_LEGACY_ERROR_TEMP_2026", "cls", "class java.lang.Long", NULL);
    error_add(err, "value", "%" PRId64, VECTOR_DATA(w->refused, int64_t)[w->refused_entry]);
    return !error_add(err, "dataType", "TimeType(%d)", w->refused->type->precision);
}
