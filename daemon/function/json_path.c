/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of JSON texts: get_json_object, json_tuple, json_array_length, json_object_keys.
 *
 * A path's steps are evaluated over the tree as Spark evaluates them over the parser's tokens, since what [*] gives
 * depends on it: elements that match are put in an array, but for a single one, unless the path went through an index
 * before; [*][*] makes one array of several.
 */
#include <string.h>

#include "function/complex_kernel.h"
#include "function/json_text.h"
#include "function/string_kernel.h"

struct step {
    enum { STEP_NAME, STEP_INDEX, STEP_ELEMENTS, STEP_NOTHING } kind; /* NOTHING: .*, which finds nothing in Spark */
    struct string name;
    uint32_t index;
};
typedef LIST(struct step) step_list;

struct json_piece {
    struct json_options options;
    struct arena *record;
    const struct vector *path; /* of get_json_object, when it is constant ... */
    step_list steps;           /* ... and its steps, */
    bool is_path;              /* if it is one */
};

static bool read_path(struct arena *arena, struct string path, step_list *steps);

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    struct json_piece *s = ARENA_NEW(arena, struct json_piece);
    s->record = arena_scratch(arena);
    s->options.single_quotes = s->options.control_characters = true;
    if (call->expr->child_count == 2 && constants && constants[1] && !vector_is_null(constants[1], 0)) {
        s->path = constants[1];
        s->is_path = read_path(arena, *VECTOR_DATA(s->path, struct string), &s->steps);
    }
    *state = s;
    return true;
}

/* The first value of the text, in memory that goes with the next one. */
static bool parse(const struct json_piece *s, struct string text, struct json_value *value) {
    const char *next = text.data;
    arena_reset(s->record);
    return json_parse(s->record, &s->options, &next, text.data + text.size, value);
}

/* ---- paths ---- */

static bool is_star(struct string name) {
    return name.size == 1 && *name.data == '*';
}

/* Behind "[": 'name'], index] or *]. NULL: malformed. */
static const char *read_bracket(const char *p, const char *end, struct step *step) {
    const char *close = memchr(p, ']', (size_t)(end - p));
    if (p < end && *p == '\'') {
        const char *quote = memchr(p + 1, '\'', (size_t)(end - p - 1));
        if (!quote || quote == p + 1 || quote + 1 == end || quote[1] != ']') return NULL;
        step->name = string_make(p + 1, (size_t)(quote - p - 1));
        step->kind = is_star(step->name) ? STEP_NOTHING : STEP_NAME;
        return quote + 2;
    }
    if (!close || close == p) return NULL;
    step->kind = close - p == 1 && *p == '*' ? STEP_ELEMENTS : STEP_INDEX;
    for (; step->kind == STEP_INDEX && p < close; p++) {
        if (*p < '0' || *p > '9' || step->index > 100000000) return NULL;
        step->index = step->index * 10 + (uint32_t)(*p - '0');
    }
    return close + 1;
}

static bool read_path(struct arena *arena, struct string path, step_list *steps) {
    const char *p = path.data, *end = path.data + path.size;
    if (p == end || *p++ != '$') return false;
    while (p < end) {
        struct step step = {.kind = STEP_NAME};
        if (*p == '.') {
            const char *start = ++p;
            while (p < end && *p != '.' && *p != '[') p++;
            if (p == start) return false;
            step.name = string_make(start, (size_t)(p - start));
            if (is_star(step.name)) step.kind = STEP_NOTHING;
        } else if (*p == '[') {
            p = read_bracket(p + 1, end, &step);
            if (!p) return false;
        } else {
            return false;
        }
        LIST_PUSH(arena, steps, step);
    }
    return true;
}

/* How what is found is written: a string alone without quotes, as JSON, or an array's elements one by one. */
enum style { STYLE_RAW, STYLE_QUOTED, STYLE_FLAT };

/* Values found, as JSON with commas between them (or one string raw). */
struct found {
    struct text text;
    uint32_t count;
};

static bool follow(const struct json_value *v, const struct step *steps, uint32_t count, enum style style,
                   struct found *out);

