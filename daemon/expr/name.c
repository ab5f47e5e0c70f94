/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions as text, the way Spark names columns and quotes expressions in messages.
 *
 * Three forms share one printer. The *pretty* form is what users see: columns without qualifiers, strings without
 * quotes, numbers without suffixes, no implicit casts. The *sql* form can be read back: t.a, 'x', 1L, CAST(...). The
 * *plan* form is EXPLAIN's: columns with their ids (a#1, b#2L where it is a bigint), every cast, isnotnull(a#1).
 *
 * Most functions print as name(arguments). How the others print is said by the `format` of their row below: an infix
 * operator, or a template in which $1 stands for the first argument and $* for all, comma separated.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/timezone.h"
#include "expr/expr.h"
#include "expr/function.h"

enum form { FORM_SQL, FORM_PRETTY, FORM_PLAN };

struct printer {
    struct arena *arena;
    struct text *out;
    enum form form;
    bool nameless; /* FORM_PLAN: columns are known by their ids alone */
};

static void print(struct printer *p, const struct expr *e);
static const char *as_text(struct arena *arena, const struct vector *constant, const struct timezone *zone);

static const struct {
    const char *name, *format;
} formats[] = {
#define FORMAT(name, format) {name, format},
#include "expr/name_formats.inc"
#undef FORMAT
};

/* The escape character that LIKE has when none is named. */
static bool is_backslash(const struct expr *e) {
    if (e->kind != EXPR_LITERAL || !type_is_string(e->type) || vector_is_null(e->literal, 0)) return false;
    return string_equal(VECTOR_DATA(e->literal, struct string)[0], string_of("\\"));
}

static const char *format_of(const char *name) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].name, name) == 0) return formats[i].format;
    return NULL;
}

static void print_list(struct printer *p, struct expr *const *list, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_add(p->out, ", ");
        print(p, list[i]);
    }
}

static void print_format(struct printer *p, const struct expr *e, const char *format) {
    for (; *format; format++) {
        if (*format != '$') {
            text_add_char(p->out, *format);
        } else if (*++format == '*') {
            print_list(p, e->children, e->child_count);
        } else {
            uint32_t i = (uint32_t)(*format - '1');
            if (i < e->child_count) print(p, e->children[i]);
        }
    }
}

static void print_case(struct printer *p, const struct expr *e) {
    text_add(p->out, "CASE");
    uint32_t i = 0;
    for (; i + 1 < e->child_count; i += 2) {
        text_add(p->out, " WHEN ");
        print(p, e->children[i]);
        text_add(p->out, " THEN ");
        print(p, e->children[i + 1]);
    }
    if (i < e->child_count) {
        text_add(p->out, " ELSE ");
        print(p, e->children[i]);
    }
    text_add(p->out, " END");
}

static void print_field(struct printer *p, const struct expr *e) {
    const struct type *t = e->children[0]->type;
    if (t->kind == TYPE_ARRAY) t = t->element;
    int32_t ordinal = *VECTOR_DATA(e->children[1]->literal, int32_t);
    print(p, e->children[0]);
    text_add_char(p->out, '.');
    text_add(p->out, t->fields[ordinal].name);
}

static bool is_field_update(const struct expr *e) {
    return e->kind == EXPR_CALL && e->call.function && strstr(e->call.function->name, "_field") &&
           (strcmp(e->call.function->name, "with_field") == 0 || strcmp(e->call.function->name, "drop_field") == 0);
}

/* Updates of updates show as one with several operations, of which a later one of a field replaces an earlier. */
static void print_field_update(struct printer *p, const struct expr *e) {
    uint32_t count = 0;
    const struct expr *target = e;
    for (; is_field_update(target); target = target->children[0]) count++;
    const struct expr **updates = ARENA_ARRAY(p->arena, const struct expr *, count);
    for (uint32_t i = count; i > 0; i--, e = e->children[0]) updates[i - 1] = e;
    text_add(p->out, "update_fields(");
    print(p, target);
    for (uint32_t i = 0; i < count; i++) {
        bool replaced = false;
        for (uint32_t k = i + 1; k < count; k++)
            replaced |= updates[i]->child_count == 3 && updates[k]->child_count == 3 &&
                        expr_equal(updates[i]->children[1], updates[k]->children[1]);
        if (replaced) continue;
        text_add(p->out, updates[i]->child_count == 3 ? ", WithField(" : ", dropfield(");
        if (updates[i]->child_count == 3) print(p, updates[i]->children[2]);
        text_add_char(p->out, ')');
    }
    text_add_char(p->out, ')');
}

