/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every length and offset is compared with what is left before it is used, and nesting is bounded when a
 * whole value is written out; so no input reads outside its buffer or exhausts the stack.
 */
#include "column/variant_int.h"

#include <inttypes.h>
#include <math.h>

#include "base/base64.h"
#include "base/datetime.h"
#include "base/number.h"
#include "base/timezone.h"

enum { VARIANT_MAX_DEPTH = 1000 };

static uint64_t read_unsigned(const uint8_t *p, unsigned size) {
    uint64_t x = 0;
    for (unsigned i = 0; i < size; i++) x |= (uint64_t)p[i] << (8 * i);
    return x;
}

static int64_t read_signed(const uint8_t *p, unsigned size) {
    uint64_t x = read_unsigned(p, size);
    unsigned unused = 64 - 8 * size;
    return (int64_t)(x << unused) >> unused;
}

struct variant variant_at(const struct vector *v, uint32_t entry) {
    struct variant variant = {0};
    struct string parts[2] = {{0}};
    for (uint32_t i = 0; i < 2; i++)
        if (!vector_is_null(&v->children[i], entry))
            parts[i] = VECTOR_DATA(&v->children[i], struct string)[vector_entry(&v->children[i], entry)];
    variant.value = (const uint8_t *)parts[0].data;
    variant.value_end = variant.value + parts[0].size;
    variant.metadata = (const uint8_t *)parts[1].data;
    variant.metadata_end = variant.metadata + parts[1].size;
    return variant;
}

static bool read_bytes(const uint8_t *p, size_t left, struct variant_node *node, enum variant_kind kind) {
    if (left < 4) return false;
    uint64_t size = read_unsigned(p, 4);
    if (size > left - 4) return false;
    node->kind = kind;
    node->bytes = string_make((const char *)p + 4, size);
    return true;
}

static bool read_integer(const uint8_t *p, size_t left, struct variant_node *node, enum variant_kind kind,
                         unsigned width) {
    if (left < width) return false;
    node->kind = kind;
    node->width = width;
    node->integer = read_signed(p, width);
    return true;
}

static bool read_decimal(const uint8_t *p, size_t left, struct variant_node *node, unsigned width) {
    if (left < 1 + width || p[0] > DECIMAL_DIGITS) return false;
    node->kind = VARIANT_DECIMAL;
    node->scale = p[0];
    node->decimal = width == 16 ? (int128)((uint128)read_unsigned(p + 9, 8) << 64 | read_unsigned(p + 1, 8))
                                : read_signed(p + 1, width);
    return decimal_fits(node->decimal, DECIMAL_DIGITS);
}

static bool read_float(const uint8_t *p, size_t left, struct variant_node *node, unsigned width) {
    if (left < width) return false;
    node->kind = width == 4 ? VARIANT_FLOAT : VARIANT_DOUBLE;
    float narrow;
    if (width == 4)
        node->number = (memcpy(&narrow, p, 4), (double)narrow);
    else
        memcpy(&node->number, p, 8);
    return true;
}

static bool open_primitive(unsigned id, const uint8_t *p, size_t left, struct variant_node *node) {
    switch (id) {
        case ID_NULL: return node->kind = VARIANT_NULL, true;
        case ID_TRUE:
        case ID_FALSE: return node->kind = VARIANT_BOOLEAN, node->integer = id == ID_TRUE, true;
        case ID_INT8: return read_integer(p, left, node, VARIANT_LONG, 1);
        case ID_INT16: return read_integer(p, left, node, VARIANT_LONG, 2);
        case ID_INT32: return read_integer(p, left, node, VARIANT_LONG, 4);
        case ID_INT64: return read_integer(p, left, node, VARIANT_LONG, 8);
        case ID_DOUBLE: return read_float(p, left, node, 8);
        case ID_FLOAT: return read_float(p, left, node, 4);
        case ID_DECIMAL4: return read_decimal(p, left, node, 4);
        case ID_DECIMAL8: return read_decimal(p, left, node, 8);
        case ID_DECIMAL16: return read_decimal(p, left, node, 16);
        case ID_DATE: return read_integer(p, left, node, VARIANT_DATE, 4);
        case ID_TIMESTAMP: return read_integer(p, left, node, VARIANT_TIMESTAMP, 8);
        case ID_TIMESTAMP_NTZ: return read_integer(p, left, node, VARIANT_TIMESTAMP_NTZ, 8);
        case ID_BINARY: return read_bytes(p, left, node, VARIANT_BINARY);
        case ID_STRING: return read_bytes(p, left, node, VARIANT_STRING);
        case ID_UUID:
            if (left < 16) return false;
            node->kind = VARIANT_UUID;
            node->bytes = string_make((const char *)p, 16);
            return true;
        default: return false;
    }
}

