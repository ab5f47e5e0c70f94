/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variants: made from JSON and from nested values, asked for what stands at a path, taken apart.
 *
 * A path is $ and any number of .name, ['name'], ["name"] and [3]. A constant one is read once per query.
 */
#include "column/variant.h"

#include "column/cast.h"
#include "function/complex_kernel.h"
#include "function/string_kernel.h"
#include "function/text_schema.h"
#include "function/variant_json.h"

static bool is_try(const struct call *call) {
    return call->expr->call.function->flags & FUNCTION_TRY;
}

static struct variant variant_in(const struct vector *v, uint32_t row) {
    return variant_at(v, vector_entry(v, row));
}

/* ---- parse_json ---- */

static bool parse_json_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    struct variant_writer writer;
    struct builder all;
    builder_init(&all, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        variant_writer_reset(&writer, call->arena);
        if (!row_is_wanted(out, i)) {
            builder_append_null(&all);
        } else if (variant_parse_json(&writer, string_at(&texts, i))) {
            variant_append(&all, &writer);
        } else if (is_try(call)) {
            builder_append_null(&all);
        } else {
            struct string text = string_at(&texts, i);
            return error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord",
                             arena_strndup(call->arena, text.data, text.size), "failFastMode", "FAILFAST", NULL);
        }
    }
    *out = *builder_finish(&all);
    return true;
}

/* ---- paths ---- */

struct step {
    bool is_index;
    struct string name;
    uint32_t index;
};

struct path {
    bool is_valid;
    uint32_t count;
    struct step *steps;
};

/* Behind a '[': 3], 'name'] or "name"]. NULL: neither. */
static const char *read_bracket(const char *p, const char *end, struct step *step) {
    if (p < end && (*p == '\'' || *p == '"')) {
        const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));
        if (!close || close == p + 1 || end - close < 2 || close[1] != ']') return NULL;
        step->name = string_make(p + 1, (size_t)(close - p - 1));
        return close + 2;
    }
    const char *start = p;
    uint64_t index = 0;
    for (; p < end && *p >= '0' && *p <= '9' && index <= INT32_MAX; p++) index = index * 10 + (uint64_t)(*p - '0');
    if (p == start || p == end || *p != ']' || index > INT32_MAX) return NULL;
    step->is_index = true;
    step->index = (uint32_t)index;
    return p + 1;
}

static struct path read_path(struct arena *arena, struct string text) {
    struct path path = {0};
    LIST(struct step) steps = {0};
    const char *p = text.data, *end = text.data + text.size;
    if (p == end || *p++ != '$') return path;
    while (p && p < end) {
        struct step step = {0};
        if (*p == '[') {
            p = read_bracket(p + 1, end, &step);
        } else if (*p == '.') {
            const char *start = ++p;
            while (p < end && *p != '.' && *p != '[') p++;
            step.name = string_make(start, (size_t)(p - start));
            if (p == start) return path;
        } else {
            return path;
        }
        LIST_PUSH(arena, &steps, step);
    }
    return (struct path){.is_valid = p != NULL, .count = steps.count, .steps = steps.items};
}

static bool follow(const struct path *path, struct variant *v) {
    for (uint32_t i = 0; i < path->count; i++) {
        const struct step *step = &path->steps[i];
        struct variant_node node;
        struct variant child;
        if (!variant_open(v, &node)) return false;
        if (step->is_index) {
            if (node.kind != VARIANT_ARRAY || step->index >= node.count) return false;
            if (!variant_child(v, &node, step->index, &child, NULL)) return false;
        } else if (node.kind != VARIANT_OBJECT || !variant_field(v, &node, step->name, &child)) {
            return false;
        }
        *v = child;
    }
    return true;
}

/* ---- variant_get ---- */

static bool prepare_path(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                         struct error *err) {
    if (!constants[1] || vector_is_null(constants[1], 0)) return true;
    struct path *path = ARENA_NEW(arena, struct path);
    *path = read_path(arena, string_copy(arena, *VECTOR_DATA(constants[1], struct string)));
    *state = path;
    return true;
}