/* What EXPLAIN shows in another way than names do. */
static bool print_call_in_plan(struct printer *p, const struct expr *e) {
    static const char *const as_calls[] = {"isnull", "isnotnull", "isnan"};
    const char *name = e->call.name;
    for (size_t i = 0; i < sizeof as_calls / sizeof *as_calls; i++) {
        if (strcmp(name, as_calls[i]) != 0) continue;
        text_add(p->out, name);
        print_format(p, e, "($1)");
        return true;
    }
    if (strcmp(name, "not") == 0) {
        print_format(p, e, "NOT $1");
        return true;
    }
    if (strcmp(name, "like") == 0 && e->child_count == 2) {
        print_format(p, e, "$1 LIKE $2");
        return true;
    }
    if (strcmp(name, "in") != 0) return false;
    print(p, e->children[0]);
    for (uint32_t i = 1; i < e->child_count; i++) {
        text_add(p->out, i == 1 ? " IN (" : ",");
        print(p, e->children[i]);
    }
    text_add_char(p->out, ')');
    return true;
}

static void print_call(struct printer *p, const struct expr *e) {
    const char *name = e->call.name;
    if (p->form == FORM_PLAN && print_call_in_plan(p, e)) return;
    if (e->call.ignore_nulls && strcmp(name, "nth_value") == 0) {
        print_format(p, e, "nth_value($*) ignore nulls");
        return;
    }
    if (is_field_update(e)) {
        print_field_update(p, e);
        return;
    }
    const char *format = format_of(name);
    if (strcmp(name, "like") == 0 && e->child_count == 3 && is_backslash(e->children[2])) {
        print_format(p, e, "$1 LIKE $2");
    } else if (strcmp(name, "like") == 0 && e->child_count == 3) {
        print_format(p, e, "$1 LIKE $2 ESCAPE '");
        print(p, e->children[2]);
        text_add_char(p->out, '\'');
    } else if (strcmp(name, "ilike") == 0 && e->child_count == 3) {
        print_format(p, e, "ilike($1, $2)");
    } else if (e->child_count == 2 && strcmp(name + (name[0] != 't'), "trim") == 0 && name[0] != 'b') {
        static const char *const sides[] = {
            ['l'] = "TRIM(LEADING $2 FROM $1)", ['r'] = "TRIM(TRAILING $2 FROM $1)", ['t'] = "TRIM(BOTH $2 FROM $1)"};
        print_format(p, e, sides[(unsigned char)name[0]]);
    } else if (strcmp(name, "ceil") == 0 && e->child_count == 2) {
        print_format(p, e, "ceil($*)");
    } else if (strcmp(name, "floor") == 0 && e->child_count == 2) {
        print_format(p, e, "floor($*)");
    } else if (format && *format) {
        print_format(p, e, format);
    } else if (strcmp(name, "in") == 0) {
        text_add_char(p->out, '(');
        print(p, e->children[0]);
        text_add(p->out, " IN (");
        print_list(p, e->children + 1, e->child_count - 1);
        text_add(p->out, "))");
    } else if (strcmp(name, "when") == 0) {
        print_case(p, e);
    } else if (format) {
        print_field(p, e);
    } else {
        text_add(p->out, name);
        text_add_char(p->out, '(');
        print_list(p, e->children, e->child_count);
        text_add_char(p->out, ')');
    }
}

static void print_orders(struct printer *p, const struct sort_order *orders, uint32_t count, bool nulls) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_add(p->out, ", ");
        print(p, orders[i].expr);
        if (!nulls) continue;
        text_add(p->out, orders[i].descending ? " DESC" : " ASC");
        text_add(p->out, orders[i].nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
}