static void add_found(struct found *out, const struct json_value *v, enum style style) {
    if (out->count++) text_add_char(&out->text, ',');
    if (style == STYLE_RAW && v->kind == JSON_STRING)
        text_add_bytes(&out->text, v->text.data, v->text.size);
    else
        json_write(&out->text, v);
}

/* All elements, as an array; without its brackets when `bare` and only one was found. */
static bool follow_elements(const struct json_value *v, const struct step *steps, uint32_t count, enum style style,
                            bool bare, struct found *out) {
    struct found inner = {.text.arena = out->text.arena};
    uint32_t matched = 0;
    for (uint32_t i = 0; i < v->count; i++) matched += follow(&v->items[i], steps, count, style, &inner);
    if (bare && matched == 0) return false;
    if (out->count++) text_add_char(&out->text, ',');
    bool brackets = !bare || matched > 1;
    if (brackets) text_add_char(&out->text, '[');
    if (inner.text.size) text_add_bytes(&out->text, inner.text.data, inner.text.size);
    if (brackets) text_add_char(&out->text, ']');
    return matched > 0;
}

static bool follow_array(const struct json_value *v, const struct step *steps, uint32_t count, enum style style,
                         struct found *out) {
    bool next_all = count > 1 && steps[1].kind == STEP_ELEMENTS;
    if (steps->kind == STEP_INDEX)
        return steps->index < v->count &&
               follow(&v->items[steps->index], steps + 1, count - 1, next_all ? STYLE_QUOTED : style, out);
    if (steps->kind != STEP_ELEMENTS) return false;
    if (next_all) return follow_elements(v, steps + 2, count - 2, STYLE_FLAT, false, out);
    if (style == STYLE_QUOTED) return follow_elements(v, steps + 1, count - 1, STYLE_QUOTED, false, out);
    return follow_elements(v, steps + 1, count - 1, style == STYLE_FLAT ? STYLE_FLAT : STYLE_QUOTED, true, out);
}

static bool follow(const struct json_value *v, const struct step *steps, uint32_t count, enum style style,
                   struct found *out) {
    if (count == 0 && style == STYLE_FLAT && v->kind == JSON_ARRAY) {
        bool any = false;
        for (uint32_t i = 0; i < v->count; i++) any |= follow(&v->items[i], steps, 0, style, out);
        return any;
    }
    if (count == 0) {
        add_found(out, v, style);
        return true;
    }
    if (v->kind == JSON_ARRAY) return follow_array(v, steps, count, style, out);
    if (v->kind != JSON_OBJECT || steps->kind != STEP_NAME) return false;
    for (uint32_t i = 0; i < v->count; i++) /* a name may be there twice: the first that leads anywhere */
        if (string_equal(v->names[i], steps->name) && v->items[i].kind != JSON_NULL &&
            follow(&v->items[i], steps + 1, count - 1, style, out))
            return true;
    return false;
}

/* The steps of this row's path; false: it is none. */
static bool steps_of(const struct json_piece *s, const struct view *paths, uint32_t row, step_list *steps) {
    *steps = s->steps;
    return s->path ? s->is_path : read_path(s->record, string_at(paths, row), steps);
}

static bool get_json_object_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                   struct error *err) {
    const struct json_piece *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows),
                paths = vector_view(call->arena, &arguments[1], rows);
    struct string_room room = {.arena = call->arena};
    struct found found = {.text.arena = call->arena};
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct json_value value;
        step_list steps;
        found.count = 0;
        found.text.size = 0;
        if (!parse(s, string_at(&texts, i), &value) || !steps_of(s, &paths, i, &steps) ||
            !follow(&value, steps.items, steps.count, STYLE_RAW, &found)) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        char *to = string_room_open(&room, found.text.size);
        if (found.text.size) memcpy(to, found.text.data, found.text.size);
        VECTOR_DATA(out, struct string)[i] = string_room_close(&room, to + found.text.size);
    }
    return true;
}

/* ---- json_tuple ---- */

/* The last member of that name that is not null. */
static const struct json_value *member(const struct json_value *object, struct string name) {
    for (uint32_t k = object->kind == JSON_OBJECT ? object->count : 0; k-- > 0;)
        if (object->items[k].kind != JSON_NULL && string_equal(object->names[k], name)) return &object->items[k];
    return NULL;
}

