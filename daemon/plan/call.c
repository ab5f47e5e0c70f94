/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls: which function a name means, and what is special about some of them before their arguments are typed.
 *
 *     count(*)            counts rows: count(1)
 *     f(*)                the star becomes the columns
 *     f(x -> ...)         lambda.c
 *     grouping(a)         a mark that GROUP BY's analysis replaces (aggregate.c)
 *
 * A session's own functions come before the built-in ones.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "plan/analyze.h"

/* A built-in is called by one part; NULL: it is none. */
static const char *builtin_name(const struct u_name *name) {
    return name->count == 1 ? name->parts[0] : NULL;
}

bool is_call_of(const struct u_expr *u, const char *name) {
    return u->kind == U_CALL && u->call.name.count == 1 && strcasecmp(u->call.name.parts[0], name) == 0;
}

struct argument_list {
    LIST(struct expr *) list;
};

static bool add_argument(struct scope *s, struct expr *e, void *data, struct error *err) {
    struct argument_list *arguments = data;
    LIST_PUSH(s->n->arena, &arguments->list, e);
    return true;
}

/* struct(a AS b) takes names from its arguments. So it does of a.b and m['b'], but in SQL alone: of a DataFrame's call
 * the field of a struct has a name, that of structs in an array or a map's key has none. */
static struct expr *analyze_field(struct scope *s, const struct u_expr *u, struct error *err) {
    struct expr *e = analyze_named(s, u, err);
    if (!e || u->kind == U_ALIAS) return e;
    if (!u->origin || !u->origin->sql) return strip_alias(e);
    const char *name = e->kind == EXPR_ALIAS || u->kind != U_EXTRACT ? NULL : u_field_name(s->n->arena, u);
    return name ? expr_alias(s->n->arena, e, name, fresh_id(s->n)) : e;
}

static bool analyze_arguments(struct scope *s, const struct u_expr *u, const char *name, struct argument_list *out,
                              struct error *err) {
    for (uint32_t i = 0; i < u->child_count; i++) {
        const struct u_expr *child = u->children[i];
        if (is_star(child)) {
            TRY(expand_star(s, child, add_argument, out, err));
            continue;
        }
        bool named = strcasecmp(name, "struct") == 0;
        struct expr *e = named ? analyze_field(s, child, err) : analyze_expr(s, child, err);
        if (!e) return false;
        LIST_PUSH(s->n->arena, &out->list, e);
    }
    return true;
}

struct expr *unknown_function(struct scope *s, const struct u_expr *u, struct error *err) {
    struct arena *arena = s->n->arena;
    const struct context *c = s->n->a->context;
    const struct u_name *name = &u->call.name;
    const char *parts[2] = {c->catalog ? c->catalog : "spark_catalog", c->database ? c->database : "default"};
    bool in_catalog = strcasecmp(name->parts[0], "spark_catalog") == 0;
    uint32_t spaces = name->count - 1 - in_catalog;
    if (name->count > 2 && spaces > 1) {
        error_set(err, "REQUIRES_SINGLE_PART_NAMESPACE", "sessionCatalog", "spark_catalog", "namespace",
                  quoted_name(arena, name->parts + in_catalog, spaces), NULL);
        error_at(err, u->origin);
        return NULL;
    }
    error_set(err, "UNRESOLVED_ROUTINE", "routineName", quoted_name(arena, u->call.name.parts, u->call.name.count),
              "searchPath",
              arena_printf(arena, "[`system`.`builtin`, `system`.`session`, %s]", quoted_name(arena, parts, 2)), NULL);
    error_at(err, u->origin);
    return NULL;
}

static struct expr *aggregate_within(struct expr *e) {
    if (e->kind == EXPR_AGGREGATE) return e;
    for (uint32_t i = 0; i < e->child_count; i++) {
        struct expr *found = aggregate_within(e->children[i]);
        if (found) return found;
    }
    return NULL;
}

