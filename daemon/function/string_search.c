/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings: finding, replacing, trimming, splitting without patterns.
 */
#include <string.h>

#include "function/collated.h"

/* contains, startswith, endswith: over strings or over binary. */
typedef bool test_bytes(struct string s, struct string t);
typedef bool test_strings(const struct search *search, struct string s, struct string t);

static inline bool contains_bytes(struct string s, struct string t) {
    return string_find(s, t, 0) >= 0;
}

static bool contains(const struct search *search, struct string s, struct string t) {
    size_t size;
    return search_find(search, s, t, 0, &size) >= 0;
}

/* Inlined, so that there is a loop for each test. */
static inline __attribute__((always_inline)) bool test_rows(struct call *call, const struct vector *arguments,
                                                            uint32_t rows, struct vector *out, test_bytes *plain,
                                                            test_strings *collated) {
    struct view a = vector_view(call->arena, &arguments[0], rows), b = vector_view(call->arena, &arguments[1], rows);
    struct search search = search_of(call, 0);
    uint8_t *to = out->data;
    if (search.collation)
        for (uint32_t i = 0; i < rows; i++)
            to[i] = row_is_wanted(out, i) && collated(&search, string_at(&a, i), string_at(&b, i));
    else
        for (uint32_t i = 0; i < rows; i++) to[i] = row_is_wanted(out, i) && plain(string_at(&a, i), string_at(&b, i));
    return true;
}

static bool contains_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    return test_rows(call, arguments, rows, out, contains_bytes, contains);
}

static bool starts_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    return test_rows(call, arguments, rows, out, string_starts, search_starts);
}

static bool ends_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return test_rows(call, arguments, rows, out, string_ends, search_ends);
}

/* Both strings, or both binary: a mix is refused or cast as Spark's implicit casts have it. */
static struct expr *same_kind_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *a = call->children[0]->type, *b = call->children[1]->type;
    if (type_is_string(a) && b->kind == TYPE_BINARY)
        call->children[1] = coerce_to(r, call->children[1], TYPE_OF(STRING));
    if (a->kind == TYPE_BINARY && type_is_string(b))
        call->children[0] = coerce_to(r, call->children[0], TYPE_OF(STRING));
    /* Over two binaries it is a call of a Java method, whose result Spark takes for nullable. */
    if (a->kind == TYPE_BINARY && b->kind == TYPE_BINARY) call->nullable = true;
    return call;
}

/* Position from 1 of needle in s at or behind position `start`; 0: none. */
static int32_t locate(const struct search *search, struct string s, struct string needle, int32_t start) {
    if (start < 1) return 0;
    if (!needle.size) return 1; /* wherever the search begins */
    size_t from = start == 1 ? 0 : utf8_offset(s.data, s.size, (size_t)start - 1);
    if (from == s.size && start > 1 && utf8_count(s.data, s.size) < (size_t)start - 1) return 0;
    size_t size;
    int64_t at = search_find(search, s, needle, from, &size);
    return at < 0 ? 0 : (int32_t)utf8_count(s.data, (size_t)at) + 1;
}

static bool instr_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), t = vector_view(call->arena, &arguments[1], rows);
    struct search search = search_of(call, 0);
    int32_t *places = out->data;
    bool bytes = !search.collation && string_run_of(&arguments[0], rows).is_ascii;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        if (bytes)
            places[i] = (int32_t)string_find(string_at(&s, i), string_at(&t, i), 0) + 1;
        else
            places[i] = locate(&search, string_at(&s, i), string_at(&t, i), 1);
    }
    return true;
}

/* NULL needle or string: NULL; NULL start: 0. */
static bool locate_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct view t = vector_view(call->arena, &arguments[0], rows), s = vector_view(call->arena, &arguments[1], rows);
    struct view start = vector_view(call->arena, &arguments[2], rows);
    struct search search = search_of(call, 0);
    for (uint32_t i = 0; i < rows; i++) {
        VECTOR_DATA(out, int32_t)[i] = 0;
        if (null_at(&start, i)) continue;
        if (null_at(&t, i) || null_at(&s, i))
            vector_set_null(out, call->arena, i, rows);
        else
            VECTOR_DATA(out, int32_t)[i] = locate(&search, string_at(&s, i), string_at(&t, i), int_at(&start, i));
    }
    return true;
}

