/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Equality of strings in two steps, so that columns of them are compared without a branch per row: the head, which is
 * size and prefix in one word and in which most strings differ, and then the rest of the few whose heads are alike.
 */
#ifndef ROOST_FUNCTION_STRING_HEAD_H
#define ROOST_FUNCTION_STRING_HEAD_H

#include "column/vector.h"

/* The bytes at p; gcc makes a move of it for each width. */
#define LOAD(type, p)                                                                                                  \
    ({                                                                                                                 \
        type loaded;                                                                                                   \
        memcpy(&loaded, p, sizeof loaded);                                                                             \
        loaded;                                                                                                        \
    })

static inline uint64_t string_head(const struct string *s) {
    return LOAD(uint64_t, &s->size);
}

/* Whether the bytes behind the prefix are the same: short ones are looked at in one go. */
static inline bool string_rest_equals(const char *x, const char *y, uint32_t size) {
    if (size <= 4) return true;
    if (size <= 8) return LOAD(uint32_t, x + size - 4) == LOAD(uint32_t, y + size - 4);
    if (size <= 12) return LOAD(uint64_t, x + size - 8) == LOAD(uint64_t, y + size - 8);
    return memcmp(x + 4, y + 4, size - 4) == 0;
}

#endif
