/* SPDX-License-Identifier: Apache-2.0 */
/*
 * theta_sketch_agg and its kin: Spark's functions over the theta sketches of theta.h.
 *
 * Values go in by their own bytes: integers as 64 bits, floats as doubles, strings by their collation's key, arrays of
 * integers element by element with 0 for NULL. Empty strings and arrays are no members.
 */
#include "column/collation.h"
#include "function/aggregate.h"
#include "function/string_kernel.h"
#include "function/theta.h"

/* --- arguments --- */

static bool check_lg(const struct call *call, int32_t lg, struct error *err) {
    if (lg >= THETA_LEAST_LG && lg <= THETA_MOST_LG) return true;
    sketch_error(call, "THETA_INVALID_LG_NOM_ENTRIES", err);
    error_add(err, "min", "%d", THETA_LEAST_LG);
    error_add(err, "max", "%d", THETA_MOST_LG);
    return error_add(err, "value", "%d", lg);
}

static bool read_sketch(struct call *call, struct arena *arena, struct string bytes, struct theta *out,
                        struct error *err) {
    return theta_read(arena, bytes, out) || sketch_error(call, "THETA_INVALID_INPUT_SKETCH_BUFFER", err);
}

struct theta_call {
    uint32_t lg;
    const struct collation *collation; /* of a string argument, or NULL */
    struct string nothing;             /* the key of the empty string */
};

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    if (!constants[1]) return sketch_error(call, "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT", err);
    int32_t lg = vector_is_null(constants[1], 0) ? 0 : VECTOR_DATA(constants[1], int32_t)[0];
    TRY(check_lg(call, lg, err));
    struct theta_call *c = *state = ARENA_NEW(arena, struct theta_call);
    c->lg = (uint32_t)lg;
    if (type_is_string(call->expr->children[0]->type))
        c->collation = collation_of(arena, call->expr->children[0]->type);
    if (c->collation) c->nothing = collation_key(c->collation, arena, string_of(""));
    return true;
}

static bool is_integer_array(const struct type *t) {
    return t->kind == TYPE_ARRAY && (t->element->kind == TYPE_INT || t->element->kind == TYPE_LONG);
}

static struct expr *resolve_agg(struct resolver *r, struct expr *call, struct error *err) {
    sketch_default(r, call, 1, THETA_DEFAULT_LG);
    const struct type *t = call->children[0]->type;
    if (t->kind == TYPE_NULL)
        call->children[0] = expr_null(r->arena, TYPE_OF(INT));
    else if (!is_integer_array(t) && t->kind != TYPE_INT && t->kind != TYPE_LONG && t->kind != TYPE_FLOAT &&
             t->kind != TYPE_DOUBLE && t->kind != TYPE_BINARY && !type_is_string(t))
        TRY_NULL(sketch_unexpected(r, call, 0,
                                   "(\"ARRAY<INT>\" or \"ARRAY<BIGINT>\" or \"BINARY\" or \"DOUBLE\" or \"FLOAT\" or "
                                   "\"INT\" or \"BIGINT\" or \"STRING\")",
                                   err));
    TRY_NULL(sketch_expect(r, call, 1, "INT", err));
    return call;
}

static struct expr *resolve_union_agg(struct resolver *r, struct expr *call, struct error *err) {
    sketch_default(r, call, 1, THETA_DEFAULT_LG);
    TRY_NULL(sketch_expect(r, call, 0, "BINARY", err) && sketch_expect(r, call, 1, "INT", err));
    return call;
}

static struct expr *resolve_union(struct resolver *r, struct expr *call, struct error *err) {
    sketch_default(r, call, 2, THETA_DEFAULT_LG);
    TRY_NULL(sketch_expect(r, call, 0, "BINARY", err) && sketch_expect(r, call, 1, "BINARY", err) &&
             sketch_expect(r, call, 2, "INT", err));
    call->nullable = call->children[0]->nullable || call->children[1]->nullable || call->children[2]->nullable;
    return call;
}

/* --- aggregates --- */

static struct hash128 hash_list(struct arena *arena, const struct vector *v, struct list_entry list) {
    const struct vector *elements = &v->children[0];
    size_t width = v->type->element->kind == TYPE_INT ? 4 : 8;
    char *bytes = arena_bytes_array(arena, list.length, width);
    for (uint32_t i = 0; i < list.length; i++) {
        const char *from = (const char *)elements->data + width * vector_entry(elements, list.offset + i);
        if (vector_is_null(elements, list.offset + i))
            memset(bytes + i * width, 0, width);
        else
            memcpy(bytes + i * width, from, width);
    }
    return sketch_hash(bytes, list.length * width);
}

