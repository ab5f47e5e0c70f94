/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed rows to XML: fields that begin with the attribute prefix are attributes and go first, arrays repeat their
 * field's element, NULL is left out unless `nullValue` says how it is written. Elements inside an element stand on
 * lines of their own; text alone stays beside its tags.
 */
#include "base/number.h"
#include "column/cast.h"
#include "column/value_text.h"
#include "function/locale.h"
#include "function/value_internal.h"
#include "function/xml_text.h"

static bool write_element(struct xml_writer *w, const struct vector *v, uint32_t entry, struct error *err);
static bool write_variant(struct xml_writer *w, struct string name, const struct variant *v, struct error *err);

static bool compile(const struct xml_writer *w, const char *text, const char *otherwise, int32_t legacy_year,
                    const struct pattern **pattern, struct error *err) {
    if (!text) text = otherwise;
    return locale_pattern(w->arena, w->options->locale, text, PATTERN_FORMAT, legacy_year, pattern, err);
}

bool xml_writer_init(struct xml_writer *w, struct arena *arena, const struct context *context,
                     const struct xml_options *o, struct error *err) {
    *w = (struct xml_writer){.arena = arena, .context = context, .options = o};
    int32_t year = context_legacy_year(context); /* never for a timestamp without a zone */
    const char *timestamp = year ? "yyyy-MM-dd'T'HH:mm:ss.SSSXXX" : "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]";
    if (o->attribute_prefix.size == 0)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT,
                           "requirement failed: 'attributePrefix' option should not be empty string.");
    return compile(w, o->date_format, "yyyy-MM-dd", year, &w->date, err) &&
           compile(w, o->timestamp_format, timestamp, year, &w->timestamp, err) &&
           compile(w, o->timestamp_ntz_format, "yyyy-MM-dd'T'HH:mm:ss[.SSS]", 0, &w->timestamp_ntz, err);
}

/* ---- markup ---- */

static bool check_name(const struct xml_writer *w, struct string name, struct error *err) {
    if (!w->options->validate_names) return true;
    if (!name.size) return error_plain(err, ERROR_SPARK, "Illegal to pass empty name");
    for (uint32_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool first = ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == ':' || (c & 0x80);
        if (first || (i && ((c >= '0' && c <= '9') || c == '-' || c == '.'))) continue;
        return error_plain(err, ERROR_SPARK, "Illegal %sname character '%c' (code %d)", i ? "" : "first ", c, c);
    }
    return true;
}

static void close_tag(struct xml_writer *w) {
    if (w->tag_open) text_add_char(w->out, '>');
    w->tag_open = false;
}

static void new_line(struct xml_writer *w) {
    if (!*w->options->indent) return;
    text_add_char(w->out, '\n');
    for (uint32_t i = 0; i < w->depth; i++) text_add(w->out, w->options->indent);
}

static bool start(struct xml_writer *w, struct string name, struct error *err) {
    TRY(check_name(w, name, err));
    close_tag(w);
    if (w->depth) new_line(w);
    LIST_PUSH(w->arena, &w->outer, XML_ELEMENT);
    LIST_PUSH(w->arena, &w->names, name);
    w->seen = XML_NOTHING;
    w->depth++;
    text_add_char(w->out, '<');
    text_add_bytes(w->out, name.data, name.size);
    w->tag_open = true;
    return true;
}

static void end(struct xml_writer *w) {
    struct string name = w->names.items[--w->names.count];
    w->depth--;
    if (w->tag_open) {
        text_add(w->out, "/>");
        w->tag_open = false;
    } else {
        if (w->seen == XML_ELEMENT) new_line(w);
        text_add(w->out, "</");
        text_add_bytes(w->out, name.data, name.size);
        text_add_char(w->out, '>');
    }
    w->seen = w->outer.items[--w->outer.count];
}

/* "]]>" must not stand in text: its > is escaped there, and only there. */
static bool add_escaped(struct xml_writer *w, struct string s, bool attribute, struct error *err) {
    for (uint32_t i = 0; i < s.size; i++) {
        unsigned char c = (unsigned char)s.data[i];
        bool line = c == '\n' || c == '\t';
        if (c == '&')
            text_add(w->out, "&amp;");
        else if (c == '<')
            text_add(w->out, "&lt;");
        else if (c == '>' && !attribute && i > 1 && s.data[i - 1] == ']' && s.data[i - 2] == ']')
            text_add(w->out, "&gt;");
        else if (c == '"' && attribute)
            text_add(w->out, "&quot;");
        else if (c == '\r' || (line && attribute))
            text_printf(w->out, "&#x%x;", c);
        else if (c < 0x20 && !line)
            return error_plain(err, ERROR_SPARK,
                               "Invalid white space character (0x%x) in text to output (in xml 1.1, could output as a "
                               "character entity)",
                               c);
        else
            text_add_char(w->out, (char)c);
    }
    return true;
}

