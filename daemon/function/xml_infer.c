/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema that a record of XML suggests. A name that occurs twice in an element is an array; an element with
 * attributes is a struct, with its text in the value tag's field. Types of several records, and of several values of
 * an array, are merged into one that holds both.
 */
#include <ctype.h>
#include <stdlib.h>

#include "base/number.h"
#include "function/xml_text.h"

typedef LIST(struct field) field_list;

static const struct type *infer_object(const struct xml_target *t, struct xml_reader *r, const struct xml_event *start);

/* ---- texts ---- */

static bool reads_as(const struct xml_target *t, struct string text, const struct type *type) {
    struct xml_cell cell;
    return xml_read_value(t, text, type, &cell) && cell.kind == XML_CELL_VALUE;
}

static struct string without_sign(struct string s) {
    bool sign = s.size && (s.data[0] == '-' || s.data[0] == '+');
    return sign ? string_make(s.data + 1, s.size - 1) : s;
}

/* Digits and scale of a decimal as it is written, without its sign. */
static const struct type *decimal_type(struct arena *arena, struct string digits) {
    int precision = 0, scale = 0;
    bool point = false, leading = true;
    for (uint32_t i = 0; i < digits.size; i++) {
        char c = digits.data[i];
        if (c == ',') continue;
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (!isdigit((uint8_t)c)) return NULL;
        leading &= c == '0';
        precision += !leading;
        scale += point;
    }
    if (precision < scale) precision = scale;
    if (precision == 0) precision = 1;
    return precision <= DECIMAL_MAX_PRECISION ? type_decimal(arena, precision, scale) : NULL;
}

static const struct type *infer_number(const struct xml_target *t, struct string s) {
    struct string digits = without_sign(s);
    int64_t integer;
    double number;
    bool plain = digits.size > 0;
    for (uint32_t i = 0; i < digits.size; i++) plain &= isdigit((uint8_t)digits.data[i]) != 0;
    if (plain && int64_parse(digits.data, digits.size, false, &integer)) return TYPE_OF(LONG);
    if (!digits.size || !(isdigit((uint8_t)digits.data[0]) || digits.data[0] == '.')) return NULL;
    char last = digits.data[digits.size - 1] | 32;
    if (last == 'd' || last == 'f') return NULL;
    const struct type *decimal = t->options->prefers_decimal ? decimal_type(t->arena, digits) : NULL;
    if (decimal) return decimal;
    return double_parse(digits.data, digits.size, &number) ? TYPE_OF(DOUBLE) : NULL;
}

static const struct type *infer_text(const struct xml_target *t, struct string text) {
    text = xml_trim(t->options, text);
    if (!t->options->infer_schema) return TYPE_OF(STRING);
    if (!text.size) return TYPE_OF(NULL);
    const struct type *number = infer_number(t, text);
    if (number) return number;
    if (ascii_equal_ignoring_case(text.data, text.size, "true", 4) ||
        ascii_equal_ignoring_case(text.data, text.size, "false", 5))
        return TYPE_OF(BOOLEAN);
    if (reads_as(t, text, TYPE_OF(DATE))) return TYPE_OF(DATE);
    if (t->context->timestamp_ntz_default && reads_as(t, text, TYPE_OF(TIMESTAMP_NTZ))) return TYPE_OF(TIMESTAMP_NTZ);
    return reads_as(t, text, TYPE_OF(TIMESTAMP)) ? TYPE_OF(TIMESTAMP) : TYPE_OF(STRING);
}

/* ---- merging ---- */

static const struct type *merge_decimals(struct arena *arena, const struct type *a, const struct type *b) {
    int scale = a->scale > b->scale ? a->scale : b->scale;
    int whole_a = a->precision - a->scale, whole_b = b->precision - b->scale;
    int whole = whole_a > whole_b ? whole_a : whole_b;
    return whole + scale > DECIMAL_MAX_PRECISION ? TYPE_OF(DOUBLE) : type_decimal(arena, whole + scale, scale);
}

static bool same_name(const struct xml_target *t, const char *a, const char *b) {
    return t->context->case_sensitive ? strcmp(a, b) == 0 : ascii_equal_ignoring_case(a, strlen(a), b, strlen(b));
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct field *)a)->name, ((const struct field *)b)->name);
}

