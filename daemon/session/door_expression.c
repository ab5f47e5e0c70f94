/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions of the protocol; see door.h. One function per kind, and a table of which is which at the end. */
#include "session/door_int.h"

#include <strings.h>

typedef Spark__Connect__Expression Expression;
#define CASE(KIND) SPARK__CONNECT__EXPRESSION__EXPR_TYPE_##KIND

const struct origin *door_origin(const struct derivation *d, const Spark__Connect__Origin *m) {
    if (!m || m->function_case != SPARK__CONNECT__ORIGIN__FUNCTION_PYTHON_ORIGIN) return NULL;
    struct origin *o = ARENA_NEW(door_arena(d), struct origin);
    o->start = o->stop = -1;
    o->fragment = door_text(d, m->python_origin->fragment);
    o->call_site = door_text(d, m->python_origin->call_site);
    return o;
}

bool door_name(const struct derivation *d, const char *text, struct u_name *name, struct error *err) {
    if (!text) text = "";
    if (*text && !strpbrk(text, ".`")) { /* nearly always */
        name->count = 1;
        name->parts = ARENA_NEW(door_arena(d), const char *);
        name->parts[0] = door_text(d, text);
        return true;
    }
    return sql_parse_name(door_arena(d), text, name, err);
}

bool door_table_name(const struct derivation *d, const char *text, struct u_name *name, struct error *err) {
    if (!text) text = "";
    const char *c = text;
    while ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_' || (c > text && *c >= '0' && *c <= '9'))
        c++;
    if (*text && !*c) return door_name(d, text, name, err); /* nearly always */
    return sql_parse_identifier(door_arena(d), &d->context, text, name, err);
}

bool door_expressions(struct derivation *d, Expression *const *m, size_t count, struct u_expr **out,
                      struct error *err) {
    for (size_t i = 0; i < count; i++) {
        out[i] = door_expression(d, m[i], err);
        TRY(out[i]);
    }
    return true;
}

static struct u_expr *new_expr(const struct derivation *d, enum u_expr_kind kind, const struct origin *origin,
                               size_t children) {
    return u_expr_new(door_arena(d), kind, origin, (uint32_t)children);
}

struct u_expr *door_literal_expression(struct derivation *d, const Spark__Connect__Expression__Literal *m,
                                       const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_LITERAL, origin, 0);
    e->literal.value = door_literal(d, m, err);
    return e->literal.value ? e : NULL;
}

static struct u_expr *attribute(struct derivation *d, const Spark__Connect__Expression__UnresolvedAttribute *m,
                                const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_ATTRIBUTE, origin, 0);
    TRY_NULL(door_name(d, m->unparsed_identifier, &e->attribute.name, err));
    e->attribute.has_plan_id = m->has_plan_id;
    e->attribute.plan_id = m->plan_id;
    e->attribute.is_metadata = m->is_metadata_column;
    return e;
}

/* The functions that Spark writes as operators in the names of columns. */
static bool is_operator(const char *name) {
    static const char *const words[] = {"and", "or", "not", "like", "rlike", "ilike", "in", "negative", "when"};
    if (!(*name >= 'a' && *name <= 'z')) return true; /* + - <= ... */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0) return true;
    return false;
}

/* nth_value(x, n, true) is what the protocol says for nth_value(x, n) IGNORE NULLS. */
static void take_ignore_nulls(struct u_expr *e) {
    if (e->child_count != 3 || e->children[2]->kind != U_LITERAL) return;
    const struct vector *flag = e->children[2]->literal.value;
    if (flag->type->kind != TYPE_BOOLEAN || vector_is_null(flag, 0)) return;
    e->call.ignore_nulls = *VECTOR_DATA(flag, uint8_t);
    e->child_count = 2;
}

static struct u_expr *function(struct derivation *d, const Spark__Connect__Expression__UnresolvedFunction *m,
                               const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_CALL, origin, m->n_arguments);
    const char *name = m->function_name ? m->function_name : "";
    if (m->is_user_defined_function) {
        TRY_NULL(door_name(d, name, &e->call.name, err));
    } else {
        e->call.name.count = 1;
        e->call.name.parts = ARENA_NEW(door_arena(d), const char *);
        e->call.name.parts[0] = door_text(d, name);
        e->call.is_operator = is_operator(name);
        e->call.from_client = true;
    }
    e->call.distinct = m->is_distinct;
    e->call.is_udf = m->is_user_defined_function;
    TRY_NULL(door_expressions(d, m->arguments, m->n_arguments, e->children, err));
    if (strcmp(name, "nth_value") == 0) take_ignore_nulls(e);
    return e;
}