static struct expr *variant_get_resolve(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *get = expr_copy_node(r->arena, call);
    const struct type *t = TYPE_OF(VARIANT);
    if (call->child_count == 3) TRY_NULL(t = schema_argument(r, call, 2, err));
    get->child_count = 2;
    TRY_NULL(resolve_argument(r, get, 0, "VARIANT", err) && resolve_argument(r, get, 1, "STRING", err));
    get->type = t;
    get->nullable = true;
    if (!cast_allowed(TYPE_OF(VARIANT), t, CAST_ANSI))
        return resolve_mismatch(r, get, err, "CAST_WITHOUT_SUGGESTION", "srcType", "\"VARIANT\"", "targetType",
                                quoted_type(r->arena, t), NULL);
    return get;
}

/* The last name of a path, in quotes or behind a point; NULL: there are indexes alone. */
static const char *last_name(struct arena *arena, struct string path) {
    const char *name = NULL;
    for (const char *p = path.data, *end = p + path.size; p < end;) {
        char stop = *p == '.' ? '.' : '\'';
        const char *start = *p == '.' ? p + 1 : *p == '[' && p + 1 < end && p[1] == '\'' ? p + 2 : NULL;
        const char *q = start;
        while (q && q < end && *q != stop && !(stop == '.' && *q == '[')) q++;
        if (start) name = arena_strndup(arena, start, (size_t)(q - start));
        p = start && q > p ? q : p + 1;
    }
    return name;
}

/* v:a.b: the same as variant_get(v, '$.a.b'), called b. */
static struct expr *extract_resolve(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *get = resolve_named(r, "variant_get", call->children, 2, call->origin, err);
    TRY_NULL(get);
    const char *name = last_name(r->arena, *VECTOR_DATA(call->children[1]->literal, struct string));
    if (name) get->pretty = expr_alias(r->arena, expr_copy_node(r->arena, get), name, 0);
    return get;
}

static bool refuse_path(const struct call *call, struct string text, struct error *err) {
    return error_set(err, "INVALID_VARIANT_GET_PATH", "path", arena_strndup(call->arena, text.data, text.size),
                     "functionName", arena_printf(call->arena, "`%s`", call->expr->call.function->name), NULL);
}

/* Bytes of a value that stands in others' buffer. */
static size_t value_size(const struct variant *v) {
    static const uint8_t scalars[] = {1, 1, 1, 2, 3, 5, 9, 9, 6, 10, 18, 5, 9, 9, 5};
    size_t room = (size_t)(v->value_end - v->value), size = room;
    struct variant_node node;
    if (!room || !variant_open(v, &node)) return room;
    if (node.kind == VARIANT_OBJECT || node.kind == VARIANT_ARRAY) {
        uint32_t last = 0;
        for (unsigned i = 0; i < node.offset_size; i++)
            last |= (uint32_t)node.offsets[node.count * node.offset_size + i] << (8 * i);
        size = (size_t)(node.values - v->value) + last;
    } else if (node.kind == VARIANT_STRING || node.kind == VARIANT_BINARY || node.kind == VARIANT_UUID) {
        size = (size_t)((const uint8_t *)node.bytes.data + node.bytes.size - v->value);
    } else if (v->value[0] >> 2 < (int)sizeof scalars) {
        size = scalars[v->value[0] >> 2];
    }
    return size < room ? size : room;
}

/* The value as it is, or by itself: without the names of what is around it. */
static void append_found(struct call *call, struct builder *all, const struct variant *v) {
    struct variant_writer writer;
    if (call->expr->type->kind == TYPE_VARIANT) {
        variant_writer_reset(&writer, call->arena);
        variant_write_copy(&writer, v);
        variant_append(all, &writer);
        return;
    }
    struct string value = string_make((const char *)v->value, value_size(v));
    struct string metadata = string_make((const char *)v->metadata, (size_t)(v->metadata_end - v->metadata));
    builder_append(&all->children[0], &value);
    builder_append(&all->children[1], &metadata);
    builder_end_struct(all);
}