/* mode() is told with the order of Spark's comparison, which is the other way round. */
static void print_within_group(struct printer *p, const struct expr *e) {
    const struct sort_order *order = e->aggregate.order;
    bool percentile = strncmp(e->aggregate.name, "percentile_", 11) == 0, mode = strcmp(e->aggregate.name, "mode") == 0;
    text_add(p->out, " WITHIN GROUP (ORDER BY ");
    print_orders(p, order, e->aggregate.order_count, !percentile && !mode);
    if (percentile ? order[0].descending : mode && !order[0].descending) text_add(p->out, " DESC");
    text_add_char(p->out, ')');
}

static void print_aggregate(struct printer *p, const struct expr *e) {
    /* An alias does not survive WITHIN GROUP. */
    bool is_alias = e->aggregate.order_count && strcmp(e->aggregate.name, "string_agg") == 0;
    text_add(p->out, is_alias ? "listagg" : e->aggregate.name);
    text_add_char(p->out, '(');
    if (e->aggregate.distinct) text_add(p->out, p->form == FORM_PLAN ? "distinct " : "DISTINCT ");
    print_list(p, e->children, e->child_count);
    text_add_char(p->out, ')');
    if (e->aggregate.order_count) print_within_group(p, e);
    if (e->aggregate.filter) {
        text_add(p->out, " FILTER (WHERE ");
        print(p, e->aggregate.filter);
        text_add_char(p->out, ')');
    }
}

static bool is_negative(const struct expr *e) {
    if (e->kind != EXPR_LITERAL || vector_is_null(e->literal, 0)) return false;
    return e->type->kind == TYPE_INT    ? *VECTOR_DATA(e->literal, int32_t) < 0
           : e->type->kind == TYPE_LONG ? *VECTOR_DATA(e->literal, int64_t) < 0
                                        : false;
}

static void print_bound(struct printer *p, const struct frame_bound *bound) {
    static const char *const words[] = {"UNBOUNDED PRECEDING", " PRECEDING", "CURRENT ROW", " FOLLOWING",
                                        "UNBOUNDED FOLLOWING"};
    /* In Spark 1 PRECEDING is -1, which shows once it has been cast, and where a DataFrame says it. */
    if (bound->kind == BOUND_PRECEDING && bound->offset->pretty) {
        bool negative = is_negative(bound->offset->pretty);
        if (!negative) text_add(p->out, "(- ");
        print(p, bound->offset->pretty);
        text_add(p->out, negative ? " FOLLOWING" : ") FOLLOWING");
        return;
    }
    if (bound->offset) print(p, bound->offset->pretty ? bound->offset->pretty : bound->offset);
    text_add(p->out, words[bound->kind]);
}

/* A bound of the frame as EXPLAIN shows it: the offset with its sign. */
static void print_bound_in_plan(struct printer *p, const struct frame_bound *bound) {
    static const char *const words[] = {"unboundedpreceding$()", "-", "currentrow$()", "", "unboundedfollowing$()"};
    const struct expr *shown = bound->offset && bound->offset->pretty ? bound->offset->pretty : bound->offset;
    if (!shown || !is_negative(shown)) text_add(p->out, words[bound->kind]);
    if (shown) print(p, shown);
}

static void print_frame_in_plan(struct printer *p, const struct window_spec *w) {
    text_add(p->out, w->frame == FRAME_ROWS ? "specifiedwindowframe(RowFrame, " : "specifiedwindowframe(RangeFrame, ");
    print_bound_in_plan(p, &w->lower);
    text_add(p->out, ", ");
    print_bound_in_plan(p, &w->upper);
    text_add_char(p->out, ')');
}

/* Behind the function: windowspecdefinition(a#1, b#2 ASC NULLS FIRST, specifiedwindowframe(RowFrame, ...)) */
static void print_spec_in_plan(struct printer *p, const struct window_spec *w) {
    text_add(p->out, " windowspecdefinition(");
    print_list(p, w->partition, w->partition_count);
    if (w->partition_count) text_add(p->out, ", ");
    print_orders(p, w->order, w->order_count, true);
    if (w->order_count) text_add(p->out, ", ");
    print_frame_in_plan(p, w);
    text_add_char(p->out, ')');
}