static struct u_expr *call_function(struct derivation *d, const Spark__Connect__CallFunction *m,
                                    const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_CALL, origin, m->n_arguments);
    TRY_NULL(door_name(d, m->function_name, &e->call.name, err));
    TRY_NULL(door_expressions(d, m->arguments, m->n_arguments, e->children, err));
    return e;
}

static struct u_expr *star(struct derivation *d, const Spark__Connect__Expression__UnresolvedStar *m,
                           const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_STAR, origin, 0);
    if (m->unparsed_target) {
        size_t size = strlen(m->unparsed_target);
        if (size < 2 || strcmp(m->unparsed_target + size - 2, ".*") != 0)
            return door_refuse("UnresolvedStar", "its target does not end in .*", err);
        TRY_NULL(door_name(d, arena_strndup(door_arena(d), m->unparsed_target, size - 2), &e->star.target, err));
    }
    e->star.has_plan_id = m->has_plan_id;
    e->star.plan_id = m->plan_id;
    return e;
}

struct u_expr *door_alias(struct derivation *d, const Spark__Connect__Expression__Alias *m, const struct origin *origin,
                          struct error *err) {
    if (!m->n_name) return door_refuse("Alias", "it has no name", err);
    struct u_expr *e = new_expr(d, U_ALIAS, origin, 1);
    e->alias.name_count = (uint32_t)m->n_name;
    e->alias.names = door_texts(d, m->name, m->n_name);
    e->alias.metadata = arena_strdup(door_arena(d), m->metadata);
    e->children[0] = door_expression(d, m->expr, err);
    return e->children[0] ? e : NULL;
}

static struct u_expr *cast(struct derivation *d, const Spark__Connect__Expression__Cast *m, const struct origin *origin,
                           struct error *err) {
    static const enum u_cast_mode modes[] = {U_CAST_SESSION, U_CAST_LEGACY, U_CAST_ANSI, U_CAST_TRY};
    struct u_expr *e = new_expr(d, U_CAST, origin, 1);
    e->cast.mode = (unsigned)m->eval_mode <= 3 ? modes[m->eval_mode] : U_CAST_SESSION;
    if (m->cast_to_type_case == SPARK__CONNECT__EXPRESSION__CAST__CAST_TO_TYPE_TYPE_STR) {
        e->cast.type_text = door_text(d, m->type_str);
    } else {
        e->cast.type = door_type(door_arena(d), &d->context, m->type, err);
        TRY_NULL(e->cast.type);
    }
    e->children[0] = door_expression(d, m->expr, err);
    return e->children[0] ? e : NULL;
}

static struct u_expr *regex(struct derivation *d, const Spark__Connect__Expression__UnresolvedRegex *m,
                            const struct origin *origin) {
    struct u_expr *e = new_expr(d, U_REGEX, origin, 0);
    e->regex.pattern = door_text(d, m->col_name);
    size_t size = strlen(e->regex.pattern);
    const char *tick = strchr(e->regex.pattern, '`');
    if (tick && size >= 2 && e->regex.pattern[size - 1] == '`' && tick + 1 < e->regex.pattern + size - 1) {
        size_t before = (size_t)(tick - e->regex.pattern); /* t.`pattern` */
        if (before > 1) e->regex.qualifier = arena_strndup(door_arena(d), e->regex.pattern, before - 1);
        e->regex.pattern = arena_strndup(door_arena(d), tick + 1, size - before - 2);
    }
    e->regex.has_plan_id = m->has_plan_id;
    e->regex.plan_id = m->plan_id;
    return e;
}

struct u_expr *door_sort_order(struct derivation *d, const Spark__Connect__Expression__SortOrder *m,
                               struct error *err) {
    struct u_expr *e = new_expr(d, U_SORT_ORDER, NULL, 1);
    e->sort.descending =
        m->direction == SPARK__CONNECT__EXPRESSION__SORT_ORDER__SORT_DIRECTION__SORT_DIRECTION_DESCENDING;
    e->sort.nulls =
        m->null_ordering == SPARK__CONNECT__EXPRESSION__SORT_ORDER__NULL_ORDERING__SORT_NULLS_FIRST  ? U_NULLS_FIRST
        : m->null_ordering == SPARK__CONNECT__EXPRESSION__SORT_ORDER__NULL_ORDERING__SORT_NULLS_LAST ? U_NULLS_LAST
                                                                                                     : U_NULLS_DEFAULT;
    e->children[0] = door_expression(d, m->child, err);
    return e->children[0] ? e : NULL;
}

