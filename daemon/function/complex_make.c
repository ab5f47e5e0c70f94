/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making arrays, maps and structs, and taking them apart: array(), map(), struct(), a.b, a[0], element_at().
 */
#include "base/text.h"
#include "base/vectorized.h"
#include "column/mask.h"
#include "function/complex_kernel.h"

#define GATHER(ctype)                                                                                                  \
    {                                                                                                                  \
        const ctype *from = v->data;                                                                                   \
        ctype *to = out->data;                                                                                         \
        for (uint32_t i = 0; i < rows; i++) to[i] = from[entries[i]];                                                  \
        break;                                                                                                         \
    }

/* The indexes, `some` where there is none, and where there is one. */
VECTORIZED static void fill_indexes(const uint32_t *restrict indexes, uint32_t rows, uint32_t some,
                                    uint32_t *restrict filled, uint8_t *restrict there) {
    for (uint32_t i = 0; i < rows; i++) filled[i] = indexes[i] == NO_ENTRY ? some : indexes[i];
    for (uint32_t i = 0; i < rows; i++) there[i] = indexes[i] != NO_ENTRY;
}

/* Values that lie side by side, NULL where there is no entry: `some` entry, which there is, is read instead. */
static void gather_values(struct arena *arena, const struct vector *v, const uint32_t *indexes, uint32_t rows,
                          uint32_t some, struct vector *out) {
    uint32_t *entries = arena_bytes_array(arena, rows, sizeof *entries);
    uint8_t *valid = mask_new(arena, rows);
    fill_indexes(indexes, rows, some, entries, valid);
    if (v->form == VECTOR_DICTIONARY)
        for (uint32_t i = 0; i < rows; i++) entries[i] = v->selection[entries[i]];
    if (v->validity)
        for (uint32_t i = 0; i < rows; i++) valid[i] &= bit_get(v->validity, entries[i]);
    vector_init(out, arena, v->type, rows);
    mask_to_validity(arena, valid, rows, out);
    switch (storage_size(type_storage(v->type))) {
        case 1: GATHER(uint8_t)
        case 2: GATHER(uint16_t)
        case 4: GATHER(uint32_t)
        case 8: GATHER(uint64_t)
        default: GATHER(uint128)
    }
}

/* Whether any index is none, and the least of them. */
VECTORIZED static bool any_missing(const uint32_t *indexes, uint32_t rows, uint32_t *least) {
    uint32_t most = 0, lowest = NO_ENTRY;
    for (uint32_t i = 0; i < rows; i++) {
        most = indexes[i] > most ? indexes[i] : most;
        lowest = indexes[i] < lowest ? indexes[i] : lowest;
    }
    *least = lowest;
    return most == NO_ENTRY;
}

void gather(struct arena *arena, const struct vector *v, const uint32_t *indexes, uint32_t rows, struct vector *out) {
    uint32_t least;
    bool nulls = any_missing(indexes, rows, &least);
    if (!nulls) {
        vector_select(out, arena, v, indexes, rows);
        return;
    }
    if (least == NO_ENTRY) {
        vector_init_null(out, arena, v->type);
        return;
    }
    if (v->form != VECTOR_CONSTANT && !v->child_count && storage_size(type_storage(v->type))) {
        gather_values(arena, v, indexes, rows, least, out);
        return;
    }
    struct builder b;
    builder_init(&b, arena, v->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (indexes[i] == NO_ENTRY)
            builder_append_null(&b);
        else
            builder_append_row(&b, v, indexes[i], false);
    }
    *out = *builder_finish(&b);
}

static bool can_be_key(const struct type *t) {
    if (t->kind == TYPE_MAP || t->kind == TYPE_VARIANT) return false;
    if (t->kind == TYPE_ARRAY) return can_be_key(t->element);
    for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->field_count; i++)
        if (!can_be_key(t->fields[i].type)) return false;
    return true;
}

bool check_map_key(struct resolver *r, const struct expr *call, const struct type *key, struct error *err) {
    if (can_be_key(key)) return true;
    resolve_mismatch(r, call, err, "INVALID_MAP_KEY_TYPE", "keyType", quoted_type(r->arena, key), NULL);
    return false;
}

bool any_argument_nullable(const struct expr *call, uint32_t first, uint32_t step) {
    for (uint32_t i = first; i < call->child_count; i += step)
        if (call->children[i]->nullable) return true;
    return false;
}

