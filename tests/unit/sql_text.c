/* SPDX-License-Identifier: Apache-2.0 */
/* See sql_text.h. */
#include "tests/unit/sql_text.h"

#include "base/interval_text.h"

static void put_expr(struct text *out, const struct u_expr *e);
static void put_plan(struct text *out, const struct u_plan *plan);

static void put_exprs(struct text *out, struct u_expr *const *items, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_add(out, ", ");
        put_expr(out, items[i]);
    }
}

static void put_name(struct text *out, struct u_name name) {
    text_add(out, sql_quote_name(out->arena, name.parts, name.count));
}

static void put_literal(struct text *out, const struct vector *v) {
    if (vector_is_null(v, 0)) {
        text_add(out, "null");
        return;
    }
    switch (v->type->kind) {
        case TYPE_STRING:
        case TYPE_BINARY: {
            const struct string *s = VECTOR_DATA(v, struct string);
            text_printf(out, "'%.*s'", (int)s->size, s->data);
            break;
        }
        case TYPE_BOOLEAN: text_add(out, *VECTOR_DATA(v, uint8_t) ? "true" : "false"); break;
        case TYPE_INT: text_printf(out, "%d", *VECTOR_DATA(v, int32_t)); break;
        case TYPE_BYTE: text_printf(out, "%dY", *VECTOR_DATA(v, int8_t)); break;
        case TYPE_SHORT: text_printf(out, "%dS", *VECTOR_DATA(v, int16_t)); break;
        case TYPE_LONG: text_printf(out, "%lldL", (long long)*VECTOR_DATA(v, int64_t)); break;
        case TYPE_DOUBLE: text_printf(out, "%gD", *VECTOR_DATA(v, double)); break;
        case TYPE_FLOAT: text_printf(out, "%gF", *VECTOR_DATA(v, float)); break;
        default: {
            enum storage storage = type_storage(v->type);
            long long value = storage == STORAGE_INT32   ? *VECTOR_DATA(v, int32_t)
                              : storage == STORAGE_INT64 ? *VECTOR_DATA(v, int64_t)
                                                         : 0;
            text_printf(out, "%s:%lld", type_simple_string(out->arena, v->type), value);
        }
    }
}

static void put_window(struct text *out, const struct u_expr *e) {
    const struct u_window_spec *w = e->window;
    text_add(out, "over(");
    put_expr(out, e->children[0]);
    if (w->name_only) text_printf(out, "; %s", w->base_name);
    if (w->partition_count) text_add(out, "; by ");
    put_exprs(out, w->partition, w->partition_count);
    if (w->order_count) text_add(out, "; order ");
    put_exprs(out, w->order, w->order_count);
    if (w->frame) {
        const struct u_bound *bounds[] = {&w->lower, &w->upper};
        text_add(out, w->frame == U_FRAME_ROWS ? "; rows" : "; range");
        for (int i = 0; i < 2; i++) {
            text_add_char(out, ' ');
            if (bounds[i]->kind == U_BOUND_CURRENT_ROW) {
                text_add(out, "current");
                continue;
            }
            text_add_char(out, bounds[i]->following ? '+' : '-');
            if (bounds[i]->kind == U_BOUND_UNBOUNDED)
                text_add(out, "all");
            else
                put_expr(out, bounds[i]->value);
        }
    }
    text_add_char(out, ')');
}

static void put_call(struct text *out, const struct u_expr *e) {
    for (uint32_t i = 0; i < e->call.name.count; i++) text_printf(out, "%s%s", i ? "." : "", e->call.name.parts[i]);
    text_add_char(out, '(');
    if (e->call.distinct) text_add(out, "distinct ");
    put_exprs(out, e->children, e->child_count);
    text_add_char(out, ')');
    if (e->call.order_count) {
        text_add(out, " within(");
        put_exprs(out, e->call.order, e->call.order_count);
        text_add_char(out, ')');
    }
    if (e->call.filter) {
        text_add(out, " filter(");
        put_expr(out, e->call.filter);
        text_add_char(out, ')');
    }
    if (e->call.ignore_nulls) text_add(out, " ignore nulls");
}

static void put_subquery(struct text *out, const struct u_expr *e) {
    static const char *const kinds[] = {"scalar", "exists", "in", "table"};
    text_printf(out, "%s(", kinds[e->subquery.kind]);
    put_exprs(out, e->children, e->child_count);
    if (e->child_count) text_add(out, "; ");
    put_plan(out, e->subquery.plan);
    text_add_char(out, ')');
}

static void put_star(struct text *out, const struct u_expr *e) {
    if (e->star.target.count) {
        put_name(out, e->star.target);
        text_add_char(out, '.');
    }
    text_add_char(out, '*');
    for (uint32_t i = 0; i < e->star.except_count; i++) {
        text_add(out, i ? ", " : " except ");
        put_name(out, e->star.except[i]);
    }
}

