/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELECT TRANSFORM (...) USING 'command' AS (...): texts go to a shell command, and texts come back.
 *
 *     PROJECT texts as values < SCRIPT < PROJECT values as texts < the query that gives them
 *
 * Nested values are JSON on both ways. Without AS there are a key and a value, both strings.
 */
#include <string.h>

#include "plan/analyze.h"

static struct expr *as_text(struct analysis *n, struct attribute *a, const struct origin *origin, struct error *err) {
    struct expr *e = expr_attribute(n->arena, a);
    e = type_is_nested(a->type) ? resolve_named(&n->resolver, "to_json", &e, 1, origin, err)
                                : resolve_cast(&n->resolver, e, TYPE_OF(STRING),
                                               n->a->context->ansi ? CAST_ANSI : CAST_LEGACY, false, origin, err);
    return e ? expr_alias(n->arena, e, a->name, fresh_id(n)) : NULL;
}

/* What is no such value is NULL. */
static struct expr *as_value(struct analysis *n, struct attribute *text, const struct field *column,
                             const struct origin *origin, struct error *err) {
    struct expr *e = expr_attribute(n->arena, text);
    const struct type *type = type_without_char(n->arena, column->type);
    if (type->kind == TYPE_VARIANT) {
        error_set(err, "_LEGACY_ERROR_TEMP_2265", "nodeName", "SparkScriptTransformation", "dt", "VariantType$", NULL);
        return NULL;
    }
    if (type_is_nested(type)) {
        const char *ddl = type_sql(n->arena, type);
        struct expr *arguments[] = {e, expr_string(n->arena, ddl, strlen(ddl))};
        e = resolve_named(&n->resolver, "from_json", arguments, 2, origin, err);
    } else {
        e = resolve_cast(&n->resolver, e, type, CAST_TRY, false, origin, err);
    }
    return e ? expr_alias(n->arena, e, column->name, fresh_id(n)) : NULL;
}

static struct plan *script_over(struct analysis *n, struct plan *texts, const struct u_plan *u, uint32_t columns) {
    struct plan *p = plan_new(n->arena, PLAN_SCRIPT, 1, 0);
    p->children[0] = texts;
    p->script.command = u->transform.command;
    p->script.input = u->transform.input;
    p->script.output = u->transform.output;
    p->output_count = columns;
    p->output = ARENA_ARRAY(n->arena, struct attribute *, columns);
    for (uint32_t i = 0; i < columns; i++)
        p->output[i] = attribute_new(n->arena, fresh_id(n), u->transform.columns[i].name, TYPE_OF(STRING), true);
    return p;
}

struct plan *analyze_transform(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    TRY_NULL(child);
    uint32_t columns = u->transform.column_count;
    struct expr **texts = ARENA_ARRAY(n->arena, struct expr *, child->output_count);
    struct expr **values = ARENA_ARRAY(n->arena, struct expr *, columns);
    for (uint32_t i = 0; i < child->output_count; i++)
        TRY_NULL(texts[i] = as_text(n, child->output[i], u->origin, err));
    struct plan *p = script_over(n, plan_project(n->arena, child, texts, child->output_count), u, columns);
    for (uint32_t i = 0; i < columns; i++)
        TRY_NULL(values[i] = as_value(n, p->output[i], &u->transform.columns[i], u->origin, err));
    return plan_project(n->arena, p, values, columns);
}