static struct u_expr *lambda(struct derivation *d, const Spark__Connect__Expression__LambdaFunction *m,
                             const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_LAMBDA, origin, 1);
    e->lambda.count = (uint32_t)m->n_arguments;
    e->lambda.variables = ARENA_ARRAY(door_arena(d), const char *, m->n_arguments);
    for (size_t i = 0; i < m->n_arguments; i++) {
        if (m->arguments[i]->n_name_parts != 1)
            return door_refuse("LambdaFunction", "a variable's name has not one part", err);
        e->lambda.variables[i] = door_text(d, m->arguments[i]->name_parts[0]);
    }
    e->children[0] = door_expression(d, m->function, err);
    return e->children[0] ? e : NULL;
}

static struct u_expr *lambda_variable(struct derivation *d,
                                      const Spark__Connect__Expression__UnresolvedNamedLambdaVariable *m,
                                      const struct origin *origin, struct error *err) {
    if (!m->n_name_parts) return door_refuse("UnresolvedNamedLambdaVariable", "it has no name", err);
    struct u_expr *e = new_expr(d, U_LAMBDA_VARIABLE, origin, 0);
    e->attribute.name.count = (uint32_t)m->n_name_parts;
    e->attribute.name.parts = door_texts(d, m->name_parts, m->n_name_parts);
    return e;
}

static bool frame_bound(struct derivation *d, const Spark__Connect__Expression__Window__WindowFrame__FrameBoundary *m,
                        struct u_bound *out, struct error *err) {
    if (!m) return door_refuse("WindowFrame", "a boundary is missing", err);
    switch (m->boundary_case) {
        case SPARK__CONNECT__EXPRESSION__WINDOW__WINDOW_FRAME__FRAME_BOUNDARY__BOUNDARY_CURRENT_ROW:
            out->kind = U_BOUND_CURRENT_ROW;
            return true;
        case SPARK__CONNECT__EXPRESSION__WINDOW__WINDOW_FRAME__FRAME_BOUNDARY__BOUNDARY_UNBOUNDED:
            out->kind = U_BOUND_UNBOUNDED;
            return true;
        case SPARK__CONNECT__EXPRESSION__WINDOW__WINDOW_FRAME__FRAME_BOUNDARY__BOUNDARY_VALUE:
            out->kind = U_BOUND_VALUE;
            out->signed_value = true;
            out->value = door_expression(d, m->value, err);
            return out->value;
        default: return door_refuse("WindowFrame", "a boundary is missing", err);
    }
}

static struct u_expr *window(struct derivation *d, const Spark__Connect__Expression__Window *m,
                             const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_WINDOW, origin, 1);
    struct u_window_spec *w = e->window = ARENA_NEW(door_arena(d), struct u_window_spec);
    w->partition_count = (uint32_t)m->n_partition_spec;
    w->partition = ARENA_ARRAY(door_arena(d), struct u_expr *, m->n_partition_spec);
    TRY_NULL(door_expressions(d, m->partition_spec, m->n_partition_spec, w->partition, err));
    w->order_count = (uint32_t)m->n_order_spec;
    w->order = ARENA_ARRAY(door_arena(d), struct u_expr *, m->n_order_spec);
    for (size_t i = 0; i < m->n_order_spec; i++) {
        w->order[i] = door_sort_order(d, m->order_spec[i], err);
        TRY_NULL(w->order[i]);
    }
    if (m->frame_spec) {
        bool range =
            m->frame_spec->frame_type == SPARK__CONNECT__EXPRESSION__WINDOW__WINDOW_FRAME__FRAME_TYPE__FRAME_TYPE_RANGE;
        w->frame = range ? U_FRAME_RANGE : U_FRAME_ROWS;
        TRY_NULL(frame_bound(d, m->frame_spec->lower, &w->lower, err));
        TRY_NULL(frame_bound(d, m->frame_spec->upper, &w->upper, err));
        w->upper.following = true;
    }
    e->children[0] = door_expression(d, m->window_function, err);
    return e->children[0] ? e : NULL;
}

static struct u_expr *extract(struct derivation *d, const Spark__Connect__Expression__UnresolvedExtractValue *m,
                              const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_EXTRACT, origin, 2);
    e->children[0] = door_expression(d, m->child, err);
    TRY_NULL(e->children[0]);
    e->children[1] = door_expression(d, m->extraction, err);
    return e->children[1] ? e : NULL;
}

