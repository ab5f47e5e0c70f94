/* SPDX-License-Identifier: Apache-2.0 */
/*
 * from_json, to_json and schema_of_json: between texts and typed values. Pieces of texts are json_path.c's.
 */
#include <string.h>

#include "function/complex_kernel.h"
#include "function/json_text.h"
#include "function/string_kernel.h"
#include "function/text_schema.h"
#include "function/value_internal.h"

/* What resolve() leaves in call.data: the options. */
struct json_arguments {
    struct u_option *options;
    uint32_t option_count;
};

/* What prepare() makes of it. */
struct json_state {
    struct json_options options;
    struct arena *record;
    struct json_writer writer;
};

static const struct u_option no_options[1];

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    const struct json_arguments *a = call->expr->call.data;
    struct json_state *s = ARENA_NEW(arena, struct json_state);
    s->record = arena_scratch(arena);
    *state = s;
    bool writes = call->expr->call.function->name[0] == 't'; /* to_json */
    TRY(json_options_read(arena, call->context, a ? a->options : no_options, a ? a->option_count : 0,
                          writes ? PATTERN_FORMAT : PATTERN_PARSE, &s->options, err));
    return json_writer_init(&s->writer, arena, call->context, &s->options, err);
}

static bool is_container(const struct type *t) {
    return t->kind == TYPE_STRUCT || t->kind == TYPE_ARRAY || t->kind == TYPE_MAP || t->kind == TYPE_VARIANT;
}

/* The call as names show it: the first argument alone. */
static struct expr *shown(struct resolver *r, const struct expr *call) {
    struct expr *pretty = expr_copy_node(r->arena, call);
    pretty->child_count = 1;
    pretty->pretty = NULL;
    return pretty;
}

static bool take_options(struct resolver *r, struct expr *call, uint32_t which, struct error *err) {
    struct json_arguments *a = ARENA_NEW(r->arena, struct json_arguments);
    call->call.data = a;
    return call->child_count <= which || options_argument(r, call, which, &a->options, &a->option_count, err);
}

static bool has_other_keys(const struct type *t) {
    if (t->kind == TYPE_MAP) return !type_is_string(t->key) || has_other_keys(t->element);
    if (t->kind == TYPE_ARRAY) return has_other_keys(t->element);
    for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->field_count; i++)
        if (has_other_keys(t->fields[i].type)) return true;
    return false;
}

/* What stands for the call in names. */
static struct expr *name_alone(struct resolver *r, const char *name) {
    struct expr *e = ARENA_NEW(r->arena, struct expr);
    e->kind = EXPR_ATTRIBUTE;
    e->type = TYPE_OF(STRING);
    e->column.attribute = ARENA_NEW(r->arena, struct attribute);
    e->column.attribute->name = name;
    return e;
}

static struct expr *from_json_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = schema_argument(r, call, 1, err);
    TRY_NULL(t);
    TRY_NULL(take_options(r, call, 2, err));
    struct expr *one = expr_copy_node(r->arena, call);
    const struct json_arguments *a = call->call.data;
    one->child_count = 1;
    if (t->kind == TYPE_MAP) one->pretty = name_alone(r, "entries");
    const struct expr *text = one->children[0];
    if (!type_is_string(text->type) && text->type->kind != TYPE_NULL)
        return resolve_mismatch(r, one, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"STRING\"", "inputSql", quoted_expr(r->arena, text), "inputType",
                                quoted_type(r->arena, text->type), NULL);
    if (!is_container(t))
        return resolve_mismatch(r, one, err, "INVALID_JSON_SCHEMA", "schema", quoted_type(r->arena, t), NULL);
    if (has_other_keys(t))
        return resolve_mismatch(r, one, err, "INVALID_JSON_MAP_KEY_TYPE", "schema", quoted_type(r->arena, t), NULL);
    TRY_NULL(check_parse_mode("`from_json`", a->options, a->option_count, err));
    TRY_NULL(check_corrupt_column(r, t, a->options, a->option_count, err));
    if (one->children[0]->type->kind == TYPE_NULL) one->children[0] = expr_null(r->arena, TYPE_OF(STRING));
    one->type = type_as_nullable(r->arena, t);
    one->nullable = true;
    return one;
}

