/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions before they are analyzed, as the parsed logical plan of EXPLAIN EXTENDED shows them: what is not resolved
 * has a tick.
 *
 *     ('a + 1) AS c#7, unresolvedalias('upper('b))
 *
 * What SQL writes as an operator stands as one; the same called from the DataFrame API is a function like any other:
 * '`+`('a, 1). Each function answers whether what it has written is resolved.
 */
#include <string.h>
#include <strings.h>

#include "plan/explain_parsed.h"

static bool put_list(struct parsed *x, struct text *out, struct u_expr *const *list, uint32_t count) {
    bool resolved = true;
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_add(out, ", ");
        resolved &= parsed_expr(x, out, list[i]);
    }
    return resolved;
}

bool parsed_exprs(struct parsed *x, struct text *out, struct u_expr *const *list, uint32_t count) {
    text_add_char(out, '[');
    bool resolved = put_list(x, out, list, count);
    text_add_char(out, ']');
    return resolved;
}

static void put_name(struct text *out, const struct u_name *name) {
    for (uint32_t i = 0; i < name->count; i++)
        text_printf(out, strchr(name->parts[i], '.') ? "%s`%s`" : "%s%s", i ? "." : "", name->parts[i]);
}

/* df["a"] is a column already, of the input that has it. */
static bool put_attribute(struct parsed *x, struct text *out, const struct u_expr *u) {
    const struct u_name *name = &u->attribute.name;
    uint32_t inputs = u->attribute.has_plan_id && name->count == 1 && x->node ? x->node->child_count : 0;
    for (uint32_t i = 0; i < inputs; i++) {
        const struct u_plan *child = x->node->children[i];
        struct plan *input = (struct plan *)parsed_handle(x, child);
        bool is_it = child->has_plan_id && child->plan_id == u->attribute.plan_id;
        const struct plan *named = is_it || !input ? input : find_plan_id(&input, 1, u->attribute.plan_id);
        for (uint32_t k = 0; named && k < named->output_count; k++) {
            if (strcasecmp(named->output[k]->name, name->parts[0]) != 0) continue;
            expr_explain(out, expr_attribute(x->arena, named->output[k]), false);
            return true;
        }
    }
    text_add_char(out, '\'');
    put_name(out, name);
    return false;
}

static void put_value(struct parsed *x, struct text *out, const struct vector *value) {
    struct expr *e = expr_literal(x->arena, (struct vector *)value);
    if (e->type->kind == TYPE_TIMESTAMP) e->zone = x->context->zone;
    expr_explain(out, e, false);
}

/* --- operators --- */

static const struct infix {
    const char *name, *shown;
} infixes[] = {{"and", "AND"}, {"or", "OR"}, {"==", "="},    {"=", "="}, {"<=>", "<=>"}, {"<", "<"},
               {"<=", "<="},   {">", ">"},   {">=", ">="},   {"+", "+"}, {"-", "-"},     {"*", "*"},
               {"/", "/"},     {"%", "%"},   {"div", "div"}, {"&", "&"}, {"|", "|"},     {"^", "^"}};

static const char *infix_of(const char *name) {
    for (size_t i = 0; i < sizeof infixes / sizeof *infixes; i++)
        if (strcasecmp(infixes[i].name, name) == 0) return infixes[i].shown;
    return NULL;
}

static bool put_around(struct parsed *x, struct text *out, const char *before, const struct u_expr *u,
                       const char *between, const char *after) {
    text_add(out, before);
    bool resolved = parsed_expr(x, out, u->children[0]);
    if (u->child_count > 1) {
        text_add(out, between);
        resolved &= parsed_expr(x, out, u->children[1]);
    }
    text_add(out, after);
    return resolved;
}

static bool put_case(struct parsed *x, struct text *out, const struct u_expr *u) {
    bool resolved = true;
    uint32_t i = 0;
    text_add(out, "CASE");
    for (; i + 1 < u->child_count; i += 2) {
        text_add(out, " WHEN ");
        resolved &= parsed_expr(x, out, u->children[i]);
        text_add(out, " THEN ");
        resolved &= parsed_expr(x, out, u->children[i + 1]);
    }
    if (i < u->child_count) {
        text_add(out, " ELSE ");
        resolved &= parsed_expr(x, out, u->children[i]);
    }
    text_add(out, " END");
    return resolved;
}

