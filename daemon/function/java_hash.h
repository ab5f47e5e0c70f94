/* SPDX-License-Identifier: Apache-2.0 */
/* hashCode() of the objects that Spark holds for values: on them the order of its hash tables depends. */
#ifndef ROOST_FUNCTION_JAVA_HASH_H
#define ROOST_FUNCTION_JAVA_HASH_H

#include <stddef.h>

#include "base/decimal.h"

/* Of a Long, or a Double by its bits. */
static inline uint32_t java_hash_of_bits(uint64_t bits) {
    return (uint32_t)(bits ^ bits >> 32);
}

/* Of a Decimal, which is that of Scala's BigDecimal: equal numbers have one hash, whatever their scale. */
uint32_t java_hash_of_decimal(int128 unscaled, int scale);
/* Java's BigInteger.toByteArray(): big-endian, as short as the sign allows. */
size_t java_bytes(int128 value, uint8_t out[16]);

#endif
