/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON functions: from_json, to_json, get_json_object, json_tuple, schema_of_json and the small ones.
 */
#include <string.h>

#include "function/complex_kernel.h"
#include "function/json_text.h"
#include "function/string_kernel.h"
#include "function/text_schema.h"

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
    TRY(json_options_read(arena, call->context, a ? a->options : no_options, a ? a->option_count : 0, &s->options,
                          err));
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

static struct expr *from_json_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = schema_argument(r, call, 1, err);
    TRY_NULL(t);
    TRY_NULL(take_options(r, call, 2, err));
    struct expr *one = expr_copy_node(r->arena, call);
    one->child_count = 1;
    const struct expr *text = one->children[0];
    if (!type_is_string(text->type) && text->type->kind != TYPE_NULL)
        return resolve_mismatch(r, one, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"STRING\"", "inputSql", quoted_expr(r->arena, text), "inputType",
                                quoted_type(r->arena, text->type), NULL);
    if (!is_container(t))
        return resolve_mismatch(r, one, err, "INVALID_JSON_SCHEMA", "schema", quoted_type(r->arena, t), NULL);
    one->children[0] = coerce_to(r, one->children[0], TYPE_OF(STRING));
    one->type = type_as_nullable(r->arena, t);
    one->nullable = true;
    return one;
}

static uint32_t corrupt_field(const struct type *t, const char *name) {
    for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->field_count; i++)
        if (strcmp(t->fields[i].name, name) == 0 && t->fields[i].type->kind == TYPE_STRING) return i;
    return UINT32_MAX;
}

/* A struct's value wanted where the text is an array of one: its first element, as Spark takes it. */
static const struct json_value *root_for(const struct type *t, const struct json_value *v, struct json_value *wrapped) {
    if (t->kind == TYPE_STRUCT && v->kind == JSON_ARRAY && v->count == 1) return &v->items[0];
    if (t->kind == TYPE_ARRAY && v->kind == JSON_OBJECT && t->element->kind == TYPE_STRUCT) {
        *wrapped = (struct json_value){.kind = JSON_ARRAY, .count = 1, .items = (struct json_value *)v};
        return wrapped;
    }
    return v;
}

/* The row's struct again, with the raw text in its corrupt field. */
static void append_corrupt(struct builder *b, const struct type *t, uint32_t corrupt, const struct vector *partial,
                           uint32_t row, struct string text) {
    for (uint32_t f = 0; f < t->field_count; f++) {
        if (f == corrupt)
            builder_append(&b->children[f], &text);
        else
            builder_append_row(&b->children[f], &partial->children[f], row, true);
    }
    builder_end_struct(b);
}

static bool from_json_row(struct call *call, const struct json_state *s, struct string text, struct builder *b,
                          struct error *err) {
    const struct type *t = call->expr->type;
    const char *next = text.data, *end = text.data + text.size;
    struct json_value value, wrapped, nothing = {.kind = JSON_OBJECT};
    arena_reset(s->record);
    bool blank = json_at_end(&s->options, next, end);
    if (blank) {
        builder_append_null(b);
        return true;
    }
    bool parsed = json_parse(s->record, &s->options, &next, end, &value);
    const struct json_value *root = parsed ? root_for(t, &value, &wrapped) : &nothing;
    uint32_t corrupt = corrupt_field(t, s->options.corrupt_column);
    bool object_missing = t->kind == TYPE_STRUCT && root->kind != JSON_OBJECT;
    if (object_missing) root = &nothing;
    if (t->kind != TYPE_STRUCT && !parsed) {
        builder_append_null(b);
        return true;
    }
    struct builder trial;
    builder_init(&trial, s->record, t, 1);
    bool good = json_append(s->record, call->context, &s->options, root, &trial, err) && parsed && !object_missing;
    if (error_is_set(err)) return false;
    if (!good && s->options.mode == JSON_FAIL_FAST)
        return error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord",
                         arena_strndup(call->arena, text.data, text.size), "failFastMode", "FAILFAST", NULL);
    const struct vector *row = builder_finish(&trial);
    if (!good && corrupt != UINT32_MAX)
        append_corrupt(b, t, corrupt, row, 0, text);
    else
        builder_append_row(b, row, 0, true);
    return true;
}