static struct u_expr *update_fields(struct derivation *d, const Spark__Connect__Expression__UpdateFields *m,
                                    const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_UPDATE_FIELDS, origin, m->value_expression ? 2 : 1);
    e->update.field = door_text(d, m->field_name);
    e->children[0] = door_expression(d, m->struct_expression, err);
    TRY_NULL(e->children[0]);
    if (m->value_expression) {
        e->children[1] = door_expression(d, m->value_expression, err);
        TRY_NULL(e->children[1]);
    }
    return e;
}

struct u_expr *door_udf(struct derivation *d, const Spark__Connect__CommonInlineUserDefinedFunction *m,
                        const struct origin *origin, struct error *err) {
    if (!m || m->function_case != SPARK__CONNECT__COMMON_INLINE_USER_DEFINED_FUNCTION__FUNCTION_PYTHON_UDF) {
        error_unsupported(err, "a user-defined function in Scala or Java");
        return NULL;
    }
    const Spark__Connect__PythonUDF *p = m->python_udf;
    struct u_expr *e = new_expr(d, U_UDF, origin, m->n_arguments);
    e->udf.name = door_text(d, m->function_name);
    e->udf.type = door_type(door_arena(d), &d->context, p->output_type, err);
    TRY_NULL(e->udf.type);
    e->udf.eval_type = p->eval_type;
    e->udf.deterministic = m->deterministic;
    e->udf.distinct = m->is_distinct;
    e->udf.command_size = (uint32_t)p->command.len;
    e->udf.command = arena_copy(door_arena(d), p->command.data, p->command.len);
    TRY_NULL(door_expressions(d, m->arguments, m->n_arguments, e->children, err));
    return e;
}

/* udf.type NULL: analyze() is to say it. */
struct u_expr *door_table_udf(struct derivation *d, const Spark__Connect__CommonInlineUserDefinedTableFunction *m,
                              struct error *err) {
    const Spark__Connect__PythonUDTF *p = m->python_udtf;
    if (!p) return door_refuse("CommonInlineUserDefinedTableFunction", "it is of no kind", err);
    struct u_expr *e = new_expr(d, U_UDF, NULL, m->n_arguments);
    e->udf.name = door_text(d, m->function_name);
    if (p->return_type) TRY_NULL(e->udf.type = door_type(door_arena(d), &d->context, p->return_type, err));
    if (e->udf.type && e->udf.type->kind != TYPE_STRUCT)
        return door_refuse("PythonUDTF", "what it returns is no struct", err);
    e->udf.eval_type = p->eval_type;
    e->udf.deterministic = m->deterministic;
    e->udf.command_size = (uint32_t)p->command.len;
    e->udf.command = arena_copy(door_arena(d), p->command.data, p->command.len);
    TRY_NULL(door_expressions(d, m->arguments, m->n_arguments, e->children, err));
    return e;
}

static struct u_expr *named_argument(struct derivation *d, const Spark__Connect__NamedArgumentExpression *m,
                                     const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_NAMED_ARGUMENT, origin, 1);
    e->alias.name_count = 1;
    e->alias.names = ARENA_NEW(door_arena(d), const char *);
    e->alias.names[0] = door_text(d, m->key);
    e->children[0] = door_expression(d, m->value, err);
    return e->children[0] ? e : NULL;
}

static struct u_expr *merge_action(struct derivation *d, const Spark__Connect__MergeAction *m,
                                   const struct origin *origin, struct error *err) {
    struct u_expr *e = new_expr(d, U_MERGE_ACTION, origin, 0);
    uint32_t count = (uint32_t)m->n_assignments;
    e->merge_action.action = (int32_t)m->action_type;
    e->merge_action.assignment_count = count;
    e->merge_action.keys = ARENA_ARRAY(door_arena(d), struct u_expr *, count);
    e->merge_action.values = ARENA_ARRAY(door_arena(d), struct u_expr *, count);
    if (m->condition) {
        e->merge_action.condition = door_expression(d, m->condition, err);
        TRY_NULL(e->merge_action.condition);
    }
    for (uint32_t i = 0; i < count; i++) {
        TRY_NULL(door_expressions(d, &m->assignments[i]->key, 1, &e->merge_action.keys[i], err));
        TRY_NULL(door_expressions(d, &m->assignments[i]->value, 1, &e->merge_action.values[i], err));
    }
    return e;
}

static bool table_argument(struct derivation *d, const Spark__Connect__SubqueryExpression__TableArgOptions *m,
                           struct u_expr *e, struct error *err) {
    e->subquery.partition_count = (uint32_t)m->n_partition_spec;
    e->subquery.partition = ARENA_ARRAY(door_arena(d), struct u_expr *, m->n_partition_spec);
    TRY(door_expressions(d, m->partition_spec, m->n_partition_spec, e->subquery.partition, err));
    e->subquery.order_count = (uint32_t)m->n_order_spec;
    e->subquery.order = ARENA_ARRAY(door_arena(d), struct u_expr *, m->n_order_spec);
    for (size_t i = 0; i < m->n_order_spec; i++) {
        e->subquery.order[i] = door_sort_order(d, m->order_spec[i], err);
        TRY(e->subquery.order[i]);
    }
    e->subquery.single_partition = m->with_single_partition;
    return true;
}