/* false: no member. */
static bool hash_value(struct call *call, const struct vector *v, uint32_t row, struct hash128 *out) {
    const struct theta_call *c = call->state;
    uint32_t entry = vector_entry(v, row);
    switch (v->type->kind) {
        case TYPE_INT: *out = sketch_hash_long(VECTOR_DATA(v, int32_t)[entry]); return true;
        case TYPE_LONG: *out = sketch_hash_long(VECTOR_DATA(v, int64_t)[entry]); return true;
        case TYPE_FLOAT: *out = sketch_hash_double(VECTOR_DATA(v, float)[entry]); return true;
        case TYPE_DOUBLE: *out = sketch_hash_double(VECTOR_DATA(v, double)[entry]); return true;
        case TYPE_ARRAY: {
            struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
            *out = hash_list(call_scratch(call), v, list);
            return list.length > 0;
        }
        default: {
            struct string s = VECTOR_DATA(v, struct string)[entry];
            if (c->collation) s = collation_key(c->collation, call_scratch(call), s);
            *out = sketch_hash(s.data, s.size);
            return s.size > 0 && !string_equal(s, c->nothing);
        }
    }
}

static bool agg_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                       struct error *err) {
    const struct theta_call *c = call->state;
    struct hash128 hash;
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(arguments, i) || !hash_value(call, arguments, i, &hash)) continue;
        struct theta_table *table = states[i];
        table->lg = c->lg;
        theta_add(table, call->arena, hash);
    }
    return true;
}

static bool union_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                         struct error *err) {
    const struct theta_call *c = call->state;
    struct view view = call_view(call, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&view, i)) continue;
        struct theta_table *table = states[i];
        struct theta t;
        TRY(read_sketch(call, call_scratch(call), string_at(&view, i), &t, err));
        table->lg = c->lg;
        theta_add_sketch(table, call->arena, &t);
    }
    return true;
}

static bool table_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                         struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        struct theta t = theta_compact(states[i], call->arena);
        VECTOR_DATA(out, struct string)[i] = theta_write(call->arena, &t);
    }
    return true;
}

struct intersection_state {
    bool is_begun;
    struct theta theta;
};

static bool intersection_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                                struct error *err) {
    struct view view = call_view(call, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&view, i)) continue;
        struct intersection_state *state = states[i];
        struct theta t;
        TRY(read_sketch(call, call->arena, string_at(&view, i), &t, err));
        state->theta = state->is_begun ? theta_intersection(call->arena, &state->theta, &t) : t;
        state->is_begun = true;
    }
    return true;
}

static bool intersection_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                                struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const struct intersection_state *state = states[i];
        if (!state->is_begun)
            return error_plain(err, ERROR_SPARK,
                               "Calling getResult() with no intervening intersections would represent the infinite "
                               "set, which is not a legal result.");
        VECTOR_DATA(out, struct string)[i] = theta_write(call->arena, &state->theta);
    }
    return true;
}

static const struct aggregate_kernel agg_kernel = {
    .fixed_size = sizeof(struct theta_table), .update = agg_update, .finish = table_finish};
static const struct aggregate_kernel union_agg_kernel = {
    .fixed_size = sizeof(struct theta_table), .update = union_update, .finish = table_finish};
static const struct aggregate_kernel intersection_agg_kernel = {
    .fixed_size = sizeof(struct intersection_state), .update = intersection_update, .finish = intersection_finish};

/* --- functions of sketches --- */

static bool estimate_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct theta t;
        if (!row_is_wanted(out, i)) continue;
        TRY(read_sketch(call, call->arena, string_at(&view, i), &t, err));
        VECTOR_DATA(out, int64_t)[i] = theta_estimate(&t);
    }
    return true;
}

