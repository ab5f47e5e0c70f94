/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text: a growing buffer for making it, and UTF-8.
 *
 * Text is bytes and a size. It is meant to be UTF-8 but comes from files and sockets, so nothing here trusts
 * it: a byte that begins no valid sequence counts as one character of its own, and is carried along
 * unchanged. Lengths are in code points unless a name says otherwise (Java counts UTF-16 units in places;
 * Spark's strings do not).
 */
#ifndef ROOST_BASE_TEXT_H
#define ROOST_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* Text in the making: text_init, text_add..., text_finish. The bytes are in the arena and stay there. */
struct text {
    struct arena *arena;
    char *data;
    size_t size, capacity;
};

static inline void text_init(struct text *t, struct arena *arena) {
    *t = (struct text){.arena = arena};
}
/* Room for `more` bytes behind what is there; returns where they go. The caller then adds to size what it
 * wrote. */
char *text_reserve(struct text *t, size_t more);
void text_add_bytes(struct text *t, const char *bytes, size_t size);
void text_add(struct text *t, const char *words);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_code_point(struct text *t, uint32_t code_point);
static inline void text_add_char(struct text *t, char c) {
    *text_reserve(t, 1) = c;
    t->size++;
}
/* NUL-terminated. The NUL is not counted in size, and more may be added after. */
const char *text_finish(struct text *t);

/* Bytes of the sequence that starts with `first`, 1 for what starts none. Does not look at what follows. */
static inline unsigned utf8_length(uint8_t first) {
    return first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF8 ? 4 : 1;
}
/* The code point at p (p < end) and the bytes it takes; U+FFFD and 1 byte where the sequence is malformed. */
uint32_t utf8_decode(const char *p, const char *end, unsigned *size);
/* Writes up to 4 bytes; returns how many. Surrogates and what is beyond U+10FFFF become U+FFFD. */
unsigned utf8_encode(uint32_t code_point, char out[4]);
bool utf8_is_ascii(const char *s, size_t size);
bool utf8_is_valid(const char *s, size_t size);
/* Code points. */
size_t utf8_count(const char *s, size_t size);
/* Byte offset of the code point at `index`; size when there are fewer. */
size_t utf8_offset(const char *s, size_t size, size_t index);
/* What Java's String.length() would be. */
size_t utf8_utf16_count(const char *s, size_t size);

/* ASCII letters alone; other bytes stay. out has room for size; may be s. */
void ascii_upper(const char *s, size_t size, char *out);
void ascii_lower(const char *s, size_t size, char *out);
bool ascii_equal_ignoring_case(const char *a, size_t a_size, const char *b, size_t b_size);

/* Spark's trimAll: what is at most U+0020, and DEL, goes from both ends. Moves *s and *size. */
void text_trim_all(const char **s, size_t *size);

#endif