static uint32_t corrupt_field(const struct type *t, const char *name) {
    for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->field_count; i++)
        if (strcmp(t->fields[i].name, name) == 0 && t->fields[i].type->kind == TYPE_STRING) return i;
    return UINT32_MAX;
}

/* A struct where an array of structs is wanted is that array's only element. */
static const struct json_value *root_for(const struct type *t, const struct json_value *v, struct json_value *wrapped) {
    if (t->kind != TYPE_ARRAY || v->kind != JSON_OBJECT || t->element->kind != TYPE_STRUCT) return v;
    *wrapped = (struct json_value){.kind = JSON_ARRAY, .count = 1, .items = (struct json_value *)v};
    return wrapped;
}

/* singleVariantColumn: the record, whatever it is, is the value of the only column, which need not have that name. */
static const struct json_value *as_column(const struct json_state *s, const struct type *t, uint32_t corrupt,
                                          const struct json_value *value) {
    uint32_t column = corrupt == 0;
    bool single = t->kind == TYPE_STRUCT && t->field_count == 1u + (corrupt != UINT32_MAX) &&
                  t->fields[column].type->kind == TYPE_VARIANT;
    return single && s->options.variant_column ? json_object_of(s->record, t->fields[column].name, value) : value;
}

/* The row's struct again, with the raw text in its corrupt field. */
static void append_corrupt(struct builder *b, const struct type *t, uint32_t corrupt, const struct vector *partial,
                           struct string text) {
    for (uint32_t f = 0; f < t->field_count; f++) {
        if (f == corrupt)
            builder_append(&b->children[f], &text);
        else
            builder_append_row(&b->children[f], &partial->children[f], 0, true);
    }
    builder_end_struct(b);
}

/* FAILFAST: the record, as what could be made of it. */
static bool refuse(struct call *call, const struct vector *row, struct error *err) {
    struct text shown;
    text_init(&shown, call->arena);
    value_internal_add(&shown, row, 0);
    return error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord", text_finish(&shown),
                     "failFastMode", "FAILFAST", NULL);
}

/* Where what could be made of a bad record has to be looked at: made apart, then copied. */
static bool append_apart(struct call *call, const struct json_state *s, const struct json_value *root, bool good,
                         uint32_t corrupt, struct string text, struct builder *b, struct error *err) {
    const struct type *t = call->expr->type;
    struct builder trial;
    builder_init(&trial, s->record, t, 1);
    good &= json_append(s->record, call->context, &s->options, root, &trial, err) == JSON_GOOD;
    if (error_is_set(err)) return false;
    const struct vector *row = builder_finish(&trial);
    if (!good && s->options.mode == JSON_FAIL_FAST) return refuse(call, row, err);
    if (!good && corrupt != UINT32_MAX)
        append_corrupt(b, t, corrupt, row, text);
    else
        builder_append_row(b, row, 0, true);
    return true;
}

static bool from_json_row(struct call *call, const struct json_state *s, uint32_t corrupt, struct string text,
                          struct builder *b, struct error *err) {
    const struct type *t = call->expr->type;
    const char *next = text.data, *end = text.data + text.size;
    struct json_value value, wrapped, nothing = {.kind = JSON_OBJECT};
    arena_reset(s->record);
    if (json_at_end(&s->options, next, end)) {
        builder_append_null(b);
        return true;
    }
    bool parsed = json_parse(s->record, &s->options, &next, end, &value);
    const struct json_value *root = parsed ? as_column(s, t, corrupt, root_for(t, &value, &wrapped)) : &nothing;
    bool missing = t->kind == TYPE_STRUCT && root->kind != JSON_OBJECT;
    if (missing && root->kind == JSON_ARRAY && s->options.mode == JSON_FAIL_FAST)
        return error_set(err, "MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_JSON_ARRAYS_AS_STRUCTS", "badRecord",
                         arena_strndup(call->arena, text.data, text.size), "failFastMode", "FAILFAST", NULL);
    if (missing) root = &nothing;
    if (corrupt != UINT32_MAX || s->options.mode == JSON_FAIL_FAST)
        return append_apart(call, s, root, parsed && !missing, corrupt, text, b, err);
    if (parsed || t->kind == TYPE_STRUCT)
        json_append(s->record, call->context, &s->options, root, b, err);
    else
        builder_append_null(b);
    return !error_is_set(err);
}