static void print_frame(struct printer *p, const struct window_spec *w) {
    text_add(p->out, w->frame == FRAME_ROWS ? "ROWS BETWEEN " : "RANGE BETWEEN ");
    print_bound(p, &w->lower);
    text_add(p->out, " AND ");
    print_bound(p, &w->upper);
}

static void print_spec(struct printer *p, const struct window_spec *w) {
    text_add_char(p->out, '(');
    if (w->partition_count) {
        text_add(p->out, "PARTITION BY ");
        print_list(p, w->partition, w->partition_count);
        text_add_char(p->out, ' ');
    }
    if (w->order_count) {
        text_add(p->out, "ORDER BY ");
        print_orders(p, w->order, w->order_count, true);
        text_add_char(p->out, ' ');
    }
    print_frame(p, w);
    text_add_char(p->out, ')');
}

static void print_window(struct printer *p, const struct expr *e) {
    print(p, e->children[0]);
    if (p->form == FORM_PLAN) {
        print_spec_in_plan(p, e->window);
        return;
    }
    text_add(p->out, " OVER ");
    print_spec(p, e->window);
}

static void print_name(struct printer *p, const char *name) {
    bool plain = *name &&
                 strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(name) &&
                 strspn(name, "0123456789") != strlen(name);
    if (p->form != FORM_SQL || plain) {
        text_add(p->out, name);
        return;
    }
    text_add_char(p->out, '`');
    for (; *name; name++) {
        if (*name == '`') text_add_char(p->out, '`');
        text_add_char(p->out, *name);
    }
    text_add_char(p->out, '`');
}

static void print_with_id(struct printer *p, const char *name, uint64_t id, const struct type *type) {
    text_printf(p->out, "%s#%llu%s", p->nameless ? "" : name, (unsigned long long)id,
                type->kind == TYPE_LONG ? "L" : "");
}

static void print_attribute(struct printer *p, const struct attribute *a) {
    if (p->form == FORM_PLAN) {
        print_with_id(p, a->name, a->id, a->type);
        return;
    }
    for (uint32_t i = 0; p->form == FORM_SQL && i < a->qualifier_count; i++) {
        print_name(p, a->qualifier[i]);
        text_add_char(p->out, '.');
    }
    print_name(p, a->name);
}

static void print_cast(struct printer *p, const struct expr *e) {
    if (p->form == FORM_PLAN) {
        print_format(p, e, e->cast.mode == CAST_TRY ? "try_cast($1 as " : "cast($1 as ");
        text_add(p->out, type_simple_string(p->arena, e->type));
        text_add_char(p->out, ')');
        return;
    }
    /* Spark shows no casts to nested types */
    if ((p->form == FORM_PRETTY && !e->cast.explicit_) || type_is_nested(e->type)) {
        print(p, e->children[0]);
        return;
    }
    text_add(p->out, e->cast.mode == CAST_TRY ? "TRY_CAST(" : "CAST(");
    print(p, e->children[0]);
    text_add(p->out, " AS ");
    text_add(p->out, type_sql(p->arena, e->type));
    text_add_char(p->out, ')');
}

/* The name of a field of (a, b + 1) IN (...), whose name is its number where it has none. */
static void print_field_name(struct printer *p, const struct expr *e, uint32_t index) {
    if (e->pretty) e = e->pretty;
    bool is_field = e->kind == EXPR_CALL && strcmp(e->call.function->name, "get_struct_field") == 0;
    const char *quote = p->form == FORM_PLAN ? "" : "'";
    text_add(p->out, quote);
    if (e->kind == EXPR_ATTRIBUTE)
        text_add(p->out, e->column.attribute->name);
    else if (e->kind == EXPR_ALIAS)
        text_add(p->out, e->alias.name);
    else if (e->kind == EXPR_LITERAL || is_field)
        print(p, e);
    else
        text_printf(p->out, "_%u", index);
    text_add(p->out, quote);
    text_add(p->out, ", ");
}

