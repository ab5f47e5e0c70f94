/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that nobody knows. Spark looks all of a query's functions up before it resolves anything, so that of
 * several mistakes this one is reported. Here they are looked for when the analysis has failed: what succeeds pays
 * nothing for it.
 */
#include <string.h>
#include <strings.h>

#include "expr/function.h"
#include "plan/analyze.h"

static const struct u_expr *unknown_in_plan(struct analysis *n, const struct u_plan *u);

/* Time windows are no rows of the table of functions. */
static bool is_special(const char *name) {
    return strcasecmp(name, "window") == 0 || strcasecmp(name, "session_window") == 0;
}

static bool is_known(struct analysis *n, const struct u_expr *u) {
    const struct u_name *name = &u->call.name;
    const char *last = name->parts[name->count - 1];
    const struct function *f = name->count == 1 ? function_find(last) : NULL;
    if (f && f->class != FUNCTION_TABLE && !(f->flags & FUNCTION_INTERNAL)) return true;
    struct error ignored = ERROR_INIT;
    bool known = (name->count == 1 && is_special(last)) || find_routine(n, name, false, &ignored);
    struct expr *result = NULL;
    const struct analyzer_world *w = n->a->world;
    if (!known && w->function) known = w->function(n->a, u, NULL, 0, &result, &ignored) && result;
    known |= error_is_set(&ignored);
    error_release(&ignored);
    return known;
}

static const struct u_expr *unknown_in(struct analysis *n, const struct u_expr *u) {
    if (!u || stack_is_low(&n->stack)) return NULL;
    bool named = u->kind == U_CALL && !u->call.is_operator && u->origin && u->origin->sql;
    if (named && !is_known(n, u)) return u;
    const struct u_expr *found = NULL;
    for (uint32_t i = 0; !found && i < u->child_count; i++) found = unknown_in(n, u->children[i]);
    if (!found && u->kind == U_CALL) found = unknown_in(n, u->call.filter);
    if (!found && u->kind == U_SUBQUERY && u->subquery.plan) found = unknown_in_plan(n, u->subquery.plan);
    return found;
}

static const struct u_expr *unknown_in_list(struct analysis *n, struct u_expr *const *list, uint32_t count) {
    const struct u_expr *found = NULL;
    for (uint32_t i = 0; !found && i < count; i++) found = unknown_in(n, list[i]);
    return found;
}

static const struct u_expr *unknown_in_node(struct analysis *n, const struct u_plan *u) {
    switch (u->kind) {
        case U_AGGREGATE: return unknown_in_list(n, u->aggregate.results, u->aggregate.result_count);
        case U_JOIN:
        case U_LATERAL_JOIN: return unknown_in(n, u->join.condition);
        case U_GENERATE: return unknown_in_list(n, u->generate.generator->children, u->generate.generator->child_count);
        case U_WITH: {
            const struct u_expr *found = NULL;
            for (uint32_t i = 0; !found && i < u->with.count; i++) found = unknown_in_plan(n, u->with.ctes[i].plan);
            return found;
        }
        default: return NULL;
    }
}

static const struct u_expr *unknown_in_plan(struct analysis *n, const struct u_plan *u) {
    if (stack_is_low(&n->stack)) return NULL;
    const struct u_expr *found = u->kind == U_HINT ? NULL : unknown_in_list(n, u->exprs, u->expr_count);
    if (!found) found = unknown_in_node(n, u);
    for (uint32_t i = 0; !found && i < u->child_count; i++) found = unknown_in_plan(n, u->children[i]);
    return found;
}

void report_unknown_function(struct analysis *n, const struct u_plan *u, struct error *err) {
    if (u->kind == U_COMMAND || strcmp(err->condition->name, "UNRESOLVED_ROUTINE") == 0) return;
    const struct u_expr *call = unknown_in_plan(n, u);
    if (!call) return;
    struct scope s = {.n = n};
    error_reset(err);
    unknown_function(&s, call, err);
}
