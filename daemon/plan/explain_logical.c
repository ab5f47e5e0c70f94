/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nodes of a logical plan, analyzed or optimized, under Spark's names:
 *
 *     Project [a#1, (b#2 + 1) AS c#7]
 *     +- Filter (a#1 > 3)
 *        +- LocalRelation [a#1, b#2]
 *
 * A node that Spark has several of is as many lines: a limit is a GlobalLimit over a LocalLimit.
 */
#include "plan/explain.h"

static const char *const node_names[PLAN_KIND_COUNT] = {
    [PLAN_ONE_ROW] = "OneRowRelation",
    [PLAN_LOCAL] = "LocalRelation",
    [PLAN_RANGE] = "Range",
    [PLAN_SCAN] = "Relation",
    [PLAN_PROJECT] = "Project",
    [PLAN_FILTER] = "Filter",
    [PLAN_AGGREGATE] = "Aggregate",
    [PLAN_EXPAND] = "Expand",
    [PLAN_WINDOW] = "Window",
    [PLAN_GENERATE] = "Generate",
    [PLAN_JOIN] = "Join",
    [PLAN_UNION] = "Union",
    [PLAN_INTERSECT] = "Intersect",
    [PLAN_EXCEPT] = "Except",
    [PLAN_SORT] = "Sort",
    [PLAN_LIMIT] = "GlobalLimit",
    [PLAN_TAIL] = "Tail",
    [PLAN_DISTINCT] = "Distinct",
    [PLAN_SAMPLE] = "Sample",
    [PLAN_SUBQUERY_ALIAS] = "SubqueryAlias",
    [PLAN_HINT] = "ResolvedHint",
    [PLAN_REPARTITION] = "Repartition",
    [PLAN_RECURSION] = "UnionLoop",
    [PLAN_RECURSION_REFERENCE] = "UnionLoopRef",
    [PLAN_CTE] = "CTERelationDef",
    [PLAN_CTE_REFERENCE] = "CTERelationRef",
    [PLAN_MAP] = "MapInPandas",
    [PLAN_SCRIPT] = "ScriptTransformation",
    [PLAN_METRICS] = "CollectMetrics",
    [PLAN_SHOW_STRING] = "ShowString",
    [PLAN_COMMAND] = "Command",
};

const char *const explain_join_names[] = {
    [JOIN_INNER] = "Inner",
    [JOIN_LEFT] = "LeftOuter",
    [JOIN_RIGHT] = "RightOuter",
    [JOIN_FULL] = "FullOuter",
    [JOIN_SEMI] = "LeftSemi",
    [JOIN_ANTI] = "LeftAnti",
    [JOIN_CROSS] = "Cross",
    [JOIN_ANTI_NULL_AWARE] = "LeftAnti",
    [JOIN_EXISTENCE] = "ExistenceJoin",
};

/* --- what a line is made of --- */

void explain_exprs(struct explanation *x, struct text *t, struct expr *const *exprs, uint32_t count) {
    text_add_char(t, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_add(t, ", ");
        expr_explain(t, exprs[i], x->nameless);
    }
    text_add_char(t, ']');
}

void explain_attributes(struct explanation *x, struct text *t, struct attribute *const *attributes, uint32_t count) {
    text_add_char(t, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_add(t, ", ");
        attribute_explain(t, attributes[i], x->nameless);
    }
    text_add_char(t, ']');
}

void explain_orders(struct explanation *x, struct text *t, const struct sort_order *orders, uint32_t count) {
    text_add_char(t, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_add(t, ", ");
        expr_explain(t, orders[i].expr, x->nameless);
        text_add(t, orders[i].descending ? " DESC" : " ASC");
        text_add(t, orders[i].nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
    text_add_char(t, ']');
}

void explain_scan_columns(struct explanation *x, struct text *t, const struct plan *p) {
    text_add_char(t, '[');
    for (uint32_t i = 0; i < p->output_count; i++) {
        if (i) text_add_char(t, ',');
        attribute_explain(t, p->output[i], x->nameless);
    }
    text_add_char(t, ']');
}

void explain_expansions(struct explanation *x, struct text *t, const struct plan *p) {
    text_add(t, " [");
    for (uint32_t i = 0; i < p->expand.projection_count; i++) {
        if (i) text_add(t, ", ");
        explain_exprs(x, t, p->expand.projections[i], p->output_count);
    }
    text_add(t, "], ");
    explain_attributes(x, t, p->output, p->output_count);
}

/* What tells one source of rows from another with as many columns, where names do not. */
static void put_source(struct explanation *x, struct text *t, const struct plan *p) {
    if (x->nameless && p->kind == PLAN_LOCAL) text_printf(t, " %p", (void *)p->local.data);
    if (x->nameless && p->kind == PLAN_SCAN && !p->scan.table)
        text_printf(t, " %s, %llu bytes", p->scan.files->location, (unsigned long long)p->scan.bytes);
}

static void put_relation(struct explanation *x, struct text *t, const struct plan *p) {
    const struct scan_table *table = p->kind == PLAN_SCAN ? p->scan.table : NULL;
    text_add_char(t, ' ');
    if (table) text_printf(t, "spark_catalog.%s.%s", table->database, table->name);
    if (p->kind == PLAN_SCAN)
        explain_scan_columns(x, t, p);
    else
        explain_attributes(x, t, p->output, p->output_count);
    if (p->kind == PLAN_SCAN) text_printf(t, " %s", p->scan.files->format);
    put_source(x, t, p);
}

static void put_repartition(struct explanation *x, struct text *t, const struct plan *p) {
    if (!p->repartition.key_count) {
        text_printf(t, " %d, %s", p->repartition.count, p->repartition.how == PARTITION_COALESCE ? "false" : "true");
        return;
    }
    text_add(t, "ByExpression ");
    if (p->repartition.how == PARTITION_RANGE) {
        explain_orders(x, t, p->repartition.keys, p->repartition.key_count);
    } else {
        struct expr **keys = ARENA_ARRAY(x->arena, struct expr *, p->repartition.key_count);
        for (uint32_t i = 0; i < p->repartition.key_count; i++) keys[i] = p->repartition.keys[i].expr;
        explain_exprs(x, t, keys, p->repartition.key_count);
    }
    if (p->repartition.count > 0) text_printf(t, ", %d", p->repartition.count);
}

static void put_conjunct(struct explanation *x, struct text *t, uint32_t *count, struct expr *left, const char *sign,
                         struct expr *right) {
    text_add(t, (*count)++ ? " AND " : "");
    if (sign) text_add_char(t, '(');
    expr_explain(t, left, x->nameless);
    if (!sign) return;
    text_add(t, sign);
    expr_explain(t, right, x->nameless);
    text_add_char(t, ')');
}

static void put_join(struct explanation *x, struct text *t, const struct plan *p) {
    uint32_t count = 0, all = p->join.key_count + (p->join.condition != NULL);
    text_printf(t, " %s%s%s", explain_join_names[p->join.type], all ? ", " : "", all > 1 ? "(" : "");
    for (uint32_t i = 0; i < p->join.key_count; i++)
        put_conjunct(x, t, &count, p->join.left_keys[i], p->join.null_safe && p->join.null_safe[i] ? " <=> " : " = ",
                     p->join.right_keys[i]);
    if (p->join.condition) put_conjunct(x, t, &count, p->join.condition, NULL, NULL);
    text_add(t, all > 1 ? ")" : "");
    if (p->join.broadcast_left) text_add(t, ", leftHint=(strategy=broadcast)");
    if (p->join.broadcast_right) text_add(t, ", rightHint=(strategy=broadcast)");
}

static void put_window(struct explanation *x, struct text *t, const struct plan *p) {
    text_add_char(t, ' ');
    explain_exprs(x, t, p->exprs, p->expr_count);
    text_add(t, ", ");
    explain_exprs(x, t, p->window->partition, p->window->partition_count);
    if (!p->window->order_count) return;
    text_add(t, ", ");
    explain_orders(x, t, p->window->order, p->window->order_count);
}

static void put_map(struct explanation *x, struct text *t, const struct plan *p) {
    text_add_char(t, ' ');
    if (p->map.group_count) {
        explain_exprs(x, t, p->map.groups, p->map.group_count);
        text_add(t, ", ");
    }
    expr_explain(t, p->map.function, x->nameless);
    text_add(t, ", ");
    explain_attributes(x, t, p->output, p->output_count);
}

static void put_aggregate(struct explanation *x, struct text *t, const struct plan *p) {
    text_add_char(t, ' ');
    if (p->aggregate.group_count) {
        explain_exprs(x, t, p->aggregate.groups, p->aggregate.group_count);
        text_add(t, ", ");
    }
    explain_exprs(x, t, p->exprs, p->expr_count);
}

static void put_generate(struct explanation *x, struct text *t, const struct plan *p) {
    text_add_char(t, ' ');
    expr_explain(t, p->generate.generator, x->nameless);
    text_add(t, p->generate.outer ? ", true, " : ", false, ");
    explain_attributes(x, t, p->generate.generated, p->generate.generated_count);
}

static void put_splits(struct text *t, int32_t partitions) {
    if (partitions > 0)
        text_printf(t, "Some(%d))", partitions);
    else
        text_add(t, "None)");
}

static void put_details(struct explanation *x, struct text *t, const struct plan *p) {
    switch (p->kind) {
        case PLAN_LOCAL:
        case PLAN_SCAN: put_relation(x, t, p); break;
        case PLAN_RANGE:
            text_printf(t, " (%lld, %lld, step=%lld, splits=", (long long)p->range.start, (long long)p->range.end,
                        (long long)p->range.step);
            put_splits(t, p->range.partitions);
            break;
        case PLAN_FILTER:
            text_add_char(t, ' ');
            expr_explain(t, p->exprs[0], x->nameless);
            break;
        case PLAN_AGGREGATE: put_aggregate(x, t, p); break;
        case PLAN_EXPAND: explain_expansions(x, t, p); break;
        case PLAN_WINDOW: put_window(x, t, p); break;
        case PLAN_GENERATE: put_generate(x, t, p); break;
        case PLAN_JOIN: put_join(x, t, p); break;
        case PLAN_UNION: text_add(t, " false, false"); break;
        case PLAN_INTERSECT:
        case PLAN_EXCEPT: text_add(t, p->set.all ? " All true" : " false"); break;
        case PLAN_SORT:
            text_add_char(t, ' ');
            explain_orders(x, t, p->sort.order, p->sort.count);
            text_add(t, p->sort.global ? ", true" : ", false");
            break;
        case PLAN_TAIL: text_printf(t, " %lld", (long long)p->limit.limit); break;
        case PLAN_DISTINCT:
            text_add_char(t, ' ');
            explain_attributes(x, t, p->distinct.keys, p->distinct.key_count);
            break;
        case PLAN_SAMPLE:
            text_printf(t, " %.1f, %g, %s, %lld", p->sample.lower, p->sample.upper,
                        p->sample.with_replacement ? "true" : "false", (long long)p->sample.seed);
            break;
        case PLAN_SUBQUERY_ALIAS: text_printf(t, " %s", p->alias.name); break;
        case PLAN_HINT: text_printf(t, " (strategy=%s)", p->hint.name); break;
        case PLAN_REPARTITION: put_repartition(x, t, p); break;
        case PLAN_RECURSION: text_printf(t, " %llu", (unsigned long long)p->recursion.id); break;
        case PLAN_CTE: text_printf(t, " %llu, false", (unsigned long long)p->cte.id); break;
        case PLAN_CTE_REFERENCE:
        case PLAN_RECURSION_REFERENCE:
            text_printf(t, " %llu, true, ",
                        (unsigned long long)(p->kind == PLAN_CTE_REFERENCE ? p->cte.id : p->recursion.id));
            explain_attributes(x, t, p->output, p->output_count);
            break;
        case PLAN_MAP: put_map(x, t, p); break;
        case PLAN_SCRIPT:
            text_printf(t, " %s, ", p->script.command);
            explain_attributes(x, t, p->output, p->output_count);
            break;
        case PLAN_METRICS: text_printf(t, " %s, ", p->metrics.name); __attribute__((fallthrough));
        default:
            if (p->kind != PLAN_METRICS && p->expr_count) text_add_char(t, ' ');
            if (p->expr_count) explain_exprs(x, t, p->exprs, p->expr_count);
            break;
    }
}

static uint32_t explain_limit(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    uint32_t count = 0;
    const char *number = arena_printf(x->arena, " %lld", (long long)p->limit.limit);
    if (p->limit.limit >= 0) {
        lines[count++] = (struct explain_line){"GlobalLimit", number};
        lines[count++] = (struct explain_line){"LocalLimit", number};
    }
    if (p->limit.offset)
        lines[count++] = (struct explain_line){"Offset", arena_printf(x->arena, " %lld", (long long)p->limit.offset)};
    if (p->limit.order_count) {
        struct text t;
        text_init(&t, x->arena);
        text_add_char(&t, ' ');
        explain_orders(x, &t, p->limit.order, p->limit.order_count);
        text_add(&t, ", true");
        lines[count++] = (struct explain_line){"Sort", text_finish(&t)};
    }
    return count;
}

uint32_t explain_logical(struct explanation *x, const struct plan *p, struct explain_line *lines) {
    if (p->kind == PLAN_LIMIT) return explain_limit(x, p, lines);
    struct text t;
    text_init(&t, x->arena);
    put_details(x, &t, p);
    const char *name = node_names[p->kind];
    if (p->kind == PLAN_DISTINCT && p->distinct.key_count) name = "Deduplicate";
    if (p->kind == PLAN_LOCAL && p->local.kept) name = "InMemoryRelation";
    if (p->kind == PLAN_DISTINCT && !p->distinct.key_count) t.size = 0;
    lines[0] = (struct explain_line){name, text_finish(&t)};
    return 1;
}
