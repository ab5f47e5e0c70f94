/* SPDX-License-Identifier: Apache-2.0 */
#include "function/list_run.h"

#include "base/vectorized.h"

/* Where each list but the first begins where the one before ends. */
VECTORIZED static bool lists_follow(const struct list_entry *lists, uint32_t rows) {
    uint32_t broken = 0;
    for (uint32_t i = 1; i < rows; i++) broken |= lists[i].offset ^ (lists[i - 1].offset + lists[i - 1].length);
    return !broken;
}

struct list_run list_run_of(const struct vector *v, uint32_t rows) {
    const struct list_entry *lists = v->data;
    struct list_run run = {.dense = true};
    if (rows && v->form == VECTOR_FLAT && !v->validity && lists_follow(lists, rows)) {
        run.first = lists[0].offset;
        run.total = lists[rows - 1].offset + lists[rows - 1].length - run.first;
        return run;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(v, i)) continue;
        struct list_entry list = lists[vector_entry(v, i)];
        if (!run.total) run.first = list.offset;
        run.dense &= !list.length || list.offset == run.first + run.total;
        run.total += list.length;
    }
    return run;
}
