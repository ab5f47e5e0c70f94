/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hll_sketch_agg and its kin: Spark's functions over the HLL sketches of hll.h.
 */
#include <math.h>

#include "column/collation.h"
#include "function/aggregate.h"
#include "function/hll.h"
#include "function/string_kernel.h"

static bool read_sketch(struct call *call, struct arena *arena, struct string bytes, struct hll *out,
                        struct error *err) {
    return hll_read(arena, bytes, out) || sketch_error(call, "HLL_INVALID_INPUT_SKETCH_BUFFER", err);
}

static bool different_sizes(struct call *call, uint32_t left, uint32_t right, struct error *err) {
    error_set(err, "HLL_UNION_DIFFERENT_LG_K", NULL);
    error_add(err, "left", "%u", left);
    error_add(err, "right", "%u", right);
    return error_add(err, "function", "`%s`", call->expr->call.function->name);
}

/* --- hll_sketch_agg --- */

struct agg_call {
    uint32_t lg;
    const struct collation *collation;
    struct string nothing; /* the key of the empty string */
};

static bool agg_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                        struct error *err) {
    if (!constants[1]) return sketch_error(call, "HLL_K_MUST_BE_CONSTANT", err);
    int32_t lg = vector_is_null(constants[1], 0) ? 0 : VECTOR_DATA(constants[1], int32_t)[0];
    if (lg < HLL_LEAST_LG || lg > HLL_MOST_LG) {
        sketch_error(call, "HLL_INVALID_LG_K", err);
        error_add(err, "min", "%d", HLL_LEAST_LG);
        error_add(err, "max", "%d", HLL_MOST_LG);
        return error_add(err, "value", "%d", lg);
    }
    struct agg_call *c = *state = ARENA_NEW(arena, struct agg_call);
    c->lg = (uint32_t)lg;
    const struct type *t = call->expr->children[0]->type;
    if (type_is_string(t)) c->collation = collation_of(arena, t);
    if (c->collation) c->nothing = collation_key(c->collation, arena, string_of(""));
    return true;
}

/* false: no member. */
static bool hash_value(struct call *call, const struct vector *v, uint32_t row, struct hash128 *out) {
    const struct agg_call *c = call->state;
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind == TYPE_INT || v->type->kind == TYPE_LONG) {
        *out = sketch_hash_long(v->type->kind == TYPE_INT ? VECTOR_DATA(v, int32_t)[entry]
                                                          : VECTOR_DATA(v, int64_t)[entry]);
        return true;
    }
    struct string s = VECTOR_DATA(v, struct string)[entry];
    if (c->collation) s = collation_key(c->collation, call_scratch(call), s);
    *out = sketch_hash(s.data, s.size);
    return s.size > 0 && !string_equal(s, c->nothing);
}

static bool agg_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                       struct error *err) {
    const struct agg_call *c = call->state;
    struct hash128 hash;
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(arguments, i) || !hash_value(call, arguments, i, &hash)) continue;
        struct hll *s = states[i];
        if (!s->lg) hll_init(s, call->arena, c->lg);
        hll_add(s, call->arena, hash);
    }
    return true;
}

static void write_or_empty(struct call *call, const struct hll *s, uint32_t lg, struct string *out) {
    struct hll empty;
    if (!s->lg) hll_init(&empty, call->arena, lg);
    *out = hll_write(call->arena, s->lg ? s : &empty);
}

static bool agg_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    const struct agg_call *c = call->state;
    for (uint32_t i = 0; i < count; i++) write_or_empty(call, states[i], c->lg, &VECTOR_DATA(out, struct string)[i]);
    return true;
}

static const struct aggregate_kernel agg_kernel = {
    .fixed_size = sizeof(struct hll), .update = agg_update, .finish = agg_finish};

static struct expr *resolve_agg(struct resolver *r, struct expr *call, struct error *err) {
    sketch_default(r, call, 1, HLL_DEFAULT_LG);
    TRY_NULL(sketch_expect(r, call, 0, "INT|LONG|STRING|BINARY", err) && sketch_expect(r, call, 1, "INT", err));
    return call;
}

/* --- unions --- */

struct union_state {
    struct hll sketch;
    uint32_t first_lg; /* of the first sketch, which no later one widens */
};

static bool union_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                         struct error *err) {
    struct view view = call_view(call, arguments, rows), mixes = call_view(call, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&view, i)) continue;
        struct union_state *state = states[i];
        struct hll other;
        TRY(read_sketch(call, call_scratch(call), string_at(&view, i), &other, err));
        bool may_differ = !null_at(&mixes, i) && bool_at(&mixes, i);
        if (!state->first_lg) {
            state->first_lg = other.lg;
            hll_init(&state->sketch, call->arena, other.lg);
        } else if (!may_differ && state->sketch.lg != other.lg) {
            return different_sizes(call, state->sketch.lg, other.lg, err);
        }
        hll_union(&state->sketch, call->arena, &other, state->first_lg);
    }
    return true;
}

