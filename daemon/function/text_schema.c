/* SPDX-License-Identifier: Apache-2.0 */
#include "function/text_schema.h"

#include <string.h>

#include "expr/evaluate.h"

const struct type *schema_argument(struct resolver *r, struct expr *call, uint32_t which, struct error *err) {
    const struct expr *argument = call->children[which];
    if (!argument->foldable || !type_is_string(argument->type)) {
        error_set(err, "INVALID_SCHEMA.NON_STRING_LITERAL", "inputSchema", quoted_expr(r->arena, argument), NULL);
        error_at(err, call->origin);
        return NULL;
    }
    const struct vector *value = expr_fold(r->arena, r->context, argument, err);
    TRY_NULL(value);
    if (vector_is_null(value, 0)) {
        error_set(err, "INVALID_SCHEMA.NON_STRING_LITERAL", "inputSchema", quoted_expr(r->arena, argument), NULL);
        error_at(err, call->origin);
        return NULL;
    }
    struct string s = *VECTOR_DATA(value, struct string);
    const char *text = arena_strndup(r->arena, s.data, s.size);
    struct error json = ERROR_INIT;
    const struct type *t = *text == '{' || *text == '"' ? type_from_json(r->arena, text, s.size, &json) : NULL;
    error_release(&json);
    if (!t) t = r->parse_schema(r->arena, r->context, text, err);
    if (!t || !type_has_char(t)) return t;
    error_set(err, "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING", NULL);
    error_at(err, call->origin);
    return NULL;
}

bool options_argument(struct resolver *r, struct expr *call, uint32_t which, struct u_option **options, uint32_t *count,
                      struct error *err) {
    const struct expr *argument = call->children[which];
    const struct type *t = argument->type;
    *count = 0;
    bool is_map = argument->kind == EXPR_CALL && strcmp(argument->call.function->name, "map") == 0;
    if (!is_map || !argument->foldable || t->kind != TYPE_MAP) {
        error_set(err, "INVALID_OPTIONS.NON_MAP_FUNCTION", NULL);
        return error_at(err, call->origin);
    }
    if (!type_is_string(t->key) || !type_is_string(t->element)) {
        error_set(err, "INVALID_OPTIONS.NON_STRING_TYPE", "mapType", quoted_type(r->arena, t), NULL);
        return error_at(err, call->origin);
    }
    const struct vector *map = expr_fold(r->arena, r->context, argument, err);
    TRY(map);
    struct list_entry list = *VECTOR_DATA(map, struct list_entry);
    *options = ARENA_ARRAY(r->arena, struct u_option, list.length);
    for (uint32_t k = list.offset; k < list.offset + list.length; k++) {
        if (vector_is_null(&map->children[1], k)) continue;
        struct string key = VECTOR_DATA(&map->children[0], struct string)[k];
        struct string value = VECTOR_DATA(&map->children[1], struct string)[k];
        (*options)[(*count)++] = (struct u_option){.key = arena_strndup(r->arena, key.data, key.size),
                                                   .value = arena_strndup(r->arena, value.data, value.size)};
    }
    return true;
}

bool check_parse_mode(const char *function, const struct u_option *options, uint32_t count, struct error *err) {
    if (strcasecmp(option_text(options, count, "mode", ""), "DROPMALFORMED") != 0) return true;
    return error_set(err, "PARSE_MODE_UNSUPPORTED", "funcName", function, "mode", "DROPMALFORMED", NULL);
}

bool check_corrupt_column(struct resolver *r, const struct type *schema, const struct u_option *options, uint32_t count,
                          struct error *err) {
    const char *name = option_get(options, count, "columnNameOfCorruptRecord");
    if (!name && r->context->setting) name = r->context->setting(r->context, "spark.sql.columnNameOfCorruptRecord");
    if (!name) name = "_corrupt_record";
    for (uint32_t i = 0; schema->kind == TYPE_STRUCT && i < schema->field_count; i++)
        if (strcmp(schema->fields[i].name, name) == 0 && schema->fields[i].type->kind != TYPE_STRING)
            return error_set(err, "INVALID_CORRUPT_RECORD_TYPE", "columnName", arena_printf(r->arena, "`%s`", name),
                             "actualType", quoted_type(r->arena, schema->fields[i].type), NULL);
    return true;
}

bool check_sample(struct resolver *r, const struct expr *call, const char *name, struct error *err) {
    const struct expr *sample = call->children[0];
    TRY(resolve_foldable(r, call, 0, arena_printf(r->arena, "`%s`", name), quoted_type(r->arena, sample->type), err));
    const struct vector *value = expr_fold(r->arena, r->context, sample, err);
    TRY(value);
    if (vector_is_null(value, 0)) {
        resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", name, NULL);
        return false;
    }
    if (type_is_string(sample->type)) return true;
    resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType", "\"STRING\"",
                     "inputSql", quoted_expr(r->arena, sample), "inputType", quoted_type(r->arena, sample->type), NULL);
    return false;
}
