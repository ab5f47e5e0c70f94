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

struct string string_upper_in(struct string_case *c, struct string s) {
    if (!utf8_is_ascii(s.data, s.size)) return map_full(c, s, ucasemap_utf8ToUpper);
    char *out = string_room_open(&c->room, s.size);
    ascii_upper(s.data, s.size, out);
    return string_room_close(&c->room, out + s.size);
}

struct string string_lower_in(struct string_case *c, struct string s) {
    if (!utf8_is_ascii(s.data, s.size)) return map_full(c, s, ucasemap_utf8ToLower);
    char *out = string_room_open(&c->room, s.size);
    ascii_lower(s.data, s.size, out);
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