static bool put_in(struct parsed *x, struct text *out, const struct u_expr *u) {
    bool resolved = parsed_expr(x, out, u->children[0]);
    text_add(out, " IN (");
    for (uint32_t i = 1; i < u->child_count; i++) {
        if (i > 1) text_add_char(out, ',');
        resolved &= parsed_expr(x, out, u->children[i]);
    }
    text_add_char(out, ')');
    return resolved;
}

/* What SQL's grammar makes no function of; *known false: it is one. */
static bool put_operator(struct parsed *x, struct text *out, const struct u_expr *u, const char *name, bool *known) {
    const char *infix = u->child_count == 2 ? infix_of(name) : NULL;
    *known = true;
    if (infix) return put_around(x, out, "(", u, arena_printf(x->arena, " %s ", infix), ")");
    if (u->child_count == 2 && (strcmp(name, "!=") == 0 || strcmp(name, "<>") == 0))
        return put_around(x, out, "NOT (", u, " = ", ")");
    if (strcasecmp(name, "not") == 0 || strcmp(name, "!") == 0) return put_around(x, out, "NOT ", u, "", "");
    if (strcasecmp(name, "like") == 0 && u->child_count == 2) return put_around(x, out, "", u, " LIKE ", "");
    if (strcasecmp(name, "rlike") == 0) return put_around(x, out, "RLIKE(", u, ", ", ")");
    if (strcmp(name, "||") == 0) return put_around(x, out, "concat(", u, ", ", ")");
    if (u->child_count == 1 && (strcmp(name, "-") == 0 || strcasecmp(name, "negative") == 0))
        return put_around(x, out, "-", u, "", "");
    if (u->child_count == 1 && (strcmp(name, "+") == 0 || strcasecmp(name, "positive") == 0))
        return put_around(x, out, "positive(", u, "", ")");
    if (strcmp(name, "~") == 0) return put_around(x, out, "~", u, "", "");
    if (strncasecmp(name, "is", 2) == 0 && strstr(name, "null") && u->child_count == 1)
        return put_around(x, out, strstr(name, "not") ? "isnotnull(" : "isnull(", u, "", ")");
    if (strcasecmp(name, "when") == 0) return put_case(x, out, u);
    if (strcasecmp(name, "in") == 0) return put_in(x, out, u);
    *known = false;
    return false;
}

static bool is_word(const char *name) {
    for (const char *c = name; *c; c++)
        if (!(*c == '_' || (*c >= '0' && *c <= '9') || ((*c | 32) >= 'a' && (*c | 32) <= 'z'))) return false;
    return *name;
}

static bool put_grouping(struct parsed *x, struct text *out, const struct u_expr *u, const char *name) {
    text_printf(out, "%s(", name);
    for (uint32_t i = 0; i < u->child_count; i++) text_printf(out, "Vector(%u), ", i);
    put_list(x, out, u->children, u->child_count);
    text_add_char(out, ')');
    return false;
}

static bool put_call(struct parsed *x, struct text *out, const struct u_expr *u) {
    const char *name = u->call.name.parts[u->call.name.count - 1];
    if (strcasecmp(name, "rollup") == 0 || strcasecmp(name, "cube") == 0) return put_grouping(x, out, u, name);
    bool known = false, client_case = u->call.from_client && strcmp(name, "when") == 0;
    if ((u->call.is_operator && !u->call.from_client) || client_case) {
        bool resolved = put_operator(x, out, u, name, &known);
        if (known) return resolved;
    }
    bool counts_rows = strcasecmp(name, "count") == 0 && u->child_count == 1 && u->children[0]->kind == U_STAR;
    if (strcmp(name, "==") == 0) name = "=";
    text_printf(out, is_word(name) ? "'%s(%s" : "'`%s`(%s", name, u->call.distinct ? "distinct " : "");
    if (counts_rows && !u->call.from_client)
        text_add_char(out, '1');
    else
        put_list(x, out, u->children, u->child_count);
    if (u->call.filter) {
        text_add(out, ", ");
        parsed_expr(x, out, u->call.filter);
    }
    text_add_char(out, ')');
    return false;
}