static const struct type *sorted_struct(struct arena *arena, struct field *fields, uint32_t count) {
    if (count) qsort(fields, count, sizeof *fields, by_name);
    return type_struct(arena, fields, count);
}

static const struct type *merge_structs(const struct xml_target *t, const struct type *a, const struct type *b) {
    struct field *fields = ARENA_ARRAY(t->arena, struct field, a->field_count + b->field_count);
    uint32_t count = a->field_count;
    for (uint32_t i = 0; i < count; i++) fields[i] = a->fields[i];
    for (uint32_t i = 0; i < b->field_count; i++) {
        uint32_t k = 0;
        while (k < count && !same_name(t, fields[k].name, b->fields[i].name)) k++;
        if (k == count)
            fields[count++] = b->fields[i];
        else
            fields[k].type = xml_merge_types(t, fields[k].type, b->fields[i].type);
    }
    return sorted_struct(t->arena, fields, count);
}

/* A struct beside a value: the value goes to the value tag's field; NULL: there is none. */
static const struct type *merge_value(const struct xml_target *t, const struct type *row, const struct type *value) {
    struct field *fields = ARENA_ARRAY(t->arena, struct field, row->field_count);
    bool found = false;
    for (uint32_t i = 0; i < row->field_count; i++) {
        fields[i] = row->fields[i];
        if (!string_equal(string_of(fields[i].name), t->options->value_tag)) continue;
        fields[i].type = xml_merge_types(t, fields[i].type, value);
        found = true;
    }
    return found ? type_struct(t->arena, fields, row->field_count) : NULL;
}

const struct type *xml_merge_types(const struct xml_target *t, const struct type *a, const struct type *b) {
    if (a->kind == TYPE_NULL) return b;
    if (b->kind == TYPE_NULL || type_equal(a, b)) return a;
    if (a->kind == TYPE_STRUCT && b->kind == TYPE_STRUCT) return merge_structs(t, a, b);
    if (a->kind == TYPE_ARRAY || b->kind == TYPE_ARRAY)
        return type_array(
            t->arena,
            xml_merge_types(t, a->kind == TYPE_ARRAY ? a->element : a, b->kind == TYPE_ARRAY ? b->element : b), true);
    const struct type *merged = a->kind == TYPE_STRUCT   ? merge_value(t, a, b)
                                : b->kind == TYPE_STRUCT ? merge_value(t, b, a)
                                                         : NULL;
    if (merged) return merged;
    if (type_is_datetime(a) && type_is_datetime(b))
        return a->kind == TYPE_TIMESTAMP_NTZ && b->kind != TYPE_TIMESTAMP ? a
               : b->kind == TYPE_TIMESTAMP_NTZ && a->kind == TYPE_DATE    ? b
                                                                          : TYPE_OF(TIMESTAMP);
    if (!type_is_numeric(a) || !type_is_numeric(b)) return TYPE_OF(STRING);
    if (a->kind == TYPE_DOUBLE || b->kind == TYPE_DOUBLE) return TYPE_OF(DOUBLE);
    const struct type *whole = type_decimal(t->arena, 20, 0); /* a long */
    return merge_decimals(t->arena, a->kind == TYPE_DECIMAL ? a : whole, b->kind == TYPE_DECIMAL ? b : whole);
}

const struct type *xml_final_type(struct arena *arena, const struct type *t) {
    if (t->kind == TYPE_NULL) return TYPE_OF(STRING);
    if (t->kind == TYPE_ARRAY) {
        const struct type *element = xml_final_type(arena, t->element);
        return element ? type_array(arena, element, true) : NULL;
    }
    if (t->kind != TYPE_STRUCT) return t;
    struct field *fields = ARENA_ARRAY(arena, struct field, t->field_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->field_count; i++) {
        fields[count] = t->fields[i];
        fields[count].type = xml_final_type(arena, t->fields[i].type);
        count += fields[count].type != NULL && *fields[count].name;
    }
    return count ? type_struct(arena, fields, count) : NULL;
}

/* ---- elements ---- */

