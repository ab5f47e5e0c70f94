/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Higher-order functions: the types of a lambda's variables follow from the arguments before it.
 *
 * A row of the table says which argument is a lambda and what its variables are, in one letter each:
 *     e  element of argument 0      f  element of argument 1      i  the position, an int
 *     k  key of argument 0          v  value of argument 0        w  value of argument 1
 *     z  type of argument 1, which a fold starts from
 * An upper-case letter says the same of a variable that is always nullable.
 */
#include <string.h>
#include <strings.h>

#include "plan/analyze.h"

static const struct lambda_rule {
    const char *function;
    uint32_t argument;
    const char *variables;
} rules[] = {
    {"transform", 1, "ei"},      {"filter", 1, "ei"},           {"exists", 1, "e"},         {"any_match", 1, "e"},
    {"forall", 1, "e"},          {"aggregate", 2, "ze"},        {"aggregate", 3, "z"},      {"reduce", 2, "ze"},
    {"reduce", 3, "z"},          {"zip_with", 2, "EF"},         {"array_sort", 1, "ee"},    {"map_filter", 1, "kv"},
    {"transform_keys", 1, "kv"}, {"transform_values", 1, "kv"}, {"map_zip_with", 2, "kVW"},
};

static const struct lambda_rule *rule_of(const char *function, uint32_t argument) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].argument == argument && strcasecmp(rules[i].function, function) == 0) return &rules[i];
    return NULL;
}

/* The type that a letter stands for, or NULL when the arguments do not have it. */
static const struct type *variable_type(char letter, struct expr *const *arguments, uint32_t count, bool *nullable) {
    bool upper = letter >= 'A' && letter <= 'Z';
    char lower = upper ? (char)(letter + 32) : letter;
    if (lower == 'i') {
        *nullable = false;
        return TYPE_OF(INT);
    }
    uint32_t which = lower == 'f' || lower == 'w' || lower == 'z' ? 1 : 0;
    if (which >= count || !arguments[which]) return NULL;
    const struct type *t = arguments[which]->type;
    *nullable = upper || t->contains_null;
    switch (lower) {
        case 'z': *nullable = true; return t;
        case 'e':
        case 'f': return t->kind == TYPE_ARRAY ? t->element : NULL;
        case 'k': *nullable = false; return t->kind == TYPE_MAP ? t->key : NULL;
        default: return t->kind == TYPE_MAP ? t->element : NULL;
    }
}

/* Spark says "expected" of what the lambda takes, "actual" of what the function would give it. */
static bool check_count(const struct u_expr *u, const char *variables, struct error *err) {
    bool optional = strcmp(variables, "ei") == 0;
    uint32_t takes = u->lambda.count, gives = optional && takes != 2 ? 1 : (uint32_t)strlen(variables);
    if (takes == gives) return true;
    error_set(err, "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH", NULL);
    error_add(err, "expectedNumArgs", "%u", takes);
    error_add(err, "actualNumArgs", "%u", gives);
    return error_at(err, u->origin);
}

static bool check_names(struct scope *s, const struct u_expr *u, struct error *err) {
    int (*compare)(const char *, const char *) = s->n->resolver.context->case_sensitive ? strcmp : strcasecmp;
    bool twice = false;
    const char *names = "";
    for (uint32_t i = 0; i < u->lambda.count; i++) {
        const char *name = u->lambda.variables[i];
        for (uint32_t k = 0; k < i; k++) twice |= compare(name, u->lambda.variables[k]) == 0;
        names = arena_printf(s->n->arena, "%s%s`%s`", names, i ? ", " : "", name);
    }
    if (!twice) return true;
    error_set(err, "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES", "args", names, "caseSensitiveConfig",
              "\"spark.sql.caseSensitive\"", NULL);
    return error_at(err, u->origin);
}