/* Objects and arrays: count, ids (objects), offsets (one more than count), values. */
static bool open_container(bool object, unsigned header, const uint8_t *p, size_t left, struct variant_node *node) {
    bool large = header >> (object ? 4 : 2) & 1;
    unsigned count_size = large ? 4 : 1;
    node->kind = object ? VARIANT_OBJECT : VARIANT_ARRAY;
    node->offset_size = (header & 3) + 1;
    node->id_size = object ? (header >> 2 & 3) + 1 : 0;
    if (left < count_size) return false;
    node->count = (uint32_t)read_unsigned(p, count_size);
    uint64_t ids = (uint64_t)node->count * node->id_size;
    uint64_t offsets = ((uint64_t)node->count + 1) * node->offset_size;
    if (ids + offsets > left - count_size) return false;
    node->ids = p + count_size;
    node->offsets = node->ids + ids;
    node->values = node->offsets + offsets;
    return true;
}

bool variant_open(const struct variant *v, struct variant_node *node) {
    *node = (struct variant_node){0};
    if (v->value >= v->value_end) return false;
    unsigned basic = v->value[0] & 3, header = v->value[0] >> 2;
    const uint8_t *p = v->value + 1;
    size_t left = (size_t)(v->value_end - p);
    if (basic == BASIC_PRIMITIVE) return open_primitive(header, p, left, node);
    if (basic != BASIC_SHORT_STRING) return open_container(basic == BASIC_OBJECT, header, p, left, node);
    if (left < header) return false;
    node->kind = VARIANT_STRING;
    node->bytes = string_make((const char *)p, header);
    return true;
}

static bool metadata_name(const struct variant *v, uint64_t id, struct string *name) {
    const uint8_t *p = v->metadata;
    size_t left = (size_t)(v->metadata_end - p);
    if (left < 1) return false;
    unsigned size = (p[0] >> 6 & 3) + 1u;
    if (left < 1 + size) return false;
    uint64_t count = read_unsigned(p + 1, size);
    if (id >= count || (count + 1) > (left - 1 - size) / size) return false;
    const uint8_t *offsets = p + 1 + size, *bytes = offsets + (count + 1) * size;
    uint64_t from = read_unsigned(offsets + id * size, size), to = read_unsigned(offsets + (id + 1) * size, size);
    if (from > to || to > (uint64_t)(v->metadata_end - bytes)) return false;
    *name = string_make((const char *)bytes + from, to - from);
    return true;
}

bool variant_child(const struct variant *v, const struct variant_node *node, uint32_t i, struct variant *child,
                   struct string *name) {
    uint64_t offset = read_unsigned(node->offsets + (size_t)i * node->offset_size, node->offset_size);
    if (offset >= (uint64_t)(v->value_end - node->values)) return false;
    *child = *v;
    child->value = node->values + offset;
    if (!name || node->kind != VARIANT_OBJECT) return true;
    return metadata_name(v, read_unsigned(node->ids + (size_t)i * node->id_size, node->id_size), name);
}

bool variant_field(const struct variant *v, const struct variant_node *node, struct string name,
                   struct variant *child) {
    struct string found = {0};
    for (uint32_t i = 0; i < node->count; i++)
        if (variant_child(v, node, i, child, &found) && string_equal(found, name)) return true;
    return false;
}

/* ---- as JSON ---- */

static void add_string(struct text *t, struct string s) {
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    text_add_char(t, '"');
    for (uint32_t i = 0; i < s.size; i++) {
        char c = s.data[i];
        const char *at = c ? strchr(from, c) : NULL;
        if (at) {
            text_add_char(t, '\\');
            text_add_char(t, to[at - from]);
        } else if ((uint8_t)c < 0x20) {
            text_printf(t, "\\u%04X", (uint8_t)c);
        } else {
            text_add_char(t, c);
        }
    }
    text_add_char(t, '"');
}