/* scalar-subquery#5 [a#1], exists#6 [], a#1 IN (list#7 []) */
static void print_subquery_in_plan(struct printer *p, const struct expr *e) {
    static const char *const names[] = {
        [SUBQUERY_SCALAR] = "scalar-subquery", [SUBQUERY_EXISTS] = "exists", [SUBQUERY_IN] = " IN (list"};
    bool is_row = e->child_count > 1;
    if (is_row) text_add(p->out, "named_struct(");
    for (uint32_t i = 0; i < e->child_count; i++) {
        if (i) text_add(p->out, ", ");
        if (is_row) print_field_name(p, e->children[i], i);
        print(p, e->children[i]);
    }
    if (is_row) text_add_char(p->out, ')');
    text_printf(p->out, "%s#%llu [", names[e->subquery.kind], (unsigned long long)e->subquery.id);
    print_list(p, e->subquery.outer, e->subquery.outer_count);
    text_add(p->out, e->subquery.kind == SUBQUERY_IN ? "])" : "]");
}

static void print_subquery(struct printer *p, const struct expr *e) {
    if (p->form == FORM_PLAN && !p->nameless) {
        print_subquery_in_plan(p, e);
        return;
    }
    if (e->subquery.kind != SUBQUERY_IN) {
        text_add(p->out, e->subquery.kind == SUBQUERY_EXISTS ? "exists(" : "scalarsubquery(");
        print_list(p, e->subquery.outer, e->subquery.outer_count);
        text_add_char(p->out, ')');
        return;
    }
    text_add_char(p->out, '(');
    if (e->child_count > 1) text_add(p->out, "named_struct(");
    for (uint32_t i = 0; i < e->child_count; i++) {
        if (i) text_add(p->out, ", ");
        if (e->child_count > 1) print_field_name(p, e->children[i], i);
        print(p, e->children[i]);
    }
    if (e->child_count > 1) text_add_char(p->out, ')');
    text_add(p->out, " IN (listquery(");
    print_list(p, e->subquery.outer, e->subquery.outer_count);
    text_add(p->out, ")))");
}

static void print_lambda(struct printer *p, const struct expr *e) {
    /* What stands where a lambda should is made one, with names that nobody can write, when its variables have types. */
    if (e->lambda.count && !e->lambda.variables[0]->column.attribute->id &&
        *e->lambda.variables[0]->column.attribute->name == ' ') {
        print(p, e->children[0]);
        return;
    }
    text_add(p->out, "lambdafunction(");
    print(p, e->children[0]);
    for (uint32_t i = 0; i < e->lambda.count; i++) {
        text_add(p->out, ", ");
        print(p, e->lambda.variables[i]);
    }
    text_add_char(p->out, ')');
}

static void print_udf(struct printer *p, const struct expr *e) {
    text_add(p->out, e->udf.name);
    text_add_char(p->out, '(');
    for (uint32_t i = 0; i < e->child_count; i++) {
        if (i) text_add(p->out, ", ");
        if (e->udf.names && e->udf.names[i]) {
            text_add(p->out, e->udf.names[i]);
            text_add(p->out, " => ");
        }
        print(p, e->children[i]);
    }
    text_add_char(p->out, ')');
}

/* A column of an enclosing query: with its qualifiers, even in names. */
static void print_outer(struct printer *p, const struct expr *e) {
    enum form form = p->form;
    if (form != FORM_SQL) text_add(p->out, "outer(");
    if (form == FORM_PRETTY) p->form = FORM_SQL;
    print(p, e->children[0]);
    p->form = form;
    if (form != FORM_SQL) text_add_char(p->out, ')');
}

static void print_alias(struct printer *p, const struct expr *e) {
    print(p, e->children[0]);
    text_add(p->out, " AS ");
    if (p->form == FORM_PLAN)
        print_with_id(p, e->alias.name, e->alias.id, e->type);
    else
        print_name(p, e->alias.name);
}

static void print_literal(struct printer *p, const struct expr *e) {
    if (p->form != FORM_PLAN)
        text_add(p->out, literal_sql(p->arena, e->literal, e->zone, p->form == FORM_SQL));
    else if (vector_is_null(e->literal, 0))
        text_add(p->out, "null");
    else if (type_is_datetime(e->type))
        text_add(p->out, as_text(p->arena, e->literal, e->zone));
    else
        text_add(p->out, literal_sql(p->arena, e->literal, e->zone, false));
}

