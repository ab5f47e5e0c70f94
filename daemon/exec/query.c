/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A query's life: operators are made for the plan's nodes, pulled from the root, and closed together.
 *
 * Nodes that change nothing about rows (aliases, hints) get no operator. Every operator is entered
 * in the query's list when it is made, so closing needs no walk over trees, and what a failed open has left behind
 * is closed as well.
 */
#include "exec/exchange.h"
#include "exec/exec_int.h"
#include "exec/rollup.h"
#include "exec/subquery.h"
#include "exec/udf.h"

enum { DEPTH_MAX = 8192 };

struct operator_list {
    struct operator_list *older;
    struct operator operator; /* the head of the operator's state, which continues behind it */
};

static const struct operator_ops *const ops_of_kind[PLAN_KIND_COUNT] = {
    [PLAN_ONE_ROW] = &one_row_ops,     [PLAN_LOCAL] = &local_ops,
    [PLAN_RANGE] = &range_ops,         [PLAN_PROJECT] = &project_ops,
    [PLAN_FILTER] = &filter_ops,       [PLAN_EXPAND] = &expand_ops,
    [PLAN_UNION] = &union_ops,         [PLAN_INTERSECT] = &set_operation_ops,
    [PLAN_SORT] = &sort_ops,           [PLAN_EXCEPT] = &set_operation_ops,
    [PLAN_TAIL] = &tail_ops,           [PLAN_SCRIPT] = &script_ops,
    [PLAN_LIMIT] = &limit_ops,         [PLAN_DISTINCT] = &distinct_ops,
    [PLAN_SAMPLE] = &sample_ops,       [PLAN_METRICS] = &metrics_ops,
    [PLAN_RECURSION] = &recursion_ops, [PLAN_RECURSION_REFERENCE] = &recursion_reference_ops,
    [PLAN_WINDOW] = &window_ops,       [PLAN_SHOW_STRING] = &show_string_ops,
    [PLAN_SCAN] = &scan_ops,           [PLAN_CTE] = &cte_ops,
    [PLAN_CTE_REFERENCE] = &cte_ops,

};

static bool passes_through(enum plan_kind kind) {
    return kind == PLAN_SUBQUERY_ALIAS || kind == PLAN_HINT;
}

static const struct operator_ops *map_ops_for(const struct plan *plan) {
    int32_t type = plan->map.function->kind == EXPR_UDF ? plan->map.function->udf.eval_type : 0;
    switch (type) {
        case UDF_MAP_PANDAS_ITER:
        case UDF_MAP_ARROW_ITER: return &map_ops;
        case UDF_GROUPED_MAP_PANDAS:
        case UDF_GROUPED_MAP_ARROW:
        case UDF_GROUPED_MAP_PANDAS_ITER:
        case UDF_GROUPED_MAP_ARROW_ITER:
        case UDF_COGROUPED_MAP_PANDAS:
        case UDF_COGROUPED_MAP_ARROW: return &map_groups_ops;
        default: return NULL;
    }
}

/* An aggregate whose functions are the client's: df.groupBy().agg(pandas_udf). */
static bool aggregates_by_client(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->expr_count; i++) {
        const struct expr *e = plan->exprs[i];
        while (e->kind == EXPR_ALIAS) e = e->children[0];
        if (e->kind == EXPR_UDF && expr_is_aggregate(e)) return true;
    }
    return false;
}

static const struct operator_ops *ops_for(const struct query *query, const struct plan *plan) {
    switch (plan->kind) {
        case PLAN_LIMIT: return plan->limit.order_count ? &top_n_ops : &limit_ops;
        case PLAN_JOIN: return plan->join.key_count ? &hash_join_ops : &loop_join_ops;
        case PLAN_AGGREGATE: return aggregates_by_client(plan) ? &map_groups_ops : &aggregate_ops;
        case PLAN_MAP: return map_ops_for(plan);
        case PLAN_GENERATE: return expr_is_table(plan->generate.generator) ? &client_table_ops : &generate_ops;
        case PLAN_REPARTITION:
            if (plan->repartition.count <= 0) return &exchange_ops;
            return plan->repartition.how == PARTITION_COALESCE || plan->repartition.count == 1 ? &coalesce_ops
                                                                                               : &repartition_ops;
        case PLAN_COMMAND: return query->command_ops;
        default: return ops_of_kind[plan->kind];
    }
}