/* The aggregate that a call is, or became; not one among its arguments. */
static struct expr *called_aggregate(const struct u_expr *u, struct expr *e) {
    const struct function *f = u->call.name.count ? function_find(u->call.name.parts[u->call.name.count - 1]) : NULL;
    bool plain = f && f->class != FUNCTION_AGGREGATE && e->kind != EXPR_AGGREGATE;
    return plain ? NULL : aggregate_within(e);
}

static struct expr *refuse_syntax(struct scope *s, const struct u_expr *u, const char *syntax, struct error *err) {
    error_set(err, "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "prettyName",
              quoted_name(s->n->arena, u->call.name.parts, u->call.name.count), "syntax", syntax, NULL);
    error_at(err, u->origin);
    return NULL;
}

/* Under the name that Spark gives to what was called: collect_list for array_agg. */
static struct expr *refuse_ignore_nulls(struct scope *s, const struct u_expr *u, const struct expr *e,
                                        struct error *err) {
    const char *text = expr_pretty(s->n->arena, e->pretty ? e->pretty : e), *name = u->call.name.parts[0];
    size_t size = strcspn(text, "(");
    char *shown = arena_strndup(s->n->arena, size ? text : name, size ? size : strlen(name));
    ascii_lower(shown, strlen(shown), shown);
    error_set(err, "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "prettyName",
              arena_printf(s->n->arena, "`%s`", shown), "syntax", "IGNORE NULLS", NULL);
    error_at(err, u->origin);
    return NULL;
}

/* Spark shows first_value(v) IGNORE NULLS as first(v). */
static void name_without_nulls(struct expr *aggregate) {
    const char **name = &aggregate->aggregate.name;
    if (strcasecmp(*name, "first_value") == 0) *name = "first";
    if (strcasecmp(*name, "last_value") == 0) *name = "last";
}

static struct expr *analyze_aggregate_filter(struct scope *s, const struct u_expr *u, struct error *err) {
    struct expr *filter = analyze_expr(s, u, err);
    if (!filter) return NULL;
    struct arena *arena = s->n->arena;
    const char *shown = quoted_expr(arena, filter);
    const struct expr *aggregate = expr_find(filter, EXPR_AGGREGATE), *window = expr_find(filter, EXPR_WINDOW);
    if (!filter->deterministic)
        error_set(err, "INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC", "filterExpr", shown, NULL);
    else if (filter->type->kind != TYPE_BOOLEAN)
        error_set(err, "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN", "filterExpr", shown, NULL);
    else if (aggregate)
        error_set(err, "INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE", "filterExpr", shown, "aggExpr",
                  quoted_expr(arena, aggregate), NULL);
    else if (window)
        error_set(err, "INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION", "filterExpr", shown, "windowExpr",
                  quoted_expr(arena, window), NULL);
    return error_is_set(err) ? NULL : filter;
}

/* The functions that IGNORE NULLS means anything to. */
static bool takes_ignore_nulls(const char *name) {
    static const char *const names[] = {"any_value", "first",      "first_value", "lag",
                                        "last",      "last_value", "lead",        "nth_value"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0) return true;
    return false;
}

/* An aggregate that stands for another one: that one's name shows them too. */
static void show_clauses(struct arena *arena, struct expr *aggregate) {
    struct expr *shown = expr_copy_node(arena, aggregate->pretty);
    shown->aggregate.distinct = aggregate->aggregate.distinct;
    shown->aggregate.filter = aggregate->aggregate.filter;
    aggregate->pretty = shown;
}

