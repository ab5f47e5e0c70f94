/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text as a value of a type, as Spark's XML parser reads it: numbers as Java does, and failing that as far as a
 * number goes ("12abc" is the double 12, "1,000" is 1000); a sign is taken off first, so that "--5" is 5 and the
 * smallest long is none.
 */
#include <ctype.h>
#include <math.h>

#include "base/number.h"
#include "base/timezone.h"
#include "function/locale.h"
#include "function/xml_text.h"

struct string xml_element_name(const struct xml_options *o, struct string name) {
    if (!o->ignore_namespace) return name;
    const char *colon = memrchr(name.data, ':', name.size);
    const char *local = colon ? colon + 1 : name.data;
    return string_make(local, (size_t)(name.data + name.size - local));
}

struct string xml_attribute_name(struct arena *arena, const struct xml_options *o, struct string name) {
    struct string local = xml_element_name(o, name);
    uint32_t prefix = o->attribute_prefix.size;
    char *out = arena_bytes(arena, prefix + local.size + 1);
    memcpy(out, o->attribute_prefix.data, prefix);
    memcpy(out + prefix, local.data, local.size);
    return string_make(out, prefix + local.size);
}

struct string xml_trim(const struct xml_options *o, struct string text) {
    const char *from = text.data, *end = text.data + text.size;
    if (!o->trim) return text;
    while (from < end && (unsigned char)*from <= ' ') from++;
    while (from < end && (unsigned char)end[-1] <= ' ') end--;
    return string_make(from, (size_t)(end - from));
}

/* The sign that Spark looks at itself. */
static bool take_sign(struct string *text) {
    bool negative = text->size && text->data[0] == '-';
    if (text->size && (negative || text->data[0] == '+')) *text = string_make(text->data + 1, text->size - 1);
    return negative;
}

/* Java's parseInt and its kin: digits behind at most one sign. */
static bool parse_integer(struct string text, int64_t max, int64_t *value) {
    for (uint32_t i = text.size && (text.data[0] == '-' || text.data[0] == '+'); i < text.size; i++)
        if (!isdigit((uint8_t)text.data[i])) return false;
    return integer_parse(text.data, text.size, false, max, value);
}

static bool read_integer(struct string text, enum type_kind kind, struct xml_cell *out) {
    static const int64_t largest[] = {
        [TYPE_BYTE] = INT8_MAX, [TYPE_SHORT] = INT16_MAX, [TYPE_INT] = INT32_MAX, [TYPE_LONG] = INT64_MAX};
    bool wide = kind == TYPE_INT || kind == TYPE_LONG;
    bool negative = wide && take_sign(&text);
    int64_t value;
    if (!parse_integer(text, largest[kind], &value)) return false;
    if (negative) value = (int64_t)(0 - (uint64_t)value);
    int32_t narrow = (int32_t)value;
    int16_t two = (int16_t)value;
    int8_t one = (int8_t)value;
    switch (kind) {
        case TYPE_BYTE: memcpy(out->value, &one, sizeof one); break;
        case TYPE_SHORT: memcpy(out->value, &two, sizeof two); break;
        case TYPE_INT: memcpy(out->value, &narrow, sizeof narrow); break;
        default: memcpy(out->value, &value, sizeof value);
    }
    return true;
}

/* The number that the text begins with, with commas between its digits: Java's NumberFormat. */
static bool parse_prefix(struct arena *arena, struct string text, double *value) {
    struct text digits;
    bool fraction = false, any = false;
    text_init(&digits, arena);
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (i == 0 && c == '-') {
            text_add_char(&digits, c);
        } else if (isdigit((uint8_t)c)) {
            any = true;
            text_add_char(&digits, c);
        } else if (c == '.' && !fraction) {
            fraction = true;
            text_add_char(&digits, c);
        } else if (c == 'E' && any && i + 1 < text.size) {
            uint32_t j = i + 1 + (text.data[i + 1] == '-');
            if (j == text.size || !isdigit((uint8_t)text.data[j])) break;
            text_add_bytes(&digits, text.data + i, j - i);
            while (j < text.size && isdigit((uint8_t)text.data[j])) text_add_char(&digits, text.data[j++]);
            break;
        } else if (c != ',' || !any || fraction) {
            break;
        }
    }
    return any && double_parse(digits.data, digits.size, value);
}

/* Java's own words alone: "inf" is none. */
static bool is_java_number(struct string text) {
    const char *p = text.data;
    size_t size = text.size;
    text_trim_all(&p, &size);
    if (size && (*p == '-' || *p == '+')) p++, size--;
    if (size && (isdigit((uint8_t)*p) || *p == '.')) return true;
    return string_equal(string_make(p, size), string_of("NaN")) ||
           string_equal(string_make(p, size), string_of("Infinity"));
}