static void put_expr(struct text *out, const struct u_expr *e) {
    switch (e->kind) {
        case U_LITERAL: put_literal(out, e->literal.value); break;
        case U_ATTRIBUTE: put_name(out, e->attribute.name); break;
        case U_STAR: put_star(out, e); break;
        case U_CALL: put_call(out, e); break;
        case U_WINDOW: put_window(out, e); break;
        case U_SUBQUERY:
        case U_TABLE_ARGUMENT: put_subquery(out, e); break;
        case U_CAST:
            text_add(out, e->cast.mode == U_CAST_TRY ? "try_cast(" : "cast(");
            put_expr(out, e->children[0]);
            text_printf(out, ", %s)", type_simple_string(out->arena, e->cast.type));
            break;
        case U_ALIAS:
            put_expr(out, e->children[0]);
            for (uint32_t i = 0; i < e->alias.name_count; i++)
                text_printf(out, "%s%s", i ? ", " : " as ", e->alias.names[i]);
            break;
        case U_NAMED_ARGUMENT:
            text_printf(out, "%s => ", e->alias.names[0]);
            put_expr(out, e->children[0]);
            break;
        case U_SORT_ORDER:
            put_expr(out, e->children[0]);
            if (e->sort.descending) text_add(out, " desc");
            if (e->sort.nulls) text_add(out, e->sort.nulls == U_NULLS_FIRST ? " nulls first" : " nulls last");
            break;
        case U_LAMBDA:
            for (uint32_t i = 0; i < e->lambda.count; i++)
                text_printf(out, "%s%s", i ? "," : "", e->lambda.variables[i]);
            text_add(out, " -> ");
            put_expr(out, e->children[0]);
            break;
        case U_EXTRACT:
            put_expr(out, e->children[0]);
            text_add_char(out, '[');
            put_expr(out, e->children[1]);
            text_add_char(out, ']');
            break;
        case U_PARAMETER:
            text_printf(out, "%s%s", e->parameter.name ? ":" : "?", e->parameter.name ? e->parameter.name : "");
            break;
        case U_IDENTIFIER:
            text_add(out, e->call.is_operator ? "identifier_call(" : "identifier(");
            put_exprs(out, e->children, e->child_count);
            text_add_char(out, ')');
            break;
        default: text_printf(out, "<%d>", e->kind);
    }
}

static const char *plan_name(const struct u_plan *plan) {
    static const char *const joins[] = {"join", "left", "right", "full", "semi", "anti", "cross"};
    static const char *const sets[] = {"union", "intersect", "except"};
    switch (plan->kind) {
        case U_ONE_ROW: return "one";
        case U_VALUES: return "values";
        case U_PROJECT: return "project";
        case U_FILTER: return plan->filter.having ? "having" : "filter";
        case U_AGGREGATE: return plan->aggregate.group == U_GROUP_ALL ? "aggregate_all" : "aggregate";
        case U_JOIN: return joins[plan->join.type];
        case U_LATERAL_JOIN: return "lateral";
        case U_SET_OPERATION: return sets[plan->set.operation];
        case U_SORT: return plan->sort.global ? "sort" : "sort_within";
        case U_LIMIT: return "limit";
        case U_OFFSET: return "offset";
        case U_DISTINCT: return "distinct";
        case U_SAMPLE: return "sample";
        case U_WITH: return "with";
        case U_WITH_WINDOWS: return "windows";
        case U_WITH_COLUMNS: return "with_columns";
        case U_GENERATE: return "generate";
        case U_PIVOT: return "pivot";
        case U_UNPIVOT: return "unpivot";
        case U_HINT: return plan->hint.name;
        case U_REPARTITION: return "repartition";
        case U_COMMAND: return "command";
        default: return "plan";
    }
}

static void put_details(struct text *out, const struct u_plan *plan) {
    if (plan->kind == U_JOIN || plan->kind == U_LATERAL_JOIN) {
        if (plan->join.natural) text_add(out, "; natural");
        if (plan->join.condition) {
            text_add(out, "; ");
            put_expr(out, plan->join.condition);
        }
        for (uint32_t i = 0; i < plan->join.using_count; i++)
            text_printf(out, "%s%s", i ? ", " : "; using ", plan->join.using_columns[i]);
    }
    if (plan->kind == U_SET_OPERATION && plan->set.all) text_add(out, "; all");
    if (plan->kind == U_AGGREGATE && plan->aggregate.result_count) {
        text_add(out, " -> ");
        put_exprs(out, plan->aggregate.results, plan->aggregate.result_count);
    }
    if (plan->kind == U_WITH)
        for (uint32_t i = 0; i < plan->with.count; i++) {
            text_printf(out, "; %s = ", plan->with.ctes[i].name);
            put_plan(out, plan->with.ctes[i].plan);
        }
    if (plan->kind == U_GENERATE) {
        text_add(out, "; ");
        put_expr(out, plan->generate.generator);
    }
}

static void put_plan(struct text *out, const struct u_plan *plan) {
    if (plan->kind == U_RELATION) {
        put_name(out, plan->relation.name);
        return;
    }
    if (plan->kind == U_SUBQUERY_ALIAS) {
        put_plan(out, plan->children[0]);
        text_printf(out, " as %s", plan->alias.name ? plan->alias.name : "_");
        for (uint32_t i = 0; i < plan->alias.column_count; i++)
            text_printf(out, "%s%s", i ? "," : "/", plan->alias.columns[i]);
        return;
    }
    if (plan->kind == U_TABLE_FUNCTION)
        put_name(out, plan->table_function.name);
    else
        text_add(out, plan_name(plan));
    text_add_char(out, '(');
    for (uint32_t i = 0; i < plan->child_count; i++) {
        if (i) text_add(out, ", ");
        put_plan(out, plan->children[i]);
    }
    if (plan->child_count && plan->expr_count) text_add(out, "; ");
    put_exprs(out, plan->exprs, plan->expr_count);
    put_details(out, plan);
    text_add_char(out, ')');
}

const char *sql_expr_text(struct arena *arena, const struct u_expr *e) {
    struct text out;
    text_init(&out, arena);
    put_expr(&out, e);
    return text_finish(&out);
}

const char *sql_plan_text(struct arena *arena, const struct u_plan *plan) {
    struct text out;
    text_init(&out, arena);
    put_plan(&out, plan);
    return text_finish(&out);
}
