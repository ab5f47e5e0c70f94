/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parsed logical plan of EXPLAIN EXTENDED: the tree as the parser, or a DataFrame's last operation, left it.
 *
 *     'Project ['a]
 *     +- 'Filter ('b > 1)
 *        +- 'UnresolvedRelation [t], [], false
 *
 * A node with something unresolved in it, or below it, has a tick; so a node's line is made after its children's. Below
 * a DataFrame's operation stands the analyzed plan of what it was called on.
 */
#include "plan/explain_parsed.h"

#include <string.h>
#include <strings.h>

struct line {
    const char *name;
    struct text details;
    bool resolved;
};

/* A drawn subtree: its lines without what stands before them. */
struct drawn {
    const char *text;
    bool resolved;
};

static struct drawn draw(struct parsed *x, const struct u_plan *u);

const struct plan *parsed_handle(struct parsed *x, const struct u_plan *u) {
    bool known = u->kind == U_HANDLE && x->query->handle;
    return known ? x->query->handle(x->query->owner, u->handle) : NULL;
}

/* --- what a node's line says --- */

static const char *quoted_list(struct parsed *x, const char *const *names, uint32_t count, const char *tick) {
    const char *list = "";
    for (uint32_t i = 0; i < count; i++) list = arena_printf(x->arena, "%s%s%s%s", list, i ? ", " : "", tick, names[i]);
    return list;
}

static const char *short_double(struct parsed *x, double value) {
    return arena_printf(x->arena, value == (double)(int64_t)value ? "%.1f" : "%.15g", value);
}

static void relation_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    if (u->relation.identifier) x->unknown = true;
    const struct u_name *name = &u->relation.name;
    text_printf(&line->details, " [%s], [], false", quoted_list(x, name->parts, name->count, ""));
    line->name = "UnresolvedRelation";
    line->resolved = false;
}

static void aggregate_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    struct text *out = &line->details;
    if (u->aggregate.group != U_GROUP_BY && u->aggregate.group != U_GROUP_ALL) x->unknown = true;
    line->name = "Aggregate";
    text_add_char(out, ' ');
    if (u->aggregate.group == U_GROUP_ALL)
        text_add(out, "['all], ");
    else if (u->expr_count) {
        line->resolved &= parsed_exprs(x, out, u->exprs, u->expr_count);
        text_add(out, ", ");
    }
    if (!u->aggregate.protocol_form) {
        line->resolved &= parsed_items(x, out, u->aggregate.results, u->aggregate.result_count);
        return;
    }
    uint32_t count = u->expr_count + u->aggregate.result_count;
    struct u_expr **items = ARENA_ARRAY(x->arena, struct u_expr *, count);
    memcpy(items, u->exprs, u->expr_count * sizeof *items);
    memcpy(items + u->expr_count, u->aggregate.results, u->aggregate.result_count * sizeof *items);
    line->resolved &= parsed_items(x, out, items, count);
}

static void join_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    static const char *const names[] = {"Inner",    "LeftOuter", "RightOuter", "FullOuter",
                                        "LeftSemi", "LeftAnti",  "Cross"};
    const char *type = names[u->join.type];
    line->name = "Join";
    line->resolved &= !u->join.using_count && !u->join.natural;
    if (u->join.using_count)
        text_printf(&line->details, " UsingJoin(%s, [%s])", type,
                    quoted_list(x, u->join.using_columns, u->join.using_count, ""));
    else
        text_printf(&line->details, u->join.natural ? " NaturalJoin(%s)" : " %s", type);
    if (!u->join.condition) return;
    text_add(&line->details, ", ");
    line->resolved &= parsed_expr(x, &line->details, u->join.condition);
}

static void set_operation_line(const struct u_plan *u, struct line *line) {
    static const char *const names[] = {"Union", "Intersect", "Except"};
    line->name = names[u->set.operation];
    if (u->set.operation == U_UNION)
        text_printf(&line->details, " %s, %s", u->set.by_name ? "true" : "false",
                    u->set.allow_missing ? "true" : "false");
    else
        text_printf(&line->details, u->set.all ? " All true" : " false");
}

static void generate_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    line->name = "Generate";
    text_add_char(&line->details, ' ');
    parsed_expr(x, &line->details, u->generate.generator);
    text_printf(&line->details, ", %s, %s, [%s]", u->generate.outer ? "true" : "false",
                u->generate.table ? u->generate.table : "",
                quoted_list(x, u->generate.columns, u->generate.column_count, "'"));
    line->resolved = false;
}