static bool read_float(const struct xml_target *t, struct string text, enum type_kind kind, struct xml_cell *out) {
    bool negative = take_sign(&text);
    double value;
    float narrow;
    bool java = is_java_number(text);
    if (kind == TYPE_FLOAT && java && float_parse(text.data, text.size, &narrow)) {
        if (negative) narrow = -narrow;
        memcpy(out->value, &narrow, sizeof narrow);
        return true;
    }
    if (!(kind == TYPE_DOUBLE && java && double_parse(text.data, text.size, &value)) &&
        !parse_prefix(t->arena, text, &value))
        return false;
    if (negative) value = -value;
    narrow = (float)value;
    if (kind == TYPE_FLOAT)
        memcpy(out->value, &narrow, sizeof narrow);
    else
        memcpy(out->value, &value, sizeof value);
    return true;
}

static bool read_decimal(const struct xml_target *t, struct string text, const struct type *type,
                         struct xml_cell *out) {
    struct string plain = locale_decimal(t->options->locale, t->arena, text);
    for (uint32_t i = 0; i < plain.size; i++)
        if ((unsigned char)plain.data[i] <= ' ') return false;
    int128 value;
    struct decimal_form form = {.precision = type->precision, .scale = type->scale};
    if (decimal_parse(plain.data, plain.size, form, &value) != DECIMAL_GOOD) return false;
    int64_t narrow = (int64_t)value;
    if (type_storage(type) == STORAGE_INT64)
        memcpy(out->value, &narrow, sizeof narrow);
    else
        memcpy(out->value, &value, sizeof value);
    return true;
}

static bool read_boolean(struct string text, struct xml_cell *out) {
    bool one = (text.size == 1 && text.data[0] == '1') || ascii_equal_ignoring_case(text.data, text.size, "true", 4);
    out->value[0] = one;
    return one || (text.size == 1 && text.data[0] == '0') ||
           ascii_equal_ignoring_case(text.data, text.size, "false", 5);
}

static bool read_by_pattern(const struct xml_target *t, const struct pattern *pattern, struct string text,
                            enum type_kind kind, struct xml_cell *out) {
    struct pattern_parsed parsed;
    if (!pattern_parse(pattern, text.data, text.size, t->context->zones, &parsed, NULL)) return false;
    int32_t days = (int32_t)parsed.days;
    if (kind == TYPE_DATE) {
        memcpy(out->value, &days, sizeof days);
        return true;
    }
    if (kind == TYPE_TIMESTAMP_NTZ && parsed.has_zone) return false;
    int64_t micros;
    if (!pattern_to_instant(&parsed, kind == TYPE_TIMESTAMP ? t->options->zone : &timezone_utc, &micros)) return false;
    memcpy(out->value, &micros, sizeof micros);
    return true;
}

static bool read_datetime(const struct xml_target *t, struct string text, enum type_kind kind, struct xml_cell *out) {
    const struct xml_options *o = t->options;
    const struct pattern *pattern = kind == TYPE_DATE        ? o->date_pattern
                                    : kind == TYPE_TIMESTAMP ? o->timestamp_pattern
                                                             : o->timestamp_ntz_pattern;
    if (pattern) return read_by_pattern(t, pattern, text, kind, out);
    int32_t days;
    int64_t micros;
    if (kind == TYPE_DATE) {
        if (!date_parse(text.data, text.size, &days)) return false;
        memcpy(out->value, &days, sizeof days);
        return true;
    }
    struct datetime_frame frame = {.zone = o->zone, .zones = t->context->zones, .now = t->context->now};
    bool good = kind == TYPE_TIMESTAMP ? timestamp_parse(text.data, text.size, &frame, &micros)
                                       : timestamp_ntz_parse(text.data, text.size, t->context->zones, false, &micros);
    if (good) memcpy(out->value, &micros, sizeof micros);
    return good;
}

bool xml_read_value(const struct xml_target *t, struct string text, const struct type *type, struct xml_cell *out) {
    text = xml_trim(t->options, text);
    *out = (struct xml_cell){.kind = XML_CELL_NULL};
    if (xml_is_null(t->options, text)) return true;
    out->kind = XML_CELL_VALUE;
    switch (type->kind) {
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT:
        case TYPE_LONG: return read_integer(text, type->kind, out);
        case TYPE_FLOAT:
        case TYPE_DOUBLE: return read_float(t, text, type->kind, out);
        case TYPE_DECIMAL: return read_decimal(t, text, type, out);
        case TYPE_BOOLEAN: return read_boolean(text, out);
        case TYPE_DATE:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ: return read_datetime(t, text, type->kind, out);
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: memcpy(out->value, &text, sizeof text); return true;
        case TYPE_NULL: out->kind = XML_CELL_NULL; return true;
        default: return false;
    }
}
