/* SPDX-License-Identifier: Apache-2.0 */
/*
 * from_avro, to_avro, schema_of_avro, from_protobuf, to_protobuf: the names that Spark always knows, of functions that
 * come with packages of their own. Here they are what they are in a Spark without these packages: the arguments are
 * checked, and then it is said what is missing.
 */
#include <string.h>

#include "expr/resolve.h"

static bool is_constant_text(const struct expr *e) {
    return e->foldable && (type_is_string(e->type) || e->type->kind == TYPE_NULL);
}

static bool is_constant_options(const struct expr *e) {
    const struct type *t = e->type;
    if (!e->foldable || t->kind == TYPE_NULL) return e->foldable;
    if (t->kind != TYPE_MAP) return false;
    bool empty = t->key->kind == TYPE_NULL && t->element->kind == TYPE_NULL;
    return empty || (type_is_string(t->key) && type_is_string(t->element));
}

/* The function's name in capitals. */
static const char *shouted(struct resolver *r, const struct expr *call) {
    char *name = arena_strdup(r->arena, call->call.name);
    for (char *c = name; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    return name;
}

static void refuse(struct resolver *r, const struct expr *call, uint32_t i, const char *what, struct error *err) {
    static const char *const ordinals[] = {"first", "second", "third", "fourth"};
    const char *message = arena_printf(r->arena, "The %s argument of the %s SQL function must be a constant %s",
                                       ordinals[i], shouted(r, call), what);
    resolve_mismatch(r, call, err, "TYPE_CHECK_FAILURE_WITH_HINT", "msg", message, "hint", "", NULL);
}

/* `name` with as many arguments as it takes at most: those not given are NULL, and names show them. */
static struct expr *with_all(struct resolver *r, const struct expr *call, uint32_t count) {
    struct expr *all = expr_copy_node(r->arena, call);
    all->children =
        arena_grow(r->arena, all->children, call->child_count * sizeof *all->children, count * sizeof *all->children);
    while (all->child_count < count) all->children[all->child_count++] = expr_null(r->arena, TYPE_OF(NULL));
    return all;
}

static struct expr *not_loaded(struct resolver *r, const struct expr *call, const char *condition, struct error *err) {
    error_set(err, condition, "functionName", shouted(r, call), NULL);
    error_at(err, call->origin);
    return NULL;
}

static struct expr *resolve_avro(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const schemas[] = {
        "string containing the JSON representation of the schema to use for converting the value from AVRO format",
        "string containing the JSON representation of the schema to use for converting the value to AVRO format"};
    static const char options[] =
        "map of strings to strings containing the options to use for converting the value from AVRO format";
    bool to = call->call.name[0] == 't', has_value = call->call.name[0] != 's';
    uint32_t schema = has_value;
    call = with_all(r, call, has_value && !to ? 3 : 2);
    if (!is_constant_text(call->children[schema]))
        refuse(r, call, schema, schemas[to], err);
    else if (!to && !is_constant_options(call->children[schema + 1]))
        refuse(r, call, schema + 1, options, err);
    return error_is_set(err) ? NULL : not_loaded(r, call, "AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", err);
}

static struct expr *resolve_protobuf(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const options[] = {
        "map of strings to strings containing the options to use for converting the value from Protobuf format",
        "map of strings to strings containing the options to use for converting the value to Protobuf format"};
    bool to = call->call.name[0] == 't';
    call = with_all(r, call, 4);
    const struct type *value = call->children[0]->type;
    if (to && value->kind != TYPE_STRUCT)
        resolve_mismatch(r, call, err, "NON_STRUCT_TYPE", "inputName", "data", "inputType",
                         quoted_type(r->arena, value), NULL);
    else if (!is_constant_text(call->children[1]))
        refuse(r, call, 1, "string representing the Protobuf message name", err);
    else if (!is_constant_options(call->children[3]))
        refuse(r, call, 3, options[to], err);
    return error_is_set(err) ? NULL : not_loaded(r, call, "PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", err);
}

#define EXTERNAL(NAME, SIGNATURE, RESOLVE, USAGE)                                                                      \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_SCALAR, .signature = SIGNATURE, .resolve = RESOLVE, .group = "misc_funcs",     \
        .usage = USAGE, .since = "4.0.0"                                                                               \
    }

const struct function avro_protobuf_functions[] = {
    EXTERNAL("from_avro", "(ANY, ANY [, ANY]) ?", resolve_avro,
             "from_avro(child, jsonFormatSchema, options) - Would read a value from Avro; needs Spark's Avro package."),
    EXTERNAL("to_avro", "(ANY [, ANY]) ?", resolve_avro,
             "to_avro(child[, jsonFormatSchema]) - Would write a value as Avro; needs Spark's Avro package."),
    EXTERNAL(
        "schema_of_avro", "(ANY [, ANY]) ?", resolve_avro,
        "schema_of_avro(jsonFormatSchema, options) - Would tell an Avro schema as DDL; needs Spark's Avro package."),
    EXTERNAL("from_protobuf", "(ANY, ANY [, ANY, ANY]) ?", resolve_protobuf,
             "from_protobuf(data, messageName, descFilePath, options) - Would read a message; needs Spark's Protobuf "
             "package."),
    EXTERNAL("to_protobuf", "(ANY, ANY [, ANY, ANY]) ?", resolve_protobuf,
             "to_protobuf(child, messageName, descFilePath, options) - Would write a message; needs Spark's Protobuf "
             "package."),
    {0},
};
