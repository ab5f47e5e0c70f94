/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Most text is ASCII, so the counting functions take eight bytes at a time: a byte of UTF-8 begins a
 * character unless its upper bits are 10, and a word without any 0x80 bit is eight characters.
 */
#include "base/text.h"

#include <stdio.h>

char *text_reserve(struct text *t, size_t more) {
    if (t->capacity - t->size < more) {
        size_t capacity = t->capacity ? t->capacity * 2 : 64;
        while (capacity - t->size < more) capacity *= 2;
        t->data = arena_grow(t->arena, t->data, t->size, capacity);
        t->capacity = capacity;
    }
    return t->data + t->size;
}

void text_add_bytes(struct text *t, const char *bytes, size_t size) {
    if (!size) return;
    memcpy(text_reserve(t, size), bytes, size);
    t->size += size;
}

void text_add(struct text *t, const char *words) {
    text_add_bytes(t, words, strlen(words));
}

void text_printf(struct text *t, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *room = text_reserve(t, (size_t)size + 1);
    va_start(arguments, format);
    vsnprintf(room, (size_t)size + 1, format, arguments);
    va_end(arguments);
    t->size += (size_t)size;
}

void text_add_code_point(struct text *t, uint32_t code_point) {
    t->size += utf8_encode(code_point, text_reserve(t, 4));
}

const char *text_finish(struct text *t) {
    *text_reserve(t, 1) = '\0';
    return t->data;
}

