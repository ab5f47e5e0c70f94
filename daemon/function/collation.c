/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collate() and collation(): giving a string another collation, and asking for it. Nothing is computed: a
 * collation is part of the type, and whoever compares strings looks there (column/collation.h).
 */
#include "column/collation.h"

#include "expr/evaluate.h"
#include "expr/resolve.h"

static bool refuse_name(struct resolver *r, const struct expr *call, struct error *err) {
    const struct expr *name = call->children[1];
    error_set(err, "UNEXPECTED_INPUT_TYPE", "functionName", "`collate`", "paramIndex", ordinal_word(0), "inputSql",
              quoted_expr(r->arena, name), "inputType", quoted_type(r->arena, name->type), "requiredType", "\"STRING\"",
              NULL);
    return error_at(err, call->origin);
}

/* The constant name of a collation, in its one spelling. */
static const char *find_collation(struct resolver *r, const struct expr *call, struct error *err) {
    const struct expr *name = call->children[1];
    if (!type_is_string(name->type)) return refuse_name(r, call, err), NULL;
    if (!name->foldable) {
        error_set(err, "NON_FOLDABLE_ARGUMENT", "funcName", "`collate`", "paramName", "`collationName`", "paramType",
                  "\"STRING\"", NULL);
        error_at(err, call->origin);
        return NULL;
    }
    const struct vector *value = expr_fold(r->arena, r->context, name, err);
    if (!value) return NULL;
    if (vector_is_null(value, 0)) return refuse_name(r, call, err), NULL;
    struct string s = VECTOR_DATA(value, struct string)[vector_entry(value, 0)];
    const char *text = arena_strndup(r->arena, s.data, s.size);
    const char *canonical = collation_canonical_name(r->arena, text);
    if (!canonical) {
        error_set(err, "COLLATION_INVALID_NAME", "collationName", text, "proposals", "UNICODE, UTF8_BINARY, UTF8_LCASE",
                  NULL);
        error_at(err, call->origin);
    }
    return canonical;
}

static struct expr *resolve_collate(struct resolver *r, struct expr *call, struct error *err) {
    const char *name = find_collation(r, call, err);
    if (!name) return NULL;
    TRY_NULL(resolve_argument(r, call, 0, "STRING", err));
    call->type = type_string(r->arena, name);
    call->nullable = call->children[0]->nullable;
    return call;
}

static bool collate(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                    struct error *err) {
    *out = arguments[0];
    out->type = call->expr->type;
    return true;
}

/* A constant: it follows from the type. */
static struct expr *resolve_collation(struct resolver *r, struct expr *call, struct error *err) {
    const char *name = call->children[0]->type->collation;
    const char *full = arena_printf(r->arena, "SYSTEM.BUILTIN.%s", name ? name : "UTF8_BINARY");
    struct expr *literal = expr_string(r->arena, full, strlen(full));
    literal->pretty = call;
    return literal;
}

const struct function collation_functions[] = {
    {.name = "collate",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_EXACT,
     .signature = "(ANY, ANY) ?",
     .resolve = resolve_collate,
     .kernel = collate,
     .group = "string_funcs",
     .usage = "collate(expr, collationName) - The string, under another collation.",
     .example = "collation('Spark SQL' collate UTF8_LCASE) => SYSTEM.BUILTIN.UTF8_LCASE",
     .since = "4.0.0"},
    {.name = "collation",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_EXACT | FUNCTION_NOT_NULL,
     .signature = "(STRING) STRING",
     .resolve = resolve_collation,
     .group = "string_funcs",
     .usage = "collation(expr) - The name of the string's collation.",
     .example = "collation('Spark SQL') => SYSTEM.BUILTIN.UTF8_BINARY",
     .since = "4.0.0"},
    {0},
};
