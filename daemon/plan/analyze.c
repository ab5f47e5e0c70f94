/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The analyzer's entry and its dispatch: one function per kind of unresolved node, each in the file of its subject.
 *
 * Analysis goes bottom-up in one pass: a node's children are analyzed first, then its expressions against their
 * outputs. Where Spark needs rounds of rules (ORDER BY over columns that SELECT left out, HAVING over aggregates),
 * the function of the upper node looks at the lower one before it is closed (aggregate.c, missing.c).
 *
 * Depth is bounded by the stack that is left, not by a count, as frames differ: see analysis_deep().
 */
#include "plan/analyze.h"

#include <string.h>

bool analysis_deep(struct analysis *n, struct error *err) {
    if (!stack_is_low(&n->stack)) return true;
    return error_unsupported(err, "a query nested this deeply");
}

const char *setting(struct analysis *n, const char *name) {
    return context_text(n->a->context, name);
}

bool setting_flag(struct analysis *n, const char *name, bool otherwise) {
    const char *value = setting(n, name);
    return value ? strcasecmp(value, "true") == 0 : otherwise;
}

static struct plan *analyze_handle(struct analysis *n, const struct u_plan *u, struct error *err) {
    const struct plan *p = n->a->world->handle ? n->a->world->handle(n->a, u->handle) : NULL;
    if (!p) {
        error_set(err, "INVALID_HANDLE.PLAN_NOT_FOUND", NULL);
        error_add(err, "handle", "%016llx", (unsigned long long)u->handle);
        return NULL;
    }
    /* A part of a subquery may be the same DataFrame as the query around it: its columns are others all the same. */
    return n->correlation ? plan_fresh(n->arena, n->a->next_id, p) : (struct plan *)p;
}

static struct plan *analyze_source(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *p = NULL;
    if (!n->a->world->source) {
        error_unsupported(err, "reading files");
        return NULL;
    }
    return n->a->world->source(n->a, u, &p, err) ? p : NULL;
}

static struct plan *analyze_command(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *p = NULL;
    if (!n->a->world->command) {
        error_unsupported(err, "commands");
        return NULL;
    }
    return n->a->world->command(n->a, u, &p, err) ? p : NULL;
}

static struct plan *analyze_one_row(struct analysis *n, const struct u_plan *u, struct error *err) {
    return plan_new(n->arena, PLAN_ONE_ROW, 0, 0);
}

static analyze_node *const analyzers[] = {
    [U_ONE_ROW] = analyze_one_row,
    [U_RELATION] = analyze_relation,
    [U_DATA_SOURCE] = analyze_source,
    [U_LOCAL_DATA] = analyze_local_data,
    [U_VALUES] = analyze_values,
    [U_RANGE] = analyze_range,
    [U_TABLE_FUNCTION] = analyze_table_function,
    [U_PROJECT] = analyze_project,
    [U_FILTER] = analyze_filter,
    [U_JOIN] = analyze_join,
    [U_LATERAL_JOIN] = analyze_lateral_join,
    [U_AS_OF_JOIN] = analyze_as_of_join,
    [U_SET_OPERATION] = analyze_set_operation,
    [U_SORT] = analyze_sort,
    [U_LIMIT] = analyze_limit,
    [U_OFFSET] = analyze_offset,
    [U_TAIL] = analyze_tail,
    [U_DISTINCT] = analyze_distinct,
    [U_SAMPLE] = analyze_sample,
    [U_SUBQUERY_ALIAS] = analyze_subquery_alias,
    [U_WITH_COLUMNS] = analyze_with_columns,
    [U_WITH_COLUMNS_RENAMED] = analyze_with_columns_renamed,
    [U_DROP] = analyze_drop,
    [U_TO_DF] = analyze_to_df,
    [U_TO_SCHEMA] = analyze_to_schema,
    [U_HINT] = analyze_hint,
    [U_REPARTITION] = analyze_repartition,
    [U_PIVOT] = analyze_pivot,
    [U_UNPIVOT] = analyze_unpivot,
    [U_GENERATE] = analyze_generate,
    [U_TRANSFORM] = analyze_transform,
    [U_WITH] = analyze_with,
    [U_WITH_WINDOWS] = analyze_with_windows,
    [U_WITH_RELATIONS] = analyze_with_relations,
    [U_PARAMETERS] = analyze_parameters,
    [U_SQL] = analyze_sql,
    [U_FILL_NA] = analyze_fill_na,
    [U_DROP_NA] = analyze_drop_na,
    [U_REPLACE_NA] = analyze_replace_na,
    [U_STAT] = analyze_stat,
    [U_SHOW_STRING] = analyze_show,
    [U_HTML_STRING] = analyze_show,
    [U_COLLECT_METRICS] = analyze_metrics,
    [U_PARSE] = analyze_parse,
    [U_MAP_PARTITIONS] = analyze_map,
    [U_GROUP_MAP] = analyze_map,
    [U_CO_GROUP_MAP] = analyze_map,
    [U_CATALOG] = analyze_command,
    [U_HANDLE] = analyze_handle,
    [U_COMMAND] = analyze_command,
};

/* The node with the plan id that df["a"] will name. A node may be shared, and may have an id already. */
static struct plan *with_plan_id(struct analysis *n, const struct u_plan *u, struct plan *p) {
    bool shared = u->kind == U_HANDLE || p->has_plan_id;
    if (p->has_plan_id && p->plan_id == u->plan_id) return p;
    if (shared) p = plan_unary(n->arena, PLAN_HINT, p, 0);
    p->has_plan_id = true;
    p->plan_id = u->plan_id;
    return p;
}

static struct plan *analyze_node_of(struct analysis *n, const struct u_plan *u, struct error *err) {
    if (u->kind == U_AGGREGATE) return analyze_aggregate(n, u, NULL, NULL, err);
    if ((size_t)u->kind < sizeof analyzers / sizeof *analyzers && analyzers[u->kind])
        return analyzers[u->kind](n, u, err);
    error_unsupported(err, "this relation (kind %d)", u->kind);
    return NULL;
}

struct plan *analyze_plan(struct analysis *n, const struct u_plan *u, struct error *err) {
    TRY_NULL(analysis_deep(n, err));
    const struct u_plan *around = n->node;
    n->node = u;
    struct plan *p = analyze_node_of(n, u, err);
    n->node = around;
    if (!p) {
        error_at(err, u->origin);
        return NULL;
    }
    if (!p->origin && u->kind != U_HANDLE) p->origin = u->origin;
    return u->has_plan_id ? with_plan_id(n, u, p) : p;
}

struct plan *analyze_query(struct analysis *n, const struct u_plan *u, struct error *err) {
    const struct u_plan *outer = n->query_start;
    n->query_start = u;
    struct plan *p = analyze_plan(n, u, err);
    n->query_start = outer;
    return p;
}

struct analysis analysis_of(struct analyzer *a, char *stack_base) {
    return (struct analysis){.a = a,
                             .arena = a->arena,
                             .resolver = {.arena = a->arena,
                                          .context = a->context,
                                          .next_id = a->next_id,
                                          .parse_schema = sql_parse_argument_schema},
                             .parameters = a->parameters,
                             .stack = {stack_base}};
}

struct plan *plan_analyze(struct analyzer *a, const struct u_plan *unresolved, struct error *err) {
    char here;
    struct analysis n = analysis_of(a, &here);
    struct plan *p = analyze_query(&n, unresolved, err);
    if (!p && !error_is_set(err)) error_internal(err, "the analysis ended without a plan and without an error");
    if (!p) report_unknown_function(&n, unresolved, err);
    return p;
}