/* DISTINCT, FILTER, WITHIN GROUP, IGNORE NULLS: what only aggregates (and some window functions) may have. */
static struct expr *set_clauses(struct scope *s, const struct u_expr *u, struct expr *e, struct error *err) {
    bool any = u->call.distinct || u->call.filter || u->call.order_count;
    bool orders = e->kind == EXPR_AGGREGATE && e->aggregate.function->flags & FUNCTION_WITHIN_GROUP;
    if (!any && !u->call.ignore_nulls) return !orders || check_within_group(s, e, err) ? e : NULL;
    struct expr *aggregate = called_aggregate(u, e);
    if (!aggregate) {
        if (u->call.distinct) return refuse_syntax(s, u, "DISTINCT", err);
        if (u->call.filter) return refuse_syntax(s, u, "FILTER CLAUSE", err);
        if (u->call.order_count) return refuse_syntax(s, u, "WITHIN GROUP (ORDER BY ...)", err);
        if (e->kind != EXPR_CALL || !takes_ignore_nulls(e->call.name)) return refuse_ignore_nulls(s, u, e, err);
        e->call.ignore_nulls = true;
        return e;
    }
    if (u->call.order_count && !orders) return refuse_syntax(s, u, "WITHIN GROUP (ORDER BY ...)", err);
    aggregate->aggregate.distinct = u->call.distinct;
    if (u->call.ignore_nulls && !takes_ignore_nulls(aggregate->aggregate.name))
        return refuse_ignore_nulls(s, u, aggregate, err);
    if (u->call.ignore_nulls) name_without_nulls(aggregate);
    aggregate->aggregate.ignore_nulls |= u->call.ignore_nulls;
    if (u->call.filter) {
        aggregate->aggregate.filter = analyze_aggregate_filter(s, u->call.filter, err);
        if (!aggregate->aggregate.filter) return NULL;
    }
    if (u->call.order_count) {
        aggregate->aggregate.order_count = u->call.order_count;
        aggregate->aggregate.order = ARENA_ARRAY(s->n->arena, struct sort_order, u->call.order_count);
        TRY_NULL(analyze_order(s, u->call.order, u->call.order_count, aggregate->aggregate.order, err));
        for (uint32_t i = 0; i < u->call.order_count; i++)
            TRY_NULL(check_orderable(s, &aggregate->aggregate.order[i], u->call.order[i]->origin, err));
        /* Its type may depend on them: mode() WITHIN GROUP (ORDER BY x). */
        const struct function *function = aggregate->aggregate.function;
        if (function->resolve) TRY_NULL(function->resolve(&s->n->resolver, aggregate, err));
    }
    TRY_NULL(!orders || check_within_group(s, aggregate, err));
    if (aggregate->pretty && aggregate->pretty->kind == EXPR_AGGREGATE) show_clauses(s->n->arena, aggregate);
    return e;
}

/* count(*) is count(1); count(DISTINCT *) counts rows' columns. */
static bool is_count_star(const struct u_expr *u, const char *name) {
    return strcasecmp(name, "count") == 0 && u->child_count == 1 && u->children[0]->kind == U_STAR &&
           u->children[0]->star.target.count == 0 && u->children[0]->star.except_count == 0 && !u->call.distinct;
}

/* What Spark calls the operators of SQL, of which no side may be a star; NULL: a function. */
static const char *operator_class(const struct u_expr *u, const char *name) {
    static const char *const names[][2] = {{"+", "add"},
                                           {"-", "subtract"},
                                           {"*", "multiply"},
                                           {"/", "divide"},
                                           {"%", "remainder"},
                                           {"div", "integraldivide"},
                                           {"=", "equalto"},
                                           {"==", "equalto"},
                                           {"!=", "equalto"},
                                           {"<>", "equalto"},
                                           {"<=>", "equalnullsafe"},
                                           {"<", "lessthan"},
                                           {">", "greaterthan"},
                                           {"<=", "lessthanorequal"},
                                           {">=", "greaterthanorequal"},
                                           {"and", "and"},
                                           {"or", "or"},
                                           {"not", "not"},
                                           {"!", "not"},
                                           {"like", "like"},
                                           {"rlike", "rlike"},
                                           {"isnull", "isnull"},
                                           {"isnotnull", "isnotnull"},
                                           {"concat", "concat"},
                                           {"&", "bitwiseand"},
                                           {"|", "bitwiseor"},
                                           {"^", "bitwisexor"},
                                           {"~", "bitwisenot"},
                                           {"when", "casewhen"}};
    if (!u->call.is_operator || u->call.from_client) return NULL;
    if (u->child_count == 1 && strcmp(name, "-") == 0) return "unaryminus";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(names[i][0], name) == 0) return names[i][1];
    return NULL;
}