const struct type *common_argument_type(struct resolver *r, struct expr *call, uint32_t first, uint32_t step,
                                        struct error *err) {
    uint32_t count = 0;
    struct expr **list = ARENA_ARRAY(r->arena, struct expr *, call->child_count);
    for (uint32_t i = first; i < call->child_count; i += step) list[count++] = call->children[i];
    const struct type *common = coerce_wider_of(r, list, count);
    if (!common) {
        const char *list_text = "";
        for (uint32_t i = 0; i < count; i++)
            list_text =
                arena_printf(r->arena, "%s%s%s", list_text, i ? " or " : "", quoted_type(r->arena, list[i]->type));
        resolve_mismatch(r, call, err, "DATA_DIFF_TYPES", "functionName",
                         arena_printf(r->arena, "`%s`", call->call.function->name), "dataType",
                         arena_printf(r->arena, "(%s)", list_text), NULL);
        return NULL;
    }
    for (uint32_t i = first; i < call->child_count; i += step) {
        struct expr *cast = coerce_to(r, call->children[i], common);
        if (cast != call->children[i]) cast->origin = call->origin;
        call->children[i] = cast;
    }
    return common;
}

static struct expr *array_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *element = common_argument_type(r, call, 0, 1, err);
    TRY_NULL(element);
    call->type = type_array(r->arena, element, any_argument_nullable(call, 0, 1));
    call->nullable = false;
    return call;
}

#define PLACE(ctype)                                                                                                   \
    for (uint32_t i = 0; i < rows; i++)                                                                                \
    VECTOR_DATA(elements, ctype)[i * step + first] = ((const ctype *)view.data)[view_entry(&view, i)]

/* Puts a column's rows at every step-th place of the elements. */
static void place_rows(struct arena *arena, const struct vector *v, uint32_t rows, uint32_t first, uint32_t step,
                       struct vector *elements) {
    struct view view = vector_view(arena, v, rows);
    switch (storage_size(type_storage(v->type))) {
        case 1: PLACE(uint8_t); break;
        case 2: PLACE(uint16_t); break;
        case 4: PLACE(uint32_t); break;
        case 8: PLACE(uint64_t); break;
        default: PLACE(uint128);
    }
    for (uint32_t i = 0; view.validity && i < rows; i++)
        if (view_is_null(&view, view_entry(&view, i))) vector_set_null(elements, arena, i * step + first, rows * step);
}

static bool has_fixed_width(const struct type *type) {
    enum storage storage = type_storage(type);
    return storage != STORAGE_NONE && storage != STORAGE_LIST && storage != STORAGE_STRUCT;
}

/* array(a, b, ...) of values of a fixed width, column by column. */
static void array_of_columns(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out) {
    uint32_t count = call->expr->child_count;
    struct vector *elements = vector_new(call->arena, call->expr->type->element, rows * count);
    for (uint32_t a = 0; a < count; a++) place_rows(call->arena, &arguments[a], rows, a, count, elements);
    for (uint32_t i = 0; i < rows; i++)
        VECTOR_DATA(out, struct list_entry)[i] = (struct list_entry){.offset = i * count, .length = count};
    out->child_count = 1;
    out->child_rows = rows * count;
    out->children = elements;
}

static bool array_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    uint32_t count = call->expr->child_count;
    bool fixed = count && has_fixed_width(call->expr->type->element);
    for (uint32_t a = 0; a < count; a++) fixed &= type_storage(arguments[a].type) != STORAGE_NONE;
    if (fixed) {
        array_of_columns(call, arguments, rows, out);
        return true;
    }
    struct builder b;
    builder_init(&b, call->arena, call->expr->type->element, rows * count);
    struct list_entry *lists = out->data;
    for (uint32_t i = 0; i < rows; i++) {
        lists[i] = (struct list_entry){.offset = i * count, .length = count};
        for (uint32_t a = 0; a < count; a++) builder_append_row(&b, &arguments[a], i, false);
    }
    out->child_count = 1;
    out->child_rows = rows * count;
    out->children = (struct vector *)builder_finish(&b);
    return true;
}