/* Do the arguments before have types for the variables? If not the function refuses them, whatever the lambda says. */
static bool is_bound(const char *variables, struct expr *const *arguments, uint32_t count) {
    bool nullable, bound = true;
    for (const char *letter = variables; *letter; letter++) {
        bound &= variable_type(*letter, arguments, count, &nullable) != NULL;
        bound &= *letter != 'z' || arguments[0]->type->kind == TYPE_ARRAY;
    }
    return bound;
}

/* The body; what has an error in it and is not bound is a column by the body's name. */
static struct expr *analyze_body(struct scope *s, const struct u_expr *u, struct lambda_frame *frame, bool bound,
                                 struct error *err) {
    s->lambdas = frame;
    struct expr *body = analyze_expr(s, u->children[0], err);
    s->lambdas = frame->up;
    if (body || bound || !frame->count || strcmp(err->condition->name, "UNRESOLVED_ROUTINE") == 0) return body;
    error_reset(err);
    const struct u_name *column = u->children[0]->kind == U_ATTRIBUTE ? &u->children[0]->attribute.name : NULL;
    const char *name = column ? column->parts[column->count - 1] : "";
    return expr_attribute(s->n->arena, attribute_new(s->n->arena, 0, name, TYPE_OF(NULL), true));
}

static const struct expr *first_udf(const struct expr *e) {
    if (e->kind == EXPR_UDF) return e;
    const struct expr *found = NULL;
    for (uint32_t i = 0; !found && i < e->child_count; i++) found = first_udf(e->children[i]);
    return found;
}

/* A function that the client runs sees whole batches of rows, not elements. */
static bool refuse_udf(struct scope *s, const struct expr *body, struct error *err) {
    const struct expr *udf = first_udf(body);
    if (!udf) return true;
    return error_set(err, "UNSUPPORTED_FEATURE.LAMBDA_FUNCTION_WITH_PYTHON_UDF", "funcName",
                     quoted_expr(s->n->arena, udf), NULL);
}

static struct expr *analyze_lambda(struct scope *s, const struct u_expr *u, const char *variables,
                                   struct expr *const *arguments, uint32_t count, struct error *err) {
    struct arena *arena = s->n->arena;
    uint32_t given = u->lambda.count;
    bool bound = is_bound(variables, arguments, count);
    if (bound && (!check_names(s, u, err) || !check_count(u, variables, err))) return NULL;
    struct lambda_frame frame = {.up = s->lambdas, .count = given};
    frame.variables = ARENA_ARRAY(arena, struct expr *, given);
    for (uint32_t i = 0; i < given; i++) {
        bool nullable = true;
        const struct type *type = bound ? variable_type(variables[i], arguments, count, &nullable) : NULL;
        /* Without a type it stays unbound: the function refuses its argument, and says so with the variable's name. */
        struct attribute *a = attribute_new(arena, type ? fresh_id(s->n) : 0, u->lambda.variables[i],
                                            type ? type : TYPE_OF(NULL), nullable);
        struct expr *v = expr_new(arena, EXPR_LAMBDA_VARIABLE, 0);
        v->column.attribute = a;
        v->type = a->type;
        v->nullable = a->nullable;
        frame.variables[i] = v;
    }
    struct expr *body = analyze_body(s, u, &frame, bound, err);
    if (!body || !refuse_udf(s, body, err)) return NULL;
    struct expr *e = expr_new(arena, EXPR_LAMBDA, 1);
    e->children[0] = body;
    e->type = body->type;
    e->nullable = body->nullable;
    e->origin = u->origin;
    e->lambda.count = given;
    e->lambda.variables = frame.variables;
    expr_update_flags(e);
    return e;
}

/* What stands where a lambda should is its body: the variables have names that nobody can write. */
static const struct u_expr *as_lambda(struct arena *arena, const struct u_expr *u, const char *variables) {
    static const char *const names[] = {" 0", " 1", " 2"};
    uint32_t count = strcmp(variables, "ei") == 0 ? 1 : (uint32_t)strlen(variables);
    struct u_expr *lambda = u_expr_new(arena, U_LAMBDA, u->origin, 1);
    lambda->children[0] = (struct u_expr *)u;
    lambda->lambda.count = count;
    lambda->lambda.variables = arena_copy(arena, names, count * sizeof *names);
    return lambda;
}