static bool from_json_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    struct builder b;
    builder_init(&b, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&texts, i))
            builder_append_null(&b);
        else
            TRY(from_json_row(call, call->state, string_at(&texts, i), &b, err));
    }
    *out = *builder_finish(&b);
    return true;
}

/* ---- to_json ---- */

static bool to_json_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    struct json_writer *writer = &((struct json_state *)call->state)->writer;
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct text text;
        text_init(&text, call->arena);
        writer->out = &text;
        writer->arena = call->arena;
        json_write_value(writer, &arguments[0], i);
        VECTOR_DATA(out, struct string)[i] = string_make(text.data, text.size);
    }
    return true;
}

static struct expr *to_json_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(take_options(r, call, 1, err));
    struct expr *one = shown(r, call);
    one->call.data = call->call.data;
    if (!is_container(one->children[0]->type))
        return resolve_mismatch(r, one, err, "INVALID_JSON_SCHEMA", "schema",
                                quoted_type(r->arena, one->children[0]->type), NULL);
    one->nullable = true;
    return one;
}

/* ---- paths: $.a.b[0][*]['c'] ---- */

struct step {
    enum { STEP_NAME, STEP_INDEX, STEP_ALL } kind;
    struct string name;
    uint32_t index;
};

/* False: no valid path. */
static bool read_path(struct arena *arena, struct string path, struct step **steps, uint32_t *count) {
    LIST(struct step) list = {0};
    const char *p = path.data, *end = path.data + path.size;
    if (p == end || *p++ != '$') return false;
    while (p < end) {
        struct step step = {.kind = STEP_NAME};
        if (*p == '.') {
            const char *start = ++p;
            while (p < end && *p != '.' && *p != '[') p++;
            if (p == start) return false;
            step.name = string_make(start, (size_t)(p - start));
            if (string_equal(step.name, string_make("*", 1))) step.kind = STEP_ALL;
        } else if (*p == '[') {
            const char *start = ++p;
            if (p < end && *p == '\'') {
                const char *close = memmem(p, (size_t)(end - p), "']", 2);
                if (!close || close == p + 1) return false;
                step.name = string_make(p + 1, (size_t)(close - p - 1));
                p = close + 2;
            } else {
                const char *close = memchr(p, ']', (size_t)(end - p));
                if (!close || close == start) return false;
                if (close - start == 1 && *start == '*')
                    step.kind = STEP_ALL;
                else
                    step.kind = STEP_INDEX;
                for (; step.kind == STEP_INDEX && p < close; p++) {
                    if (*p < '0' || *p > '9' || step.index > 100000000) return false;
                    step.index = step.index * 10 + (uint32_t)(*p - '0');
                }
                p = close + 1;
            }
        } else {
            return false;
        }
        LIST_PUSH(arena, &list, step);
    }
    *steps = list.items;
    *count = list.count;
    return true;
}

typedef LIST(const struct json_value *) value_list;

static void follow(struct arena *arena, const struct json_value *v, const struct step *steps, uint32_t count,
                   value_list *found) {
    if (count == 0) {
        if (v->kind != JSON_NULL) LIST_PUSH(arena, found, v);
        return;
    }
    if (steps->kind == STEP_NAME && v->kind == JSON_OBJECT) {
        for (uint32_t i = 0; i < v->count; i++)
            if (string_equal(v->names[i], steps->name)) {
                follow(arena, &v->items[i], steps + 1, count - 1, found);
                return;
            }
    } else if (steps->kind == STEP_NAME && v->kind == JSON_ARRAY) {
        for (uint32_t i = 0; i < v->count; i++)
            if (v->items[i].kind == JSON_OBJECT) follow(arena, &v->items[i], steps, count, found);
    } else if (steps->kind == STEP_INDEX && v->kind == JSON_ARRAY) {
        if (steps->index < v->count) follow(arena, &v->items[steps->index], steps + 1, count - 1, found);
    } else if (steps->kind == STEP_ALL) {
        for (uint32_t i = 0; i < v->count; i++) follow(arena, &v->items[i], steps + 1, count - 1, found);
    }
}