/* --- windows, lambdas, subqueries --- */

static void put_bound(struct parsed *x, struct text *out, const struct u_bound *bound, bool upper) {
    if (bound->kind == U_BOUND_UNBOUNDED)
        text_add(out, upper ? "unboundedfollowing$()" : "unboundedpreceding$()");
    else if (bound->kind == U_BOUND_CURRENT_ROW)
        text_add(out, "currentrow$()");
    else {
        if (!bound->signed_value && !bound->following) text_add_char(out, '-');
        parsed_expr(x, out, bound->value);
    }
}

void parsed_window(struct parsed *x, struct text *out, const struct u_window_spec *w) {
    text_add(out, "windowspecdefinition(");
    put_list(x, out, w->partition, w->partition_count);
    if (w->partition_count && w->order_count) text_add(out, ", ");
    put_list(x, out, w->order, w->order_count);
    if (w->partition_count || w->order_count) text_add(out, ", ");
    if (w->frame == U_FRAME_NONE) {
        text_add(out, "unspecifiedframe$())");
        return;
    }
    text_printf(out, "specifiedwindowframe(%s, ", w->frame == U_FRAME_ROWS ? "RowFrame" : "RangeFrame");
    put_bound(x, out, &w->lower, false);
    text_add(out, ", ");
    put_bound(x, out, &w->upper, true);
    text_add(out, "))");
}

static bool put_window(struct parsed *x, struct text *out, const struct u_expr *u) {
    if (u->window->name_only) {
        text_add(out, "unresolvedwindowexpression(");
        parsed_expr(x, out, u->children[0]);
        text_printf(out, ", WindowSpecReference(%s))", u->window->base_name);
        return false;
    }
    parsed_expr(x, out, u->children[0]);
    text_add_char(out, ' ');
    parsed_window(x, out, u->window);
    return false;
}

static bool put_lambda(struct parsed *x, struct text *out, const struct u_expr *u) {
    const struct u_expr *outer = x->lambda;
    x->lambda = u;
    text_add(out, "lambdafunction(");
    parsed_expr(x, out, u->children[0]);
    x->lambda = outer;
    for (uint32_t i = 0; i < u->lambda.count; i++) text_printf(out, ", lambda '%s", u->lambda.variables[i]);
    text_add(out, ", false)");
    return false;
}

static bool is_variable(const struct u_expr *lambda, const struct u_expr *u) {
    for (uint32_t i = 0; lambda && i < lambda->lambda.count; i++)
        if (strcasecmp(lambda->lambda.variables[i], u->attribute.name.parts[0]) == 0) return true;
    return false;
}

/* (a, b + 1) IN (...): each value behind its name, which is its number where it has none. */
static void put_row(struct parsed *x, struct text *out, struct u_expr *const *values, uint32_t count) {
    text_add(out, "named_struct(");
    for (uint32_t i = 0; i < count; i++) {
        const struct u_name *name = &values[i]->attribute.name;
        if (i) text_add(out, ", ");
        if (values[i]->kind == U_ATTRIBUTE)
            text_printf(out, "%s, ", name->parts[name->count - 1]);
        else
            text_printf(out, "_%u, ", i);
        parsed_expr(x, out, values[i]);
    }
    text_add_char(out, ')');
}

static bool put_subquery(struct parsed *x, struct text *out, const struct u_expr *u) {
    unsigned long long id = (unsigned long long)(*x->next_id)++;
    LIST_PUSH(x->arena, &x->subqueries, u->subquery.plan);
    if (u->subquery.kind == U_SUBQUERY_IN) {
        if (u->child_count > 1) put_row(x, out, u->children, u->child_count);
        if (u->child_count == 1) parsed_expr(x, out, u->children[0]);
        text_printf(out, " IN (list#%llu [])", id);
    } else
        text_printf(out, "%s#%llu []", u->subquery.kind == U_SUBQUERY_EXISTS ? "exists" : "scalar-subquery", id);
    return false;
}

