/* SPDX-License-Identifier: Apache-2.0 */
/* Snappy: what libsnappy compresses comes back, and damaged streams neither come back nor touch other memory. */
#include <snappy-c.h>
#include <string.h>

#include "format/codec/snappy.h"
#include "tests/unit/unit.h"

static uint64_t seed = 7;

static uint32_t next_random(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* Runs, numbers, text and noise in turn, so that every kind of tag and offset occurs. */
static void fill(uint8_t *out, size_t size) {
    for (size_t i = 0; i < size;) {
        uint32_t kind = next_random(5), length = 1 + next_random(200), period = 1 + next_random(20);
        for (uint32_t k = 0; k < length && i < size; k++, i++)
            out[i] = kind == 0             ? 'x'
                     : kind == 1           ? (uint8_t)(k % 8 < 3 ? next_random(256) : 0)
                     : kind == 2 && i > 70 ? out[i - 1 - next_random(3) * 30]
                     : kind == 3           ? (uint8_t)(k % period)
                                           : (uint8_t)next_random(256);
    }
}

START_TEST(comes_back) {
    for (size_t size = 0; size < 200000; size = size < 300 ? size + 1 : size * 3 / 2) {
        uint8_t *plain = malloc(size + 1), *back = malloc(size + 1);
        size_t packed_size = snappy_max_compressed_length(size);
        char *packed = malloc(packed_size + 1);
        fill(plain, size);
        ck_assert_int_eq(snappy_compress((char *)plain, size, packed, &packed_size), SNAPPY_OK);
        uint8_t *exact = malloc(packed_size); /* nothing behind it may be read */
        memcpy(exact, packed, packed_size);
        uint8_t *exact_back = malloc(size ? size : 1);
        ck_assert(snappy_decompress(exact, packed_size, exact_back, size));
        ck_assert(size == 0 || memcmp(plain, exact_back, size) == 0);
        ck_assert(!snappy_decompress(exact, packed_size, back, size + 1));
        ck_assert(size == 0 || !snappy_decompress(exact, packed_size - 1, exact_back, size));
        free(plain), free(back), free(packed), free(exact), free(exact_back);
    }
}
END_TEST

/* Damage is refused, or at least decompresses to what libsnappy makes of it. */
START_TEST(damage_is_harmless) {
    enum { SIZE = 4000 };
    uint8_t plain[SIZE];
    fill(plain, SIZE);
    size_t packed_size = snappy_max_compressed_length(SIZE);
    char *packed = malloc(packed_size);
    ck_assert_int_eq(snappy_compress((char *)plain, SIZE, packed, &packed_size), SNAPPY_OK);
    for (int round = 0; round < 20000; round++) {
        uint8_t *damaged = malloc(packed_size), *ours = malloc(SIZE);
        char theirs[SIZE];
        memcpy(damaged, packed, packed_size);
        for (uint32_t k = 1 + next_random(3); k--;)
            damaged[next_random((uint32_t)packed_size)] = (uint8_t)next_random(256);
        size_t size = SIZE;
        bool valid = snappy_uncompressed_length((char *)damaged, packed_size, &size) == SNAPPY_OK && size == SIZE &&
                     snappy_uncompress((char *)damaged, packed_size, theirs, &size) == SNAPPY_OK;
        ck_assert_int_eq(snappy_decompress(damaged, packed_size, ours, SIZE), valid);
        if (valid) ck_assert_mem_eq(ours, theirs, SIZE);
        free(damaged), free(ours);
    }
    free(packed);
}
END_TEST

UNIT_MAIN("snappy", comes_back, damage_is_harmless)