const char *own_field_name(const struct expr *e) {
    if (e->pretty && e->pretty->kind == EXPR_ALIAS) return e->pretty->alias.name;
    if (e->kind == EXPR_OUTER) e = e->children[0];
    if (e->kind == EXPR_ATTRIBUTE || e->kind == EXPR_LAMBDA_VARIABLE) return e->column.attribute->name;
    if (e->kind == EXPR_ALIAS) return e->alias.name;
    if (e->kind != EXPR_CALL || strcmp(e->call.function->name, "get_struct_field") != 0) return NULL;
    return e->children[0]->type->fields[*VECTOR_DATA(e->children[1]->literal, int32_t)].name;
}

static struct expr *struct_resolve(struct resolver *r, struct expr *call, struct error *err) {
    struct field *fields = ARENA_ARRAY(r->arena, struct field, call->child_count);
    for (uint32_t i = 0; i < call->child_count; i++) {
        const struct expr *e = call->children[i];
        const char *name = own_field_name(e);
        if (!name) name = arena_printf(r->arena, "col%u", i + 1);
        fields[i] = (struct field){.name = name, .type = e->type, .nullable = e->nullable};
        if (e->kind == EXPR_ALIAS) fields[i].metadata = e->alias.metadata;
        if (e->kind == EXPR_ATTRIBUTE) fields[i].metadata = e->column.attribute->metadata;
    }
    call->type = type_struct(r->arena, fields, call->child_count);
    call->nullable = false;
    return call;
}

static bool struct_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    out->child_count = call->expr->child_count;
    out->children = arena_copy(call->arena, arguments, out->child_count * sizeof *arguments);
    return true;
}

static bool named_struct_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    for (uint32_t i = 0; i < out->child_count; i++) out->children[i] = arguments[2 * i + 1];
    return true;
}

static bool is_field_name(const struct expr *e) {
    return e->foldable && type_is_string(e->type);
}

/* The arguments that should be names and are not. */
static const char *listed_no_names(struct arena *arena, const struct expr *call) {
    struct text t;
    text_init(&t, arena);
    for (uint32_t i = 0; i < call->child_count; i += 2)
        if (!is_field_name(call->children[i]))
            text_printf(&t, "%s%s", t.size ? ", " : "[", quoted_expr(arena, call->children[i]));
    text_add_char(&t, ']');
    return text_finish(&t);
}

static struct expr *named_struct_resolve(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t count = call->child_count / 2;
    if (call->child_count % 2) {
        error_set(err, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "functionName", "`named_struct`", "expectedNum",
                  "2n (n > 0)", NULL);
        error_add(err, "actualNum", "%u", call->child_count);
        error_add(err, "docroot", "https://spark.apache.org/docs/latest");
        error_at(err, call->origin);
        return NULL;
    }
    struct field *fields = ARENA_ARRAY(r->arena, struct field, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct expr *name = call->children[2 * i], *value = call->children[2 * i + 1];
        if (!is_field_name(name))
            return resolve_mismatch(r, call, err, "CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING", "inputExprs",
                                    listed_no_names(r->arena, call), NULL);
        const struct vector *folded = expr_fold(r->arena, r->context, name, err);
        TRY_NULL(folded);
        if (vector_is_null(folded, 0))
            return resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", quoted_expr(r->arena, name), NULL);
        struct string s = *VECTOR_DATA(folded, struct string);
        fields[i] = (struct field){
            .name = arena_strndup(r->arena, s.data, s.size), .type = value->type, .nullable = value->nullable};
    }
    call->type = type_struct(r->arena, fields, count);
    call->nullable = false;
    return call;
}

/* The keys, or the values, of map() have one type. */
static bool check_common(struct resolver *r, struct expr *call, uint32_t first, const char *condition,
                         struct error *err) {
    uint32_t count = 0;
    struct expr **list = ARENA_ARRAY(r->arena, struct expr *, call->child_count);
    const char *text = "";
    for (uint32_t i = first; i < call->child_count; i += 2) {
        text =
            arena_printf(r->arena, "%s%s%s", text, i > 1 ? ", " : "", quoted_type(r->arena, call->children[i]->type));
        list[count++] = call->children[i];
    }
    if (coerce_wider_of(r, list, count)) return true;
    resolve_mismatch(r, call, err, condition, "functionName", "`map`", "dataType", arena_printf(r->arena, "[%s]", text),
                     NULL);
    return false;
}