static bool variant_get_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    const struct type *to = call->expr->type;
    struct view paths = vector_view(call->arena, &arguments[1], rows);
    struct builder all;
    builder_init(&all, call->arena, TYPE_OF(VARIANT), rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) {
            builder_append_null(&all);
            continue;
        }
        struct path path = call->state ? *(struct path *)call->state : read_path(call->arena, string_at(&paths, i));
        if (!path.is_valid) return refuse_path(call, string_at(&paths, i), err);
        struct variant v = variant_in(&arguments[0], i);
        if (follow(&path, &v))
            append_found(call, &all, &v);
        else
            builder_append_null(&all);
    }
    const struct vector *found = builder_finish(&all);
    if (to->kind == TYPE_VARIANT) {
        *out = *found;
        return true;
    }
    struct cast cast = {.from = TYPE_OF(VARIANT),
                        .to = to,
                        .mode = is_try(call) ? CAST_TRY : CAST_ANSI,
                        .zone = call->context->zone,
                        .zones = call->context->zones,
                        .now = call->context->now};
    return vector_cast(call->arena, &cast, found, rows, out, err);
}

/* ---- the small ones ---- */

static bool is_variant_null_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                   struct error *err) {
    for (uint32_t i = 0; i < rows; i++) {
        bool is_null = false;
        if (arguments[0].type->kind == TYPE_VARIANT && !vector_is_null(&arguments[0], i)) {
            struct variant v = variant_in(&arguments[0], i);
            struct variant_node node;
            is_null = variant_open(&v, &node) && node.kind == VARIANT_NULL;
        }
        VECTOR_DATA(out, uint8_t)[i] = is_null;
    }
    return true;
}

static struct expr *to_variant_object_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    if (!type_is_nested(t) || !cast_allowed(TYPE_OF(VARIANT), t, CAST_ANSI))
        return resolve_mismatch(r, call, err, "CAST_WITHOUT_SUGGESTION", "srcType", quoted_type(r->arena, t),
                                "targetType", "\"VARIANT\"", NULL);
    return call;
}

static bool to_variant_object_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                     struct vector *out, struct error *err) {
    struct variant_writer writer;
    struct builder all;
    builder_init(&all, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) {
            builder_append_null(&all);
            continue;
        }
        variant_writer_reset(&writer, call->arena);
        variant_write_row(&writer, &arguments[0], i);
        variant_append(&all, &writer);
    }
    *out = *builder_finish(&all);
    return true;
}

/* ---- variant_explode ---- */

static bool variant_explode(struct call *call, const struct vector *arguments, uint32_t rows, struct generated *out,
                            struct error *err) {
    struct arena *arena = call->arena;
    const struct field *fields = call->expr->type->fields;
    struct builder columns[3];
    LIST(uint32_t) parents = {0};
    for (uint32_t c = 0; c < 3; c++) builder_init(&columns[c], arena, fields[c].type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (arguments[0].type->kind != TYPE_VARIANT || vector_is_null(&arguments[0], i)) continue;
        struct variant v = variant_in(&arguments[0], i);
        struct variant_node node;
        if (!variant_open(&v, &node) || (node.kind != VARIANT_ARRAY && node.kind != VARIANT_OBJECT)) continue;
        for (uint32_t k = 0; k < node.count; k++) {
            struct variant child;
            struct string name;
            int32_t position = (int32_t)k;
            if (!variant_child(&v, &node, k, &child, &name)) continue;
            LIST_PUSH(arena, &parents, i);
            builder_append(&columns[0], &position);
            if (node.kind == VARIANT_OBJECT)
                builder_append(&columns[1], &name);
            else
                builder_append_null(&columns[1]);
            append_found(call, &columns[2], &child);
        }
    }
    out->count = parents.count;
    out->parents = parents.items;
    out->columns = ARENA_ARRAY(arena, struct vector, 3);
    for (uint32_t c = 0; c < 3; c++) out->columns[c] = *builder_finish(&columns[c]);
    return true;
}

