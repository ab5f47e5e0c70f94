/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target is tests/fuzz/fuzz_NAME.c: it defines LLVMFuzzerTestOneInput(), so it also builds with
 * clang's -fsanitize=fuzzer, and here is driven by driver.c, which mutates deterministically: the same seed
 * gives the same inputs on every machine. A target may offer inputs to begin with, and a mutation of its own
 * that keeps what makes an input worth trying (lengths in a message, for instance).
 */
#ifndef ROOST_TESTS_FUZZ_H
#define ROOST_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Optional. Writes the n-th input to begin with; its size, 0: there is none. */
size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) __attribute__((weak));
/* Optional, libFuzzer's: changes data in place, at most room bytes; the new size. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed) __attribute__((weak));

/* Random numbers for mutators (SplitMix64). */
struct fuzz_random {
    uint64_t state;
};
static inline uint64_t fuzz_bits(struct fuzz_random *r) {
    uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}
static inline size_t fuzz_below(struct fuzz_random *r, size_t n) {
    return n ? (size_t)(fuzz_bits(r) % n) : 0;
}
/* Changes bytes without knowing what they mean. */
size_t fuzz_mutate_bytes(struct fuzz_random *r, uint8_t *data, size_t size, size_t room);
/* Changes fields of a protobuf message, at any depth, and sets the lengths around them right. */
size_t fuzz_mutate_message(struct fuzz_random *r, uint8_t *data, size_t size, size_t room);

#endif