static struct expr *map_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count % 2) {
        error_set(err, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "functionName", "`map`", "expectedNum", "2n (n > 0)", NULL);
        error_add(err, "actualNum", "%u", call->child_count);
        error_add(err, "docroot", "https://spark.apache.org/docs/latest");
        error_at(err, call->origin);
        return NULL;
    }
    TRY_NULL(check_common(r, call, 0, "CREATE_MAP_KEY_DIFF_TYPES", err));
    TRY_NULL(check_common(r, call, 1, "CREATE_MAP_VALUE_DIFF_TYPES", err));
    const struct type *key = common_argument_type(r, call, 0, 2, err);
    TRY_NULL(key);
    const struct type *value = common_argument_type(r, call, 1, 2, err);
    TRY_NULL(value);
    TRY_NULL(check_map_key(r, call, key, err));
    call->type = type_map(r->arena, key, value, any_argument_nullable(call, 1, 2));
    call->nullable = false;
    return call;
}

void map_builder_init(struct map_builder *m, struct call *call, uint32_t rows) {
    m->call = call;
    m->begin = 0;
    builder_init(&m->list, call->arena, call->expr->type, rows);
}

static bool duplicate_key(const struct map_builder *m, const struct vector *keys, uint32_t key, struct error *err) {
    struct cast cast = {.from = keys->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = m->call->context->zone};
    struct vector one, text;
    const char *shown = "?";
    vector_select(&one, m->call->arena, keys, &key, 1);
    if (vector_cast(m->call->arena, &cast, &one, 1, &text, err)) {
        struct string s = VECTOR_DATA(&text, struct string)[vector_entry(&text, 0)];
        shown = arena_strndup(m->call->arena, s.data, s.size);
    }
    return error_set(err, "DUPLICATED_MAP_KEY", "key", shown, "mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\"",
                     NULL);
}

bool map_builder_put(struct map_builder *m, const struct vector *keys, uint32_t key, const struct vector *values,
                     uint32_t value, struct error *err) {
    if (vector_is_null(keys, key)) return error_set(err, "NULL_MAP_KEY", NULL);
    struct builder *kb = &m->list.children[0], *vb = &m->list.children[1];
    const struct vector *so_far = builder_so_far(kb);
    for (uint32_t i = m->begin; i < kb->count; i++) {
        if (!rows_equal(so_far, i, keys, key)) continue;
        if (!m->call->context->map_key_last_wins) return duplicate_key(m, keys, key, err);
        /* The later value at the earlier key's place: rebuild the row's values. */
        struct vector old = *builder_so_far(vb);
        struct builder again;
        builder_init(&again, m->call->arena, vb->vector.type, vb->capacity);
        for (uint32_t k = 0; k < vb->count; k++)
            builder_append_row(&again, k == i ? values : &old, k == i ? value : k, false);
        *vb = again;
        return true;
    }
    builder_append_row(kb, keys, key, false);
    builder_append_row(vb, values, value, false);
    return true;
}

void map_builder_end(struct map_builder *m) {
    builder_end_list(&m->list);
    m->begin = m->list.children[0].count;
}

void map_builder_null(struct map_builder *m) {
    builder_append_null(&m->list);
}

const struct vector *map_builder_finish(struct map_builder *m) {
    struct builder *keys = &m->list.children[0];
    for (uint32_t i = 0; i < keys->count && keys->vector.type->kind == TYPE_DOUBLE; i++)
        VECTOR_DATA(&keys->vector, double)[i] += 0.0; /* -0.0 is the key 0.0 */
    for (uint32_t i = 0; i < keys->count && keys->vector.type->kind == TYPE_FLOAT; i++)
        VECTOR_DATA(&keys->vector, float)[i] += 0.0f;
    return builder_finish(&m->list);
}

static bool map_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    struct map_builder m;
    map_builder_init(&m, call, rows);
    for (uint32_t i = 0; i < rows; i++) {
        for (uint32_t a = 0; a < call->expr->child_count; a += 2)
            TRY(map_builder_put(&m, &arguments[a], i, &arguments[a + 1], i, err));
        map_builder_end(&m);
    }
    *out = *map_builder_finish(&m);
    return true;
}

