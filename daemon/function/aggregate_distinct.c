/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approx_count_distinct: HyperLogLog++ (Heule, Nunkesser, Hall, 2013), register by register as Spark has it.
 *
 * A value's hash (XXH64, seed 42) names one of m = 2^p registers by its first p bits and leaves there how many zeroes
 * follow at most. Up to a threshold, or while the raw estimate is below 2.5 m, the registers that are still empty tell
 * the count (linear counting). Beyond it their harmonic mean does, less the bias that estimates of its size had in the
 * paper's measurements: the mean of the six nearest.
 */
#include <math.h>

#include "function/aggregate.h"
#include "function/spark_hash.h"

enum { LEAST_PRECISION = 4, MOST_PRECISION = 18, DEFAULT_PRECISION = 9, HASH_SEED = 42, NEIGHBOURS = 6 };

#include "function/hll_plus_biases.inc"

static const uint8_t estimate_counts[] = {79, 159, 200, 200, 200, 201, 200, 201, 201, 200, 201, 201, 200, 201, 200};
static const double linear_counting_upto[] = {10,   20,   40,    80,    220,   400,    900,   1800,
                                              3100, 6500, 15500, 20000, 50000, 120000, 350000};

static uint32_t precision_of(const struct expr *e) {
    uintptr_t chosen = (uintptr_t)e->aggregate.data;
    return chosen ? (uint32_t)chosen : DEFAULT_PRECISION;
}

static size_t registers_size(const struct expr *e) {
    return (size_t)1 << precision_of(e);
}

static inline void see_hash(uint8_t *registers, uint32_t p, uint64_t hash) {
    uint8_t *place = registers + (hash >> (64 - p));
    uint8_t zeroes = (uint8_t)(__builtin_clzll(hash << p | (uint64_t)1 << (p - 1)) + 1);
    if (zeroes > *place) *place = zeroes;
}

static const uint64_t *hashes_of(struct call *call, const struct vector *v, uint32_t rows) {
    uint64_t *hashes = arena_bytes_array(call_scratch(call), rows, sizeof *hashes);
    for (uint32_t i = 0; i < rows; i++) hashes[i] = HASH_SEED;
    spark_xxhash64_column(call_scratch(call), v, rows, hashes);
    return hashes;
}

static bool registers_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                             struct error *err) {
    uint32_t p = precision_of(call->expr);
    if (arguments->type->kind == TYPE_NULL) return true;
    const uint64_t *hashes = hashes_of(call, arguments, rows);
    for (uint32_t i = 0; i < rows; i++)
        if (!vector_is_null(arguments, i)) see_hash(states[i], p, hashes[i]);
    return true;
}

static bool registers_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *state,
                                 struct error *err) {
    uint32_t p = precision_of(call->expr);
    if (arguments->type->kind == TYPE_NULL) return true;
    const uint64_t *hashes = hashes_of(call, arguments, rows);
    for (uint32_t i = 0; i < rows; i++)
        if (!vector_is_null(arguments, i)) see_hash(state, p, hashes[i]);
    return true;
}

static bool registers_merge(struct call *call, const void *from, void *into, struct error *err) {
    const uint8_t *a = from;
    uint8_t *b = into;
    for (size_t i = 0; i < registers_size(call->expr); i++)
        if (a[i] > b[i]) b[i] = a[i];
    return true;
}

static double bias_of(double raw, uint32_t p) {
    const double *estimates = raw_estimates[p - LEAST_PRECISION], *bias = biases[p - LEAST_PRECISION];
    uint32_t count = estimate_counts[p - LEAST_PRECISION], nearest = 0;
    for (uint32_t high = count; nearest < high;) { /* a few figures are out of order: which is found depends on how */
        uint32_t middle = (nearest + high - 1) / 2;
        if (estimates[middle] < raw)
            nearest = middle + 1;
        else
            high = middle;
    }
    uint32_t low = nearest < NEIGHBOURS ? 0 : nearest - NEIGHBOURS + 1;
    uint32_t high = low + NEIGHBOURS < count ? low + NEIGHBOURS : count;
    for (; high < count && fabs(raw - estimates[high]) < fabs(raw - estimates[low]); high++) low++;
    double sum = 0;
    for (uint32_t i = low; i < high; i++) sum += bias[i];
    return sum / (high - low);
}

static int64_t estimate(const uint8_t *registers, uint32_t p) {
    double m = (double)(1u << p), inverse = 0, empty = 0;
    for (uint32_t i = 0; i < 1u << p; i++) {
        inverse += 1.0 / (double)((uint64_t)1 << registers[i]);
        empty += registers[i] == 0;
    }
    double alpha = p == 4 ? 0.673 : p == 5 ? 0.697 : p == 6 ? 0.709 : 0.7213 / (1.0 + 1.079 / m);
    double linear = empty > 0 ? m * log(m / empty) : INFINITY;
    double raw = alpha * m * m / inverse;
    if (empty > 0 && (linear <= linear_counting_upto[p - LEAST_PRECISION] || raw <= 2.5 * m))
        return (int64_t)floor(linear + 0.5);
    return (int64_t)floor((raw < 5 * m ? raw - bias_of(raw, p) : raw) + 0.5);
}

static bool registers_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                             struct error *err) {
    for (uint32_t i = 0; i < count; i++) VECTOR_DATA(out, int64_t)[i] = estimate(states[i], precision_of(call->expr));
    return true;
}

static const struct aggregate_kernel count_kernel = {.size = registers_size,
                                                     .plain = true,
                                                     .update = registers_update,
                                                     .update_one = registers_update_one,
                                                     .merge = registers_merge,
                                                     .finish = registers_finish};

static struct expr *resolve_count(struct resolver *r, struct expr *call, struct error *err) {
    call->type = TYPE_OF(LONG);
    call->nullable = false;
    if (call->child_count == 1) return call;
    /* A number as it was written, nothing computed. */
    const struct expr *e = call->children[1];
    if (e->kind != EXPR_LITERAL || (e->type->kind != TYPE_DOUBLE && e->type->kind != TYPE_DECIMAL) ||
        vector_is_null(e->literal, 0))
        return error_set(err, "_LEGACY_ERROR_TEMP_1104", NULL), NULL;
    const struct vector *v = expr_fold(r->arena, r->context, coerce_to(r, call->children[1], TYPE_OF(DOUBLE)), err);
    TRY_NULL(v);
    double precision = ceil(2.0 * log2(1.106 / VECTOR_DATA(v, double)[0]));
    if (!(precision >= LEAST_PRECISION && precision <= MOST_PRECISION)) {
        error_set(err, "FAILED_FUNCTION_CALL", "funcName", "`approx_count_distinct`", NULL);
        error_at(err, call->origin);
        return NULL;
    }
    call->child_count = 1; /* names do not show it */
    call->aggregate.data = (void *)(uintptr_t)precision;
    return call;
}

const struct function aggregate_distinct_functions[] = {
    AGGREGATE("approx_count_distinct", FUNCTION_NOT_NULL, "(ANY [, ANY]) LONG", resolve_count, NULL, &count_kernel,
              "approx_count_distinct(expr[, relativeSD]) - about how many different values there are.",
              "approx_count_distinct(col) from values (1), (1), (2) as t(col) => 2", "1.6.0"),
    {0},
};