static void print(struct printer *p, const struct expr *e) {
    if (e->pretty) { /* a name that comes with the expression is for columns alone */
        print(p, e->pretty->kind == EXPR_ALIAS && p->form != FORM_PRETTY ? e->pretty->children[0] : e->pretty);
        return;
    }
    switch (e->kind) {
        case EXPR_LITERAL: print_literal(p, e); return;
        case EXPR_ATTRIBUTE: print_attribute(p, e->column.attribute); return;
        case EXPR_LAMBDA_VARIABLE: /* id 0: not bound yet */
            text_add(p->out, e->column.attribute->id ? "namedlambdavariable()" : e->column.attribute->name);
            return;
        case EXPR_OUTER: print_outer(p, e); return;
        case EXPR_ALIAS: print_alias(p, e); return;
        case EXPR_CALL:
        case EXPR_GENERATOR: print_call(p, e); return;
        case EXPR_AGGREGATE: print_aggregate(p, e); return;
        case EXPR_CAST: print_cast(p, e); return;
        case EXPR_WINDOW: print_window(p, e); return;
        case EXPR_LAMBDA: print_lambda(p, e); return;
        case EXPR_SUBQUERY: print_subquery(p, e); return;
        case EXPR_UDF: print_udf(p, e); return;
        case EXPR_KIND_COUNT: return;
    }
}

static const char *printed(struct arena *arena, const struct expr *e, enum form form) {
    struct text out;
    text_init(&out, arena);
    struct printer p = {.arena = arena, .out = &out, .form = form};
    print(&p, e);
    return text_finish(&out);
}

const char *expr_pretty(struct arena *arena, const struct expr *e) {
    return printed(arena, e, FORM_PRETTY);
}

const char *expr_sql(struct arena *arena, const struct expr *e) {
    return printed(arena, e, FORM_SQL);
}

void expr_explain(struct text *out, const struct expr *e, bool nameless) {
    struct printer p = {.arena = out->arena, .out = out, .form = FORM_PLAN, .nameless = nameless};
    print(&p, e);
}

void attribute_explain(struct text *out, const struct attribute *a, bool nameless) {
    struct printer p = {.arena = out->arena, .out = out, .form = FORM_PLAN, .nameless = nameless};
    print_attribute(&p, a);
}

const char *window_frame_string(struct arena *arena, const struct window_spec *w) {
    struct text out;
    text_init(&out, arena);
    print_frame_in_plan(&(struct printer){.arena = arena, .out = &out, .form = FORM_SQL}, w);
    return text_finish(&out);
}

const char *window_spec_pretty(struct arena *arena, const struct window_spec *w, bool frame_only) {
    struct text out;
    text_init(&out, arena);
    struct printer p = {.arena = arena, .out = &out, .form = FORM_PRETTY};
    (frame_only ? print_frame : print_spec)(&p, w);
    return text_finish(&out);
}

static const char *as_text(struct arena *arena, const struct vector *constant, const struct timezone *zone) {
    struct cast cast = {.from = constant->type,
                        .to = TYPE_OF(STRING),
                        .mode = CAST_LEGACY, /* decimals as Java shows them: 1E-7 */
                        .zone = zone ? zone : &timezone_utc};
    struct vector out;
    struct error err = ERROR_INIT;
    if (!vector_cast(arena, &cast, constant, 1, &out, &err)) {
        error_release(&err);
        return "?";
    }
    struct string s = VECTOR_DATA(&out, struct string)[vector_entry(&out, 0)];
    return arena_strndup(arena, s.data, s.size);
}

static const char *quoted_string(struct arena *arena, struct string s) {
    struct text out;
    text_init(&out, arena);
    text_add_char(&out, '\'');
    for (uint32_t i = 0; i < s.size; i++) {
        if (s.data[i] == '\'' || s.data[i] == '\\') text_add_char(&out, '\\');
        text_add_char(&out, s.data[i]);
    }
    text_add_char(&out, '\'');
    return text_finish(&out);
}

static const char *binary_sql(struct arena *arena, struct string s) {
    struct text out;
    text_init(&out, arena);
    text_add(&out, "X'");
    for (uint32_t i = 0; i < s.size; i++) text_printf(&out, "%02X", (unsigned char)s.data[i]);
    text_add_char(&out, '\'');
    return text_finish(&out);
}

