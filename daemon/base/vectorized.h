/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VECTORIZED marks a loop over values that is compiled twice: for every processor, and for those with vectors of 256
 * bits, between which the loader chooses. Its results are the same bit for bit: nothing is fused or reordered.
 */
#ifndef ROOST_BASE_VECTORIZED_H
#define ROOST_BASE_VECTORIZED_H

#include <limits.h> /* defines __GLIBC__ where the loader can choose */

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) &&                           \
    !defined(__SANITIZE_ADDRESS__)
#define VECTORIZED __attribute__((target_clones("avx2", "default")))
#else
#define VECTORIZED
#endif

#endif