/* A call without a lambda has its arguments coerced as any other: what has no type is NULL, whatever it is. */
static void type_collections(struct scope *s, const char *variables, struct expr **arguments, uint32_t count) {
    struct arena *arena = s->n->arena;
    for (const char *letter = variables; *letter; letter++) {
        uint32_t which = *letter == 'F' || *letter == 'W' ? 1 : 0;
        if (strchr("iz", *letter) || which >= count || arguments[which]->type->kind != TYPE_NULL) continue;
        const struct type *type = strchr("kvVW", *letter) ? type_map(arena, TYPE_OF(NULL), TYPE_OF(NULL), true)
                                                          : type_array(arena, TYPE_OF(NULL), true);
        arguments[which] = expr_null(arena, type);
    }
}

bool is_higher_order(const struct u_expr *u, const char *name) {
    for (uint32_t i = 0; i < u->child_count; i++)
        if (u->children[i]->kind == U_LAMBDA || rule_of(name, i)) return true;
    /* The comparator that array_sort has by itself is one as far as subqueries go. */
    return strcasecmp(name, "array_sort") == 0 && u_expr_has_subquery(u);
}

/* map_zip_with: keys of two types get the one that holds both. Where there is none the function refuses them. */
static void unify_keys(struct scope *s, struct expr **maps) {
    struct resolver *r = &s->n->resolver;
    const struct type *a = maps[0]->type, *b = maps[1]->type;
    if (a->kind != TYPE_MAP || b->kind != TYPE_MAP || type_same(a->key, b->key, true)) return;
    const struct type *key = coerce_wider(r, a->key, b->key);
    if (!key || cast_nullable(a->key, key, CAST_ANSI) || cast_nullable(b->key, key, CAST_ANSI)) return;
    maps[0] = coerce_to(r, maps[0], type_map(s->n->arena, key, a->element, a->contains_null));
    maps[1] = coerce_to(r, maps[1], type_map(s->n->arena, key, b->element, b->contains_null));
}

static struct expr *refuse_subqueries(struct error *err) {
    error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION", NULL);
    return NULL;
}

struct expr *analyze_higher_order(struct scope *s, const struct u_expr *u, const struct function *f, const char *name,
                                  struct error *err) {
    if (u_expr_has_subquery(u)) return refuse_subqueries(err);
    struct expr **arguments = ARENA_ARRAY(s->n->arena, struct expr *, u->child_count);
    for (uint32_t i = 0; i < u->child_count; i++) {
        const struct u_expr *child = u->children[i];
        const struct lambda_rule *rule = rule_of(name, i);
        if (rule && child->kind != U_LAMBDA) {
            type_collections(s, rule->variables, arguments, i);
            child = as_lambda(s->n->arena, child, rule->variables);
        }
        if (child->kind != U_LAMBDA) {
            arguments[i] = analyze_expr(s, child, err);
            if (!arguments[i]) return NULL;
            continue;
        }
        if (rule && strcmp(rule->variables, "kVW") == 0) unify_keys(s, arguments);
        if (!rule || !f) {
            error_set(err, "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION", "class", name, NULL);
            error_at(err, u->origin);
            return NULL;
        }
        arguments[i] = analyze_lambda(s, child, rule->variables, arguments, i, err);
        if (!arguments[i]) return NULL;
    }
    struct expr *e = resolve_call(&s->n->resolver, f, name, arguments, u->child_count, u->origin, err);
    return e && expr_contains(e, EXPR_SUBQUERY) ? refuse_subqueries(err) : e;
}

struct expr *analyze_lambda_variable(struct scope *s, const struct u_expr *u, struct error *err) {
    return analyze_attribute(s, u, err);
}