static bool union_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                         struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const struct union_state *state = states[i];
        write_or_empty(call, &state->sketch, HLL_DEFAULT_LG, &VECTOR_DATA(out, struct string)[i]);
    }
    return true;
}

static const struct aggregate_kernel union_agg_kernel = {
    .fixed_size = sizeof(struct union_state), .update = union_update, .finish = union_finish};

static bool union_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view a = vector_view(call->arena, &arguments[0], rows), b = vector_view(call->arena, &arguments[1], rows);
    struct view mixes = vector_view(call->arena, &arguments[2], rows);
    struct arena *scratch = arena_scratch(call->arena);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct hll left, right, both;
        TRY(read_sketch(call, scratch, string_at(&a, i), &left, err));
        TRY(read_sketch(call, scratch, string_at(&b, i), &right, err));
        if (!bool_at(&mixes, i) && left.lg != right.lg) return different_sizes(call, left.lg, right.lg, err);
        uint32_t lg = left.lg < right.lg ? left.lg : right.lg;
        hll_init(&both, scratch, lg);
        hll_union(&both, scratch, &left, lg);
        hll_union(&both, scratch, &right, lg);
        VECTOR_DATA(out, struct string)[i] = hll_write(call->arena, &both);
        arena_reset(scratch);
    }
    arena_release(scratch);
    return true;
}

static struct expr *resolve_union_agg(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 1) {
        sketch_default(r, call, 1, 0);
        call->children[1] = expr_bool(r->arena, false);
    }
    TRY_NULL(sketch_expect(r, call, 0, "BINARY", err) && sketch_expect(r, call, 1, "BOOLEAN", err));
    return call;
}

static struct expr *resolve_union(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2) {
        sketch_default(r, call, 2, 0);
        call->children[2] = expr_bool(r->arena, false);
    }
    TRY_NULL(sketch_expect(r, call, 0, "BINARY", err) && sketch_expect(r, call, 1, "BINARY", err) &&
             sketch_expect(r, call, 2, "BOOLEAN", err));
    call->nullable = call->children[0]->nullable || call->children[1]->nullable || call->children[2]->nullable;
    return call;
}

static bool estimate_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    struct arena *scratch = arena_scratch(call->arena);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct hll s;
        TRY(read_sketch(call, scratch, string_at(&view, i), &s, err));
        double estimate = floor(hll_estimate(&s) + 0.5);
        VECTOR_DATA(out, int64_t)[i] = estimate >= 0 && estimate < 0x1p63 ? (int64_t)estimate : 0;
        arena_reset(scratch);
    }
    arena_release(scratch);
    return true;
}

#define HLL(NAME, SIGNATURE, FLAGS, RESOLVE, KERNEL, USAGE, EXAMPLE)                                                   \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (FLAGS), .signature = SIGNATURE,            \
        .resolve = RESOLVE, .kernel = KERNEL, .group = "misc_funcs", .usage = USAGE, .example = EXAMPLE,               \
        .since = "3.5.0"                                                                                               \
    }

const struct function sketch_hll_functions[] = {
    AGGREGATE("hll_sketch_agg", FUNCTION_NOT_NULL, "(ANY [, ANY]) BINARY", resolve_agg, agg_prepare, &agg_kernel,
              "hll_sketch_agg(expr[, lgConfigK]) - an HLL sketch of the different values.",
              "hll_sketch_estimate(hll_sketch_agg(col)) from values (1), (1), (2) as t(col) => 2", "3.5.0"),
    AGGREGATE("hll_union_agg", FUNCTION_NOT_NULL, "(ANY [, ANY]) BINARY", resolve_union_agg, NULL, &union_agg_kernel,
              "hll_union_agg(sketch[, allowDifferentLgConfigK]) - the union of HLL sketches.",
              "length(hll_union_agg(col)) from values (cast(null as binary)) as t(col) => 40", "3.5.0"),
    HLL("hll_sketch_estimate", "(BINARY) LONG", FUNCTION_EXACT, NULL, estimate_kernel,
        "hll_sketch_estimate(sketch) - about how many different values an HLL sketch has seen.",
        "hll_sketch_estimate(hll_sketch_agg(col)) from values (1), (1), (2) as t(col) => 2"),
    HLL("hll_union", "(ANY, ANY [, ANY]) BINARY", 0, resolve_union, union_kernel,
        "hll_union(first, second[, allowDifferentLgConfigK]) - the union of two HLL sketches.",
        "hll_sketch_estimate(hll_union(hll_sketch_agg(a), hll_sketch_agg(b))) from values (1, 4), (2, 5) as t(a, b) "
        "=> 4"),
    {0},
};
