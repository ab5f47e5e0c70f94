/* SPDX-License-Identifier: Apache-2.0 */
/*
 * window_time(window): the last microsecond of a window of time, as which the window's rows may be windowed again.
 * window() itself changes a query's rows, and is the analyzer's (plan/time_window.c).
 */
#include "function/datetime_kernel.h"

static struct expr *resolve_window_time(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    bool window = t->field_count == 2 && strcmp(t->fields[1].name, "end") == 0 &&
                  (t->fields[1].type->kind == TYPE_TIMESTAMP || t->fields[1].type->kind == TYPE_TIMESTAMP_NTZ);
    if (!window) {
        error_unsupported(err, "window_time() of what is no window");
        error_at(err, call->origin);
        return NULL;
    }
    call->type = t->fields[1].type;
    call->nullable = true;
    return call;
}

static bool window_time_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    const struct vector *end = &arguments->children[1];
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        uint32_t entry = vector_entry(arguments, row);
        if (vector_is_null(end, entry)) {
            vector_set_null(out, call->arena, row, rows);
        } else {
            int64_t micros = VECTOR_DATA(end, int64_t)[vector_entry(end, entry)];
            if (__builtin_sub_overflow(micros, 1, &to[row])) return long_overflow(err);
        }
    }
    return true;
}

const struct function datetime_window_functions[] = {
    {"window_time", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE, "(STRUCT) ?", resolve_window_time,
     .kernel = window_time_kernel, .group = "datetime_funcs",
     .usage = "window_time(window) - The last microsecond of a window of time.", .since = "3.4.0"},
    {0},
};
