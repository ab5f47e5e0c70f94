/* SPDX-License-Identifier: Apache-2.0 */
/* The query block that aggregate.c, grouping.c, group_check.c and block_finish.c share: see aggregate.c. */
#ifndef ROOST_PLAN_AGGREGATE_H
#define ROOST_PLAN_AGGREGATE_H

#include "plan/analyze.h"

struct grouping_set {
    uint32_t count;
    uint32_t *members; /* of the block's groups */
};

/* A column of the input that HAVING or ORDER BY named. */
struct input_use {
    const struct expr *column;
    struct u_name name;
    const struct origin *origin;
};

struct block {
    struct analysis *n;
    LIST(struct input_use) uses;
    bool has_star; /* in SELECT: no positions then */
    struct plan *input;
    struct items items;
    const struct origin *all; /* of GROUP BY ALL */
    bool aggregate;
    bool protocol_form;
    bool piped; /* |> AGGREGATE: positions are those of the input */
    uint32_t group_count;
    struct expr **groups;
    uint32_t set_count; /* ROLLUP, CUBE, GROUPING SETS; 0: plain */
    struct grouping_set *sets;
    struct expr *having;
    bool sorted, global;
    uint32_t order_count;
    struct sort_order *order;
    struct time_windows time_windows;
};

/* One GROUP BY expression: a position, an alias, or an expression over the input. */
bool analyze_group(struct block *b, const struct u_expr *u, struct expr **out, struct error *err);

bool any_generator(const struct items *items);

/* block_finish.c */
struct plan *block_finish(struct block *b, struct error *err);

/* grouping.c */
bool has_grouping_sets(const struct u_plan *u);
bool analyze_grouping_sets(struct block *b, const struct u_plan *u, struct error *err);
/* Puts the EXPAND below and rewrites what reads the groups; then grouping() and grouping_id() are gone. */
bool expand_grouping_sets(struct block *b, struct error *err);
/* A call of grouping() or grouping_id(), which means something only within such a block. */
bool is_grouping_mark(const struct expr *e);
bool is_grouped(const struct block *b, const struct expr *e); /* e is what one of the groups is */

/* group_check.c: MISSING_AGGREGATION and its kin. */
bool check_aggregation(struct block *b, struct error *err);
/* Columns that HAVING or ORDER BY took from the input must be groups where they are not aggregated: else the name is
 * one that can't be resolved. */
bool check_input_use(struct block *b, const struct expr *e, struct scope *s, struct error *err);
/* The same for ORDER BY, which above HAVING or windows sees less: UNSUPPORTED_EXPR_FOR_OPERATOR for aggregates. */
bool check_order_use(struct block *b, const struct expr *e, struct scope *s, struct error *err);

/* pivot.c */
struct plan *analyze_group_pivot(struct analysis *n, const struct u_plan *u, struct error *err);

/* sort.c: ORDER BY's list over a scope: positions, ALL, expressions. */
bool analyze_sort_list(struct scope *s, const struct u_plan *u, struct attribute *const *visible, uint32_t count,
                       bool all, struct sort_order **out, uint32_t *out_count, struct error *err);
/* ORDER BY over a plan whose columns are all there. */
struct plan *pull_out_keys(struct analysis *n, struct plan *sort);
struct plan *sort_over(struct analysis *n, struct plan *child, const struct u_plan *u, struct error *err);

#endif