static void repartition_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    struct text *out = &line->details;
    line->name = u->expr_count ? "RepartitionByExpression" : "Repartition";
    if (u->repartition.sort_within || u->repartition.by_id) x->unknown = true;
    text_add_char(out, ' ');
    if (u->expr_count) {
        line->resolved &= parsed_exprs(x, out, u->exprs, u->expr_count);
        if (u->repartition.has_count) text_printf(out, ", %d", u->repartition.count);
    } else
        text_printf(out, "%d, %s", u->repartition.count, u->repartition.shuffle ? "true" : "false");
}

static void with_columns_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    struct text *out = &line->details;
    const char *names = "";
    line->name = "Project";
    for (uint32_t i = 0; i < u->expr_count; i++) {
        if (u->exprs[i]->kind != U_ALIAS) x->unknown = true;
        if (!x->unknown) names = arena_printf(x->arena, "%s%s%s", names, i ? ", " : "", u->exprs[i]->alias.names[0]);
    }
    text_printf(out, " [unresolvedstarwithcolumns(%s", names);
    for (uint32_t i = 0; !x->unknown && i < u->expr_count; i++) {
        text_add(out, ", ");
        parsed_expr(x, out, u->exprs[i]->children[0]);
    }
    text_add(out, ", None)]");
    line->resolved = false;
}

static void window_definitions_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    line->name = "WithWindowDefinition";
    text_add(&line->details, " [");
    for (uint32_t i = 0; i < u->windows.count; i++) {
        text_printf(&line->details, "%s%s=", i ? ", " : "", u->windows.windows[i].name);
        parsed_window(x, &line->details, u->windows.windows[i].spec);
    }
    text_add(&line->details, "], false");
    line->resolved = false;
}

/* A name, and a list of expressions behind it. */
static void list_line(struct parsed *x, const struct u_plan *u, const char *name, struct line *line) {
    line->name = name;
    text_add_char(&line->details, ' ');
    line->resolved &= parsed_exprs(x, &line->details, u->exprs, u->expr_count);
}

static void table_function_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    const struct u_name *name = &u->table_function.name;
    if (!name->count) x->unknown = true;
    line->name = "UnresolvedTableValuedFunction";
    text_printf(&line->details, " [%s], ", quoted_list(x, name->parts, name->count, ""));
    parsed_exprs(x, &line->details, u->exprs, u->expr_count);
    text_add(&line->details, ", false");
    line->resolved = false;
}

static void filter_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    line->name = u->filter.having ? "UnresolvedHaving" : "Filter";
    text_add_char(&line->details, ' ');
    line->resolved &= parsed_expr(x, &line->details, u->exprs[0]) && !u->filter.having;
}

static void project_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    line->name = "Project";
    text_add_char(&line->details, ' ');
    line->resolved &= parsed_items(x, &line->details, u->exprs, u->expr_count);
}

static void sort_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    list_line(x, u, "Sort", line);
    text_printf(&line->details, ", %s", u->sort.global ? "true" : "false");
}

static void hint_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    line->name = "UnresolvedHint";
    text_printf(&line->details, " %s%s", u->hint.name, u->expr_count ? ", " : "");
    if (u->expr_count) parsed_exprs(x, &line->details, u->exprs, u->expr_count);
    line->resolved &= !u->expr_count;
}

/* dropDuplicates(): by columns of what it was called on. */
static void distinct_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    const struct plan *input = parsed_handle(x, u->children[0]);
    line->name = u->has_plan_id ? "Deduplicate" : "Distinct";
    if (!u->has_plan_id) return;
    struct attribute **keys = ARENA_ARRAY(x->arena, struct attribute *, input ? input->output_count : 0);
    uint32_t count = 0;
    x->unknown |= !input;
    for (uint32_t i = 0; input && i < input->output_count; i++) {
        bool is_key = !u->distinct.column_count;
        for (uint32_t k = 0; !is_key && k < u->distinct.column_count; k++)
            is_key = strcasecmp(u->distinct.columns[k], input->output[i]->name) == 0;
        if (is_key) keys[count++] = input->output[i];
    }
    struct explanation names = {.arena = x->arena, .context = x->context};
    text_add_char(&line->details, ' ');
    explain_attributes(&names, &line->details, keys, count);
}

/* VALUES; with the names that follow it. */
static void values_line(struct parsed *x, const struct u_plan *u, const char *const *names, struct line *line) {
    line->name = "LocalRelation";
    text_add(&line->details, " [");
    for (uint32_t i = 0; i < u->values.column_count; i++) {
        const char *name = names ? names[i] : arena_printf(x->arena, "col%u", i + 1);
        text_printf(&line->details, "%s%s#%llu", i ? ", " : "", name, (unsigned long long)(*x->next_id)++);
    }
    text_add_char(&line->details, ']');
}