static struct expr *variant_explode_resolve(struct resolver *r, struct expr *call, struct error *err) {
    struct field fields[] = {{.name = "pos", .type = TYPE_OF(INT)},
                             {.name = "key", .type = TYPE_OF(STRING), .nullable = true},
                             {.name = "value", .type = TYPE_OF(VARIANT)}};
    call->type = type_struct(r->arena, fields, 3);
    call->nullable = false;
    return call;
}

#define VARIANT(fname, sig, fn, bits, ...)                                                                             \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .signature = sig, .kernel = fn, .flags = bits,                        \
        .group = "variant_funcs", .since = "4.0.0", __VA_ARGS__                                                        \
    }
#define EXPLODE(fname, text)                                                                                           \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_TABLE, .flags = FUNCTION_EXACT, .signature = "(VARIANT) ?",                   \
        .generate = variant_explode, .resolve = variant_explode_resolve, .group = "variant_funcs", .since = "4.0.0",   \
        .usage = text                                                                                                  \
    }

const struct function variant_functions[] = {
    VARIANT("parse_json", "(STRING) VARIANT", parse_json_kernel, FUNCTION_STRICT | FUNCTION_EXACT,
            .usage = "parse_json(jsonStr) - The value that the text holds, as a variant.",
            .example = "parse_json('{\"a\": 1.5}') => {\"a\":1.5}"),
    VARIANT("try_parse_json", "(STRING) VARIANT", parse_json_kernel,
            FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_TRY | FUNCTION_EXACT,
            .usage = "try_parse_json(jsonStr) - As parse_json, but NULL for what is malformed.",
            .example = "try_parse_json('{\"a\":') => NULL"),
    VARIANT("variant_get", "(ANY, ANY [, ANY]) ?", variant_get_kernel,
            FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_EXACT, .resolve = variant_get_resolve,
            .prepare = prepare_path,
            .usage = "variant_get(v, path[, type]) - What stands at a path such as $.a[0], cast to the type.",
            .example = "variant_get(parse_json('{\"a\": 1}'), '$.a', 'int') => 1"),
    VARIANT("semi_structured_extract", "(VARIANT, STRING) ?", variant_get_kernel, FUNCTION_INTERNAL,
            .resolve = extract_resolve),
    VARIANT("try_variant_get", "(ANY, ANY [, ANY]) ?", variant_get_kernel,
            FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_TRY | FUNCTION_EXACT, .resolve = variant_get_resolve,
            .prepare = prepare_path,
            .usage = "try_variant_get(v, path[, type]) - As variant_get, but NULL for what does not fit the type.",
            .example = "try_variant_get(parse_json('[1, \"hello\"]'), '$[1]', 'int') => NULL"),
    VARIANT("is_variant_null", "(VARIANT) BOOLEAN", is_variant_null_kernel, FUNCTION_NOT_NULL | FUNCTION_EXACT,
            .usage = "is_variant_null(v) - Whether the variant holds JSON's null (a NULL holds nothing).",
            .example = "is_variant_null(parse_json('null')) => true"),
    VARIANT("to_variant_object", "(ANY) VARIANT", to_variant_object_kernel, FUNCTION_STRICT,
            .resolve = to_variant_object_resolve,
            .usage = "to_variant_object(expr) - A struct, map or array as a variant.",
            .example = "to_variant_object(named_struct('a', 1)) => {\"a\":1}"),
    EXPLODE("variant_explode", "variant_explode(v) - A row per member of an object or element of an array."),
    EXPLODE("variant_explode_outer", "variant_explode_outer(v) - As variant_explode, but a row of NULLs for the rest."),
    {0},
};
