/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random part of the rows, with Spark's generator, so that a seed names the rows that Spark takes from an input of
 * one partition: XORShift seeded through MurmurHash3, and a row is taken when its number falls in [lower, upper).
 * With replacement each row is drawn a Poisson-distributed number of times.
 */
#include <math.h>

#include "exec/exec_int.h"

struct sample {
    struct operator op;
    uint64_t seed;
};

static uint32_t rotate(uint32_t x, int by) {
    return x << by | x >> (32 - by);
}

/* MurmurHash3 (32 bits) of the eight bytes of a long, most significant first. */
static uint32_t hash_long(uint64_t value, uint32_t seed) {
    uint32_t hash = seed;
    uint64_t bytes = __builtin_bswap64(value);
    for (int i = 0; i < 2; i++) {
        uint32_t k = (uint32_t)(bytes >> 32 * i);
        hash ^= rotate(k * 0xCC9E2D51, 15) * 0x1B873593;
        hash = rotate(hash, 13) * 5 + 0xE6546B64;
    }
    hash ^= 8;
    hash = (hash ^ hash >> 16) * 0x85EBCA6B;
    hash = (hash ^ hash >> 13) * 0xC2B2AE35;
    return hash ^ hash >> 16;
}

static uint64_t next_bits(struct sample *state, int bits) {
    uint64_t x = state->seed;
    x ^= x << 21;
    x ^= x >> 35;
    x ^= x << 4;
    state->seed = x;
    return x & (((uint64_t)1 << bits) - 1);
}

static double next_double(struct sample *state) {
    uint64_t high = next_bits(state, 26);
    return (double)((high << 27) + next_bits(state, 27)) * 0x1p-53;
}

static bool sample_open(struct operator *op, struct error *err) {
    struct sample *state = (struct sample *)op;
    uint64_t seed = (uint64_t)op->plan->sample.seed;
    uint32_t low = hash_long(seed, 0x3C074A61);
    uint32_t high = hash_long(seed, low);
    state->seed = (uint64_t)high << 32 | low;
    return true;
}

/* How often a row is drawn: Knuth's method, for the small means that fractions are. */
static uint32_t poisson(struct sample *state, double mean) {
    if (mean <= 0) return 0;
    double limit = exp(-mean), product = 1;
    uint32_t n = 0;
    for (; n < 1000 * mean; n++) {
        product *= next_double(state);
        if (product < limit) return n;
    }
    return n;
}

static enum exec_status sample_next(struct operator *op, struct batch *out, struct error *err) {
    struct sample *state = (struct sample *)op;
    const struct plan *plan = op->plan;
    struct batch in;
    enum exec_status status = operator_next(op->children[0], &in, err);
    if (status != EXEC_BATCH) return status;
    double lower = plan->sample.lower, upper = plan->sample.upper;
    LIST(uint32_t) rows = {0};
    for (uint32_t i = 0; i < in.count; i++) {
        uint32_t times;
        if (plan->sample.with_replacement) {
            times = poisson(state, upper - lower);
        } else if (upper - lower <= 1e-6) {
            times = 0;
        } else {
            double x = next_double(state);
            times = x >= lower && x < upper;
        }
        for (; times; times--) LIST_PUSH(&op->evaluator.batch, &rows, i);
    }
    if (!rows.count) return EXEC_YIELD;
    batch_select(out, &op->evaluator.batch, &in, rows.items, rows.count);
    return EXEC_BATCH;
}

const struct operator_ops sample_ops = {
    .name = "Sample", .size = sizeof(struct sample), .open = sample_open, .next = sample_next};