/* A star beside an operator; count(t.*), which is taken for a slip. */
static bool refuses_star(struct scope *s, const struct u_expr *u, const char *name, struct error *err) {
    const char *class = operator_class(u, name);
    for (uint32_t i = 0; class && i < u->child_count; i++) {
        if (!is_star(u->children[i])) continue;
        const char *place = s->starless ? s->starless : arena_printf(s->n->arena, "expression `%s`", class);
        return !refuse_star(s, u->children[i], place, err);
    }
    if (strcasecmp(name, "count") != 0 || u->child_count != 1 || u->children[0]->kind != U_STAR) return false;
    const struct u_name *target = &u->children[0]->star.target;
    if (target->count != 1) return false;
    if (context_flag(s->n->a->context, "spark.sql.legacy.allowStarWithSingleTableIdentifierInCount", false))
        return false;
    error_set(err, "_LEGACY_ERROR_TEMP_1021", "targetString", target->parts[0], NULL);
    return true;
}

static struct expr *call_session_function(struct scope *s, const struct u_expr *u, struct argument_list *arguments,
                                          struct error *err) {
    const struct analyzer_world *w = s->n->a->world;
    struct expr *result = NULL;
    if (!w->function || u->call.is_operator) return NULL;
    TRY_NULL(w->function(s->n->a, u, arguments->list.items, arguments->list.count, &result, err));
    if (!result) return NULL;
    bool plain = true;
    if (!expr_is_aggregate(result)) {
        const char *syntax = u->call.distinct ? "DISTINCT" : u->call.filter ? "FILTER CLAUSE" : NULL;
        plain = !syntax || error_set(err, "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "prettyName",
                                     "`pythonudf`", "syntax", syntax, NULL);
    }
    plain = plain && client_arguments(s->n, result->udf.name, u->children, u->child_count, &result->udf.names, err);
    if (plain) return result;
    error_at(err, u->origin);
    return NULL;
}

/* A function of the client called with arguments by name; NULL without *err: there is none of this name. */
static struct expr *call_by_names(struct scope *s, const struct u_expr *u, const char *name, struct error *err) {
    struct argument_list arguments = {0};
    TRY_NULL(analyze_arguments(s, u, name, &arguments, err));
    return call_session_function(s, u, &arguments, err);
}

/* --- aggregates of the enclosing query --- */

static bool see_own_column(const struct expr *e, void *data) {
    bool *reads = data;
    if (e->kind == EXPR_OUTER) {
        reads[1] = true;
        return false;
    }
    reads[0] |= e->kind == EXPR_ATTRIBUTE;
    return true;
}

static struct expr *unwrap_outer(struct expr *e, void *data) {
    return e->kind == EXPR_OUTER ? e->children[0] : e;
}

/* outer(t.a), as this message alone shows it. */
static struct expr *show_outer(struct expr *e, void *data) {
    struct arena *arena = data;
    if (e->kind != EXPR_OUTER) return e;
    struct expr *shown = expr_new(arena, EXPR_UDF, 1); /* for its looks */
    shown->children[0] = e->children[0];
    shown->udf.name = "outer";
    shown->type = e->type;
    return shown;
}

/*
 * HAVING EXISTS (SELECT ... WHERE x < min(t.a)): an aggregate that reads the enclosing query alone is computed there.
 * What it reads is no outer reference of its own then: `before` is how many there were without it.
 */
static struct expr *outer_aggregate(struct scope *s, struct expr *e, uint32_t before, struct error *err) {
    struct correlation *c = s->n->correlation;
    bool reads[2] = {false, false};
    if (!c || e->kind != EXPR_AGGREGATE) return e;
    expr_visit(e, see_own_column, reads);
    if (reads[0] && reads[1]) {
        error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES",
                  "function", expr_sql(s->n->arena, expr_rewrite(s->n->arena, e, show_outer, s->n->arena)), NULL);
        error_at(err, e->origin);
        return NULL;
    }
    if (!reads[1] || s->lateral) return e; /* in SELECT: see subquery_check.c */
    struct expr *inner = expr_rewrite(s->n->arena, e, unwrap_outer, NULL);
    c->used.count = before;
    LIST_PUSH(s->n->arena, &c->used, inner);
    struct expr *outer = expr_new(s->n->arena, EXPR_OUTER, 1);
    outer->children[0] = inner;
    outer->type = inner->type;
    outer->nullable = inner->nullable;
    outer->origin = inner->origin;
    expr_update_flags(outer);
    return outer;
}

