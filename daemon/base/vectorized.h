/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VECTORIZED marks a loop over values that is compiled twice: for every processor, and for those with vectors of 256
 * bits, between which the loader chooses. Its results are the same bit for bit: nothing is fused or reordered.
 */
#ifndef ROOST_BASE_VECTORIZED_H
#define ROOST_BASE_VECTORIZED_H

#include <limits.h> /* defines __GLIBC__ where the loader can choose */
#include <stdint.h>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) &&                           \
    !defined(__SANITIZE_ADDRESS__)
#define VECTORIZED __attribute__((target_clones("avx2", "default")))
#else
#define VECTORIZED
#endif

/* What such a loop gathers of values of a type (1 where one is bad): as wide as they are. Of a bool, gcc makes a loop
 * that goes value by value. */
#define GATHERED(ctype)                                                                                                \
    __typeof__(_Generic((ctype)0, int8_t                                                                               \
                        : (uint8_t)0, uint8_t                                                                          \
                        : (uint8_t)0, int16_t                                                                          \
                        : (uint16_t)0, int32_t                                                                         \
                        : (uint32_t)0, uint32_t                                                                        \
                        : (uint32_t)0, float                                                                           \
                        : (uint32_t)0, default                                                                         \
                        : (uint64_t)0))

#endif
