/* SPDX-License-Identifier: Apache-2.0 */
/* What the analyzer and the optimizer share: making nodes, walking and rewriting the expressions of a node. */
#ifndef ROOST_PLAN_PLAN_INT_H
#define ROOST_PLAN_PLAN_INT_H

#include "plan/plan.h"

/* A node over one child, with the child's output. */
struct plan *plan_unary(struct arena *arena, enum plan_kind kind, struct plan *child, uint32_t expr_count);
/* Output = what the node's exprs (ATTRIBUTE, ALIAS) give. */
void plan_output_from_exprs(struct arena *arena, struct plan *p);
struct plan *plan_project(struct arena *arena, struct plan *child, struct expr *const *exprs, uint32_t count);
struct plan *plan_project_attributes(struct arena *arena, struct plan *child, struct attribute *const *attributes,
                                     uint32_t count);
/* The same as a node that only takes columns away again: names see through it. */
struct plan *plan_restore(struct arena *arena, struct plan *child, struct attribute *const *attributes, uint32_t count);
struct plan *plan_filter(struct arena *arena, struct plan *child, struct expr *condition);
/* EXISTENCE: the caller sets join.existence and calls plan_join_output(). */
struct plan *plan_join(struct arena *arena, enum join_type type, struct plan *left, struct plan *right,
                       struct expr *condition);
/* Output of a join from its children and type. */
void plan_join_output(struct arena *arena, struct plan *join);
bool join_keeps_right(enum join_type type);

struct attribute *attribute_new(struct arena *arena, uint64_t id, const char *name, const struct type *type,
                                bool nullable);
/* a itself when it is that already. */
struct attribute *attribute_nullable(struct arena *arena, struct attribute *a, bool nullable);
struct attribute *plan_find_output(const struct plan *p, uint64_t id);

/* A set of attribute ids, and what each stands for: open addressing, in an arena. */
struct id_map {
    uint32_t count, capacity; /* capacity: 0 or a power of two */
    struct id_entry {
        uint64_t id; /* 0: free; ids start at 1 */
        void *value;
    } * entries;
};
void *id_map_get(const struct id_map *map, uint64_t id); /* NULL: not there */
void id_map_put(struct arena *arena, struct id_map *map, uint64_t id, void *value);

/* Calls visit with the address of every expression of the node (not of its children, nor inside expressions). */
typedef bool visit_expr_slot(struct expr **slot, void *data);
bool plan_each_expr(struct plan *p, visit_expr_slot *visit, void *data);
/* Copies what plan_each_expr() would write to, so that a copied node's expressions can be replaced. */
void plan_own_exprs(struct arena *arena, struct plan *p);
/* The plan with ids replaced as the map says (old id -> new id as a pointer); what does not change is shared. */
struct plan *plan_substitute(struct arena *arena, struct plan *p, const struct id_map *ids);
struct expr *expr_substitute(struct arena *arena, struct expr *e, const struct id_map *ids);
/* same.c: equal in what they give, row for row and column for column, though not in their ids or the order of operands. */
bool expr_same(struct arena *arena, const struct expr *a, const struct expr *b);
bool plan_same(struct arena *arena, const struct plan *p, const struct plan *q);
/* Adds the ids that e refers to; those of subqueries' outer references included. */
void expr_collect_ids(struct arena *arena, const struct expr *e, struct id_map *into);

/* The plan with each of its expressions mapped; outputs stay as they are. */
struct plan *plan_map_exprs(struct arena *arena, struct plan *p, struct expr *(*map)(struct expr *e, void *data),
                            void *data);
/* e with what hangs directly below it mapped (arguments, filters, orders, partitions): for top-down rewriting. */
struct expr *expr_map_children(struct arena *arena, struct expr *e, struct expr *(*map)(struct expr *e, void *data),
                               void *data);

/* How much of the thread's stack may still be used by recursion over plans and expressions. */
struct stack_guard {
    const char *base;
};
static inline bool stack_is_low(const struct stack_guard *guard) {
    char here;
    ptrdiff_t used = guard->base - (const char *)&here;
    return used > 5 * 1024 * 1024 || used < -5 * 1024 * 1024;
}

#endif