struct operator*
    operator_new(struct query *query, const struct operator_ops *ops, const struct plan *plan, uint32_t child_count) {
    struct operator_list *entry = arena_alloc(&query->arena, offsetof(struct operator_list, operator) + ops->size);
    struct operator* op = & entry->operator;
    *op = (struct operator){.ops = ops, .plan = plan, .query = query, .child_count = child_count};
    op->children = ARENA_ARRAY(&query->arena, struct operator*, child_count);
    arena_init(&op->memory, &query->account);
    evaluator_init(&op->evaluator, &op->memory, query->context);
    op->evaluator.udf_owner = query;
    op->evaluator.seed_shift = query->seed_shift;
    entry->older = query->operators;
    query->operators = entry;
    return op;
}

struct operator* operator_build(struct query *query, const struct plan *plan, uint32_t depth, struct error *err) {
    while (passes_through(plan->kind)) plan = plan->children[0];
    if (plan->kind == PLAN_JOIN && !(plan = udf_condition_above(query, plan, err))) return NULL;
    if (depth > DEPTH_MAX) {
        error_unsupported(err, "a plan of more than %d levels", DEPTH_MAX);
        return NULL;
    }
    const struct plan *finest = rollup_finest(query, plan);
    const struct operator_ops *ops = finest ? &rollup_ops : ops_for(query, plan);
    if (!ops) {
        error_unsupported(err, "this kind of plan (%d)", (int)plan->kind);
        return NULL;
    }
    /* The step of a recursion is built anew for each of its levels. */
    uint32_t children = plan->kind == PLAN_RECURSION ? 1 : plan->child_count;
    struct operator* op = operator_new(query, ops, plan, children);
    bool any_order = plan->kind == PLAN_AGGREGATE;
    for (uint32_t i = 0; i < children; i++) {
        const struct plan *child = finest ? finest : plan->children[i];
        if (!(op->children[i] = operator_build(query, child, depth + 1, err))) return NULL;
        op->children[i]->any_order = any_order;
    }
    op = udfs_extract(op);
    return op ? exchange_over(op) : NULL;
}

static enum exec_status open_operator(struct operator* op, struct error *err) {
    enum exec_status status = subqueries_run(op, err);
    if (status != EXEC_DONE) return status;
    if (op->ops->open && !op->ops->open(op, err)) return EXEC_ERROR;
    op->is_open = true;
    return EXEC_DONE;
}

enum exec_status operator_next(struct operator* op, struct batch *out, struct error *err) {
    if (!op->is_open) {
        enum exec_status status = open_operator(op, err);
        if (status != EXEC_DONE) return status;
    }
    if (!op->keeps_batch) evaluator_reset(&op->evaluator);
    enum exec_status status = op->ops->next(op, out, err);
    if (status == EXEC_BATCH) op->rows_out += out->count;
    return status;
}

enum exec_status operator_read(struct operator* op, struct batch *out, struct error *err) {
    enum exec_status status = operator_next(op->children[0], out, err);
    op->evaluator.partition = op->children[0]->partition;
    return status;
}

enum exec_status operator_pull(struct operator* op, struct batch *out, struct error *err) {
    enum exec_status status = operator_read(op, out, err);
    op->partition = op->children[0]->partition;
    return status;
}

struct query_call {
    struct query *query;
    const struct plan *plan;
    struct batch *out;
    enum exec_status status;
};

static bool open_guarded(void *argument, struct error *err) {
    struct query_call *call = argument;
    call->query->root = operator_build(call->query, call->plan, 0, err);
    return call->query->root != NULL;
}

bool query_open(struct query *query, const struct plan *optimized, struct error *err) {
    arena_init(&query->arena, &query->account);
    query->plan = optimized;
    struct query_call call = {.query = query, .plan = optimized};
    return memory_guard(&query->account, open_guarded, &call, err);
}

static bool next_guarded(void *argument, struct error *err) {
    struct query_call *call = argument;
    call->status = operator_next(call->query->root, call->out, err);
    return call->status != EXEC_ERROR;
}

enum exec_status query_next(struct query *query, struct batch *out, struct error *err) {
    struct query_call call = {.query = query, .out = out};
    return memory_guard(&query->account, next_guarded, &call, err) ? call.status : EXEC_ERROR;
}

static void close_one(struct operator* op) {
    if (op->is_closed) return;
    op->is_closed = true;
    if (op->ops->close) op->ops->close(op);
    evaluator_release(&op->evaluator);
    arena_release(&op->memory);
}

void operator_close(struct operator* op) {
    for (uint32_t i = 0; i < op->child_count; i++) operator_close(op->children[i]);
    close_one(op);
}

void query_close(struct query *query) {
    struct operator_list *entry = query->operators;
    query->operators = NULL;
    query->root = NULL;
    for (; entry; entry = entry->older) close_one(&entry->operator);
    if (query->arena.account) arena_release(&query->arena);
}