static struct expr *locate_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 3) {
        call->nullable = call->children[0]->nullable || call->children[1]->nullable;
        return call;
    }
    struct expr *arguments[] = {call->children[0], call->children[1], expr_int(r->arena, 1)};
    return resolve_call(r, call->call.function, call->call.name, arguments, 3, call->origin, err);
}

static struct string replace_collated(const struct search *search, struct string s, struct string old,
                                      struct string by) {
    size_t size;
    int64_t at = old.size ? search_find(search, s, old, 0, &size) : -1;
    if (at < 0) return s;
    struct text out;
    text_init(&out, search->arena);
    size_t from = 0;
    for (; at >= 0; at = search_find(search, s, old, from, &size)) {
        text_add_bytes(&out, s.data + from, (size_t)at - from);
        text_add_bytes(&out, by.data, by.size);
        from = (size_t)at + size;
    }
    text_add_bytes(&out, s.data + from, s.size - from);
    return string_make(out.data, out.size);
}

static uint64_t occurrences(struct string s, struct string old) {
    uint64_t count = 0;
    if (old.size == 1)
        for (uint32_t i = 0; i < s.size; i++) count += s.data[i] == *old.data;
    else
        for (int64_t at = 0; (at = string_find(s, old, (size_t)at)) >= 0; at += old.size) count++;
    return count;
}

/* old, which is not empty, becomes by; to has room for it. Returns the end. */
static char *replace_bytes(struct string s, struct string old, struct string by, char *to) {
    size_t from = 0;
    for (int64_t at; (at = string_find(s, old, from)) >= 0; from = (size_t)at + old.size) {
        memcpy(to, s.data + from, (size_t)at - from);
        to += (size_t)at - from;
        memcpy(to, by.data, by.size);
        to += by.size;
    }
    memcpy(to, s.data + from, s.size - from);
    return to + (s.size - from);
}

static bool replace_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), t = vector_view(call->arena, &arguments[1], rows);
    struct view by = vector_view(call->arena, &arguments[2], rows);
    struct search search = search_of(call, 0);
    struct string_room room = {.arena = call->arena};
    struct string *to = out->data;
    search.keeps_blanks = true;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string text = string_at(&s, i), old = string_at(&t, i), instead = string_at(&by, i);
        uint64_t count = search.collation || !old.size ? 0 : occurrences(text, old);
        if (search.collation) {
            to[i] = replace_collated(&search, text, old, instead);
        } else if (!count) {
            to[i] = text;
        } else {
            uint64_t size = text.size - count * old.size + count * instead.size;
            if (size > STRING_MAX) return string_too_large(call, size, err);
            to[i] = string_room_close(&room, replace_bytes(text, old, instead, string_room_open(&room, size)));
        }
    }
    return true;
}

static struct expr *replace_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 3) return call;
    struct expr *arguments[] = {call->children[0], call->children[1], expr_string(r->arena, "", 0)};
    return resolve_call(r, call->call.function, call->call.name, arguments, 3, call->origin, err);
}

/* Each character of s that stands in `from` becomes the one at its place in `to`, or goes when there is none. */
static struct string translate(const struct search *search, struct string s, struct string from, struct string to) {
    struct text out;
    text_init(&out, search->arena);
    for (const char *p = s.data, *end = s.data + s.size; p < end;) {
        unsigned n;
        utf8_decode(p, end, &n);
        int64_t index = search_character(search, from, string_make(p, n));
        struct string by = index < 0 ? string_make(p, n) : string_slice(to, index, 1);
        if (index >= 0 && by.size == 1 && !*by.data) by.size = 0; /* Spark's own mark of a character to drop */
        text_add_bytes(&out, by.data, by.size);
        p += n;
    }
    return string_make(out.data ? out.data : "", out.size);
}

enum { TRANSLATE_DROP = 256 };

/* What every byte becomes, when `from` and `to` are ASCII; other bytes stay. */
static bool translate_table(struct string from, struct string to, uint16_t table[256]) {
    if (!utf8_is_ascii(from.data, from.size) || !utf8_is_ascii(to.data, to.size)) return false;
    for (uint32_t c = 0; c < 256; c++) table[c] = (uint16_t)c;
    for (uint32_t i = from.size; i-- > 0;) /* the first of the same characters counts */
        table[(uint8_t)from.data[i]] = i < to.size && to.data[i] ? (uint8_t)to.data[i] : TRANSLATE_DROP;
    return true;
}

