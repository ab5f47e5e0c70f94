/* SPDX-License-Identifier: Apache-2.0 */
/*
 * from_avro, to_avro, schema_of_avro: a value as Avro's bytes, which say nothing of their schema. Spark has them in a
 * package; where a program does not name it, the arguments are checked and the error is Spark's.
 */
#include <strings.h>

#include "expr/evaluate.h"
#include "function/avro.h"
#include "function/external.h"
#include "function/string_kernel.h"
#include "function/string_room.h"
#include "function/text_schema.h"

/* What resolve() leaves in call.data. */
struct avro_arguments {
    const struct avro_schema *schema;
    const struct avro_schema *reader; /* the option avroSchema, or NULL */
    bool permissive;
};

/* The text of a constant argument; NULL where it is NULL, or with *err. */
static const char *constant_text(struct resolver *r, const struct expr *e, struct error *err) {
    const struct vector *value = expr_fold(r->arena, r->context, e, err);
    if (!value || e->type->kind == TYPE_NULL || vector_is_null(value, 0)) return NULL;
    struct string s = VECTOR_DATA(value, struct string)[vector_entry(value, 0)];
    return arena_strndup(r->arena, s.data, s.size);
}

static const struct avro_schema *schema_of_text(struct resolver *r, const struct expr *call, const char *text,
                                                struct error *err) {
    const struct avro_schema *s = avro_schema_parse(r->arena, text, strlen(text), err);
    if (!s) error_at(err, call->origin);
    return s;
}

static struct expr *check(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const schemas[] = {
        "string containing the JSON representation of the schema to use for converting the value from AVRO format",
        "string containing the JSON representation of the schema to use for converting the value to AVRO format"};
    static const char options[] =
        "map of strings to strings containing the options to use for converting the value from AVRO format";
    bool to = call->call.name[0] == 't', has_value = call->call.name[0] != 's';
    uint32_t schema = has_value;
    call = external_with_all(r, call, has_value && !to ? 3 : 2);
    if (!external_is_text(call->children[schema]))
        external_refuse(r, call, schema, schemas[to], err);
    else if (!to && !external_is_options(call->children[schema + 1]))
        external_refuse(r, call, schema + 1, options, err);
    if (error_is_set(err)) return NULL;
    if (!avro_is_loaded(r->context)) return external_not_loaded(r, call, "AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", err);
    return call;
}

/* The schema and the options of a call that reads. */
static struct avro_arguments *reading(struct resolver *r, struct expr *call, uint32_t schema, struct error *err) {
    struct avro_arguments *a = ARENA_NEW(r->arena, struct avro_arguments);
    const struct expr *map = call->children[schema + 1];
    struct u_option *options = NULL;
    uint32_t count = 0;
    const char *text = constant_text(r, call->children[schema], err);
    if (error_is_set(err)) return NULL;
    TRY_NULL(a->schema = schema_of_text(r, call, text ? text : "", err));
    if (map->type->kind == TYPE_MAP && map->type->key->kind != TYPE_NULL)
        TRY_NULL(options_argument(r, call, schema + 1, &options, &count, err));
    TRY_NULL(check_parse_mode("`from_avro`", options, count, err));
    a->permissive = strcasecmp(option_text(options, count, "mode", ""), "PERMISSIVE") == 0;
    const char *reader = option_get(options, count, "avroSchema");
    if (reader) TRY_NULL(a->reader = schema_of_text(r, call, reader, err));
    return a;
}

static struct expr *wrong_input(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *value = call->children[0];
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", "first", "requiredType", "\"BINARY\"",
                            "inputSql", quoted_expr(r->arena, value), "inputType", quoted_type(r->arena, value->type),
                            NULL);
}

/* ---- from_avro ---- */

static struct expr *from_avro_resolve(struct resolver *r, struct expr *call, struct error *err) {
    bool nullable;
    TRY_NULL(call = check(r, call, err));
    struct avro_arguments *a = reading(r, call, 1, err);
    TRY_NULL(a);
    if (call->children[0]->type->kind == TYPE_NULL) call->children[0] = expr_null(r->arena, TYPE_OF(BINARY));
    if (call->children[0]->type->kind != TYPE_BINARY) return wrong_input(r, call, err);
    const struct type *t = avro_type(r->arena, r->context, a->reader ? a->reader : a->schema, &nullable, err);
    TRY_NULL(t);
    call->type = a->permissive ? type_as_nullable(r->arena, t) : t;
    call->nullable = true;
    call->call.data = a;
    return call;
}

static bool from_avro_prepare(struct call *call, struct arena *arena, const struct vector *const *constants,
                              void **state, struct error *err) {
    const struct avro_arguments *a = call->expr->call.data;
    *state = avro_decoder_new(arena, call->context, a->schema, a->reader, call->expr->type, false, err);
    return *state != NULL;
}

