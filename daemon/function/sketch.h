/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the families of sketches share: the hash that the DataSketches library applies to values, bytes read with
 * checks and bytes written, and Spark's strict checks of arguments (ExpectsInputTypes).
 *
 * A sketch that comes in is anybody's bytes: readers check every count against what is there, and answer false.
 */
#ifndef ROOST_FUNCTION_SKETCH_H
#define ROOST_FUNCTION_SKETCH_H

#include "expr/resolve.h"

enum { SKETCH_SEED = 9001 };

struct hash128 {
    uint64_t low, high;
};
/* MurmurHash3_x64_128 with the library's default seed. */
struct hash128 sketch_hash(const void *bytes, size_t size);
struct hash128 sketch_hash_long(int64_t value);
/* All zeroes and all NaNs are one. */
struct hash128 sketch_hash_double(double value);

/* Little-endian pieces; a read beyond the end gives zeroes and is remembered. */
struct sketch_reader {
    const uint8_t *bytes;
    size_t size, at;
    bool failed;
};
uint64_t sketch_read(struct sketch_reader *in, unsigned bytes);
static inline void sketch_write(uint8_t *to, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> (8 * i));
}
uint64_t sketch_double_bits(double value);
double sketch_bits_double(uint64_t bits);

/* An argument that is not given: an INT constant, which shows in names. */
void sketch_default(struct resolver *r, struct expr *call, uint32_t index, int32_t value);
/* Must have one of the types as it is ("INT|LONG"); what is of the NULL type becomes a
 * NULL of the first. Else UNEXPECTED_INPUT_TYPE. */
bool sketch_expect(struct resolver *r, struct expr *call, uint32_t index, const char *words, struct error *err);
/* The mismatch itself, for types that a signature has no word for: required as messages show it. */
bool sketch_unexpected(struct resolver *r, struct expr *call, uint32_t index, const char *required, struct error *err);
/* {function: `name`} under a condition; returns false. */
bool sketch_error(const struct call *call, const char *condition, struct error *err);
const char *sketch_function_name(const struct call *call, struct arena *arena); /* with the backquotes */

#endif