/* struct.field: argument 1 is the ordinal. */
static bool get_struct_field_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                    struct vector *out, struct error *err) {
    const struct vector *s = &arguments[0];
    const struct vector *field = &s->children[*VECTOR_DATA(&arguments[1], int32_t)];
    if (s->form == VECTOR_FLAT && !s->validity) {
        *out = *field;
        return true;
    }
    uint32_t *indexes = arena_bytes_array(call->arena, rows, sizeof *indexes);
    for (uint32_t i = 0; i < rows; i++) indexes[i] = vector_is_null(s, i) ? NO_ENTRY : vector_entry(s, i);
    gather(call->arena, field, indexes, rows, out);
    out->type = call->expr->type;
    return true;
}

/* array of structs . field: an array of the fields. */
static bool get_array_struct_fields_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                           struct vector *out, struct error *err) {
    const struct vector *a = &arguments[0], *element = &a->children[0];
    uint32_t *indexes = arena_bytes_array(call->arena, a->child_rows, sizeof *indexes);
    for (uint32_t i = 0; i < a->child_rows; i++)
        indexes[i] = vector_is_null(element, i) ? NO_ENTRY : vector_entry(element, i);
    struct vector *fields = ARENA_NEW(call->arena, struct vector);
    gather(call->arena, &element->children[*VECTOR_DATA(&arguments[1], int32_t)], indexes, a->child_rows, fields);
    *out = *a;
    out->type = call->expr->type;
    out->children = fields;
    return true;
}

static int64_t index_at(const struct vector *v, uint32_t row) {
    uint32_t entry = vector_entry(v, row);
    return v->type->kind == TYPE_LONG ? VECTOR_DATA(v, int64_t)[entry] : VECTOR_DATA(v, int32_t)[entry];
}

static bool bad_index(const struct call *call, const char *condition, int64_t index, uint32_t size, struct error *err) {
    error_set(err, condition, NULL);
    error_add(err, "indexValue", "%lld", (long long)index);
    error_add(err, "arraySize", "%u", size);
    return error_at(err, call->expr->origin);
}

/* Element k (from the end when negative) of lists without NULLs. Says whether all of them have it. */
VECTORIZED static bool pick_elements(const struct list_entry *lists, int32_t k, uint32_t rows, uint32_t *indexes) {
    const uint32_t from_end = k < 0 ? UINT32_MAX : 0;
    GATHERED(uint32_t) missing = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t place = (uint32_t)k + (lists[i].length & from_end);
        bool there = place < lists[i].length;
        indexes[i] = there ? lists[i].offset + place : NO_ENTRY;
        missing |= there ? 0 : 1;
    }
    return !missing;
}

/* The same for an index that is constant, as it nearly always is; first: what it counts from. False: some list has no
 * such element, and that is to be refused; or row by row is the only way. */
static bool pick_constant(const struct vector *a, const struct vector *index, int64_t first, bool strict, uint32_t rows,
                          uint32_t *indexes) {
    if (a->form != VECTOR_FLAT || a->validity || index->form != VECTOR_CONSTANT || index->validity) return false;
    int64_t k = index_at(index, 0);
    if (k < INT32_MIN || k > INT32_MAX || (first && !k) || (!first && k < 0)) return false;
    return pick_elements(a->data, (int32_t)(k < 0 ? k : k - first), rows, indexes) || !strict;
}

/* a[i] and get(a, i): from 0. */
static bool get_array_item_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    const struct vector *a = &arguments[0], *index = &arguments[1];
    bool strict = call->expr->call.ansi && strcmp(call->expr->call.function->name, "get") != 0;
    uint32_t *indexes = arena_bytes_array(call->arena, rows, sizeof *indexes);
    bool done = pick_constant(a, index, 0, strict, rows, indexes);
    for (uint32_t i = 0; !done && i < rows; i++) {
        indexes[i] = NO_ENTRY;
        if (vector_is_null(a, i) || vector_is_null(index, i)) continue;
        struct list_entry list = list_at(a, i);
        int64_t k = index_at(index, i);
        if (k >= 0 && k < list.length) {
            indexes[i] = list.offset + (uint32_t)k;
        } else if (strict) {
            return bad_index(call, "INVALID_ARRAY_INDEX", k, list.length, err);
        }
    }
    gather(call->arena, &a->children[0], indexes, rows, out);
    out->type = call->expr->type;
    return true;
}

