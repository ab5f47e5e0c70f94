/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPLAIN: a plan as an indented tree, in Spark's layout.
 *
 *     == Optimized Logical Plan ==
 *     Project [a#1, (b#2 + 1) AS c#7]
 *     +- Filter (a#1 > 3)
 *        +- LocalRelation [a#1, b#2]
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "plan/plan_int.h"

static const char *const plan_names[PLAN_KIND_COUNT] = {
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
    [PLAN_LIMIT] = "Limit",
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

static const char *const join_names[] = {
    [JOIN_INNER] = "Inner",
    [JOIN_LEFT] = "LeftOuter",
    [JOIN_RIGHT] = "RightOuter",
    [JOIN_FULL] = "FullOuter",
    [JOIN_SEMI] = "LeftSemi",
    [JOIN_ANTI] = "LeftAnti",
    [JOIN_CROSS] = "Cross",
    [JOIN_ANTI_NULL_AWARE] = "LeftAntiNullAware",
    [JOIN_EXISTENCE] = "ExistenceJoin",
};

struct text {
    struct arena *arena;
    bool nameless; /* columns are known by their ids alone */
    bool physical; /* what runs: local rows are a table to be scanned */
    char *data;
    size_t size, capacity;
};

static void put(struct text *t, const char *s) {
    size_t size = strlen(s);
    if (t->size + size + 1 > t->capacity) {
        size_t capacity = (t->size + size + 1) * 2;
        t->data = arena_grow(t->arena, t->data, t->size, capacity);
        t->capacity = capacity;
    }
    memcpy(t->data + t->size, s, size + 1);
    t->size += size;
}

/* Attributes carry their ids, so that two of one name can be told apart. */
static struct expr *number_attribute(struct expr *e, void *data) {
    const struct text *t = data;
    if (e->kind != EXPR_ATTRIBUTE) return e;
    struct expr *copy = expr_copy_node(t->arena, e);
    copy->column.attribute = arena_copy(t->arena, e->column.attribute, sizeof *e->column.attribute);
    copy->column.attribute->name = arena_printf(t->arena, "%s#%llu", t->nameless ? "" : e->column.attribute->name,
                                                (unsigned long long)e->column.attribute->id);
    copy->column.attribute->qualifier_count = 0;
    return copy;
}

static void put_expr(struct text *t, struct expr *e) {
    struct expr *inner = e->kind == EXPR_ALIAS ? e->children[0] : e;
    put(t, expr_pretty(t->arena, expr_rewrite(t->arena, inner, number_attribute, t)));
    if (e->kind == EXPR_ALIAS)
        put(t,
            arena_printf(t->arena, " AS %s#%llu", t->nameless ? "" : e->alias.name, (unsigned long long)e->alias.id));
}

static void put_exprs(struct text *t, struct expr *const *exprs, uint32_t count) {
    put(t, "[");
    for (uint32_t i = 0; i < count; i++) {
        if (i) put(t, ", ");
        put_expr(t, exprs[i]);
    }
    put(t, "]");
}

static void put_output(struct text *t, const struct plan *p) {
    put(t, "[");
    for (uint32_t i = 0; i < p->output_count; i++)
        put(t, arena_printf(t->arena, "%s%s#%llu", i ? ", " : "", t->nameless ? "" : p->output[i]->name,
                            (unsigned long long)p->output[i]->id));
    put(t, "]");
}

/* What tells one source of rows from another with as many columns. */
static void put_source(struct text *t, const struct plan *p) {
    if (p->kind == PLAN_LOCAL) put(t, arena_printf(t->arena, " %p", (void *)p->local.data));
    if (p->kind != PLAN_SCAN) return;
    if (p->scan.table)
        put(t, arena_printf(t->arena, " %s.%s", p->scan.table->database, p->scan.table->name));
    else
        put(t, arena_printf(t->arena, " %llu bytes", (unsigned long long)p->scan.bytes));
}

static void put_orders(struct text *t, const struct sort_order *order, uint32_t count) {
    put(t, "[");
    for (uint32_t i = 0; i < count; i++) {
        if (i) put(t, ", ");
        put_expr(t, order[i].expr);
        put(t, order[i].descending ? " DESC" : " ASC");
        put(t, order[i].nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
    put(t, "]");
}

static void put_repartition(struct text *t, const struct plan *p) {
    if (p->repartition.key_count) {
        put(t, "[");
        put_orders(t, p->repartition.keys, p->repartition.key_count);
        put(t, "], ");
    }
    if (p->repartition.count > 0) put(t, arena_printf(t->arena, "%d", p->repartition.count));
    if (!p->repartition.key_count) put(t, p->repartition.how == PARTITION_COALESCE ? ", false" : ", true");
}

static void put_join(struct text *t, const struct plan *p) {
    put(t, join_names[p->join.type]);
    for (uint32_t i = 0; i < p->join.key_count; i++) {
        put(t, i ? " AND (" : ", (");
        put_expr(t, p->join.left_keys[i]);
        put(t, p->join.null_safe && p->join.null_safe[i] ? " <=> " : " = ");
        put_expr(t, p->join.right_keys[i]);
        put(t, ")");
    }
    if (!p->join.condition) return;
    put(t, p->join.key_count ? " AND " : ", ");
    put_expr(t, p->join.condition);
}

static void put_details(struct text *t, const struct plan *p) {
    switch (p->kind) {
        case PLAN_LOCAL:
        case PLAN_SCAN:
        case PLAN_CTE_REFERENCE:
        case PLAN_RECURSION_REFERENCE:
            put_output(t, p);
            if (t->nameless) put_source(t, p);
            break;
        case PLAN_RANGE:
            put(t, arena_printf(t->arena, "(%lld, %lld, step=%lld)", (long long)p->range.start, (long long)p->range.end,
                                (long long)p->range.step));
            break;
        case PLAN_FILTER: put_expr(t, p->exprs[0]); break;
        case PLAN_AGGREGATE:
            put_exprs(t, p->aggregate.groups, p->aggregate.group_count);
            put(t, ", ");
            put_exprs(t, p->exprs, p->expr_count);
            break;
        case PLAN_JOIN: put_join(t, p); break;
        case PLAN_SORT:
            put_orders(t, p->sort.order, p->sort.count);
            put(t, p->sort.global ? ", true" : ", false");
            break;
        case PLAN_LIMIT:
        case PLAN_TAIL:
            put(t, arena_printf(t->arena, "%lld", (long long)p->limit.limit));
            if (p->limit.offset) put(t, arena_printf(t->arena, " offset %lld", (long long)p->limit.offset));
            if (p->limit.order_count) {
                put(t, ", ");
                put_orders(t, p->limit.order, p->limit.order_count);
            }
            break;
        case PLAN_GENERATE:
            put_expr(t, p->generate.generator);
            put(t, p->generate.outer ? ", true" : ", false");
            break;
        case PLAN_SCRIPT:
            put(t, arena_printf(t->arena, "%s, ", p->script.command));
            put_output(t, p);
            break;
        case PLAN_SUBQUERY_ALIAS: put(t, p->alias.name); break;
        case PLAN_HINT: put(t, arena_printf(t->arena, "(%s)", p->hint.name)); break;
        case PLAN_REPARTITION: put_repartition(t, p); break;
        default:
            if (p->expr_count) put_exprs(t, p->exprs, p->expr_count);
            break;
    }
}

static const char *node_name(const struct text *t, const struct plan *p) {
    if (p->kind != PLAN_LOCAL) return plan_names[p->kind];
    return p->local.kept ? "InMemoryTableScan" : t->physical ? "LocalTableScan" : plan_names[PLAN_LOCAL];
}

/* The lines before a node: what still runs down on the left of it. */
static void put_tree(struct text *t, const struct plan *p, const char *first, const char *rest) {
    while (p->kind == PLAN_HINT && !p->hint.name) p = p->children[0]; /* there for a plan id alone */
    put(t, first);
    put(t, node_name(t, p));
    put(t, " ");
    put_details(t, p);
    while (t->size && t->data[t->size - 1] == ' ') t->data[--t->size] = '\0';
    put(t, "\n");
    for (uint32_t i = 0; i < p->child_count; i++) {
        bool last = i + 1 == p->child_count;
        put_tree(t, p->children[i], arena_printf(t->arena, "%s%s", rest, last ? "+- " : ":- "),
                 arena_printf(t->arena, "%s%s", rest, last ? "   " : ":  "));
    }
}

const char *plan_tree_string(struct arena *arena, const struct plan *p) {
    struct text t = {.arena = arena};
    put_tree(&t, p, "", "");
    return t.data;
}

const char *plan_explain(struct arena *arena, const struct plan *analyzed, const struct plan *optimized,
                         const char *mode) {
    struct text t = {.arena = arena};
    bool all = strcasecmp(mode, "extended") == 0 || strcasecmp(mode, "cost") == 0;
    put(&t, "");
    if (all && analyzed) {
        put(&t, "== Parsed Logical Plan ==\n");
        put_tree(&t, analyzed, "", "");
        put(&t, "\n== Analyzed Logical Plan ==\n");
        const struct type *schema = plan_schema(arena, analyzed);
        for (uint32_t i = 0; i < schema->field_count; i++)
            put(&t, arena_printf(arena, "%s%s: %s", i ? ", " : "", schema->fields[i].name,
                                 type_simple_string(arena, schema->fields[i].type)));
        put(&t, "\n");
        put_tree(&t, analyzed, "", "");
        put(&t, "\n== Optimized Logical Plan ==\n");
        if (optimized) put_tree(&t, optimized, "", "");
        put(&t, "\n");
    }
    put(&t, "== Physical Plan ==\n");
    t.physical = true;
    if (optimized) put_tree(&t, optimized, "", "");
    return t.data;
}

const char *plan_fingerprint(struct arena *arena, const struct plan *p) {
    struct text t = {.arena = arena, .nameless = true};
    put_tree(&t, p, "", "");
    return t.data;
}