static struct string translate_bytes(struct string_room *room, struct string s, const uint16_t table[256]) {
    char *to = string_room_open(room, s.size);
    for (uint32_t i = 0; i < s.size; i++) {
        uint16_t by = table[(uint8_t)s.data[i]];
        *to = (char)by;
        to += by != TRANSLATE_DROP;
    }
    return string_room_close(room, to);
}

static bool translate_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), from = vector_view(call->arena, &arguments[1], rows);
    struct view to = vector_view(call->arena, &arguments[2], rows);
    struct search search = search_of(call, 0);
    struct string_room room = {.arena = call->arena};
    uint16_t table[256];
    bool constant = arguments[1].form == VECTOR_CONSTANT && arguments[2].form == VECTOR_CONSTANT && rows;
    bool bytes = constant && !search.collation && translate_table(string_at(&from, 0), string_at(&to, 0), table);
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, struct string)
    [i] = bytes ? translate_bytes(&room, string_at(&s, i), table)
                : translate(&search, string_at(&s, i), string_at(&from, i), string_at(&to, i));
    return true;
}

enum { TRIM_LEFT = 1, TRIM_RIGHT = 2 };

static struct string trim_set(const struct search *search, struct string s, struct string set, int sides) {
    const char *from = s.data, *end = s.data + s.size;
    while (sides & TRIM_LEFT && from < end) {
        unsigned n;
        utf8_decode(from, end, &n);
        if (search_character(search, set, string_make(from, n)) < 0) break;
        from += n;
    }
    while (sides & TRIM_RIGHT && from < end) {
        const char *last = end - 1;
        while (last > from && (*last & 0xC0) == 0x80) last--;
        if (search_character(search, set, string_make(last, (size_t)(end - last))) < 0) break;
        end = last;
    }
    return string_make(from, (size_t)(end - from));
}

static struct string trim_blanks(struct string s, int sides) {
    const char *from = s.data, *end = s.data + s.size;
    while (sides & TRIM_LEFT && from < end && *from == ' ') from++;
    while (sides & TRIM_RIGHT && from < end && end[-1] == ' ') end--;
    return string_make(from, (size_t)(end - from));
}

static int trim_sides(const struct call *call) {
    char c = call->expr->call.function->name[0];
    return c == 'l' ? TRIM_LEFT : c == 'r' ? TRIM_RIGHT : TRIM_LEFT | TRIM_RIGHT;
}

/* trim(s); with two arguments the internal form trim(s, set), whatever the order was written. */
static bool trim_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), set = {0};
    bool given = call->expr->child_count == 2;
    if (given) set = vector_view(call->arena, &arguments[1], rows);
    int sides = trim_sides(call);
    struct search search = search_of(call, 0);
    bool plain = !given && !search.collation;
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, struct string)
    [i] = plain ? trim_blanks(string_at(&s, i), sides)
                : trim_set(&search, string_at(&s, i), given ? string_at(&set, i) : string_make(" ", 1), sides);
    return true;
}

/* Two arguments come as (set, string) from SQL's ltrim(set, str). */
static struct expr *trim_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2 && !call->call.data) {
        struct expr *first = call->children[0];
        call = expr_copy_node(r->arena, call);
        call->children[0] = call->children[1];
        call->children[1] = first;
        call->call.data = call; /* in order now */
    }
    for (uint32_t i = 0; i < call->child_count; i++) {
        TRY_NULL(resolve_argument(r, call, i, "STRING", err));
        call->nullable |= call->children[i]->nullable;
    }
    return call;
}

/* The part before the count-th delimiter; from the right when count is negative. */
static struct string substring_index(const struct search *search, struct string s, struct string delimiter,
                                     int32_t count) {
    if (count == 0 || delimiter.size == 0) return string_make("", 0);
    size_t size;
    if (count > 0) {
        int64_t at = -1;
        for (size_t from = 0; count-- > 0; from = (size_t)at + 1)
            if ((at = search_find(search, s, delimiter, from, &size)) < 0) return s;
        return string_make(s.data, (size_t)at);
    }
    size_t end = s.size;
    for (int64_t left = -(int64_t)count;; left--) {
        int64_t at = search_find_last(search, s, delimiter, end, &size);
        if (at < 0) return s;
        size_t behind = (size_t)at + size;
        if (left == 1) return string_make(s.data + behind, s.size - behind);
        end = behind - 1; /* delimiters may overlap */
    }
}