static void make_line(struct parsed *x, const struct u_plan *u, struct line *line) {
    switch (u->kind) {
        case U_ONE_ROW: line->name = "OneRowRelation"; return;
        case U_RELATION: relation_line(x, u, line); return;
        case U_TABLE_FUNCTION: table_function_line(x, u, line); return;
        case U_PROJECT: project_line(x, u, line); return;
        case U_FILTER: filter_line(x, u, line); return;
        case U_AGGREGATE: aggregate_line(x, u, line); return;
        case U_JOIN: join_line(x, u, line); return;
        case U_SET_OPERATION: set_operation_line(u, line); return;
        case U_SORT: sort_line(x, u, line); return;
        case U_DISTINCT: distinct_line(x, u, line); return;
        case U_SUBQUERY_ALIAS:
            line->name = "SubqueryAlias";
            text_printf(&line->details, " %s", u->alias.name ? u->alias.name : UNNAMED_SUBQUERY);
            return;
        case U_VALUES: values_line(x, u, NULL, line); return;
        case U_SAMPLE:
            line->name = "Sample";
            text_printf(&line->details, " %s, %s, %s, %lld", short_double(x, u->sample.lower),
                        short_double(x, u->sample.upper), u->sample.with_replacement ? "true" : "false",
                        (long long)u->sample.seed);
            return;
        case U_WITH_COLUMNS: with_columns_line(x, u, line); return;
        case U_HINT: hint_line(x, u, line); return;
        case U_REPARTITION: repartition_line(x, u, line); return;
        case U_GENERATE: generate_line(x, u, line); return;
        case U_WITH_WINDOWS: window_definitions_line(x, u, line); return;
        default: x->unknown = true; line->name = "";
    }
}

/* --- trees --- */

/* A subtree below a line: `first` before its first line, `rest` before the others. */
static void put_below(struct text *out, const char *text, const char *first, const char *rest) {
    for (const char *from = text, *end; *from; from = end + 1) {
        end = strchr(from, '\n');
        text_add(out, from == text ? first : rest);
        text_add_bytes(out, from, (size_t)(end - from) + 1);
    }
}

/* The limit's two nodes; the count is one of the plan's expressions. */
static struct drawn draw_limit(struct parsed *x, const struct u_plan *u) {
    struct drawn child = draw(x, u->children[0]);
    struct text out, value;
    text_init(&out, x->arena);
    text_init(&value, x->arena);
    const char *tick = child.resolved ? "" : "'";
    if (u->expr_count) parsed_expr(x, &value, u->exprs[0]);
    const char *count = text_finish(&value);
    if (u->kind == U_OFFSET || u->kind == U_TAIL || !u->expr_count) {
        const char *name = u->kind == U_OFFSET ? "Offset" : u->kind == U_TAIL ? "Tail" : "LimitAll";
        text_printf(&out, "%s%s%s%s\n", tick, name, *count ? " " : "", count);
        put_below(&out, child.text, "+- ", "   ");
    } else {
        text_printf(&out, "%sGlobalLimit %s\n+- %sLocalLimit %s\n", tick, count, tick, count);
        put_below(&out, child.text, "   +- ", "      ");
    }
    return (struct drawn){text_finish(&out), child.resolved};
}

static struct drawn draw_with(struct parsed *x, const struct u_plan *u) {
    struct drawn child = draw(x, u->children[0]);
    struct text out;
    const char *names = "";
    text_init(&out, x->arena);
    for (uint32_t i = 0; i < u->with.count; i++)
        names = arena_printf(x->arena, "%s%s%s", names, i ? ", " : "", u->with.ctes[i].name);
    text_printf(&out, "CTE [%s]\n", names);
    for (uint32_t i = 0; i < u->with.count; i++) {
        bool last = i + 1 == u->with.count;
        struct drawn cte = draw(x, u->with.ctes[i].plan);
        if (u->with.ctes[i].column_count) x->unknown = true;
        text_printf(&out, ":  %s %sSubqueryAlias %s\n", last ? "+-" : ":-", cte.resolved ? "" : "'",
                    u->with.ctes[i].name);
        put_below(&out, cte.text, last ? ":     +- " : ":  :  +- ", last ? ":        " : ":  :     ");
    }
    put_below(&out, child.text, "+- ", "   ");
    return (struct drawn){text_finish(&out), false};
}