static bool union_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view a = vector_view(call->arena, &arguments[0], rows), b = vector_view(call->arena, &arguments[1], rows);
    struct view lg = vector_view(call->arena, &arguments[2], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct theta x, y;
        TRY(check_lg(call, int_at(&lg, i), err));
        TRY(read_sketch(call, call->arena, string_at(&a, i), &x, err));
        TRY(read_sketch(call, call->arena, string_at(&b, i), &y, err));
        struct theta_table table = {.lg = (uint32_t)int_at(&lg, i)};
        theta_add_sketch(&table, call->arena, &x);
        theta_add_sketch(&table, call->arena, &y);
        struct theta both = theta_compact(&table, call->arena);
        VECTOR_DATA(out, struct string)[i] = theta_write(call->arena, &both);
    }
    return true;
}

static bool pair_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct theta (*of)(struct arena *, const struct theta *, const struct theta *),
                        struct error *err) {
    struct view a = vector_view(call->arena, &arguments[0], rows), b = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct theta x, y;
        TRY(read_sketch(call, call->arena, string_at(&a, i), &x, err));
        TRY(read_sketch(call, call->arena, string_at(&b, i), &y, err));
        struct theta both = of(call->arena, &x, &y);
        VECTOR_DATA(out, struct string)[i] = theta_write(call->arena, &both);
    }
    return true;
}

static bool intersection_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    return pair_kernel(call, arguments, rows, out, theta_intersection, err);
}

static bool difference_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    return pair_kernel(call, arguments, rows, out, theta_difference, err);
}

#define THETA(NAME, SIGNATURE, FLAGS, RESOLVE, KERNEL, USAGE, EXAMPLE)                                                 \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (FLAGS), .signature = SIGNATURE,            \
        .resolve = RESOLVE, .kernel = KERNEL, .group = "misc_funcs", .usage = USAGE, .example = EXAMPLE,               \
        .since = "4.1.0"                                                                                               \
    }
#define FROM_COLUMNS ") from values (5, 4), (1, 4), (2, 5), (3, 1) as t(a, b) => "
#define PAIR_OF(NAME) "theta_sketch_estimate(" NAME "(theta_sketch_agg(a), theta_sketch_agg(b))" FROM_COLUMNS

const struct function sketch_theta_functions[] = {
    AGGREGATE("theta_sketch_agg", FUNCTION_NOT_NULL, "(ANY [, ANY]) BINARY", resolve_agg, prepare, &agg_kernel,
              "theta_sketch_agg(expr[, lgNomEntries]) - a theta sketch of the different values.",
              "theta_sketch_estimate(theta_sketch_agg(col)) from values (1), (1), (2) as t(col) => 2", "4.1.0"),
    AGGREGATE("theta_union_agg", FUNCTION_NOT_NULL, "(ANY [, ANY]) BINARY", resolve_union_agg, prepare,
              &union_agg_kernel, "theta_union_agg(sketch[, lgNomEntries]) - the union of theta sketches.",
              "hex(theta_union_agg(col)) from values (X'01030300001E0000') as t(col) => 01030300001E0000", "4.1.0"),
    AGGREGATE("theta_intersection_agg", FUNCTION_NOT_NULL | FUNCTION_EXACT, "(BINARY) BINARY", NULL, NULL,
              &intersection_agg_kernel, "theta_intersection_agg(sketch) - the intersection of theta sketches.",
              "hex(theta_intersection_agg(col)) from values (X'01030300001E0000') as t(col) => 01030300001E0000",
              "4.1.0"),
    THETA("theta_sketch_estimate", "(BINARY) LONG", FUNCTION_EXACT, NULL, estimate_kernel,
          "theta_sketch_estimate(sketch) - about how many different values a theta sketch has seen.",
          "theta_sketch_estimate(theta_sketch_agg(col)) from values (1), (1), (2) as t(col) => 2"),
    THETA("theta_union", "(ANY, ANY [, ANY]) BINARY", 0, resolve_union, union_kernel,
          "theta_union(first, second[, lgNomEntries]) - the union of two theta sketches.", PAIR_OF("theta_union") "5"),
    THETA("theta_intersection", "(BINARY, BINARY) BINARY", FUNCTION_EXACT, NULL, intersection_kernel,
          "theta_intersection(first, second) - the intersection of two theta sketches.",
          PAIR_OF("theta_intersection") "2"),
    THETA("theta_difference", "(BINARY, BINARY) BINARY", FUNCTION_EXACT, NULL, difference_kernel,
          "theta_difference(first, second) - the members of the first theta sketch that the second has not.",
          PAIR_OF("theta_difference") "2"),
    {0},
};
