/* SPDX-License-Identifier: Apache-2.0 */
#include "function/value_internal.h"

#include "base/timezone.h"
#include "column/value_text.h"

static void add_members(struct text *t, const struct vector *v, uint32_t entry) {
    text_add_char(t, '[');
    if (v->type->kind == TYPE_STRUCT) {
        for (uint32_t i = 0; i < v->child_count; i++) {
            if (i) text_add_char(t, ',');
            value_internal_add(t, &v->children[i], entry);
        }
    } else {
        struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
        for (uint32_t i = list.offset; i < list.offset + list.length; i++) {
            if (i > list.offset) text_add_char(t, ',');
            value_internal_add(t, &v->children[0], i);
        }
    }
    text_add_char(t, ']');
}

void value_internal_add(struct text *t, const struct vector *v, uint32_t row) {
    struct value_text how = {.zone = &timezone_utc};
    struct vector held = *v;
    enum type_kind kind = v->type->kind;
    if (kind == TYPE_NULL || vector_is_null(v, row)) {
        text_add(t, "null");
        return;
    }
    uint32_t entry = vector_entry(v, row);
    if (kind == TYPE_BINARY) {
        binary_text_add(t, VECTOR_DATA(v, struct string)[entry], BINARY_HEX_DISCRETE);
        return;
    }
    if (kind == TYPE_ARRAY || kind == TYPE_STRUCT) {
        add_members(t, v, entry);
        return;
    }
    if (kind == TYPE_DATE || kind == TYPE_YEAR_MONTH_INTERVAL)
        held.type = TYPE_OF(INT);
    else if (type_storage(v->type) == STORAGE_INT64 && kind != TYPE_DECIMAL)
        held.type = TYPE_OF(LONG);
    value_text_add(t, &held, row, &how);
}