static bool characters(struct xml_writer *w, struct string s, struct error *err) {
    close_tag(w);
    w->seen = XML_CHARACTERS;
    return add_escaped(w, s, false, err);
}

static bool attribute(struct xml_writer *w, struct string name, struct string value, struct error *err) {
    uint32_t prefix = w->options->attribute_prefix.size;
    struct string plain = string_make(name.data + prefix, name.size - prefix);
    TRY(check_name(w, plain, err));
    if (!w->tag_open)
        return error_plain(err, ERROR_SPARK, "Trying to write an attribute when there is no open start element.");
    text_add_char(w->out, ' ');
    text_add_bytes(w->out, plain.data, plain.size);
    text_add(w->out, "=\"");
    TRY(add_escaped(w, value, true, err));
    text_add_char(w->out, '"');
    return true;
}

static bool is_attribute(const struct xml_writer *w, struct string name) {
    struct string prefix = w->options->attribute_prefix;
    return name.size >= prefix.size && memcmp(name.data, prefix.data, prefix.size) == 0 &&
           !string_equal(name, w->options->value_tag);
}

/* ---- values ---- */

static struct string format(struct xml_writer *w, const struct pattern *pattern, const struct pattern_value *value) {
    char *room = arena_bytes(w->scratch, pattern_room(pattern));
    size_t size = pattern_format(pattern, value, room);
    return string_make(room, size == SIZE_MAX ? 0 : size);
}

static struct string datetime_text(struct xml_writer *w, enum type_kind kind, int64_t value) {
    struct pattern_value date = {.has_date = true, .days = value}, instant;
    if (kind == TYPE_DATE) return format(w, w->date, &date);
    instant = kind == TYPE_TIMESTAMP ? pattern_value_of(w->options->zone, value) : pattern_value_local(value);
    return format(w, kind == TYPE_TIMESTAMP ? w->timestamp : w->timestamp_ntz, &instant);
}

static struct string bytes_text(struct xml_writer *w, struct string bytes) {
    struct text t;
    text_init(&t, w->scratch);
    binary_text_add(&t, bytes, w->options->binary);
    return string_make(t.data ? t.data : "", t.size);
}

static struct string plain_text(struct xml_writer *w, const struct vector *v, uint32_t row) {
    struct value_text how = {.zone = w->options->zone};
    struct text t;
    text_init(&t, w->scratch);
    value_text_add(&t, v, row, &how);
    return string_make(t.data ? t.data : "", t.size);
}

static struct string attribute_text(struct xml_writer *w, const struct vector *v, uint32_t row) {
    struct text t;
    text_init(&t, w->scratch);
    value_internal_add(&t, v, row);
    return string_make(t.data ? t.data : "", t.size);
}

/* Spark's words for a type that XML has no text for. */
static bool refuse(struct xml_writer *w, const struct vector *v, uint32_t row, struct error *err) {
    const struct type *t = v->type;
    const char *class = t->kind == TYPE_CALENDAR_INTERVAL     ? "org.apache.spark.unsafe.types.CalendarInterval"
                        : t->kind == TYPE_YEAR_MONTH_INTERVAL ? "java.lang.Integer"
                                                              : "java.lang.Long";
    const char *type =
        t->kind == TYPE_CALENDAR_INTERVAL ? "CalendarIntervalType"
        : t->kind == TYPE_TIME
            ? arena_printf(w->scratch, "TimeType(%d)", t->precision)
            : arena_printf(w->scratch, "%sIntervalType(%d,%d)",
                           t->kind == TYPE_DAY_TIME_INTERVAL ? "DayTime" : "YearMonth", t->start, t->end);
    struct string shown = t->kind == TYPE_CALENDAR_INTERVAL ? plain_text(w, v, row) : attribute_text(w, v, row);
    return error_set(err, "_LEGACY_ERROR_TEMP_3238", "v", arena_strndup(w->scratch, shown.data, shown.size), "class",
                     arena_printf(w->scratch, "class %s", class), "dt", type, NULL);
}

static bool is_null(const struct vector *v, uint32_t row) {
    return v->type->kind == TYPE_NULL || vector_is_null(v, row);
}

