/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions as lists of conjuncts, and which columns an expression reads. */
#include <string.h>

#include "plan/optimize.h"

bool is_call(const struct expr *e, const char *function) {
    return e->kind == EXPR_CALL && e->call.function && strcmp(e->call.function->name, function) == 0;
}

/* A chain of ANDs leans to the left: the loop follows it, recursion takes the right sides. */
void split_conjuncts(struct arena *arena, struct expr *e, struct expr_list *out) {
    struct expr_list right = {0};
    while (is_call(e, "and")) {
        LIST_PUSH(arena, &right, e->children[1]);
        e = e->children[0];
    }
    LIST_PUSH(arena, out, e);
    while (right.count) {
        e = right.items[--right.count];
        if (is_call(e, "and"))
            split_conjuncts(arena, e, out);
        else
            LIST_PUSH(arena, out, e);
    }
}

struct expr *join_conjuncts(struct optimizer *o, struct expr *const *items, uint32_t count) {
    struct expr *all = count ? items[0] : NULL;
    for (uint32_t i = 1; i < count && all; i++) all = resolve_binary(&o->resolver, "and", all, items[i], o->err);
    return all;
}

struct read_check {
    const struct id_map *ids;
    bool good;
};

static bool check_read(const struct expr *e, void *data) {
    struct read_check *check = data;
    if (e->kind == EXPR_OUTER) return false;
    if (e->kind == EXPR_ATTRIBUTE && !id_map_get(check->ids, e->column.attribute->id)) check->good = false;
    return check->good;
}

bool reads_only(const struct expr *e, const struct id_map *ids) {
    struct read_check check = {ids, true};
    expr_visit(e, check_read, &check);
    return check.good;
}

void add_output_ids(struct arena *arena, const struct plan *p, struct id_map *into) {
    for (uint32_t i = 0; i < p->output_count; i++) id_map_put(arena, into, p->output[i]->id, p->output[i]);
}