uint32_t utf8_decode(const char *s, const char *end, unsigned *size) {
    const uint8_t *p = (const uint8_t *)s;
    size_t left = (size_t)(end - s);
    uint32_t c = p[0];
    *size = 1;
    if (c < 0x80) return c;
    if (c >= 0xC2 && c < 0xE0 && left >= 2 && (p[1] & 0xC0) == 0x80) {
        *size = 2;
        return (c & 0x1F) << 6 | (p[1] & 0x3Fu);
    }
    if (c >= 0xE0 && c < 0xF0 && left >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
        uint32_t code = (c & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
        if (code >= 0x800 && (code < 0xD800 || code > 0xDFFF)) {
            *size = 3;
            return code;
        }
    }
    if (c >= 0xF0 && c < 0xF5 && left >= 4 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 && (p[3] & 0xC0) == 0x80) {
        uint32_t code = (c & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
        if (code >= 0x10000 && code <= 0x10FFFF) {
            *size = 4;
            return code;
        }
    }
    return 0xFFFD;
}

unsigned utf8_encode(uint32_t c, char out[4]) {
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static const uint64_t HIGH_BITS = UINT64_C(0x8080808080808080), EACH_BYTE = UINT64_C(0x0101010101010101);

static inline uint64_t load_word(const char *s) {
    uint64_t word;
    memcpy(&word, s, 8);
    return word;
}

static inline uint32_t load_half(const char *s) {
    uint32_t half;
    memcpy(&half, s, 4);
    return half;
}

/* Less than eight bytes as the lower ones of a word, which zeros fill up. */
static inline uint64_t load_rest(const char *s, size_t size) {
    if (size >= 4) return load_half(s) | (uint64_t)load_half(s + size - 4) << 8 * (size - 4);
    if (!size) return 0;
    size_t middle = size / 2, last = size - 1;
    return (uint8_t)s[0] | (uint64_t)(uint8_t)s[middle] << 8 * middle | (uint64_t)(uint8_t)s[last] << 8 * last;
}

static inline void store_rest(char *out, uint64_t word, size_t size) {
    for (; size; size--, word >>= 8) *out++ = (char)word;
}

/* Long texts in blocks, of which the first that is not ASCII ends the search. */
bool utf8_is_ascii(const char *s, size_t size) {
    enum { BLOCK = 256 };
    for (; size >= BLOCK; s += BLOCK, size -= BLOCK) {
        uint64_t seen = 0;
        for (size_t i = 0; i < BLOCK; i += 8) seen |= load_word(s + i);
        if (seen & HIGH_BITS) return false;
    }
    uint64_t seen = 0;
    size_t i = 0;
    for (; i + 8 <= size; i += 8) seen |= load_word(s + i);
    return ((seen | load_rest(s + i, size - i)) & HIGH_BITS) == 0;
}

bool utf8_is_valid(const char *s, size_t size) {
    const char *end = s + size;
    while (s < end) {
        if (end - s >= 8 && !(load_word(s) & HIGH_BITS)) {
            s += 8;
            continue;
        }
        unsigned step;
        if (utf8_decode(s, end, &step) == 0xFFFD && step == 1) return false;
        s += step;
    }
    return true;
}

/* 1 in each byte of a word that continues a sequence: bit 7 set and bit 6 clear. */
static inline uint64_t continuing(uint64_t word) {
    return (word & ~(word << 1) & HIGH_BITS) >> 7;
}

/* The sum of a word's bytes, up to 255. */
static inline size_t sum_of_bytes(uint64_t word) {
    return word * EACH_BYTE >> 56;
}

static inline size_t lesser(size_t a, size_t b) {
    return a < b ? a : b;
}

/* The word at s + at, less its first bytes that a word which begins at s + before has, too. */
static inline uint64_t word_behind(const char *s, size_t before, size_t at) {
    unsigned half_overlap = 4 * (unsigned)(8 - (at - before)); /* twice: a shift by all 64 bits is undefined */
    return load_word(s + at) >> half_overlap >> half_overlap;
}

/* 8 to 32 bytes are four words that overlap, so that texts of differing lengths leave no branch to guess wrongly. */
static inline size_t count_short(const char *s, size_t size) {
    size_t last = size - 8, second = lesser(8, last), third = lesser(16, last);
    uint64_t sums = continuing(load_word(s)) + continuing(word_behind(s, 0, second)) +
                    continuing(word_behind(s, second, third)) + continuing(word_behind(s, third, last));
    return size - sum_of_bytes(sums);
}

size_t utf8_count(const char *s, size_t size) {
    if (size < 8) return size - sum_of_bytes(continuing(load_rest(s, size)));
    if (size > 32 && utf8_is_ascii(s, size)) return size;
    size_t count = 0;
    for (; size > 32; s += 24, size -= 24) count += count_short(s, 24);
    return count + count_short(s, size);
}

size_t utf8_offset(const char *s, size_t size, size_t index) {
    size_t i = 0;
    for (; i + 8 <= size && !(load_word(s + i) & HIGH_BITS); i += 8, index -= 8)
        if (index < 8) return i + index;
    for (; index > 0 && i < size; index--) i += utf8_length((uint8_t)s[i]);
    return i < size ? i : size;
}

size_t utf8_utf16_count(const char *s, size_t size) {
    size_t count = utf8_count(s, size);
    for (size_t i = 0; i < size; i++) count += (uint8_t)s[i] >= 0xF0;
    return count;
}

/* 0x20 in the bytes that are letters from `first` to `last`: the bit by which their cases differ. Adding carries into
 * bit 7 of its own byte alone, and bytes beyond ASCII are none of them. */
static inline uint64_t case_bits(uint64_t word, uint8_t first, uint8_t last) {
    uint64_t low = word & ~HIGH_BITS;
    uint64_t from = low + EACH_BYTE * (0x80u - first), beyond = low + EACH_BYTE * (0x7Fu - last);
    return (from & ~beyond & ~word & HIGH_BITS) >> 2;
}

static void swap_case(const char *s, size_t size, uint8_t first, uint8_t last, char *out) {
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t word = load_word(s + i);
        word ^= case_bits(word, first, last);
        memcpy(out + i, &word, 8);
    }
    uint64_t rest = load_rest(s + i, size - i);
    store_rest(out + i, rest ^ case_bits(rest, first, last), size - i);
}

void ascii_upper(const char *s, size_t size, char *out) {
    swap_case(s, size, 'a', 'z', out);
}

void ascii_lower(const char *s, size_t size, char *out) {
    swap_case(s, size, 'A', 'Z', out);
}

bool ascii_equal_ignoring_case(const char *a, size_t a_size, const char *b, size_t b_size) {
    if (a_size != b_size) return false;
    for (size_t i = 0; i < a_size; i++) {
        uint8_t x = (uint8_t)a[i], y = (uint8_t)b[i];
        if (x == y) continue;
        if ((x ^ y) != 0x20 || (uint8_t)((x | 0x20) - 'a') >= 26) return false;
    }
    return true;
}

void text_trim_all(const char **s, size_t *size) {
    const char *from = *s, *to = from + *size;
    while (from < to && ((uint8_t)*from <= ' ' || *from == 0x7F)) from++;
    while (to > from && ((uint8_t)to[-1] <= ' ' || to[-1] == 0x7F)) to--;
    *s = from;
    *size = (size_t)(to - from);
}
