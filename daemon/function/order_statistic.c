/* SPDX-License-Identifier: Apache-2.0 */
#include "function/order_statistic.h"

#include <stdlib.h>
#include <string.h>

#include "base/vectorized.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = 6, FEW = 256 };

static int compare_keys(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint32_t digit_of(uint64_t key, int pass) {
    return (uint32_t)(key >> pass * DIGIT_BITS) & (DIGITS - 1);
}

/* By one digit from one array into another. False: all keys have the same, nothing was moved. */
static bool sort_pass(const uint64_t *from, uint32_t count, uint32_t *counts, int pass, uint64_t *to) {
    if (counts[digit_of(from[0], pass)] == count) return false;
    for (uint32_t digit = 0, before = 0; digit < DIGITS; digit++) {
        uint32_t here = counts[digit];
        counts[digit] = before;
        before += here;
    }
    for (uint32_t i = 0; i < count; i++) to[counts[digit_of(from[i], pass)]++] = from[i];
    return true;
}

void order_sort(uint64_t *keys, uint32_t count, uint64_t *scratch) {
    if (count <= FEW) {
        qsort(keys, count, sizeof *keys, compare_keys);
        return;
    }
    uint32_t counts[PASSES][DIGITS] = {0};
    for (uint32_t i = 0; i < count; i++)
        for (int pass = 0; pass < PASSES; pass++) counts[pass][digit_of(keys[i], pass)]++;
    uint64_t *from = keys, *to = scratch;
    for (int pass = 0; pass < PASSES; pass++) {
        if (!sort_pass(from, count, counts[pass], pass, to)) continue;
        uint64_t *moved = to;
        to = from;
        from = moved;
    }
    if (from != keys) memcpy(keys, from, count * sizeof *keys);
}

uint64_t order_select(const uint64_t *keys, uint32_t count, uint32_t index, uint64_t *scratch) {
    for (int shift = 64 - DIGIT_BITS; count > FEW; shift -= DIGIT_BITS) {
        uint32_t counts[DIGITS] = {0}, kept = 0, digit = 0;
        int by = shift < 0 ? 0 : shift;
        for (uint32_t i = 0; i < count; i++) counts[keys[i] >> by & (DIGITS - 1)]++;
        for (; index >= counts[digit]; digit++) index -= counts[digit];
        for (uint32_t i = 0; i < count; i++) {
            scratch[kept] = keys[i];
            kept += (keys[i] >> by & (DIGITS - 1)) == digit;
        }
        keys = scratch; /* from here on each pass moves what it keeps to the front */
        count = kept;
        if (by == 0) return *keys;
    }
    if (keys != scratch) memcpy(scratch, keys, count * sizeof *keys);
    qsort(scratch, count, sizeof *scratch, compare_keys);
    return scratch[index];
}

VECTORIZED uint64_t order_next(const uint64_t *keys, uint32_t count, uint32_t index, uint64_t at) {
    uint64_t next = UINT64_MAX, upto = 0;
    for (uint32_t i = 0; i < count; i++) {
        upto += keys[i] <= at;
        next = (keys[i] > at) & (keys[i] < next) ? keys[i] : next;
    }
    return upto > index + 1 ? at : next;
}