/* --- the rest --- */

static bool put_alias(struct parsed *x, struct text *out, const struct u_expr *u) {
    bool resolved = parsed_expr(x, out, u->children[0]);
    if (u->alias.name_count == 1)
        text_printf(out, " AS %s#%llu", u->alias.names[0], (unsigned long long)(*x->next_id)++);
    return resolved;
}

static bool put_cast(struct parsed *x, struct text *out, const struct u_expr *u) {
    text_add(out, u->cast.mode == U_CAST_TRY ? "try_cast(" : "cast(");
    bool resolved = parsed_expr(x, out, u->children[0]);
    text_printf(out, " as %s)", u->cast.type ? type_catalog_string(x->arena, u->cast.type) : u->cast.type_text);
    return resolved;
}

static bool put_order(struct parsed *x, struct text *out, const struct u_expr *u) {
    bool descending = u->sort.descending;
    bool first = u->sort.nulls == U_NULLS_DEFAULT ? !descending : u->sort.nulls == U_NULLS_FIRST;
    bool resolved = parsed_expr(x, out, u->children[0]);
    text_printf(out, " %s NULLS %s", descending ? "DESC" : "ASC", first ? "FIRST" : "LAST");
    return resolved;
}

static bool put_star(struct text *out, const struct u_expr *u) {
    put_name(out, &u->star.target);
    text_add(out, u->star.target.count ? ".*" : "*");
    return false;
}

static bool put_text(struct parsed *x, struct text *out, const struct u_expr *u) {
    struct error ignored = ERROR_INIT;
    const struct u_expr *parsed = sql_parse_expression(x->arena, x->context, u->text, &ignored);
    error_release(&ignored);
    x->unknown |= !parsed;
    return parsed && parsed_expr(x, out, parsed);
}

bool parsed_expr(struct parsed *x, struct text *out, const struct u_expr *u) {
    if (x->unknown || stack_is_low(&x->stack)) {
        x->unknown = true;
        return false;
    }
    switch (u->kind) {
        case U_LITERAL: put_value(x, out, u->literal.value); return true;
        case U_LAMBDA_VARIABLE:
        case U_ATTRIBUTE:
            if (is_variable(x->lambda, u)) text_add(out, "lambda ");
            return put_attribute(x, out, u);
        case U_STAR: return put_star(out, u);
        case U_CALL: return put_call(x, out, u);
        case U_CAST: return put_cast(x, out, u);
        case U_ALIAS: return put_alias(x, out, u);
        case U_SORT_ORDER: return put_order(x, out, u);
        case U_WINDOW: return put_window(x, out, u);
        case U_LAMBDA: return put_lambda(x, out, u);
        case U_EXTRACT: put_around(x, out, "", u, "[", "]"); return false;
        case U_SUBQUERY: return put_subquery(x, out, u);
        case U_EXPRESSION_TEXT: return put_text(x, out, u);
        default: x->unknown = true; return false;
    }
}

static const struct u_expr *parse_item(struct parsed *x, const struct u_expr *u) {
    struct error ignored = ERROR_INIT;
    if (u->kind == U_EXPRESSION_TEXT) u = sql_parse_expression(x->arena, x->context, u->text, &ignored);
    error_release(&ignored);
    x->unknown |= !u;
    return u;
}

bool parsed_items(struct parsed *x, struct text *out, struct u_expr *const *list, uint32_t count) {
    bool resolved = true;
    text_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        const struct u_expr *u = parse_item(x, list[i]);
        if (!u) return false;
        bool named = u->kind == U_ATTRIBUTE || u->kind == U_STAR || u->kind == U_ALIAS;
        text_add(out, i ? ", " : "");
        if (!named) text_add(out, "unresolvedalias(");
        resolved &= parsed_expr(x, out, u) && named;
        if (!named) text_add_char(out, ')');
    }
    text_add_char(out, ']');
    return resolved;
}