/* What is malformed is NULL, or a struct of nothing but NULLs. */
static void append_nothing(struct builder *b, const struct type *t) {
    if (t->kind != TYPE_STRUCT) {
        builder_append_null(b);
        return;
    }
    for (uint32_t i = 0; i < t->field_count; i++) builder_append_null(&b->children[i]);
    builder_end_struct(b);
}

static bool from_avro_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    const struct avro_arguments *a = call->expr->call.data;
    struct view values = vector_view(call->arena, &arguments[0], rows);
    struct builder b;
    builder_init(&b, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&values, i)) {
            builder_append_null(&b);
            continue;
        }
        struct string s = string_at(&values, i);
        struct avro_bytes in = {.next = (const uint8_t *)s.data, .end = (const uint8_t *)s.data + s.size};
        avro_decode(call->state, &in, &b);
        if (!in.bad) continue;
        if (!a->permissive)
            return error_plain(err, ERROR_SPARK,
                               "Malformed records are detected in record parsing. Current parse Mode: FAILFAST. To "
                               "process malformed records as null result, try setting the option 'mode' as "
                               "'PERMISSIVE'.");
        builder_shrink(&b, i);
        append_nothing(&b, call->expr->type);
    }
    *out = *builder_finish(&b);
    return true;
}

/* ---- to_avro ---- */

static struct expr *to_avro_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(call = check(r, call, err));
    struct avro_arguments *a = ARENA_NEW(r->arena, struct avro_arguments);
    const struct expr *value = call->children[0];
    const char *text = constant_text(r, call->children[1], err);
    if (error_is_set(err)) return NULL;
    if (!text || !*text)
        TRY_NULL(text = avro_schema_of_type(r->arena, value->type, value->nullable, "topLevelRecord", "", err));
    TRY_NULL(a->schema = schema_of_text(r, call, text, err));
    call->type = TYPE_OF(BINARY);
    call->nullable = value->nullable;
    call->call.data = a;
    return call;
}

static bool to_avro_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                            struct error *err) {
    const struct avro_arguments *a = call->expr->call.data;
    *state = avro_encoder_new(arena, call->context, a->schema, call->expr->children[0]->type, false, err);
    return *state != NULL;
}

static bool to_avro_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    struct string_room room = {.arena = call->arena};
    struct text text;
    text_init(&text, call->arena);
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(&arguments[0], i)) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        text.size = 0;
        TRY(avro_encode(call->state, &text, &arguments[0], i, err));
        char *to = string_room_open(&room, text.size);
        if (text.size) memcpy(to, text.data, text.size);
        VECTOR_DATA(out, struct string)[i] = string_room_close(&room, to + text.size);
    }
    return true;
}

/* ---- schema_of_avro ---- */

static struct expr *schema_of_avro_resolve(struct resolver *r, struct expr *call, struct error *err) {
    bool nullable;
    TRY_NULL(call = check(r, call, err));
    struct avro_arguments *a = reading(r, call, 0, err);
    TRY_NULL(a);
    const struct type *t = avro_type(r->arena, r->context, a->reader ? a->reader : a->schema, &nullable, err);
    TRY_NULL(t);
    call->call.data = (void *)type_sql(r->arena, t);
    call->type = TYPE_OF(STRING);
    call->nullable = false;
    return call;
}

static bool schema_of_avro_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    for (uint32_t i = 0; i < rows; i++) VECTOR_DATA(out, struct string)[i] = string_of(call->expr->call.data);
    return true;
}

#define AVRO(fname, sig, fn, res, ...)                                                                                 \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .signature = sig, .kernel = fn, .resolve = res,                       \
        .group = "misc_funcs", .since = "4.0.0", __VA_ARGS__                                                           \
    }

const struct function avro_functions[] = {
    AVRO("from_avro", "(ANY, ANY [, ANY]) ?", from_avro_kernel, from_avro_resolve, .prepare = from_avro_prepare,
         .usage = "from_avro(child, jsonFormatSchema, options) - The value that bytes hold by an Avro schema; needs "
                  "Spark's Avro package named in spark.jars.packages."),
    AVRO("to_avro", "(ANY [, ANY]) ?", to_avro_kernel, to_avro_resolve, .prepare = to_avro_prepare,
         .usage = "to_avro(child[, jsonFormatSchema]) - A value as Avro's bytes; needs Spark's Avro package named in "
                  "spark.jars.packages."),
    AVRO("schema_of_avro", "(ANY [, ANY]) ?", schema_of_avro_kernel, schema_of_avro_resolve,
         .usage = "schema_of_avro(jsonFormatSchema, options) - An Avro schema as DDL; needs Spark's Avro package named "
                  "in spark.jars.packages."),
    {0},
};