static uint32_t find_key(const struct vector *map, uint32_t row, const struct vector *key) {
    struct list_entry list = list_at(map, row);
    for (uint32_t k = list.offset; k < list.offset + list.length; k++)
        if (rows_equal(&map->children[0], k, key, row)) return k;
    return NO_ENTRY;
}

static bool get_map_value_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    const struct vector *map = &arguments[0], *key = &arguments[1];
    uint32_t *indexes = arena_bytes_array(call->arena, rows, sizeof *indexes);
    for (uint32_t i = 0; i < rows; i++)
        indexes[i] = vector_is_null(map, i) || vector_is_null(key, i) ? NO_ENTRY : find_key(map, i, key);
    gather(call->arena, &map->children[1], indexes, rows, out);
    out->type = call->expr->type;
    return true;
}

static bool element_at_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    const struct vector *a = &arguments[0], *index = &arguments[1];
    if (a->type->kind == TYPE_MAP) return get_map_value_kernel(call, arguments, rows, out, err);
    bool strict = call->expr->call.ansi && !call->expr->call.try_mode;
    uint32_t *indexes = arena_bytes_array(call->arena, rows, sizeof *indexes);
    bool done = pick_constant(a, index, 1, strict, rows, indexes);
    for (uint32_t i = 0; !done && i < rows; i++) {
        indexes[i] = NO_ENTRY;
        if (vector_is_null(a, i) || vector_is_null(index, i)) continue;
        struct list_entry list = list_at(a, i);
        int64_t k = index_at(index, i);
        if (k == 0) {
            error_set(err, "INVALID_INDEX_OF_ZERO", NULL);
            return error_at(err, call->expr->origin);
        }
        if (k > list.length || -k > list.length) {
            if (strict) return bad_index(call, "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", k, list.length, err);
        } else {
            indexes[i] = k > 0 ? list.offset + (uint32_t)k - 1 : list.offset + list.length - (uint32_t)-k;
        }
    }
    gather(call->arena, &a->children[0], indexes, rows, out);
    out->type = call->expr->type;
    return true;
}

static struct expr *element_of_map(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type, *given = call->children[1]->type;
    const struct type *key = coerce_tightest_legacy(r, given, t->key);
    if (!key)
        return resolve_mismatch(r, call, err, "MAP_FUNCTION_DIFF_TYPES", "functionName", "`element_at`", "dataType",
                                "\"MAP\"", "leftType", quoted_type(r->arena, t), "rightType",
                                quoted_type(r->arena, given), NULL);
    call->children[0] = coerce_to(r, call->children[0], type_map(r->arena, key, t->element, t->contains_null));
    call->children[1] = coerce_to(r, call->children[1], key);
    call->type = t->element;
    call->nullable = true;
    return call;
}

static struct expr *element_at_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    if (t->kind == TYPE_MAP) return element_of_map(r, call, err);
    struct expr *key = call->children[1];
    enum type_kind kind = key->type->kind;
    if (kind != TYPE_BYTE && kind != TYPE_SHORT && kind != TYPE_INT)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(1), "requiredType",
                                "\"INT\"", "inputSql", quoted_expr(r->arena, key), "inputType",
                                quoted_type(r->arena, key->type), NULL);
    key = call->children[1] = coerce_to(r, key, TYPE_OF(INT));
    bool strict = call->call.ansi && !call->call.try_mode;
    call->type = t->element;
    call->nullable = resolve_item_nullable(r, call->children[0], key, 1, strict);
    return call;
}

static struct expr *get_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = call->children[0]->type->element;
    call->nullable = resolve_item_nullable(r, call->children[0], call->children[1], 0, false);
    return call;
}

static bool size_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    bool minus_one = !(call->expr->nullable || !call->expr->children[0]->nullable);
    for (uint32_t i = 0; i < rows; i++) {
        bool null = vector_is_null(&arguments[0], i);
        VECTOR_DATA(out, int32_t)[i] = null ? -1 : (int32_t)list_at(&arguments[0], i).length;
        if (null && !minus_one) vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

/* NULL in legacy mode (and with sizeOfNull) has size -1. */
static struct expr *size_resolve(struct resolver *r, struct expr *call, struct error *err) {
    bool legacy = !r->context->ansi && context_flag(r->context, "spark.sql.legacy.sizeOfNull", true);
    call->nullable = !legacy && call->children[0]->nullable;
    return call;
}

static bool array_size_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    for (uint32_t i = 0; i < rows; i++)
        if (wanted(out, i)) VECTOR_DATA(out, int32_t)[i] = (int32_t)list_at(&arguments[0], i).length;
    return true;
}