static struct field make_field(const struct xml_target *t, struct string name, const struct type *type) {
    return (struct field){.name = arena_strndup(t->arena, name.data, name.size), .type = type, .nullable = true};
}

/* A field of that type more: a second one makes an array. */
static void add(const struct xml_target *t, field_list *fields, struct string name, const struct type *type) {
    struct field made = make_field(t, name, type);
    for (uint32_t i = 0; i < fields->count; i++) {
        if (!same_name(t, fields->items[i].name, made.name)) continue;
        const struct type *old = fields->items[i].type, *merged = xml_merge_types(t, old, type);
        fields->items[i].type = old->kind == TYPE_ARRAY ? merged : type_array(t->arena, merged, true);
        return;
    }
    LIST_PUSH(t->arena, fields, made);
}

static bool is_text_alone(const struct xml_target *t, const struct type *type) {
    if (type->field_count != 1 || type_is_nested(type->fields[0].type)) return false;
    const char *tag = arena_strndup(t->arena, t->options->value_tag.data, t->options->value_tag.size);
    return same_name(t, type->fields[0].name, tag);
}

/* What is inside an element; NULL: malformed. */
static const struct type *infer_field(const struct xml_target *t, struct xml_reader *r) {
    const struct xml_event *next = xml_peek(r);
    if (next->kind == XML_END) {
        xml_next(r);
        return TYPE_OF(NULL);
    }
    bool text = next->kind == XML_TEXT;
    const struct type *inside = infer_object(t, r, NULL);
    if (!inside || !text) return inside;
    if (inside->field_count == 0) return TYPE_OF(NULL);
    return is_text_alone(t, inside) ? inside->fields[0].type : inside;
}

static const struct type *infer_attribute(const struct xml_target *t, struct string value) {
    bool null = t->options->has_null_value && string_equal(value, t->options->null_value);
    return null ? TYPE_OF(NULL) : infer_text(t, value);
}

/* An element's type: what is inside, and its attributes. */
static const struct type *infer_element(const struct xml_target *t, struct xml_reader *r,
                                        const struct xml_event *start) {
    const struct type *inside = infer_field(t, r);
    if (!inside || t->options->exclude_attributes || start->attribute_count == 0) return inside;
    uint32_t inner = inside->kind == TYPE_STRUCT ? inside->field_count : inside->kind != TYPE_NULL;
    struct field *fields = ARENA_ARRAY(t->arena, struct field, inner + start->attribute_count);
    if (inside->kind == TYPE_STRUCT)
        for (uint32_t i = 0; i < inner; i++) fields[i] = inside->fields[i];
    else if (inner)
        fields[0] = make_field(t, t->options->value_tag, inside);
    for (uint32_t i = 0; i < start->attribute_count; i++)
        fields[inner + i] = make_field(t, xml_attribute_name(t->arena, t->options, start->attributes[i].name),
                                       infer_attribute(t, start->attributes[i].value));
    return sorted_struct(t->arena, fields, inner + start->attribute_count);
}

/* XML_MAX_DEPTH bounds the recursion. */
static const struct type *infer_object(const struct xml_target *t, struct xml_reader *r,
                                       const struct xml_event *start) {
    field_list fields = {0};
    for (uint32_t i = 0; start && !t->options->exclude_attributes && i < start->attribute_count; i++)
        add(t, &fields, xml_attribute_name(t->arena, t->options, start->attributes[i].name),
            infer_attribute(t, start->attributes[i].value));
    for (;;) {
        struct xml_event event = xml_next(r);
        if (event.kind == XML_MALFORMED) return NULL;
        if (event.kind == XML_END || event.kind == XML_DONE) break;
        if (event.kind == XML_TEXT) {
            if (!xml_is_blank(event.text)) add(t, &fields, t->options->value_tag, infer_text(t, event.text));
            continue;
        }
        const struct type *type = infer_element(t, r, &event);
        if (!type) return NULL;
        add(t, &fields, xml_element_name(t->options, event.text), type);
    }
    return sorted_struct(t->arena, fields.items, fields.count);
}

const struct type *xml_infer(const struct xml_target *t, struct xml_reader *r, const struct xml_event *start) {
    return infer_object(t, r, start);
}