static bool json_tuple_generate(struct call *call, const struct vector *arguments, uint32_t rows, struct generated *out,
                                struct error *err) {
    uint32_t fields = call->expr->child_count - 1;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    out->count = rows;
    out->parents = arena_bytes_array(call->arena, rows, sizeof *out->parents);
    out->columns = ARENA_ARRAY(call->arena, struct vector, fields);
    for (uint32_t f = 0; f < fields; f++) vector_init(&out->columns[f], call->arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct json_value value;
        out->parents[i] = i;
        if (null_at(&texts, i) || !parse(call->state, string_at(&texts, i), &value))
            value = (struct json_value){.kind = JSON_NULL};
        for (uint32_t f = 0; f < fields; f++) {
            const struct vector *name = &arguments[f + 1];
            const struct json_value *item = NULL;
            if (!vector_is_null(name, i))
                item = member(&value, VECTOR_DATA(name, struct string)[vector_entry(name, i)]);
            if (!item) {
                vector_set_null(&out->columns[f], call->arena, i, rows);
                continue;
            }
            struct found found = {.text.arena = call->arena};
            add_found(&found, item, STYLE_RAW);
            VECTOR_DATA(&out->columns[f], struct string)
            [i] = string_make(found.text.data ? found.text.data : "", found.text.size);
        }
    }
    return true;
}

static struct expr *json_tuple_resolve(struct resolver *r, struct expr *call, struct error *err) {
    for (uint32_t i = 0; i < call->child_count; i++)
        if (!type_is_string(call->children[i]->type))
            return resolve_mismatch(r, call, err, "NON_STRING_TYPE", "funcName", "`json_tuple`", NULL);
    uint32_t count = call->child_count - 1;
    struct field *fields = ARENA_ARRAY(r->arena, struct field, count);
    for (uint32_t i = 0; i < count; i++)
        fields[i] = (struct field){.name = arena_printf(r->arena, "c%u", i), .type = TYPE_OF(STRING), .nullable = true};
    call->type = type_struct(r->arena, fields, count);
    return call;
}

/* ---- the outermost value alone ---- */

static bool array_length_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct json_value value;
        if (!wanted(out, i)) continue;
        if (parse(call->state, string_at(&texts, i), &value) && value.kind == JSON_ARRAY)
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
        if (!wanted(out, i) || !parse(call->state, string_at(&texts, i), &value) || value.kind != JSON_OBJECT) {
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

#define JSON_PATH(fname, sig, fn, res, ...)                                                                            \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .signature = sig, .kernel = fn, .resolve = res,                       \
        .flags = FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_EXACT, .prepare = prepare, .group = "json_funcs",      \
        __VA_ARGS__                                                                                                    \
    }

const struct function json_path_functions[] = {
    JSON_PATH("get_json_object", "(STRING, STRING) STRING", get_json_object_kernel, NULL,
              .usage = "get_json_object(json_txt, path) - What stands at a path such as $.a[0].b.",
              .example = "get_json_object('{\"a\":\"b\"}', '$.a') => b", .since = "1.5.0"),
    JSON_PATH("json_array_length", "(STRING) INT", array_length_kernel, NULL,
              .usage = "json_array_length(jsonArray) - Elements of the outermost array.",
              .example = "json_array_length('[1,2]') => 2", .since = "3.1.0"),
    JSON_PATH("json_object_keys", "(STRING) ?", object_keys_kernel, object_keys_resolve,
              .usage = "json_object_keys(json_object) - Names in the outermost object.",
              .example = "json_object_keys('{\"k\":1}') => [\"k\"]", .since = "3.1.0"),
    {.name = "json_tuple",
     .class = FUNCTION_GENERATOR,
     .signature = "(ANY, ANY...) ?",
     .generate = json_tuple_generate,
     .resolve = json_tuple_resolve,
     .prepare = prepare,
     .group = "generator_funcs",
     .usage = "json_tuple(jsonStr, p1, ...) - The values of several names, a column each.",
     .since = "1.6.0"},
    {0},
};