/* An element of a column that stands under `name`. */
static bool write_named(struct xml_writer *w, struct string name, const struct vector *v, uint32_t row,
                        struct error *err) {
    bool null = is_null(v, row);
    if (null && !w->options->has_null_value) return true;
    if (string_equal(name, w->options->value_tag)) return write_element(w, v, row, err);
    if (v->type->kind == TYPE_VARIANT && !null) {
        struct variant variant = variant_at(v, vector_entry(v, row));
        return write_variant(w, name, &variant, err);
    }
    TRY(start(w, name, err) && write_element(w, v, row, err));
    end(w);
    return true;
}

/* A member of a struct or a map, or an element of an array of arrays. */
static bool write_child(struct xml_writer *w, struct string name, const struct vector *v, uint32_t row,
                        struct error *err) {
    bool null = is_null(v, row);
    if (is_attribute(w, name)) {
        if (!null) return attribute(w, name, attribute_text(w, v, row), err);
        return !w->options->has_null_value || attribute(w, name, w->options->null_value, err);
    }
    if (null || v->type->kind != TYPE_ARRAY) return write_named(w, name, v, row, err);
    struct list_entry list = VECTOR_DATA(v, struct list_entry)[vector_entry(v, row)];
    for (uint32_t i = 0; i < list.length; i++) TRY(write_named(w, name, &v->children[0], list.offset + i, err));
    return true;
}

/* Attributes first: twice over the members. */
static bool write_struct(struct xml_writer *w, const struct vector *v, uint32_t entry, struct error *err) {
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < v->child_count; i++) {
            struct string name = string_of(v->type->fields[i].name);
            if (is_attribute(w, name) == (pass == 0)) TRY(write_child(w, name, &v->children[i], entry, err));
        }
    return true;
}

static bool write_map(struct xml_writer *w, const struct vector *v, struct list_entry list, struct error *err) {
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = list.offset; i < list.offset + list.length; i++) {
            struct string name = attribute_text(w, &v->children[0], i);
            if (is_attribute(w, name) == (pass == 0)) TRY(write_child(w, name, &v->children[1], i, err));
        }
    return true;
}

static bool write_value(struct xml_writer *w, const struct vector *v, uint32_t row, struct error *err) {
    uint32_t entry = vector_entry(v, row);
    switch (v->type->kind) {
        case TYPE_DATE: return characters(w, datetime_text(w, TYPE_DATE, VECTOR_DATA(v, int32_t)[entry]), err);
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ:
            return characters(w, datetime_text(w, v->type->kind, VECTOR_DATA(v, int64_t)[entry]), err);
        case TYPE_BINARY: return characters(w, bytes_text(w, VECTOR_DATA(v, struct string)[entry]), err);
        case TYPE_TIME:
        case TYPE_CALENDAR_INTERVAL:
        case TYPE_YEAR_MONTH_INTERVAL:
        case TYPE_DAY_TIME_INTERVAL: return refuse(w, v, row, err);
        default: return characters(w, plain_text(w, v, row), err);
    }
}

/* What is inside an element. */
static bool write_element(struct xml_writer *w, const struct vector *v, uint32_t row, struct error *err) {
    if (is_null(v, row)) return characters(w, w->options->null_value, err);
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind == TYPE_STRUCT) return write_struct(w, v, entry, err);
    if (v->type->kind == TYPE_MAP) return write_map(w, v, VECTOR_DATA(v, struct list_entry)[entry], err);
    if (v->type->kind != TYPE_ARRAY) return write_value(w, v, row, err);
    struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
    for (uint32_t i = 0; i < list.length; i++)
        TRY(write_child(w, string_of(w->options->array_element), &v->children[0], list.offset + i, err));
    return true;
}

/* ---- variants ---- */

static struct string variant_text(struct xml_writer *w, const struct variant *v, const struct variant_node *node) {
    char *room = arena_bytes(w->scratch, DECIMAL_TEXT + DOUBLE_TEXT);
    struct text json;
    switch (node->kind) {
        case VARIANT_BOOLEAN: return string_of(node->integer ? "true" : "false");
        case VARIANT_LONG: return string_make(room, int64_format(node->integer, room));
        case VARIANT_DOUBLE: return string_make(room, double_format(node->number, room));
        case VARIANT_FLOAT: return string_make(room, float_format((float)node->number, room));
        case VARIANT_DECIMAL: return string_make(room, decimal_format_scientific(node->decimal, node->scale, room));
        case VARIANT_DATE: return datetime_text(w, TYPE_DATE, node->integer);
        case VARIANT_TIMESTAMP: return datetime_text(w, TYPE_TIMESTAMP, node->integer);
        case VARIANT_TIMESTAMP_NTZ: return datetime_text(w, TYPE_TIMESTAMP_NTZ, node->integer);
        case VARIANT_STRING: return node->bytes;
        case VARIANT_NULL: return w->options->null_value;
        default: /* as JSON has it, without the quotes */
            text_init(&json, w->scratch);
            variant_json_add(&json, v, w->options->zone);
            return json.size > 2 ? string_make(json.data + 1, json.size - 2) : string_make("", 0);
    }
}

