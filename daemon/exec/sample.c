/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random part of the rows, with Spark's generators, so that a seed names the rows that Spark takes from the same
 * partitions.
 *
 *   - Without replacement: XORShift seeded by the seed and the partition; a row is taken when its number is in [lower, upper).
 *   - With replacement: a row is drawn a Poisson-distributed number of times (Knuth's method, for the small means that
 *     fractions are), from a WELL19937c seeded by java.util.Random's long, the first one for the first partition, and so on.
 */
#include <math.h>

#include "base/xorshift.h"
#include "exec/exec_int.h"

enum { WELL_WORDS = 624, WELL_M1 = 70, WELL_M2 = 179, WELL_M3 = 449, ARRAY_SEED = 0x3C074A61 };

struct sample {
    struct operator op;
    bool is_seeded;
    uint32_t partition; /* for which it is seeded */
    uint64_t xorshift;
    uint32_t *well; /* WELL_WORDS; with replacement alone */
    uint32_t well_index;
    struct batch in;
    LIST(uint32_t) rows; /* of `in`, drawn */
    uint32_t next;
};

/* --- WELL19937c --- */

/* java.util.Random's long number `index`. */
static uint64_t java_long(uint64_t seed, uint32_t index) {
    const uint64_t mask = ((uint64_t)1 << 48) - 1;
    uint64_t x = (seed ^ 0x5DEECE66D) & mask, halves[2] = {0};
    for (uint64_t i = 0; i < 2 * ((uint64_t)index + 1); i++) {
        x = (x * 0x5DEECE66D + 0xB) & mask;
        halves[i % 2] = (uint64_t)(int64_t)(int32_t)(x >> 16);
    }
    return (halves[0] << 32) + halves[1];
}

static void well_seed(struct sample *state, uint64_t seed) {
    uint32_t *v = state->well;
    v[0] = (uint32_t)(seed >> 32);
    v[1] = (uint32_t)seed;
    for (int i = 2; i < WELL_WORDS; i++) {
        int64_t l = (int32_t)v[i - 2];
        v[i] = (uint32_t)(1812433253ull * (uint64_t)(l ^ (l >> 30)) + (uint64_t)i);
    }
}

static uint32_t well_bits(struct sample *state, int bits) {
    uint32_t *v = state->well, at = state->well_index;
    uint32_t before = (at + WELL_WORDS - 1) % WELL_WORDS, before2 = (at + WELL_WORDS - 2) % WELL_WORDS;
    uint32_t v0 = v[at], m1 = v[(at + WELL_M1) % WELL_WORDS], m2 = v[(at + WELL_M2) % WELL_WORDS];
    uint32_t m3 = v[(at + WELL_M3) % WELL_WORDS];
    uint32_t z0 = (0x80000000 & v[before]) ^ (0x7FFFFFFF & v[before2]);
    uint32_t z1 = (v0 ^ v0 << 25) ^ (m1 ^ m1 >> 27), z2 = m2 >> 9 ^ (m3 ^ m3 >> 1), z3 = z1 ^ z2;
    uint32_t z4 = z0 ^ (z1 ^ z1 << 9) ^ (z2 ^ z2 << 21) ^ (z3 ^ z3 >> 21);
    v[at] = z3;
    v[before] = z4;
    v[before2] &= 0x80000000;
    state->well_index = before;
    z4 ^= z4 << 7 & 0xE46E1700;
    z4 ^= z4 << 15 & 0x9B868000;
    return z4 >> (32 - bits);
}

static double well_double(struct sample *state) {
    uint64_t high = (uint64_t)well_bits(state, 26) << 26;
    return (double)(high | well_bits(state, 26)) * 0x1p-52;
}

static uint32_t poisson(struct sample *state, double mean) {
    if (mean <= 0) return 0;
    double limit = exp(-mean), product = 1;
    uint32_t n = 0;
    for (; n < 1000 * mean; n++) {
        product *= well_double(state);
        if (product < limit) break;
    }
    return n;
}

/* --- the operator --- */

static bool sample_open(struct operator* op, struct error *err) {
    struct sample *state = (struct sample *)op;
    op->keeps_batch = true;
    if (op->plan->sample.with_replacement) state->well = ARENA_ARRAY(&op->memory, uint32_t, WELL_WORDS);
    return true;
}

/* Each partition has numbers of its own. */
static void seed_partition(struct sample *state) {
    uint64_t seed = (uint64_t)state->op.plan->sample.seed;
    state->is_seeded = true;
    state->partition = state->op.partition;
    state->well_index = 0;
    if (state->well)
        well_seed(state, java_long(seed, state->partition));
    else
        state->xorshift = xorshift_start(seed + state->partition);
}

static uint32_t draw(struct sample *state) {
    const struct plan *plan = state->op.plan;
    double lower = plan->sample.lower, upper = plan->sample.upper;
    if (state->well) return poisson(state, upper - lower);
    if (upper - lower <= 1e-6) return 0;
    double x = xorshift_double(&state->xorshift);
    return x >= lower && x < upper;
}

static enum exec_status sample_next(struct operator* op, struct batch *out, struct error *err) {
    struct sample *state = (struct sample *)op;
    struct arena *batch = &op->evaluator.batch;
    if (state->next == state->rows.count) {
        evaluator_reset(&op->evaluator);
        enum exec_status status = operator_pull(op, &state->in, err);
        if (status != EXEC_BATCH) return status;
        if (!state->is_seeded || state->partition != op->partition) seed_partition(state);
        memset(&state->rows, 0, sizeof state->rows);
        state->next = 0;
        for (uint32_t i = 0; i < state->in.count; i++)
            for (uint32_t times = draw(state); times; times--) LIST_PUSH(batch, &state->rows, i);
        if (!state->rows.count) return EXEC_YIELD;
    }
    uint32_t count = state->rows.count - state->next;
    if (count > BATCH_ROWS) count = BATCH_ROWS;
    batch_select(out, batch, &state->in, state->rows.items + state->next, count);
    state->next += count;
    return EXEC_BATCH;
}

const struct operator_ops sample_ops = {
    .name = "Sample", .size = sizeof(struct sample), .open = sample_open, .next = sample_next};