static bool substring_index_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                   struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), d = vector_view(call->arena, &arguments[1], rows);
    struct view count = vector_view(call->arena, &arguments[2], rows);
    struct search search = search_of(call, 0);
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, struct string)
    [i] = substring_index(&search, string_at(&s, i), string_at(&d, i), int_at(&count, i));
    return true;
}

const struct function string_search_functions[] = {
    STRING_FUNCTION("contains", "(TEXT, TEXT) BOOLEAN", contains_kernel, .resolve = same_kind_resolve,
                    .usage = "contains(left, right) - Is right a part of left?",
                    .example = "contains('kingfisher', 'fish') => true", .since = "3.3.0"),
    STRING_FUNCTION("startswith", "(TEXT, TEXT) BOOLEAN", starts_kernel, .resolve = same_kind_resolve,
                    .usage = "startswith(left, right) - Does left begin with right?",
                    .example = "startswith('kingfisher', 'king') => true", .since = "3.3.0"),
    STRING_FUNCTION("endswith", "(TEXT, TEXT) BOOLEAN", ends_kernel, .resolve = same_kind_resolve,
                    .usage = "endswith(left, right) - Does left end with right?",
                    .example = "endswith('kingfisher', 'king') => false", .since = "3.3.0"),
    STRING_FUNCTION("instr", "(STRING, STRING) INT", instr_kernel,
                    .usage = "instr(str, substr) - Position, from 1, of substr in str; 0 when it is not there.",
                    .example = "instr('kingfisher', 'fish') => 5", .since = "1.5.0"),
    {.name = "locate",
     .class = FUNCTION_SCALAR,
     .signature = "(STRING, STRING [, INT]) INT",
     .kernel = locate_kernel,
     .resolve = locate_resolve,
     .group = "string_funcs",
     .usage = "locate(substr, str[, pos]) - Position of substr in str at or behind pos; 0 when it is not there.",
     .example = "locate('is', 'this is', 4) => 6",
     .since = "1.5.0"},
    {.name = "position",
     .class = FUNCTION_SCALAR,
     .signature = "(STRING, STRING [, INT]) INT",
     .kernel = locate_kernel,
     .resolve = locate_resolve,
     .group = "string_funcs",
     .usage = "position(substr, str[, pos]) - Position of substr in str at or behind pos; 0 when it is not there.",
     .example = "position('is', 'this') => 3",
     .since = "2.3.0"},
    STRING_FUNCTION("replace", "(STRING, STRING [, STRING]) STRING", replace_kernel, .resolve = replace_resolve,
                    .usage = "replace(str, search[, replace]) - Each search becomes replace, or goes.",
                    .example = "replace('abcabc', 'b', 'x') => axcaxc", .since = "2.3.0"),
    STRING_FUNCTION("translate", "(STRING, STRING, STRING) STRING", translate_kernel,
                    .usage = "translate(input, from, to) - Characters of from become those at the same place in to.",
                    .example = "translate('roost', 'ot', '0') => r00s", .since = "1.5.0"),
    STRING_FUNCTION("trim", "(ANY [, ANY]) STRING", trim_kernel, .resolve = trim_resolve,
                    .usage = "trim(str) - str without blanks at its ends.",
                    .example = "concat('[', trim('  owl '), ']') => [owl]", .since = "1.5.0"),
    STRING_FUNCTION("btrim", "(STRING [, STRING]) STRING", trim_kernel,
                    .usage = "btrim(str[, trimStr]) - str without the characters of trimStr at its ends.",
                    .example = "btrim('xxowlx', 'x') => owl", .since = "3.2.0"),
    STRING_FUNCTION("ltrim", "(ANY [, ANY]) STRING", trim_kernel, .resolve = trim_resolve,
                    .usage = "ltrim(str) - str without blanks at its left.",
                    .example = "concat('[', ltrim('  owl '), ']') => [owl ]", .since = "1.5.0"),
    STRING_FUNCTION("rtrim", "(ANY [, ANY]) STRING", trim_kernel, .resolve = trim_resolve,
                    .usage = "rtrim(str) - str without blanks at its right.",
                    .example = "concat('[', rtrim('  owl '), ']') => [  owl]", .since = "1.5.0"),
    STRING_FUNCTION(
        "substring_index", "(STRING, STRING, INT) STRING", substring_index_kernel,
        .usage =
            "substring_index(str, delim, count) - What stands before the count-th delim, from the right when negative.",
        .example = "substring_index('a.b.c', '.', 2) => a.b", .since = "1.5.0"),
    {0},
};
