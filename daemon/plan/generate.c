/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generators: explode and its kind, in SELECT and in LATERAL VIEW. A generator's type is a struct with one field per
 * column that it gives.
 */
#include <string.h>

#include "plan/analyze.h"

struct generator_search {
    const struct expr *found;
};

static bool see_generator(const struct expr *e, void *data) {
    struct generator_search *search = data;
    if (e->kind == EXPR_GENERATOR && !search->found) search->found = e;
    return !search->found;
}

struct expr *find_generator(const struct expr *e) {
    struct generator_search search = {NULL};
    expr_visit(e, see_generator, &search);
    return (struct expr *)search.found;
}

/* explode_outer is explode, with a row of NULLs where there is nothing. */
static bool is_outer_name(const struct expr *generator) {
    if (generator->kind != EXPR_GENERATOR) return false; /* the client's */
    const char *name = generator->call.function->name;
    size_t size = strlen(name);
    return size > 6 && strcmp(name + size - 6, "_outer") == 0;
}

static bool wrong_alias_count(struct analysis *n, const struct expr *generator, const char *const *names,
                              uint32_t count, uint32_t columns, struct error *err) {
    const char *list = "";
    for (uint32_t i = 0; i < count; i++) list = arena_printf(n->arena, "%s%s%s", list, i ? "," : "", names[i]);
    error_set(err, "UDTF_ALIAS_NUMBER_MISMATCH", "aliasesSize", arena_printf(n->arena, "%u", columns), "aliasesNames",
              list, NULL);
    return error_at(err, generator->origin);
}

bool generated_columns(struct analysis *n, const struct expr *generator, bool outer, const char *const *names,
                       uint32_t name_count, const char *qualifier, struct attribute ***columns, uint32_t *count,
                       struct error *err) {
    struct arena *arena = n->arena;
    TRY(refuse_routine(n, generator, "Generate", err));
    const struct type *t = generator->type;
    *count = t->kind == TYPE_STRUCT ? t->field_count : 1;
    if (name_count && name_count != *count) return wrong_alias_count(n, generator, names, name_count, *count, err);
    *columns = ARENA_ARRAY(arena, struct attribute *, *count);
    for (uint32_t i = 0; i < *count; i++) {
        struct field f = t->kind == TYPE_STRUCT ? t->fields[i] : (struct field){"col", t, true, NULL};
        bool nullable = f.nullable || outer || is_outer_name(generator);
        struct attribute *a = attribute_new(arena, fresh_id(n), name_count ? names[i] : f.name, f.type, nullable);
        if (qualifier) {
            a->qualifier = arena_copy(arena, &qualifier, sizeof qualifier);
            a->qualifier_count = 1;
        }
        (*columns)[i] = a;
    }
    return true;
}

struct plan *generate_columns(struct analysis *n, struct plan *child, struct expr *generator, bool outer,
                              struct attribute **columns, uint32_t count, struct error *err) {
    struct plan *p = plan_new(n->arena, PLAN_GENERATE, 1, 0);
    p->children[0] = child;
    p->origin = generator->origin;
    p->generate.generator = generator;
    p->generate.outer = outer || is_outer_name(generator);
    p->generate.generated_count = count;
    p->generate.generated = columns;
    p->output_count = child->output_count + count;
    p->output = ARENA_ARRAY(n->arena, struct attribute *, p->output_count);
    memcpy(p->output, child->output, child->output_count * sizeof *p->output);
    memcpy(p->output + child->output_count, columns, count * sizeof *columns);
    const struct expr *reads = generator->child_count ? generator->children[0] : generator;
    return check_subqueries(n, p, NULL, reads->origin, err) ? p : NULL;
}

struct plan *make_generate(struct analysis *n, struct plan *child, struct expr *generator, bool outer,
                           const char *const *names, uint32_t name_count, const char *qualifier, struct error *err) {
    struct attribute **columns;
    uint32_t count;
    TRY_NULL(generated_columns(n, generator, outer, names, name_count, qualifier, &columns, &count, err));
    return generate_columns(n, child, generator, outer, columns, count, err);
}

struct plan *analyze_generate(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct scope s;
    scope_init(&s, n, &child, 1);
    struct expr *e = analyze_expr(&s, u->generate.generator, err);
    if (!e) return NULL;
    if (e->kind != EXPR_GENERATOR) {
        error_set(err, "UNSUPPORTED_GENERATOR.NOT_GENERATOR", "functionName",
                  e->kind == EXPR_CALL ? quoted_name(n->arena, &e->call.name, 1) : quoted_expr(n->arena, e),
                  "classCanonicalName", "org.apache.spark.sql.catalyst.expressions.Generator", NULL);
        error_at(err, u->origin);
        return NULL;
    }
    for (uint32_t i = 0; i < e->child_count; i++) TRY_NULL(check_plain(n, e->children[i], u->origin, err));
    if (s.missing) child = expose_missing(n, child, &e, 1);
    return make_generate(n, child, e, u->generate.outer, u->generate.columns, u->generate.column_count,
                         u->generate.table, err);
}