static void add_timestamp(struct text *t, const struct variant_node *node, const struct timezone *zone) {
    char out[TIMESTAMP_TEXT + 16];
    size_t size;
    if (node->kind == VARIANT_TIMESTAMP_NTZ) {
        size = timestamp_format(node->integer, out);
    } else {
        zone = zone ? zone : &timezone_utc;
        const struct timezone_range *range = timezone_range_at(zone, timezone_floor_seconds(node->integer));
        size = timestamp_format_zoned(zone, node->integer, out);
        if (range->offset == 0)
            size += (memcpy(out + size, "+00:00", 6), 6u);
        else
            size += timezone_offset_text(range->offset, out + size);
    }
    text_add_char(t, '"');
    text_add_bytes(t, out, size);
    text_add_char(t, '"');
}

static void add_number(struct text *t, struct variant_node *node) {
    char out[DECIMAL_TEXT];
    size_t size;
    bool finite = true;
    if (node->kind == VARIANT_LONG) {
        size = int64_format(node->integer, out);
    } else if (node->kind == VARIANT_DECIMAL) {
        variant_strip_zeros(node);
        size = decimal_format(node->decimal, node->scale, out);
    } else {
        finite = isfinite(node->number);
        size = node->kind == VARIANT_FLOAT ? float_format((float)node->number, out) : double_format(node->number, out);
    }
    if (!finite) text_add_char(t, '"');
    text_add_bytes(t, out, size);
    if (!finite) text_add_char(t, '"');
}

static void add_date(struct text *t, int64_t days) {
    char out[DATE_TEXT];
    text_add_char(t, '"');
    text_add_bytes(t, out, date_format(days, out));
    text_add_char(t, '"');
}

static void add_uuid(struct text *t, struct string s) {
    text_add_char(t, '"');
    for (uint32_t i = 0; i < 16; i++)
        text_printf(t, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", (uint8_t)s.data[i]);
    text_add_char(t, '"');
}

static void add_json(struct text *t, const struct variant *v, const struct timezone *zone, unsigned depth);

static void add_container(struct text *t, const struct variant *v, const struct variant_node *node,
                          const struct timezone *zone, unsigned depth) {
    bool object = node->kind == VARIANT_OBJECT;
    text_add_char(t, object ? '{' : '[');
    for (uint32_t i = 0; i < node->count; i++) {
        struct variant child;
        struct string name;
        if (!variant_child(v, node, i, &child, &name)) break;
        if (i) text_add_char(t, ',');
        if (object) {
            add_string(t, name);
            text_add_char(t, ':');
        }
        add_json(t, &child, zone, depth + 1);
    }
    text_add_char(t, object ? '}' : ']');
}

static void add_json(struct text *t, const struct variant *v, const struct timezone *zone, unsigned depth) {
    struct variant_node node;
    if (depth > VARIANT_MAX_DEPTH || !variant_open(v, &node)) {
        text_add(t, "null");
        return;
    }
    switch (node.kind) {
        case VARIANT_NULL: text_add(t, "null"); return;
        case VARIANT_BOOLEAN: text_add(t, node.integer ? "true" : "false"); return;
        case VARIANT_LONG:
        case VARIANT_DOUBLE:
        case VARIANT_FLOAT:
        case VARIANT_DECIMAL: add_number(t, &node); return;
        case VARIANT_DATE: add_date(t, node.integer); return;
        case VARIANT_TIMESTAMP:
        case VARIANT_TIMESTAMP_NTZ: add_timestamp(t, &node, zone); return;
        case VARIANT_BINARY:
            text_add_char(t, '"');
            text_add_base64(t, node.bytes.data, node.bytes.size);
            text_add_char(t, '"');
            return;
        case VARIANT_STRING: add_string(t, node.bytes); return;
        case VARIANT_UUID: add_uuid(t, node.bytes); return;
        case VARIANT_OBJECT:
        case VARIANT_ARRAY: add_container(t, v, &node, zone, depth); return;
    }
}

void variant_json_add(struct text *t, const struct variant *v, const struct timezone *zone) {
    add_json(t, v, zone, 0);
}