static bool check_aggregated(struct scope *s, const struct expr *e, struct error *err) {
    if (e->kind != EXPR_AGGREGATE || e->deterministic) return true;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (!aggregates_well(e->children[i]))
            return error_set(err, "AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION", "sqlExpr",
                             quoted_expr(s->n->arena, e), NULL);
    return true;
}

/* sum(rank() OVER ...) */
static bool check_no_windows(const struct expr *e, struct error *err) {
    if (e->kind != EXPR_AGGREGATE) return true;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (expr_contains(e->children[i], EXPR_WINDOW)) return error_set(err, "_LEGACY_ERROR_TEMP_1031", NULL);
    return true;
}

/* A window of time becomes a column before anybody sees its rows. */
static bool gives_rows(const struct expr *e) {
    return e->kind == EXPR_GENERATOR && !is_time_window(e);
}

/* The operator whose expressions these are, where that is no SELECT: no generator stands in it anyhow. */
static const char *operator_without_generators(const struct scope *s) {
    if (!s->starless) return s->below ? "Filter" : NULL;
    return strcmp(s->starless, "Aggregate") == 0 ? NULL : s->starless;
}

/* 1 + explode(a): rows cannot be part of a value. */
static bool refuse_generators(struct scope *s, const struct function *f, const char *name,
                              const struct argument_list *arguments, struct error *err) {
    uint32_t i = 0;
    while (i < arguments->list.count && !gives_rows(strip_alias(arguments->list.items[i]))) i++;
    if (i == arguments->list.count) return true;
    struct expr *shown = expr_new(s->n->arena, EXPR_CALL, arguments->list.count);
    memcpy(shown->children, arguments->list.items, arguments->list.count * sizeof *shown->children);
    shown->call.function = f;
    shown->call.name = name;
    shown->type = TYPE_OF(NULL);
    const char *outside = operator_without_generators(s);
    if (outside)
        return error_set(err, "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", "plan",
                         arena_printf(s->n->arena, "'%s %s", outside, expr_sql(s->n->arena, shown)), NULL);
    return error_set(err, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "expression", quoted_expr(s->n->arena, shown),
                     NULL);
}

static struct expr *call_builtin(struct scope *s, const struct u_expr *u, const struct function *f, const char *name,
                                 struct error *err) {
    struct argument_list arguments = {0};
    if (!f && !u->call.is_operator) {
        const struct routine *r = find_routine(s->n, &u->call.name, false, err);
        if (r) return call_routine(s, r, u, err);
        if (error_is_set(err)) return NULL;
    }
    struct u_expr named = *u;
    bool lacks_all = f && !u->child_count && !u->call.is_operator;
    if (lacks_all || has_named_arguments(u->children, u->child_count)) {
        struct expr *e = f ? NULL : call_by_names(s, u, name, err);
        if (e || error_is_set(err)) return e;
        struct u_expr *const *children = u->children;
        TRY_NULL(builtin_arguments(s->n, name, &children, &named.child_count, u->origin, err));
        named.children = (struct u_expr **)children;
        u = &named;
    }
    uint32_t outer_before = s->n->correlation ? s->n->correlation->used.count : 0;
    if (refuses_star(s, u, name, err)) return NULL;
    if (is_count_star(u, name) && !(s->starless && u->call.from_client))
        LIST_PUSH(s->n->arena, &arguments.list, expr_int(s->n->arena, 1));
    else if (is_higher_order(u, name))
        return analyze_higher_order(s, u, f, name, err);
    else {
        bool aggregate = f && f->class == FUNCTION_AGGREGATE;
        s->aggregate_depth += aggregate;
        bool good = analyze_arguments(s, u, name, &arguments, err);
        s->aggregate_depth -= aggregate;
        TRY_NULL(good);
    }
    struct expr *e = call_session_function(s, u, &arguments, err);
    if (e || error_is_set(err)) return e;
    if (!f) return unknown_function(s, u, err);
    TRY_NULL(refuse_generators(s, f, u->call.is_operator ? f->name : name, &arguments, err));
    if (u->call.is_operator) TRY_NULL(pad_char_comparison(s, f->name, arguments.list.items, arguments.list.count, err));
    e = resolve_call(&s->n->resolver, f, u->call.is_operator ? f->name : name, arguments.list.items,
                     arguments.list.count, u->origin, err);
    if (e && s->windowed != u && !check_aggregated(s, e, err)) return NULL;
    if (e && s->windowed != u && !check_no_windows(e, err)) return NULL;
    s->aggregate_depth++; /* FILTER and WITHIN GROUP read what the arguments do */
    if (e) e = set_clauses(s, u, e, err);
    s->aggregate_depth--;
    if (e && expr_is_aggregate(e) && !check_lateral_in_aggregate(s, e, err)) return NULL;
    return e ? outer_aggregate(s, e, outer_before, err) : NULL;
}