static bool write_variant_object(struct xml_writer *w, const struct variant *v, const struct variant_node *node,
                                 struct error *err) {
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < node->count; i++) {
            struct variant child;
            struct string name;
            if (!variant_child(v, node, i, &child, &name)) continue;
            if (is_attribute(w, name) == (pass == 0)) TRY(write_variant(w, name, &child, err));
        }
    return true;
}

/* An object or a scalar. */
static bool write_variant_single(struct xml_writer *w, struct string name, const struct variant *v,
                                 const struct variant_node *node, struct error *err) {
    bool object = node->kind == VARIANT_OBJECT;
    if (!object && is_attribute(w, name)) return attribute(w, name, variant_text(w, v, node), err);
    if (!object && string_equal(name, w->options->value_tag)) return characters(w, variant_text(w, v, node), err);
    TRY(start(w, name, err));
    if (object)
        TRY(write_variant_object(w, v, node, err));
    else if (node->kind != VARIANT_NULL || w->options->has_null_value)
        TRY(characters(w, variant_text(w, v, node), err));
    end(w);
    return true;
}

/* Arrays in arrays have elements beside those of the outer one. */
static bool write_variant_array(struct xml_writer *w, struct string name, const struct variant *v,
                                const struct variant_node *node, struct error *err) {
    struct variant_node inner;
    for (uint32_t i = 0; i < node->count; i++) {
        struct variant child;
        if (!variant_child(v, node, i, &child, NULL)) continue;
        bool list = variant_open(&child, &inner) && inner.kind == VARIANT_ARRAY;
        TRY(write_variant(w, list ? string_of(w->options->array_element) : name, &child, err));
    }
    return true;
}

/* variant_open() refuses what is malformed. */
static bool write_variant(struct xml_writer *w, struct string name, const struct variant *v, struct error *err) {
    struct variant_node node;
    if (!variant_open(v, &node)) node = (struct variant_node){.kind = VARIANT_NULL};
    if (w->nesting >= XML_MAX_DEPTH) return error_plain(err, ERROR_SPARK, "The variant is nested too deeply.");
    w->nesting++;
    bool good = node.kind == VARIANT_ARRAY ? write_variant_array(w, name, v, &node, err)
                                           : write_variant_single(w, name, v, &node, err);
    w->nesting--;
    return good;
}

/* ---- documents ---- */

/* rootTag may carry attributes: rows a="1". */
bool xml_write_head(struct xml_writer *w, struct error *err) {
    const char *p = w->options->root_tag, *space = strchr(p, ' ');
    if (*w->options->declaration) text_printf(w->out, "<?xml %s?>\n", w->options->declaration);
    TRY(start(w, string_make(p, space ? (size_t)(space - p) : strlen(p)), err));
    for (p = space; p; p = space) {
        p++;
        space = strchr(p, ' ');
        const char *stop = space ? space : p + strlen(p), *equals = memchr(p, '=', (size_t)(stop - p));
        if (!equals) continue;
        struct text value;
        text_init(&value, w->scratch);
        for (const char *c = equals + 1; c < stop; c++)
            if (*c != '"' && *c != '\'') text_add_char(&value, *c);
        text_printf(w->out, " %.*s=\"", (int)(equals - p), p);
        TRY(add_escaped(w, string_make(value.data ? value.data : "", value.size), true, err));
        text_add_char(w->out, '"');
    }
    if (!*w->options->indent) {
        close_tag(w);
        text_add_char(w->out, '\n');
    }
    return true;
}

void xml_write_tail(struct xml_writer *w) {
    end(w);
}

bool xml_write_row(struct xml_writer *w, const struct vector *v, uint32_t row, struct error *err) {
    if (xml_is_variant_row(w->options, v->type)) {
        row = vector_entry(v, row);
        v = &v->children[0];
    }
    TRY(write_named(w, string_of(w->options->row_tag), v, row, err));
    if (!*w->options->indent && v->type->kind != TYPE_VARIANT) text_add_char(w->out, '\n');
    return true;
}