static struct u_expr *subquery(struct derivation *d, const Spark__Connect__SubqueryExpression *m,
                               const struct origin *origin, struct error *err) {
    static const enum u_subquery_kind kinds[] = {U_SUBQUERY_SCALAR, U_SUBQUERY_SCALAR, U_SUBQUERY_EXISTS,
                                                 U_SUBQUERY_TABLE, U_SUBQUERY_IN};
    if ((unsigned)m->subquery_type > 4 || m->subquery_type == 0)
        return door_refuse("SubqueryExpression", "it is of no kind", err);
    struct u_expr *e = new_expr(d, U_SUBQUERY, origin, m->n_in_subquery_values);
    e->subquery.kind = kinds[m->subquery_type];
    if (e->subquery.kind == U_SUBQUERY_TABLE) e->kind = U_TABLE_ARGUMENT;
    e->subquery.plan_id = m->plan_id;
    TRY_NULL(door_expressions(d, m->in_subquery_values, m->n_in_subquery_values, e->children, err));
    if (m->table_arg_options) TRY_NULL(table_argument(d, m->table_arg_options, e, err));
    return e;
}

static struct u_expr *text(struct derivation *d, const Spark__Connect__Expression__ExpressionString *m,
                           const struct origin *origin) {
    struct u_expr *e = new_expr(d, U_EXPRESSION_TEXT, origin, 0);
    e->text = door_text(d, m->expression);
    return e;
}

struct u_expr *door_expression(struct derivation *d, const Expression *m, struct error *err) {
    if (!m) return door_refuse("Expression", "it is missing", err);
    const struct origin *origin = m->common ? door_origin(d, m->common->origin) : NULL;
    switch (m->expr_type_case) {
        case CASE(LITERAL): return door_literal_expression(d, m->literal, origin, err);
        case CASE(UNRESOLVED_ATTRIBUTE): return attribute(d, m->unresolved_attribute, origin, err);
        case CASE(UNRESOLVED_FUNCTION): return function(d, m->unresolved_function, origin, err);
        case CASE(EXPRESSION_STRING): return text(d, m->expression_string, origin);
        case CASE(UNRESOLVED_STAR): return star(d, m->unresolved_star, origin, err);
        case CASE(ALIAS): return door_alias(d, m->alias, origin, err);
        case CASE(CAST): return cast(d, m->cast, origin, err);
        case CASE(UNRESOLVED_REGEX): return regex(d, m->unresolved_regex, origin);
        case CASE(SORT_ORDER): return door_sort_order(d, m->sort_order, err);
        case CASE(LAMBDA_FUNCTION): return lambda(d, m->lambda_function, origin, err);
        case CASE(WINDOW): return window(d, m->window, origin, err);
        case CASE(UNRESOLVED_EXTRACT_VALUE): return extract(d, m->unresolved_extract_value, origin, err);
        case CASE(UPDATE_FIELDS): return update_fields(d, m->update_fields, origin, err);
        case CASE(UNRESOLVED_NAMED_LAMBDA_VARIABLE):
            return lambda_variable(d, m->unresolved_named_lambda_variable, origin, err);
        case CASE(COMMON_INLINE_USER_DEFINED_FUNCTION):
            return door_udf(d, m->common_inline_user_defined_function, origin, err);
        case CASE(CALL_FUNCTION): return call_function(d, m->call_function, origin, err);
        case CASE(NAMED_ARGUMENT_EXPRESSION): return named_argument(d, m->named_argument_expression, origin, err);
        case CASE(MERGE_ACTION): return merge_action(d, m->merge_action, origin, err);
        case CASE(SUBQUERY_EXPRESSION): return subquery(d, m->subquery_expression, origin, err);
        case CASE(DIRECT_SHUFFLE_PARTITION_ID): error_unsupported(err, "repartitionById"); return NULL;
        case CASE(TYPED_AGGREGATE_EXPRESSION): error_unsupported(err, "a typed aggregate (Scala)"); return NULL;
        case CASE(EXTENSION): error_unsupported(err, "an extension of the protocol"); return NULL;
        default: return door_refuse("Expression", "it is of no kind", err);
    }
}
