/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments by name: f(1, b => 2).
 *
 * Named ones come after those by position. What a call leaves out has a default, where the parameter has one; the
 * result is a list by position. Functions written in SQL say what their parameters are called (routine.c); of the
 * built-in ones only those in the table below can be called by name, as in Spark.
 */
#include <string.h>
#include <strings.h>

#include "plan/analyze.h"

/* Parameters in order; what comes after = is the default as SQL. */
static const struct named_function {
    const char *name;
    const char *parameters[6];
} named_functions[] = {
    {"count_min_sketch", {"column", "epsilon", "confidence", "seed"}},
    {"explode", {"collection"}},
    {"explode_outer", {"collection"}},
    {"inline", {"input"}},
    {"inline_outer", {"input"}},
    {"mask", {"str", "upperChar='X'", "lowerChar='x'", "digitChar='n'", "otherChar=NULL"}},
    {"posexplode", {"collection"}},
    {"posexplode_outer", {"collection"}},
    {"variant_explode", {"input"}},
    {"variant_explode_outer", {"input"}},
};

bool has_named_arguments(struct u_expr *const *u, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (u[i]->kind == U_NAMED_ARGUMENT) return true;
    return false;
}

static const struct named_function *find(const char *name) {
    for (size_t i = 0; i < sizeof named_functions / sizeof *named_functions; i++)
        if (strcasecmp(named_functions[i].name, name) == 0) return &named_functions[i];
    return NULL;
}

static bool about(struct analysis *n, struct error *err, const char *condition, const struct parameter_list *list,
                  const char *parameter) {
    return error_set(err, condition, "routineName", list->routine, "parameterName",
                     quoted_name(n->arena, &parameter, 1), NULL);
}

/* Which parameter a name means; -1: none. */
static int64_t position_of(const struct parameter_list *list, const char *name) {
    for (uint32_t i = 0; i < list->count; i++)
        if (strcasecmp(list->names[i], name) == 0) return i;
    return -1;
}

static bool unrecognized(struct analysis *n, const struct parameter_list *list, const char *name, struct error *err) {
    struct u_name *names = ARENA_ARRAY(n->arena, struct u_name, list->count);
    for (uint32_t i = 0; i < list->count; i++) names[i] = (struct u_name){1, &list->names[i]};
    return error_set(err, "UNRECOGNIZED_PARAMETER_NAME", "routineName", list->routine, "argumentName",
                     quoted_name(n->arena, &name, 1), "proposal",
                     list->count ? suggest_some(n->arena, name, names, list->count, 3, " ") : "", NULL);
}

/* Named arguments stand last, and each once. */
static bool check_named(struct analysis *n, const struct parameter_list *list, struct u_expr *const *u, uint32_t count,
                        uint32_t positional, struct error *err) {
    for (uint32_t i = positional; i < count; i++) {
        if (u[i]->kind != U_NAMED_ARGUMENT)
            return about(n, err, "UNEXPECTED_POSITIONAL_ARGUMENT", list, u[i - 1]->alias.names[0]);
        for (uint32_t k = positional; k < i; k++)
            if (strcasecmp(u[k]->alias.names[0], u[i]->alias.names[0]) == 0)
                return about(n, err, "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE", list,
                             u[i]->alias.names[0]);
    }
    return true;
}

/* None may be for a parameter that has its value by position. */
static bool place_named(struct analysis *n, const struct parameter_list *list, struct u_expr *const *u, uint32_t count,
                        uint32_t positional, struct u_expr **out, struct error *err) {
    TRY(check_named(n, list, u, count, positional, err));
    for (uint32_t i = positional; i < count; i++) {
        int64_t at = position_of(list, u[i]->alias.names[0]);
        if (at < 0) return unrecognized(n, list, u[i]->alias.names[0], err);
        if (at < positional)
            return about(n, err, "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED", list,
                         u[i]->alias.names[0]);
        out[at] = u[i]->children[0];
    }
    return true;
}

bool match_arguments(struct analysis *n, const struct parameter_list *list, struct u_expr *const *u, uint32_t count,
                     struct u_expr **out, struct error *err) {
    uint32_t positional = 0;
    while (positional < count && u[positional]->kind != U_NAMED_ARGUMENT) positional++;
    for (uint32_t i = 0; i < list->count; i++) out[i] = i < positional ? u[i] : NULL;
    TRY(place_named(n, list, u, count, positional, out, err));
    for (uint32_t i = positional; i < list->count; i++) {
        if (out[i]) continue;
        out[i] = list->defaults[i];
        if (out[i]) continue;
        about(n, err, "REQUIRED_PARAMETER_NOT_FOUND", list, list->names[i]);
        return error_add(err, "index", "%u", i);
    }
    return true;
}

bool client_arguments(struct analysis *n, const char *name, struct u_expr *const *u, uint32_t count,
                      const char ***names, struct error *err) {
    *names = NULL;
    if (!has_named_arguments(u, count)) return true;
    struct parameter_list list = {.routine = quoted_name(n->arena, &name, 1)};
    uint32_t positional = 0;
    while (u[positional]->kind != U_NAMED_ARGUMENT) positional++;
    TRY(check_named(n, &list, u, count, positional, err));
    *names = ARENA_ARRAY(n->arena, const char *, count);
    for (uint32_t i = positional; i < count; i++) (*names)[i] = u[i]->alias.names[0];
    return true;
}

/* The table's row as a list of parameters. */
static bool builtin_parameters(struct analysis *n, const struct named_function *f, const char *shown,
                               struct parameter_list *list, struct error *err) {
    *list = (struct parameter_list){.routine = quoted_name(n->arena, &shown, 1)};
    while (list->count < 6 && f->parameters[list->count]) list->count++;
    list->names = ARENA_ARRAY(n->arena, const char *, list->count);
    list->defaults = ARENA_ARRAY(n->arena, struct u_expr *, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        const char *equals = strchr(f->parameters[i], '=');
        list->names[i] =
            equals ? arena_strndup(n->arena, f->parameters[i], (size_t)(equals - f->parameters[i])) : f->parameters[i];
        if (!equals) continue;
        list->defaults[i] = sql_parse_expression(n->arena, n->a->context, equals + 1, err);
        TRY(list->defaults[i]);
    }
    return true;
}

bool builtin_arguments(struct analysis *n, const char *name, struct u_expr *const **u, uint32_t *count,
                       const struct origin *origin, struct error *err) {
    const struct named_function *f = find(name);
    if (!has_named_arguments(*u, *count) && (*count || !f)) return true; /* without any, the first is missed by name */
    struct parameter_list list;
    if (!f) {
        error_set(err, "NAMED_PARAMETERS_NOT_SUPPORTED", "functionName", quoted_name(n->arena, &name, 1), NULL);
        return error_at(err, origin);
    }
    TRY(builtin_parameters(n, f, name, &list, err));
    struct u_expr **out = ARENA_ARRAY(n->arena, struct u_expr *, list.count);
    if (!match_arguments(n, &list, *u, *count, out, err)) return error_at(err, origin);
    *u = out;
    *count = list.count;
    return true;
}