/* input_file_name() and its kin: of the scan below, if there is one in reach; as the function says, if not. */
static struct expr *file_function(struct scope *s, const struct u_expr *u, const char *name, struct error *err) {
    static const char *const fields[][2] = {{"input_file_name", "file_path"},
                                            {"input_file_block_start", "file_block_start"},
                                            {"input_file_block_length", "file_block_length"}};
    struct expr *e = NULL;
    for (size_t i = 0; !e && i < 3 && !u->child_count; i++) {
        if (strcasecmp(name, fields[i][0]) != 0) continue;
        const char *parts[] = {"_metadata", fields[i][1]};
        const struct u_name field = {2, parts};
        for (uint32_t k = 0; !e && k < s->input_count; k++) e = names_below(s, s->inputs[k], &field, u->origin, err);
        if (!e) return NULL;
        e = strip_alias(e);
        if (i == 0) { /* file:/a as file:///a */
            struct expr *rest[] = {e, expr_int(s->n->arena, 6)};
            struct expr *whole[] = {expr_string(s->n->arena, "file://", 7), NULL};
            whole[1] = resolve_named(&s->n->resolver, "substring", rest, 2, u->origin, err);
            e = whole[1] ? resolve_named(&s->n->resolver, "concat", whole, 2, u->origin, err) : NULL;
        } else {
            e = expr_copy_node(s->n->arena, e);
        }
        struct expr *shown =
            e ? resolve_call(&s->n->resolver, function_find(name), name, NULL, 0, u->origin, err) : NULL;
        if (e) e->pretty = shown;
    }
    return e;
}

struct expr *analyze_call(struct scope *s, const struct u_expr *u, struct error *err) {
    const char *name = builtin_name(&u->call.name);
    struct expr *of_file = name ? file_function(s, u, name, err) : NULL;
    if (of_file || error_is_set(err)) return of_file;
    bool window = name && strcasecmp(name, "window") == 0, session = name && strcasecmp(name, "session_window") == 0;
    if (window || session) {
        struct u_expr *const *arguments = u->children;
        uint32_t count = u->child_count;
        TRY_NULL(builtin_arguments(s->n, name, &arguments, &count, u->origin, err)); /* refuses names */
        return window ? analyze_time_window(s, u, err) : analyze_session_window(s, u, err);
    }
    const struct function *f = name ? resolve_function(&s->n->resolver, name) : NULL;
    if (f && f->class == FUNCTION_TABLE) f = NULL; /* in FROM alone */
    bool for_client = f && f->flags & FUNCTION_CLIENT && u->call.from_client;
    if (f && f->flags & FUNCTION_INTERNAL && !u->call.is_operator && !for_client) f = NULL;
    bool windowed = s->windowed == u;
    struct expr *e = call_builtin(s, u, f, name ? name : "", err);
    if (e && e->kind == EXPR_CALL && e->call.function->class == FUNCTION_WINDOW && !windowed) {
        error_set(err, "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", "funcName", quoted_expr(s->n->arena, e), NULL);
        e = NULL;
    }
    if (!e) error_at(err, u->origin);
    return e;
}