static bool from_json_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    const struct json_state *s = call->state;
    uint32_t corrupt = corrupt_field(call->expr->type, s->options.corrupt_column);
    struct builder b;
    builder_init(&b, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&texts, i))
            builder_append_null(&b);
        else
            TRY(from_json_row(call, s, corrupt, string_at(&texts, i), &b, err));
    }
    *out = *builder_finish(&b);
    return true;
}

/* ---- to_json ---- */

static bool to_json_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    struct json_writer *writer = &((struct json_state *)call->state)->writer;
    struct string_room room = {.arena = call->arena};
    struct text text;
    text_init(&text, call->arena);
    json_writer_start(writer, call->arena, &text);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        text.size = 0;
        json_write_value(writer, &arguments[0], i);
        if (json_refused(writer, err)) return error_at(err, call->expr->origin);
        char *to = string_room_open(&room, text.size);
        memcpy(to, text.data, text.size);
        VECTOR_DATA(out, struct string)[i] = string_room_close(&room, to + text.size);
    }
    return true;
}

static struct expr *to_json_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(take_options(r, call, 1, err));
    struct expr *one = shown(r, call);
    if (one->children[0]->type->kind == TYPE_NULL) one->children[0] = expr_null(r->arena, TYPE_OF(NULL));
    one->call.data = call->call.data;
    if (!is_container(one->children[0]->type) && one->children[0]->type->kind != TYPE_NULL)
        return resolve_mismatch(r, one, err, "INVALID_JSON_SCHEMA", "schema",
                                quoted_type(r->arena, one->children[0]->type), NULL);
    one->nullable = true;
    return one;
}

/* ---- schema_of_json ---- */

static bool schema_of_json_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    const struct json_state *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct string text = string_at(&texts, i);
        const char *next = text.data;
        struct json_value value;
        bool blank = json_at_end(&s->options, next, text.data + text.size);
        if (!blank && !json_parse(call->arena, &s->options, &next, text.data + text.size, &value))
            return error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord",
                             arena_strndup(call->arena, text.data, text.size), "failFastMode", "FAILFAST", NULL);
        const struct type *t =
            blank ? TYPE_OF(STRING) : json_infer(call->arena, call->context, &s->options, &value, err);
        TRY(t);
        bool array = t->kind == TYPE_ARRAY;
        t = json_final_type(call->arena, &s->options, t);
        if (!t) t = type_struct(call->arena, NULL, 0);
        if (array && t->kind == TYPE_STRUCT) t = type_array(call->arena, t, true);
        VECTOR_DATA(out, struct string)[i] = string_of(type_sql(call->arena, t));
    }
    return true;
}

static struct expr *schema_of_json_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(take_options(r, call, 1, err));
    struct expr *one = shown(r, call);
    one->call.data = call->call.data;
    TRY_NULL(check_sample(r, one, "json", err));
    one->nullable = false;
    return one;
}

#define JSON(fname, sig, fn, res, bits, ...)                                                                           \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .signature = sig, .kernel = fn, .resolve = res, .flags = bits,        \
        .prepare = prepare, .group = "json_funcs", __VA_ARGS__                                                         \
    }

const struct function json_functions[] = {
    JSON("from_json", "(ANY, ANY [, ANY]) ?", from_json_kernel, from_json_resolve, 0,
         .usage = "from_json(jsonStr, schema[, options]) - The value that the text holds.",
         .example = "from_json('{\"a\":1}', 'a INT') => {\"a\":1}", .since = "2.2.0"),
    JSON("to_json", "(ANY [, ANY]) STRING", to_json_kernel, to_json_resolve, FUNCTION_STRICT,
         .usage = "to_json(expr[, options]) - A struct, array or map as text.",
         .example = "to_json(named_struct('a', 1)) => {\"a\":1}", .since = "2.2.0"),
    JSON("schema_of_json", "(ANY [, ANY]) STRING", schema_of_json_kernel, schema_of_json_resolve, FUNCTION_STRICT,
         .usage = "schema_of_json(json[, options]) - The type of the value as DDL.",
         .example = "schema_of_json('[{\"col\":0}]') => ARRAY<STRUCT<col: BIGINT>>", .since = "2.4.0"),
    {0},
};
