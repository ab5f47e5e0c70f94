/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A string becomes a row of units, each with the collation's key of it: a code point for UTF8_LCASE, a code point
 * and the marks that combine with it for ICU's collations. One string is found in another where the keys are.
 *
 *     "Héron"   H  é  r  o  n        offsets 0 1 3 4 5 6
 *     key       h  é  r  o  n        (UTF8_LCASE)
 *
 * ICU's own search knows contractions (Czech "ch") too; here they match when both sides have them. A capital I with a
 * dot has a key of two characters under UTF8_LCASE, which becomes two units of which the second begins nowhere: a
 * match neither begins nor ends between them.
 */
#include "function/collated.h"

#include <unicode/uchar.h>

static const size_t INSIDE = SIZE_MAX;

struct units {
    uint32_t count;
    struct string *keys;
    size_t *starts; /* count + 1 */
};

static bool combines(const char *p, const char *end, unsigned *step) {
    uint32_t c = utf8_decode(p, end, step);
    return c >= 0x300 && u_getCombiningClass((UChar32)c) != 0;
}

/* Bytes of the unit at p. */
static size_t unit_size(const struct search *search, const char *p, const char *end) {
    unsigned step;
    utf8_decode(p, end, &step);
    size_t size = step;
    if (collation_is_lower(search->collation)) return size;
    while (p + size < end && combines(p + size, end, &step)) size += step;
    return size;
}

static struct units units_of(const struct search *search, struct string s) {
    struct units u = {0};
    size_t most = 2 * (size_t)s.size + 1;
    u.keys = ARENA_ARRAY(search->arena, struct string, most);
    u.starts = ARENA_ARRAY(search->arena, size_t, most + 1);
    for (size_t at = 0; at < s.size;) {
        size_t size = unit_size(search, s.data + at, s.data + s.size);
        struct string key = collation_key(search->collation, search->arena, string_make(s.data + at, size));
        unsigned first = 0;
        if (collation_is_lower(search->collation) && key.size) utf8_decode(key.data, key.data + key.size, &first);
        bool two = first && first < key.size;
        u.keys[u.count] = two ? string_make(key.data, first) : key;
        u.starts[u.count++] = at;
        if (two) {
            u.keys[u.count] = string_make(key.data + first, key.size - first);
            u.starts[u.count++] = INSIDE;
        }
        at += size;
    }
    u.starts[u.count] = s.size;
    return u;
}

static struct string needle_of(const struct search *search, struct string s) {
    return search->keeps_blanks ? s : collation_trimmed(search->collation, s);
}

static bool matches_at(const struct units *s, const struct units *needle, uint32_t at) {
    if (needle->count > s->count - at || s->starts[at] == INSIDE || s->starts[at + needle->count] == INSIDE)
        return false;
    for (uint32_t i = 0; i < needle->count; i++)
        if (!string_equal(s->keys[at + i], needle->keys[i])) return false;
    return true;
}

int64_t search_find(const struct search *search, struct string s, struct string needle, size_t from, size_t *size) {
    *size = needle.size;
    if (!search->collation) return string_find(s, needle, from);
    struct units u = units_of(search, s), n = units_of(search, needle_of(search, needle));
    for (uint32_t i = 0; i + n.count <= u.count; i++) {
        if (u.starts[i] < from || !matches_at(&u, &n, i)) continue;
        *size = u.starts[i + n.count] - u.starts[i];
        return (int64_t)u.starts[i];
    }
    return -1;
}

static int64_t find_last_bytes(struct string s, struct string needle, size_t end) {
    for (size_t at = end >= needle.size ? end - needle.size + 1 : 0; at-- > 0;)
        if (memcmp(s.data + at, needle.data, needle.size) == 0) return (int64_t)at;
    return -1;
}

int64_t search_find_last(const struct search *search, struct string s, struct string needle, size_t end, size_t *size) {
    *size = needle.size;
    if (!search->collation) return find_last_bytes(s, needle, end);
    struct units u = units_of(search, s), n = units_of(search, needle_of(search, needle));
    for (uint32_t i = u.count >= n.count ? u.count - n.count + 1 : 0; i-- > 0;) {
        if (!matches_at(&u, &n, i) || u.starts[i + n.count] > end) continue;
        *size = u.starts[i + n.count] - u.starts[i];
        return (int64_t)u.starts[i];
    }
    return -1;
}

bool search_starts(const struct search *search, struct string s, struct string prefix) {
    if (!search->collation) return string_starts(s, prefix);
    struct units u = units_of(search, s), n = units_of(search, needle_of(search, prefix));
    return n.count == 0 || (n.count <= u.count && matches_at(&u, &n, 0));
}

bool search_ends(const struct search *search, struct string s, struct string suffix) {
    if (!search->collation) return string_ends(s, suffix);
    struct units u = units_of(search, collation_trimmed(search->collation, s));
    struct units n = units_of(search, needle_of(search, suffix));
    return n.count == 0 || (n.count <= u.count && matches_at(&u, &n, u.count - n.count));
}

bool search_equal(const struct search *search, struct string a, struct string b) {
    if (!search->collation) return string_equal(a, b);
    return string_equal(collation_key(search->collation, search->arena, a),
                        collation_key(search->collation, search->arena, b));
}

int64_t search_character(const struct search *search, struct string set, struct string c) {
    int64_t index = 0;
    for (const char *p = set.data, *end = p + set.size; p < end; index++) {
        unsigned n;
        utf8_decode(p, end, &n);
        if (search_equal(search, string_make(p, n), c)) return index;
        p += n;
    }
    return -1;
}