static bool has_wildcard(const struct step *steps, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (steps[i].kind == STEP_ALL) return true;
    return false;
}

static void write_found(struct text *out, const value_list *found, bool many) {
    if (found->count == 1 && found->items[0]->kind == JSON_STRING && !many) {
        text_add_bytes(out, found->items[0]->text.data, found->items[0]->text.size);
        return;
    }
    if (found->count == 1) {
        json_write(out, found->items[0]);
        return;
    }
    text_add_char(out, '[');
    for (uint32_t i = 0; i < found->count; i++) {
        if (i) text_add_char(out, ',');
        json_write(out, found->items[i]);
    }
    text_add_char(out, ']');
}

static bool get_json_object_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                   struct error *err) {
    const struct json_state *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows),
                paths = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct string text = string_at(&texts, i);
        const char *next = text.data;
        struct json_value value;
        struct step *steps = NULL;
        uint32_t count = 0;
        value_list found = {0};
        arena_reset(s->record);
        if (read_path(s->record, string_at(&paths, i), &steps, &count) &&
            json_parse(s->record, &s->options, &next, text.data + text.size, &value))
            follow(s->record, &value, steps, count, &found);
        if (found.count == 0) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        struct text result;
        text_init(&result, call->arena);
        write_found(&result, &found, has_wildcard(steps, count) && found.count > 1);
        VECTOR_DATA(out, struct string)[i] = string_make(result.data ? result.data : "", result.size);
    }
    return true;
}

static bool json_tuple_generate(struct call *call, const struct vector *arguments, uint32_t rows, struct generated *out,
                                struct error *err) {
    const struct json_state *s = call->state;
    uint32_t fields = call->expr->child_count - 1;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    out->count = rows;
    out->parents = arena_bytes_array(call->arena, rows, sizeof *out->parents);
    out->columns = ARENA_ARRAY(call->arena, struct vector, fields);
    for (uint32_t f = 0; f < fields; f++) vector_init(&out->columns[f], call->arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct json_value value = {0};
        out->parents[i] = i;
        arena_reset(s->record);
        if (!null_at(&texts, i)) {
            struct string text = string_at(&texts, i);
            const char *next = text.data;
            if (!json_parse(s->record, &s->options, &next, text.data + text.size, &value)) value.kind = JSON_NULL;
        }
        for (uint32_t f = 0; f < fields; f++) {
            const struct json_value *item = NULL;
            const struct vector *name = &arguments[f + 1];
            for (uint32_t k = 0; value.kind == JSON_OBJECT && k < value.count && !vector_is_null(name, i); k++)
                if (string_equal(value.names[k], VECTOR_DATA(name, struct string)[vector_entry(name, i)]))
                    item = &value.items[k];
            if (!item || item->kind == JSON_NULL) {
                vector_set_null(&out->columns[f], call->arena, i, rows);
                continue;
            }
            struct text text;
            text_init(&text, call->arena);
            value_list one = {.items = &item, .count = 1};
            write_found(&text, &one, false);
            VECTOR_DATA(&out->columns[f], struct string)[i] = string_make(text.data ? text.data : "", text.size);
        }
    }
    return true;
}

static struct expr *json_tuple_resolve(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t count = call->child_count - 1;
    struct field *fields = ARENA_ARRAY(r->arena, struct field, count);
    for (uint32_t i = 0; i < count; i++)
        fields[i] = (struct field){.name = arena_printf(r->arena, "c%u", i), .type = TYPE_OF(STRING), .nullable = true};
    call->type = type_struct(r->arena, fields, count);
    return call;
}

