/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A join's condition as keys and a rest: left.a = right.b AND left.c < right.d has the keys a and b. Sides of an
 * equality may be any expressions, each over one side alone.
 */
#include "plan/optimize.h"

struct sides {
    struct id_map left, right;
};

struct key_list {
    LIST(struct expr *) left;
    LIST(struct expr *) right;
    LIST(bool) null_safe;
};

static bool has_columns(const struct expr *e) {
    return expr_contains(e, EXPR_ATTRIBUTE);
}

static bool take_key(struct optimizer *o, const struct sides *s, const struct expr *e, struct key_list *keys) {
    bool null_safe = is_call(e, "<=>");
    if (!null_safe && !is_call(e, "=") && !is_call(e, "==")) return false;
    struct expr *a = e->children[0], *b = e->children[1];
    if (!has_columns(a) || !has_columns(b) || !a->deterministic || !b->deterministic) return false;
    if (reads_only(a, &s->right) && reads_only(b, &s->left)) {
        struct expr *swap = a;
        a = b;
        b = swap;
    }
    if (!reads_only(a, &s->left) || !reads_only(b, &s->right)) return false;
    LIST_PUSH(o->arena, &keys->left, a);
    LIST_PUSH(o->arena, &keys->right, b);
    LIST_PUSH(o->arena, &keys->null_safe, null_safe);
    return true;
}

struct plan *find_join_keys(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, find_join_keys);
    if (!p || p->kind != PLAN_JOIN || !p->join.condition || p->join.lateral) return p;
    struct sides sides = {0};
    add_output_ids(o->arena, p->children[0], &sides.left);
    add_output_ids(o->arena, p->children[1], &sides.right);
    struct expr_list conjuncts = {0}, rest = {0};
    split_conjuncts(o->arena, p->join.condition, &conjuncts);
    struct key_list keys = {0};
    for (uint32_t i = 0; i < conjuncts.count; i++)
        if (!take_key(o, &sides, conjuncts.items[i], &keys)) LIST_PUSH(o->arena, &rest, conjuncts.items[i]);
    if (!keys.left.count) return p;
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->join.key_count = keys.left.count;
    copy->join.left_keys = keys.left.items;
    copy->join.right_keys = keys.right.items;
    copy->join.null_safe = keys.null_safe.items;
    copy->join.condition = join_conjuncts(o, rest.items, rest.count);
    if (copy->join.type == JOIN_CROSS) copy->join.type = JOIN_INNER;
    return error_is_set(o->err) ? NULL : copy;
}
