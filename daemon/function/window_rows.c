/* SPDX-License-Identifier: Apache-2.0 */
#include "function/window_rows.h"

/* Where there is no row, its value is whatever row 0 has: it is NULL afterwards. */
#define TAKE(ctype)                                                                                                    \
    for (uint32_t i = 0; i < p->rows; i++)                                                                             \
    VECTOR_DATA(out, ctype)[i] = ((const ctype *)values->data)[from[i] == NO_ROW ? 0 : from[i]]

static bool take_fixed(struct call *call, const struct window_partition *p, const uint32_t *from, struct vector *out) {
    const struct vector *values = vector_flatten(call->arena, p->arguments, p->rows);
    vector_init(out, call->arena, call->expr->type, p->rows);
    switch (storage_size(type_storage(out->type))) {
        case 1: TAKE(uint8_t); break;
        case 2: TAKE(uint16_t); break;
        case 4: TAKE(uint32_t); break;
        case 8: TAKE(uint64_t); break;
        case 16: TAKE(uint128); break;
        default: return false;
    }
    for (uint32_t i = 0; i < p->rows; i++)
        if (from[i] == NO_ROW || (values->validity && !bit_get(values->validity, from[i])))
            vector_set_null(out, call->arena, i, p->rows);
    return true;
}

void window_take_rows(struct call *call, const struct window_partition *p, const uint32_t *from,
                      const struct vector *otherwise, struct vector *out) {
    enum storage storage = type_storage(call->expr->type);
    if (otherwise && otherwise->type->kind == TYPE_NULL) otherwise = NULL;
    bool is_nested = storage == STORAGE_LIST || storage == STORAGE_STRUCT;
    if (!otherwise && !is_nested && p->rows && take_fixed(call, p, from, out)) return;
    struct builder b;
    builder_init(&b, call->arena, call->expr->type, p->rows);
    for (uint32_t i = 0; i < p->rows; i++) {
        if (from[i] != NO_ROW)
            builder_append_row(&b, &p->arguments[0], from[i], false);
        else if (otherwise)
            builder_append_row(&b, otherwise, i, false);
        else
            builder_append_null(&b);
    }
    *out = *builder_finish(&b);
}