static const char *row_sql(struct arena *arena, const struct vector *v, uint32_t row, const struct timezone *zone) {
    if (vector_is_null(v, row)) return "NULL";
    struct vector one;
    vector_range(&one, arena, v, row, 1);
    return literal_sql(arena, &one, zone, true);
}

/* ARRAY(1, 2), MAP('a', 1), NAMED_STRUCT('a', 1) */
static const char *nested_sql(struct arena *arena, const struct vector *v, uint32_t entry,
                              const struct timezone *zone) {
    bool row = v->type->kind == TYPE_STRUCT, map = v->type->kind == TYPE_MAP;
    struct list_entry list = row ? (struct list_entry){entry, 1} : VECTOR_DATA(v, struct list_entry)[entry];
    struct text out;
    text_init(&out, arena);
    text_add(&out, row ? "NAMED_STRUCT(" : map ? "MAP(" : "ARRAY(");
    for (uint32_t i = list.offset; i < list.offset + list.length; i++)
        for (uint32_t c = 0; c < v->child_count; c++) {
            if (i > list.offset || c) text_add(&out, ", ");
            if (row) {
                text_add(&out, quoted_string(arena, string_of(v->type->fields[c].name)));
                text_add(&out, ", ");
            }
            text_add(&out, row_sql(arena, &v->children[c], i, zone));
        }
    text_add_char(&out, ')');
    return text_finish(&out);
}

/* As literals are: 1.5D; but for floats, and for what has no digits. */
static const char *floating_sql(struct arena *arena, const struct vector *v, uint32_t entry, const char *text) {
    bool single = v->type->kind == TYPE_FLOAT;
    if (!isfinite(single ? (double)VECTOR_DATA(v, float)[entry] : VECTOR_DATA(v, double)[entry]))
        return arena_printf(arena, "CAST('%s' AS %s)", text, single ? "FLOAT" : "DOUBLE");
    return single ? arena_printf(arena, "CAST(%s AS FLOAT)", text) : arena_printf(arena, "%sD", text);
}

const char *literal_sql(struct arena *arena, const struct vector *constant, const struct timezone *zone, bool quote) {
    const struct type *t = constant->type;
    if (vector_is_null(constant, 0)) {
        if (!quote || t->kind == TYPE_NULL) return "NULL";
        return arena_printf(arena, "CAST(NULL AS %s)", type_sql(arena, t));
    }
    uint32_t entry = vector_entry(constant, 0);
    static const char *const suffixes[TYPE_KIND_COUNT] = {
        [TYPE_BYTE] = "Y", [TYPE_SHORT] = "S", [TYPE_LONG] = "L", [TYPE_DECIMAL] = "BD"};
    static const char *const prefixes[TYPE_KIND_COUNT] = {[TYPE_DATE] = "DATE",
                                                          [TYPE_TIME] = "TIME",
                                                          [TYPE_TIMESTAMP] = "TIMESTAMP",
                                                          [TYPE_TIMESTAMP_NTZ] = "TIMESTAMP_NTZ"};
    switch (t->kind) {
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: {
            struct string s = VECTOR_DATA(constant, struct string)[entry];
            if (t->collation) return arena_printf(arena, "%s collate %s", quoted_string(arena, s), t->collation);
            return quote ? quoted_string(arena, s) : arena_strndup(arena, s.data, s.size);
        }
        case TYPE_BINARY: return binary_sql(arena, VECTOR_DATA(constant, struct string)[entry]);
        case TYPE_ARRAY:
        case TYPE_MAP:
        case TYPE_STRUCT:
            if (quote) return nested_sql(arena, constant, entry, zone);
            break;
        default: break;
    }
    const char *text = as_text(arena, constant, zone);
    if (quote && (t->kind == TYPE_FLOAT || t->kind == TYPE_DOUBLE)) return floating_sql(arena, constant, entry, text);
    if (prefixes[t->kind]) return arena_printf(arena, "%s '%s'", prefixes[t->kind], text);
    if (t->kind == TYPE_CALENDAR_INTERVAL) return arena_printf(arena, "INTERVAL '%s'", text);
    return quote && suffixes[t->kind] ? arena_printf(arena, "%s%s", text, suffixes[t->kind]) : text;
}
