/* SPDX-License-Identifier: Apache-2.0 */
#include "function/string_case.h"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>

#include "base/text.h"

typedef int32_t map_utf8(const UCaseMap *map, char *dest, int32_t capacity, const char *src, int32_t size,
                         UErrorCode *status);

static void close_map(void *map) {
    ucasemap_close(map);
}

static UCaseMap *map_of(struct string_case *c) {
    UErrorCode status = U_ZERO_ERROR;
    if (c->map) return c->map;
    UCaseMap *map = ucasemap_open("", 0, &status);
    if (U_FAILURE(status)) return NULL;
    arena_defer(c->room.arena, close_map, map);
    return c->map = map;
}

/* Full mapping ("ß" becomes "SS"): the result may be up to three times as long. */
static struct string map_full(struct string_case *c, struct string s, map_utf8 *map) {
    UErrorCode status = U_ZERO_ERROR;
    UCaseMap *options = map_of(c);
    if (!options) return s;
    int64_t capacity = (int64_t)s.size * 3 + 8;
    char *out = string_room_open(&c->room, (size_t)capacity);
    int32_t size =
        map(options, out, (int32_t)(capacity > INT32_MAX ? INT32_MAX : capacity), s.data, (int32_t)s.size, &status);
    return U_FAILURE(status) ? s : string_room_close(&c->room, out + size);
}

/*
 * The letters of western Europe, U+00C0 to U+00FF, are two bytes in either case, C3 and another one, whose bit 5 tells
 * the cases apart; these are the exceptions. Both change what is theirs and leave the rest.
 */
enum { LATIN_SHARP_S = 0x9F, LATIN_TIMES = 0x97, LATIN_DIVIDED = 0xB7, LATIN_Y_DIAERESIS = 0xBF, LATIN_MICRO = 0xB5 };

static void latin_upper(char *pair, uint8_t last) {
    if (pair[0] == '\xC2') {
        if (last == LATIN_MICRO) memcpy(pair, "\u039C", 2);
    } else if (last == LATIN_SHARP_S) {
        memcpy(pair, "SS", 2);
    } else if (last == LATIN_Y_DIAERESIS) {
        memcpy(pair, "\u0178", 2);
    } else if (last >= 0xA0 && last != LATIN_DIVIDED) {
        pair[1] = (char)(last - 0x20);
    }
}

static void latin_lower(char *pair, uint8_t last) {
    if (pair[0] == '\xC3' && last < LATIN_SHARP_S && last != LATIN_TIMES) pair[1] = (char)(last + 0x20);
}

/* Maps what is beyond ASCII. False: there are other characters, or bytes that are none. */
static bool map_latin(char *s, size_t size, void (*map)(char *pair, uint8_t last)) {
    for (size_t i = 0; i < size; i++) {
        if (!((uint8_t)s[i] & 0x80)) continue;
        if (((uint8_t)s[i] & 0xFE) != 0xC2 || i + 1 == size || ((uint8_t)s[i + 1] & 0xC0) != 0x80) return false;
        map(s + i, (uint8_t)s[i + 1]);
        i++;
    }
    return true;
}

struct string string_upper_in(struct string_case *c, struct string s) {
    char *out = string_room_open(&c->room, s.size);
    ascii_upper(s.data, s.size, out);
    if (!utf8_is_ascii(s.data, s.size) && !map_latin(out, s.size, latin_upper))
        return map_full(c, s, ucasemap_utf8ToUpper);
    return string_room_close(&c->room, out + s.size);
}

struct string string_lower_in(struct string_case *c, struct string s) {
    char *out = string_room_open(&c->room, s.size);
    ascii_lower(s.data, s.size, out);
    if (!utf8_is_ascii(s.data, s.size) && !map_latin(out, s.size, latin_lower))
        return map_full(c, s, ucasemap_utf8ToLower);
    return string_room_close(&c->room, out + s.size);
}

struct string string_upper(struct arena *arena, struct string s) {
    struct string_case c = {.room = {.arena = arena}};
    return string_upper_in(&c, s);
}

struct string string_lower(struct arena *arena, struct string s) {
    struct string_case c = {.room = {.arena = arena}};
    return string_lower_in(&c, s);
}

static struct string ascii_title(struct string_case *c, struct string s) {
    char *out = string_room_open(&c->room, s.size);
    ascii_lower(s.data, s.size, out);
    bool first = true;
    for (uint32_t i = 0; i < s.size; i++) {
        out[i] = (char)(out[i] - (first && out[i] >= 'a' && out[i] <= 'z' ? 'a' - 'A' : 0));
        first = out[i] == ' ';
    }
    return string_room_close(&c->room, out + s.size);
}

struct string string_title_in(struct string_case *c, struct string s) {
    if (utf8_is_ascii(s.data, s.size)) return ascii_title(c, s);
    struct string low = string_lower_in(c, s);
    struct text out;
    text_init(&out, c->room.arena);
    bool first = true;
    for (const char *p = low.data, *end = low.data + low.size; p < end;) {
        unsigned n;
        uint32_t code = utf8_decode(p, end, &n);
        if (first)
            text_add_code_point(&out, (uint32_t)u_totitle((UChar32)code));
        else
            text_add_bytes(&out, p, n);
        first = *p == ' ';
        p += n;
    }
    return string_make(out.data ? out.data : "", out.size);
}
