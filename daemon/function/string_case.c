/* SPDX-License-Identifier: Apache-2.0 */
#include "function/string_case.h"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>

#include "base/text.h"

typedef int32_t map_utf8(const UCaseMap *map, char *dest, int32_t capacity, const char *src, int32_t size,
                         UErrorCode *status);

/* Full mapping ("ß" becomes "SS"): the result may be up to three times as long. */
static struct string map_full(struct arena *arena, struct string s, map_utf8 *map) {
    UErrorCode status = U_ZERO_ERROR;
    UCaseMap *options = ucasemap_open("", 0, &status);
    if (U_FAILURE(status)) return s;
    int64_t capacity = (int64_t)s.size * 3 + 8;
    char *out = arena_bytes(arena, (size_t)capacity);
    int32_t size =
        map(options, out, (int32_t)(capacity > INT32_MAX ? INT32_MAX : capacity), s.data, (int32_t)s.size, &status);
    ucasemap_close(options);
    return U_FAILURE(status) ? s : string_make(out, (size_t)size);
}

struct string string_upper(struct arena *arena, struct string s) {
    if (!utf8_is_ascii(s.data, s.size)) return map_full(arena, s, ucasemap_utf8ToUpper);
    char *out = arena_bytes(arena, s.size);
    ascii_upper(s.data, s.size, out);
    return string_make(out, s.size);
}

struct string string_lower(struct arena *arena, struct string s) {
    if (!utf8_is_ascii(s.data, s.size)) return map_full(arena, s, ucasemap_utf8ToLower);
    char *out = arena_bytes(arena, s.size);
    ascii_lower(s.data, s.size, out);
    return string_make(out, s.size);
}

struct string string_title(struct arena *arena, struct string s) {
    struct string low = string_lower(arena, s);
    struct text out;
    text_init(&out, arena);
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