static bool schema_of_json_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    const struct json_state *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct string text = string_at(&texts, i);
        const char *next = text.data;
        struct json_value value;
        if (!json_parse(call->arena, &s->options, &next, text.data + text.size, &value))
            return error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord",
                             arena_strndup(call->arena, text.data, text.size), "failFastMode", "FAILFAST", NULL);
        const struct type *t =
            json_final_type(call->arena, json_infer(call->arena, call->context, &s->options, &value));
        VECTOR_DATA(out, struct string)
        [i] = string_of(type_sql(call->arena, t ? t : type_struct(call->arena, NULL, 0)));
    }
    return true;
}

static struct expr *schema_of_json_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(take_options(r, call, 1, err));
    struct expr *one = shown(r, call);
    one->call.data = call->call.data;
    if (!one->children[0]->foldable)
        return resolve_mismatch(r, one, err, "NON_FOLDABLE_INPUT", "inputName", "`json`", "inputType", "\"STRING\"",
                                "inputExpr", quoted_expr(r->arena, one->children[0]), NULL);
    one->nullable = false;
    return one;
}

/* json_array_length, json_object_keys: the outermost value alone counts. */
static bool outermost(const struct json_state *s, struct string text, struct json_value *value) {
    const char *next = text.data;
    arena_reset(s->record);
    return json_parse(s->record, &s->options, &next, text.data + text.size, value);
}

static bool array_length_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct json_value value;
        if (!wanted(out, i)) continue;
        if (outermost(call->state, string_at(&texts, i), &value) && value.kind == JSON_ARRAY)
            VECTOR_DATA(out, int32_t)[i] = (int32_t)value.count;
        else
            vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

static bool object_keys_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct json_value value;
        if (!wanted(out, i) || !outermost(call->state, string_at(&texts, i), &value) || value.kind != JSON_OBJECT) {
            builder_append_null(&list);
            continue;
        }
        for (uint32_t k = 0; k < value.count; k++) {
            struct string name = string_copy(call->arena, value.names[k]);
            builder_append(&list.children[0], &name);
        }
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *object_keys_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_array(r->arena, TYPE_OF(STRING), true);
    call->nullable = true;
    return call;
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
    JSON("get_json_object", "(STRING, STRING) STRING", get_json_object_kernel, NULL,
         FUNCTION_STRICT | FUNCTION_NULLABLE,
         .usage = "get_json_object(json_txt, path) - What stands at a path such as $.a[0].b.",
         .example = "get_json_object('{\"a\":\"b\"}', '$.a') => b", .since = "1.5.0"),
    JSON("schema_of_json", "(STRING [, ANY]) STRING", schema_of_json_kernel, schema_of_json_resolve, FUNCTION_STRICT,
         .usage = "schema_of_json(json[, options]) - The type of the value as DDL.",
         .example = "schema_of_json('[{\"col\":0}]') => ARRAY<STRUCT<col: BIGINT>>", .since = "2.4.0"),
    JSON("json_array_length", "(STRING) INT", array_length_kernel, NULL, FUNCTION_STRICT | FUNCTION_NULLABLE,
         .usage = "json_array_length(jsonArray) - Elements of the outermost array.",
         .example = "json_array_length('[1,2]') => 2", .since = "3.1.0"),
    JSON("json_object_keys", "(STRING) ?", object_keys_kernel, object_keys_resolve, FUNCTION_STRICT,
         .usage = "json_object_keys(json_object) - Names in the outermost object.",
         .example = "json_object_keys('{\"k\":1}') => [\"k\"]", .since = "3.1.0"),
    {.name = "json_tuple",
     .class = FUNCTION_GENERATOR,
     .signature = "(STRING, STRING...) ?",
     .generate = json_tuple_generate,
     .resolve = json_tuple_resolve,
     .prepare = prepare,
     .group = "generator_funcs",
     .usage = "json_tuple(jsonStr, p1, ...) - The values of several names, a column each.",
     .since = "1.6.0"},
    {0},
};
