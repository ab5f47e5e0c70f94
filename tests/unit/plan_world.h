/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world for the tests of plan/: three tables without rows, and SQL in, schema or plan or error out.
 *
 *     t (a INT NOT NULL, b STRING, c DOUBLE)    u (a INT, d BIGINT, s STRUCT<x INT, y STRING>, l ARRAY<INT>)
 *     e (id INT NOT NULL, dept STRING, pay DECIMAL(10,2), day DATE)
 */
#ifndef ROOST_TESTS_PLAN_WORLD_H
#define ROOST_TESTS_PLAN_WORLD_H

#include <stdio.h>
#include <strings.h>

#include "plan/plan.h"
#include "sql/sql.h"

struct plan_world {
    struct memory_account account;
    struct arena arena;
    struct context context;
    uint64_t next_id;
    struct analyzer analyzer;
};

static const char *const world_tables[][2] = {
    {"t", "a INT NOT NULL, b STRING, c DOUBLE"},
    {"u", "a INT, d BIGINT, s STRUCT<x: INT, y: STRING>, l ARRAY<INT>"},
    {"e", "id INT NOT NULL, dept STRING, pay DECIMAL(10,2), day DATE"},
};

static bool world_relation(struct analyzer *a, const struct u_name *name, const struct u_option *options,
                           uint32_t option_count, const struct origin *origin, struct plan **out, struct error *err) {
    *out = NULL;
    for (size_t i = 0; i < sizeof world_tables / sizeof *world_tables; i++) {
        if (name->count != 1 || strcasecmp(name->parts[0], world_tables[i][0]) != 0) continue;
        const struct type *schema = sql_parse_schema(a->arena, a->context, world_tables[i][1], err);
        if (!schema) return false;
        struct plan *local = plan_new(a->arena, PLAN_LOCAL, 0, 0);
        struct plan *alias = plan_new(a->arena, PLAN_SUBQUERY_ALIAS, 1, 0);
        struct attribute **output = ARENA_ARRAY(a->arena, struct attribute *, schema->field_count);
        const char **qualifier = ARENA_ARRAY(a->arena, const char *, 1);
        qualifier[0] = world_tables[i][0];
        for (uint32_t k = 0; k < schema->field_count; k++) {
            struct attribute *column = output[k] = ARENA_NEW(a->arena, struct attribute);
            column->id = (*a->next_id)++;
            column->name = schema->fields[k].name;
            column->type = schema->fields[k].type;
            column->nullable = schema->fields[k].nullable;
            column->qualifier = qualifier;
            column->qualifier_count = 1;
        }
        plan_set_output(a->arena, local, output, schema->field_count);
        plan_set_output(a->arena, alias, output, schema->field_count);
        alias->children[0] = local;
        alias->alias.name = qualifier[0];
        *out = alias;
    }
    return true;
}

static const struct analyzer_world world_calls = {.relation = world_relation};

static inline void world_open(struct plan_world *w) {
    *w = (struct plan_world){.next_id = 1};
    memory_account_init(&w->account, NULL, "engine", 0);
    arena_init(&w->arena, &w->account);
    w->context.ansi = true;
    w->context.catalog = "spark_catalog";
    w->context.database = "default";
    w->context.zone_name = "UTC";
    w->analyzer =
        (struct analyzer){.arena = &w->arena, .context = &w->context, .next_id = &w->next_id, .world = &world_calls};
}

static inline void world_close(struct plan_world *w) {
    arena_release(&w->arena);
}

/* NULL with *err set. */
static inline struct plan *world_analyze(struct plan_world *w, const char *sql, struct error *err) {
    struct u_plan *u = sql_parse_statement(&w->arena, &w->context, sql, err);
    return u ? plan_analyze(&w->analyzer, u, err) : NULL;
}

/* "a INT NOT NULL,b STRING", or "[CONDITION]". */
static inline const char *world_schema(struct plan_world *w, const char *sql) {
    struct error err = ERROR_INIT;
    struct plan *p = world_analyze(w, sql, &err);
    const char *text = p ? type_ddl(&w->arena, plan_schema(&w->arena, p))
                         : arena_printf(&w->arena, "[%s]", err.condition ? err.condition->name : "no error");
    error_release(&err);
    return text;
}

/* The optimized plan as a tree, or "[CONDITION]". */
static inline const char *world_optimized(struct plan_world *w, const char *sql) {
    struct error err = ERROR_INIT;
    struct plan *p = world_analyze(w, sql, &err);
    if (p) p = plan_optimize(&w->arena, &w->context, &w->next_id, p, &err);
    const char *text = p ? plan_tree_string(&w->arena, p)
                         : arena_printf(&w->arena, "[%s]", err.condition ? err.condition->name : "no error");
    error_release(&err);
    return text;
}

#endif
