/* SPDX-License-Identifier: Apache-2.0 */
#include "function/external.h"

bool external_is_text(const struct expr *e) {
    return e->foldable && (type_is_string(e->type) || e->type->kind == TYPE_NULL);
}

bool external_is_options(const struct expr *e) {
    const struct type *t = e->type;
    if (!e->foldable || t->kind == TYPE_NULL) return e->foldable;
    if (t->kind != TYPE_MAP) return false;
    bool empty = t->key->kind == TYPE_NULL && t->element->kind == TYPE_NULL;
    return empty || (type_is_string(t->key) && type_is_string(t->element));
}

/* The function's name in capitals. */
static const char *shouted(struct resolver *r, const struct expr *call) {
    char *name = arena_strdup(r->arena, call->call.name);
    for (char *c = name; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    return name;
}

void external_refuse(struct resolver *r, const struct expr *call, uint32_t i, const char *what, struct error *err) {
    static const char *const ordinals[] = {"first", "second", "third", "fourth"};
    const char *message = arena_printf(r->arena, "The %s argument of the %s SQL function must be a constant %s",
                                       ordinals[i], shouted(r, call), what);
    resolve_mismatch(r, call, err, "TYPE_CHECK_FAILURE_WITH_HINT", "msg", message, "hint", "", NULL);
}

/* `name` with as many arguments as it takes at most: those not given are NULL, and names show them. */
struct expr *external_with_all(struct resolver *r, const struct expr *call, uint32_t count) {
    struct expr *all = expr_copy_node(r->arena, call);
    all->children =
        arena_grow(r->arena, all->children, call->child_count * sizeof *all->children, count * sizeof *all->children);
    while (all->child_count < count) all->children[all->child_count++] = expr_null(r->arena, TYPE_OF(NULL));
    return all;
}

struct expr *external_not_loaded(struct resolver *r, const struct expr *call, const char *condition,
                                 struct error *err) {
    error_set(err, condition, "functionName", shouted(r, call), NULL);
    error_at(err, call->origin);
    return NULL;
}
