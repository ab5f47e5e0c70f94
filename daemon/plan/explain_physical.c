/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operators that exec/ runs, under the names of Spark's that do the same:
 *
 *     HashAggregate(keys=[s#2], functions=[sum(x#3)])
 *     +- BroadcastHashJoin [id#1L], [id#4L], Inner, BuildRight, false
 *        :- LocalTableScan [id#1L, s#2, x#3]
 *        +- LocalTableScan [id#4L]
 *
 * There is one process: an exchange stands only where rows are divided for the user's sake (repartition), and an
 * aggregation is one operator. A join whose sides Spark would both exchange gives its rows in the order that this
 * makes (exec/exchange.h), and is a ShuffledHashJoin here.
 */
#include "plan/explain.h"
#include "plan/partitions.h"

/* --- joins --- */

static uint32_t explain_join(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    struct text t;
    text_init(&t, x->arena);
    const char *side = p->join.build_left ? "BuildLeft" : "BuildRight";
    bool by_keys = p->join.key_count > 0, exchanges = plan_join_exchanges(p);
    text_add_char(&t, ' ');
    if (by_keys) {
        explain_exprs(x, &t, p->join.left_keys, p->join.key_count);
        text_add(&t, ", ");
        explain_exprs(x, &t, p->join.right_keys, p->join.key_count);
        text_printf(&t, ", %s, %s", explain_join_names[p->join.type], side);
    } else {
        text_printf(&t, "%s, %s", side, explain_join_names[p->join.type]);
    }
    if (p->join.condition) {
        text_add(&t, ", ");
        expr_explain(&t, p->join.condition, x->nameless);
    }
    if (by_keys && !exchanges) text_add(&t, p->join.type == JOIN_ANTI_NULL_AWARE ? ", true" : ", false");
    const char *name = !by_keys ? "BroadcastNestedLoopJoin" : exchanges ? "ShuffledHashJoin" : "BroadcastHashJoin";
    lines[0] = (struct explain_line){name, text_finish(&t)};
    return 1;
}

/* --- aggregation --- */

static void put_functions(struct explanation *x, struct text *t, const struct plan *p) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->expr_count; i++) {
        const struct expr *e = p->exprs[i];
        while (e->kind == EXPR_ALIAS) e = e->children[0];
        if (!expr_is_aggregate(e)) continue;
        if (count++) text_add(t, ", ");
        expr_explain(t, e, x->nameless);
    }
}

static uint32_t explain_aggregate(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    struct text t;
    text_init(&t, x->arena);
    text_add(&t, "(keys=");
    if (p->kind == PLAN_AGGREGATE)
        explain_exprs(x, &t, p->aggregate.groups, p->aggregate.group_count);
    else if (p->distinct.key_count)
        explain_attributes(x, &t, p->distinct.keys, p->distinct.key_count);
    else
        explain_attributes(x, &t, p->output, p->output_count);
    text_add(&t, ", functions=[");
    if (p->kind == PLAN_AGGREGATE) put_functions(x, &t, p);
    text_add(&t, "])");
    lines[0] = (struct explain_line){"HashAggregate", text_finish(&t)};
    return 1;
}

/* --- limits --- */

static uint32_t explain_limit(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    struct text t;
    text_init(&t, x->arena);
    if (!p->limit.order_count) {
        text_printf(&t, " %lld", (long long)p->limit.limit);
        if (p->limit.offset) text_printf(&t, ", %lld", (long long)p->limit.offset);
        lines[0] = (struct explain_line){"CollectLimit", text_finish(&t)};
        return 1;
    }
    text_printf(&t, "(limit=%lld, orderBy=", (long long)p->limit.limit);
    explain_orders(x, &t, p->limit.order, p->limit.order_count);
    text_add(&t, ", output=");
    explain_attributes(x, &t, p->output, p->output_count);
    if (p->limit.offset) text_printf(&t, ", offset=%lld", (long long)p->limit.offset);
    text_add_char(&t, ')');
    lines[0] = (struct explain_line){"TakeOrderedAndProject", text_finish(&t)};
    return 1;
}

/* --- partitions --- */

static void put_partitioning(struct explanation *x, struct text *t, const struct plan *p) {
    uint32_t count = p->repartition.count > 0 ? (uint32_t)p->repartition.count : partition_shuffle_count(x->context);
    if (p->repartition.how == PARTITION_ROUND_ROBIN) {
        text_printf(t, " RoundRobinPartitioning(%u)", count);
        return;
    }
    bool by_range = p->repartition.how == PARTITION_RANGE;
    text_add(t, by_range ? " rangepartitioning(" : " hashpartitioning(");
    for (uint32_t i = 0; i < p->repartition.key_count; i++) {
        const struct sort_order *key = &p->repartition.keys[i];
        expr_explain(t, key->expr, x->nameless);
        if (by_range) text_add(t, key->descending ? " DESC" : " ASC");
        if (by_range) text_add(t, key->nulls_first ? " NULLS FIRST" : " NULLS LAST");
        text_add(t, ", ");
    }
    text_printf(t, "%u)", count);
}

static uint32_t explain_exchange(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    struct text t;
    text_init(&t, x->arena);
    if (p->repartition.how == PARTITION_COALESCE) {
        text_printf(&t, " %d", p->repartition.count);
        lines[0] = (struct explain_line){"Coalesce", text_finish(&t)};
        return 1;
    }
    if (p->repartition.count == 1)
        text_add(&t, " SinglePartition");
    else
        put_partitioning(x, &t, p);
    text_add(&t, p->repartition.count > 0 ? ", REPARTITION_BY_NUM" : ", REPARTITION_BY_COL");
    lines[0] = (struct explain_line){"Exchange", text_finish(&t)};
    return 1;
}

/* --- functions of the client, generators --- */

static const char *map_name(const struct plan *p) {
    int32_t type = p->map.function->kind == EXPR_UDF ? p->map.function->udf.eval_type : 0;
    switch (type) {
        case UDF_MAP_ARROW_ITER: return "MapInArrow";
        case UDF_GROUPED_MAP_PANDAS:
        case UDF_GROUPED_MAP_PANDAS_ITER: return "FlatMapGroupsInPandas";
        case UDF_GROUPED_MAP_ARROW:
        case UDF_GROUPED_MAP_ARROW_ITER: return "FlatMapGroupsInArrow";
        case UDF_COGROUPED_MAP_PANDAS: return "FlatMapCoGroupsInPandas";
        case UDF_COGROUPED_MAP_ARROW: return "FlatMapCoGroupsInArrow";
        default: return "MapInPandas";
    }
}

static uint32_t explain_generate(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    struct text t;
    text_init(&t, x->arena);
    text_add_char(&t, ' ');
    expr_explain(&t, p->generate.generator, x->nameless);
    text_add(&t, ", ");
    uint32_t kept = p->output_count - p->generate.generated_count;
    if (kept) explain_attributes(x, &t, p->output, kept);
    if (kept) text_add(&t, ", ");
    text_add(&t, p->generate.outer ? "true, " : "false, ");
    explain_attributes(x, &t, p->generate.generated, p->generate.generated_count);
    lines[0] = (struct explain_line){"Generate", text_finish(&t)};
    return 1;
}

/* --- sources --- */

static uint32_t explain_source(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    struct text t;
    text_init(&t, x->arena);
    text_add_char(&t, ' ');
    if (p->kind == PLAN_RANGE) {
        text_printf(&t, "(%lld, %lld, step=%lld, splits=%u)", (long long)p->range.start, (long long)p->range.end,
                    (long long)p->range.step,
                    p->range.partitions > 0 ? (uint32_t)p->range.partitions : partition_parallelism(x->context));
        lines[0] = (struct explain_line){"Range", text_finish(&t)};
        return 1;
    }
    if (p->kind == PLAN_SCAN) {
        const struct scan_table *table = p->scan.table;
        text_printf(&t, "%s ", p->scan.files->format);
        if (table) text_printf(&t, "spark_catalog.%s.%s", table->database, table->name);
    }
    if (p->kind == PLAN_SCAN)
        explain_scan(x, &t, p);
    else
        explain_attributes(x, &t, p->output, p->output_count);
    const char *details = text_finish(&t);
    if (p->kind == PLAN_SCAN) {
        lines[0] = (struct explain_line){"FileScan", details};
        return 1;
    }
    lines[0] = (struct explain_line){p->local.kept ? "InMemoryTableScan" : "LocalTableScan", details};
    if (!p->local.kept) return 1;
    details = arena_printf(x->arena, "%s, StorageLevel(disk, memory, deserialized, 1 replicas)", details);
    lines[1] = (struct explain_line){"InMemoryRelation", details};
    return 2;
}

uint32_t explain_physical(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    switch (p->kind) {
        case PLAN_LOCAL:
        case PLAN_RANGE:
        case PLAN_SCAN: return explain_source(x, p, lines);
        case PLAN_JOIN: return explain_join(x, p, lines);
        case PLAN_AGGREGATE:
        case PLAN_DISTINCT: return explain_aggregate(x, p, lines);
        case PLAN_LIMIT: return explain_limit(x, p, lines);
        case PLAN_REPARTITION: return explain_exchange(x, p, lines);
        case PLAN_GENERATE: return explain_generate(x, p, lines);
        default: break;
    }
    uint32_t count = explain_logical(x, p, lines);
    if (p->kind == PLAN_MAP) lines[0].name = map_name(p);
    if (p->kind == PLAN_ONE_ROW) lines[0] = (struct explain_line){"Scan OneRowRelation", "[]"};
    if (p->kind == PLAN_UNION) lines[0].details = "";
    if (p->kind == PLAN_SORT) lines[0].details = arena_printf(x->arena, "%s, 0", lines[0].details);
    return count;
}
