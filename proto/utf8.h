/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this UTF-8? Eight bytes at a time while it is ASCII, which most text is; else by the table of
 * well-formed sequences (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef ROOST_PROTO_UTF8_H
#define ROOST_PROTO_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the well-formed sequence at s, 0 when there is none. s[0] is not ASCII. */
static inline size_t utf8_sequence(const uint8_t *s, size_t left) {
    uint8_t a = s[0], low = 0x80, high = 0xBF;
    size_t size = a >= 0xC2 && a <= 0xDF ? 2 : (a & 0xF0) == 0xE0 ? 3 : a >= 0xF0 && a <= 0xF4 ? 4 : 0;
    if (!size || left < size) return 0;
    if (a == 0xE0) low = 0xA0;
    if (a == 0xED) high = 0x9F;
    if (a == 0xF0) low = 0x90;
    if (a == 0xF4) high = 0x8F;
    if (s[1] < low || s[1] > high) return 0;
    for (size_t i = 2; i < size; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    return size;
}

static inline bool utf8_valid(const char *text, size_t size) {
    const uint8_t *s = (const uint8_t *)text, *end = s + size;
    while (s < end) {
        uint64_t eight;
        while (end - s >= 8 && (memcpy(&eight, s, 8), (eight & 0x8080808080808080u) == 0)) s += 8;
        if (s == end) break;
        if (*s < 0x80) {
            s++;
            continue;
        }
        size_t sequence = utf8_sequence(s, (size_t)(end - s));
        if (!sequence) return false;
        s += sequence;
    }
    return true;
}

#endif