/* What has been analyzed before. */
static struct drawn draw_plan(struct parsed *x, const struct plan *p) {
    x->unknown |= !p;
    return (struct drawn){p ? plan_tree_string(x->arena, p) : "", true};
}

/* VALUES (1, 2) AS t(a, b); other columns that are renamed have no form here. */
static struct drawn draw_renamed(struct parsed *x, const struct u_plan *u) {
    const struct u_plan *values = u->children[0];
    struct line line = {.resolved = true};
    struct text out;
    if (values->kind != U_VALUES || values->values.column_count != u->alias.column_count) x->unknown = true;
    text_init(&out, x->arena);
    text_init(&line.details, x->arena);
    if (!x->unknown) values_line(x, values, u->alias.columns, &line);
    text_printf(&out, "SubqueryAlias %s\n", u->alias.name ? u->alias.name : UNNAMED_SUBQUERY);
    if (!x->unknown) text_printf(&out, "+- %s%s\n", line.name, text_finish(&line.details));
    return (struct drawn){text_finish(&out), true};
}

static struct drawn draw_node(struct parsed *x, const struct u_plan *u) {
    struct drawn *children = ARENA_ARRAY(x->arena, struct drawn, u->child_count);
    struct line line = {.resolved = true};
    struct text out;
    for (uint32_t i = 0; i < u->child_count; i++) {
        children[i] = draw(x, u->children[i]);
        line.resolved &= children[i].resolved;
    }
    text_init(&line.details, x->arena);
    text_init(&out, x->arena);
    x->node = u;
    x->subqueries.count = 0;
    make_line(x, u, &line);
    uint32_t inner = x->subqueries.count;
    const struct u_plan **plans = arena_copy(x->arena, x->subqueries.items, inner * sizeof *plans);
    text_printf(&out, "%s%s%s\n", line.resolved ? "" : "'", line.name, text_finish(&line.details));
    for (uint32_t i = 0; i < inner; i++) {
        bool last = i + 1 == inner;
        struct drawn subquery = plans[i] ? draw(x, plans[i]) : (struct drawn){"", false};
        put_below(&out, subquery.text, last ? ":  +- " : ":  :- ", last ? ":     " : ":  :  ");
    }
    for (uint32_t i = 0; i < u->child_count; i++) {
        bool last = i + 1 == u->child_count;
        put_below(&out, children[i].text, last ? "+- " : ":- ", last ? "   " : ":  ");
    }
    return (struct drawn){text_finish(&out), line.resolved};
}

/* UNION without ALL. */
static struct drawn draw_distinct_union(struct parsed *x, const struct u_plan *u) {
    struct drawn all = draw_node(x, u);
    struct text out;
    text_init(&out, x->arena);
    text_printf(&out, "%sDistinct\n", all.resolved ? "" : "'");
    put_below(&out, all.text, "+- ", "   ");
    return (struct drawn){text_finish(&out), all.resolved};
}

static struct drawn draw_sql(struct parsed *x, const struct u_plan *u) {
    struct error ignored = ERROR_INIT;
    const struct u_plan *parsed = sql_parse_statement(x->arena, x->context, u->sql, &ignored);
    error_release(&ignored);
    x->unknown |= !parsed;
    return parsed ? draw(x, parsed) : (struct drawn){"", false};
}

static struct drawn draw(struct parsed *x, const struct u_plan *u) {
    if (x->unknown || stack_is_low(&x->stack)) {
        x->unknown = true;
        return (struct drawn){"", false};
    }
    switch (u->kind) {
        case U_HANDLE: return draw_plan(x, parsed_handle(x, u));
        case U_LIMIT:
        case U_OFFSET:
        case U_TAIL: return draw_limit(x, u);
        case U_WITH: return draw_with(x, u);
        case U_SQL: return draw_sql(x, u);
        case U_SET_OPERATION:
            return u->set.operation == U_UNION && !u->set.all ? draw_distinct_union(x, u) : draw_node(x, u);
        case U_SUBQUERY_ALIAS: return u->alias.column_count ? draw_renamed(x, u) : draw_node(x, u);
        default: return draw_node(x, u);
    }
}

const char *plan_parsed_string(struct arena *arena, const struct context *context, uint64_t *next_id,
                               const struct parsed_query *query) {
    char here;
    struct parsed x = {.arena = arena, .context = context, .query = query, .next_id = next_id, .stack = {&here}};
    struct drawn drawn = query && query->root ? draw(&x, query->root) : (struct drawn){"", true};
    return x.unknown || !*drawn.text ? NULL : drawn.text;
}