#define INTERNAL(fname, fn)                                                                                            \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_INTERNAL | FUNCTION_STRICT, .kernel = fn,           \
        .group = "collection_funcs", .usage = fname " - Field and element access as the analyzer writes it."           \
    }

const struct function complex_make_functions[] = {
    COMPLEX_FUNCTION("array", "array_funcs", NULL, array_kernel, array_resolve,
                     .usage = "array(expr...) - An array of the values.", .example = "array(1, 2) => [1,2]",
                     .since = "1.1.0"),
    COMPLEX_FUNCTION("struct", "struct_funcs", NULL, struct_kernel, struct_resolve,
                     .usage = "struct(col...) - A struct of the columns.",
                     .example = "struct(1, 'a') => {\"col1\":1,\"col2\":\"a\"}", .since = "1.4.0"),
    COMPLEX_FUNCTION("named_struct", "struct_funcs", NULL, named_struct_kernel, named_struct_resolve,
                     .usage = "named_struct(name, value...) - A struct with these fields.",
                     .example = "named_struct('a', 1) => {\"a\":1}", .since = "1.5.0"),
    COMPLEX_FUNCTION("map", "map_funcs", NULL, map_kernel, map_resolve,
                     .usage = "map(key, value...) - A map of these entries.", .example = "map('a', 1) => {\"a\":1}",
                     .since = "2.0.0"),
    COMPLEX_FUNCTION("element_at", "collection_funcs", "(ARRAY|MAP, ANY) ?", element_at_kernel, element_at_resolve,
                     .flags = FUNCTION_STRICT | FUNCTION_TYPED,
                     .usage = "element_at(array, index) or (map, key) - The element at an index from 1, from the end "
                              "when negative; a key's value.",
                     .example = "element_at(array(1, 2), 2) => 2", .since = "2.4.0"),
    COMPLEX_FUNCTION(
        "try_element_at", "collection_funcs", "(ARRAY|MAP, ANY) ?", element_at_kernel, element_at_resolve,
        .flags = FUNCTION_STRICT | FUNCTION_TRY | FUNCTION_TYPED,
        .usage = "try_element_at(array, index) or (map, key) - As element_at, NULL where there is no such element.",
        .example = "try_element_at(array(1), 5) => NULL", .since = "3.5.0"),
    COMPLEX_FUNCTION("get", "array_funcs", "(ARRAY, INT) ?", get_array_item_kernel, get_resolve,
                     .flags = FUNCTION_STRICT | FUNCTION_TYPED,
                     .usage = "get(array, index) - The element at an index from 0, NULL where there is none.",
                     .example = "get(array('a'), 0) => a", .since = "3.4.0"),
    COMPLEX_FUNCTION("size", "collection_funcs", "(ARRAY|MAP) INT", size_kernel, size_resolve,
                     .usage = "size(expr) - Elements of an array, entries of a map.",
                     .example = "size(array(1, 2)) => 2", .since = "1.5.0"),
    COMPLEX_FUNCTION("cardinality", "collection_funcs", "(ARRAY|MAP) INT", size_kernel, size_resolve,
                     .usage = "cardinality(expr) - Elements of an array, entries of a map.",
                     .example = "cardinality(map('a', 1)) => 1", .since = "2.4.0"),
    COMPLEX_FUNCTION("array_size", "array_funcs", "(ARRAY) INT", array_size_kernel, NULL,
                     .flags = FUNCTION_STRICT | FUNCTION_NULL_CAST,
                     .usage = "array_size(array) - Elements of an array, NULL for NULL.",
                     .example = "array_size(array(1, 2)) => 2", .since = "3.3.0"),
    INTERNAL("get_struct_field", get_struct_field_kernel),
    INTERNAL("get_array_struct_fields", get_array_struct_fields_kernel),
    INTERNAL("get_array_item", get_array_item_kernel),
    INTERNAL("get_map_value", get_map_value_kernel),
    {0},
};
