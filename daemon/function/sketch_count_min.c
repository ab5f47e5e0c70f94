/* SPDX-License-Identifier: Apache-2.0 */
/*
 * count_min_sketch: how often each value is there, at most too high (Cormode and Muthukrishnan, 2005), as Spark makes
 * and stores it.
 *
 * A table of depth x width counters; each value counts in one of each row, named by a hash of the row's own. Integers
 * are multiplied by a random number per row (java.util.Random's, from the seed); strings and binaries are hashed twice
 * by Murmur3, and row i takes the first hash and i times the second. Stored big-endian: version 1 (4), the number of
 * values (8), depth (4), width (4), the random numbers (8 each), the counters (8 each).
 */
#include <math.h>

#include "function/aggregate.h"
#include "function/sketch.h"
#include "function/spark_hash.h"

enum { HEADER_BYTES = 20, PRIME = INT32_MAX };

struct count_min_call {
    uint32_t depth, width;
    int64_t *factors;
};

struct count_min {
    int64_t total;
    int64_t *counts; /* NULL: none yet */
};

/* java.util.Random(seed).nextInt(2^31 - 1), again and again. */
static void draw_factors(struct count_min_call *c, int32_t seed) {
    const uint64_t mask = ((uint64_t)1 << 48) - 1;
    uint64_t random = ((uint64_t)(int64_t)seed ^ 0x5DEECE66D) & mask;
    for (uint32_t i = 0; i < c->depth; i++) {
        uint32_t bits;
        do {
            random = (random * 0x5DEECE66D + 0xB) & mask;
            bits = (uint32_t)(random >> 17);
        } while (bits == PRIME); /* the one that is not below the bound */
        c->factors[i] = bits;
    }
}

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    struct count_min_call *c = *state = ARENA_NEW(arena, struct count_min_call);
    double width = ceil(2.0 / VECTOR_DATA(constants[1], double)[0]);
    c->width = width < INT32_MAX ? (uint32_t)width : INT32_MAX;
    c->depth = (uint32_t)ceil(-log1p(-VECTOR_DATA(constants[2], double)[0]) / log(2));
    c->factors = ARENA_ARRAY(arena, int64_t, c->depth);
    bool is_int = constants[3]->type->kind == TYPE_INT;
    draw_factors(c, is_int ? VECTOR_DATA(constants[3], int32_t)[0] : (int32_t)VECTOR_DATA(constants[3], int64_t)[0]);
    return true;
}

static void count_long(const struct count_min_call *c, int64_t *counts, int64_t value) {
    for (uint32_t i = 0; i < c->depth; i++) {
        int64_t hash = (int64_t)((uint64_t)c->factors[i] * (uint64_t)value);
        hash = (int64_t)((uint64_t)hash + (uint64_t)(hash >> 32)) & PRIME;
        counts[(size_t)i * c->width + (uint32_t)hash % c->width]++;
    }
}

static void count_bytes(const struct count_min_call *c, int64_t *counts, struct string s) {
    uint32_t first = murmur3_bytes(s.data, s.size, 0), second = murmur3_bytes(s.data, s.size, first);
    for (uint32_t i = 0; i < c->depth; i++) {
        int32_t place = (int32_t)(first + i * second) % (int32_t)c->width;
        counts[(size_t)i * c->width + (uint32_t)(place < 0 ? -place : place)]++;
    }
}

static bool update(struct call *call, const struct vector *arguments, uint32_t rows, void **states, struct error *err) {
    const struct count_min_call *c = call->state;
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(arguments, i)) continue;
        struct count_min *s = states[i];
        uint32_t entry = vector_entry(arguments, i);
        if (!s->counts) s->counts = arena_alloc_array(call->arena, (size_t)c->depth * c->width, sizeof *s->counts);
        s->total++;
        switch (type_storage(arguments->type)) {
            case STORAGE_INT8: count_long(c, s->counts, VECTOR_DATA(arguments, int8_t)[entry]); break;
            case STORAGE_INT16: count_long(c, s->counts, VECTOR_DATA(arguments, int16_t)[entry]); break;
            case STORAGE_INT32: count_long(c, s->counts, VECTOR_DATA(arguments, int32_t)[entry]); break;
            case STORAGE_INT64: count_long(c, s->counts, VECTOR_DATA(arguments, int64_t)[entry]); break;
            default: count_bytes(c, s->counts, VECTOR_DATA(arguments, struct string)[entry]);
        }
    }
    return true;
}

static uint8_t *put(uint8_t *to, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    return to + bytes;
}

static bool finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    const struct count_min_call *c = call->state;
    size_t counters = (size_t)c->depth * c->width, size = HEADER_BYTES + 8 * (c->depth + counters);
    if (size > INT32_MAX) return error_out_of_memory(err, "value", INT32_MAX, size);
    for (uint32_t i = 0; i < count; i++) {
        const struct count_min *s = states[i];
        uint8_t *bytes = arena_bytes(call->arena, size), *to = put(bytes, 1, 4);
        to = put(to, (uint64_t)s->total, 8);
        to = put(put(to, c->depth, 4), c->width, 4);
        for (uint32_t k = 0; k < c->depth; k++) to = put(to, (uint64_t)c->factors[k], 8);
        for (size_t k = 0; k < counters; k++) to = put(to, s->counts ? (uint64_t)s->counts[k] : 0, 8);
        VECTOR_DATA(out, struct string)[i] = string_make((char *)bytes, size);
    }
    return true;
}

static const struct aggregate_kernel count_min_kernel = {
    .fixed_size = sizeof(struct count_min), .update = update, .finish = finish};

/* A constant that is not NULL and, if it is a DOUBLE, above 0 and up to `most`. */
static bool check_constant(struct resolver *r, struct expr *call, uint32_t i, const char *name, double most,
                           const char *range, struct error *err) {
    struct expr *e = call->children[i];
    if (!e->foldable) {
        resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", arena_printf(r->arena, "`%s`", name),
                         "inputType", quoted_type(r->arena, e->type), "inputExpr", quoted_expr(r->arena, e), NULL);
        return false;
    }
    const struct vector *v = expr_fold(r->arena, r->context, e, err);
    TRY(v);
    if (vector_is_null(v, 0)) {
        resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", name, NULL);
        return false;
    }
    if (e->type->kind != TYPE_DOUBLE) return true;
    double value = VECTOR_DATA(v, double)[0];
    if (value > 0 && value < most) return true;
    resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", name, "valueRange", range, "currentValue",
                     literal_sql(r->arena, v, NULL, true), NULL);
    return false;
}

static struct expr *resolve(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const words[] = {"INTEGRAL|STRING|BINARY", "DOUBLE", "DOUBLE", "INT|LONG"};
    for (uint32_t i = 0; i < 4; i++) TRY_NULL(sketch_expect(r, call, i, words[i], err));
    TRY_NULL(check_constant(r, call, 1, "eps", INFINITY, "(0.0, 1.7976931348623157E308]", err) &&
             check_constant(r, call, 2, "confidence", 1, "(0.0, 1.0]", err) &&
             check_constant(r, call, 3, "seed", 0, "", err));
    return call;
}

const struct function sketch_count_min_functions[] = {
    AGGREGATE("count_min_sketch", FUNCTION_NOT_NULL, "(ANY, ANY, ANY, ANY) BINARY", resolve, prepare, &count_min_kernel,
              "count_min_sketch(col, eps, confidence, seed) - a sketch of how often each value is there.",
              "length(count_min_sketch(col, 0.5d, 0.5d, 1)) from values (1), (2) as t(col) => 60", "2.2.0"),
    {0},
};
