/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings: length, pieces, case, concatenation, padding, repetition.
 *
 * Positions and lengths are in code points; where a string is all ASCII, which one pass over it tells, they are bytes.
 * Case mapping beyond ASCII is simple mapping, one code point to one (string_case.c).
 */
#include <string.h>

#include "base/vectorized.h"
#include "function/string_case.h"
#include "function/string_kernel.h"

struct string string_slice(struct string s, int64_t start, int64_t count) {
    if (count <= 0 || start >= s.size) return string_make(s.data, 0);
    size_t from = utf8_offset(s.data, s.size, (size_t)start);
    const char *rest = s.data + from;
    size_t left = s.size - from;
    return string_make(rest, (uint64_t)count >= left ? left : utf8_offset(rest, left, (size_t)count));
}

/* memmem() makes tables first, which does not pay in short texts: there the needle's first two bytes are looked for. */
int64_t string_find(struct string s, struct string needle, size_t from) {
    enum { SHORT_TEXT = 96 };
    if (from > s.size || needle.size > s.size - from) return -1;
    if (!needle.size) return (int64_t)from;
    const char *p = s.data + from, *found = NULL;
    size_t left = s.size - from;
    if (needle.size == 1) {
        found = memchr(p, *needle.data, left);
    } else if (left > SHORT_TEXT) {
        found = memmem(p, left, needle.data, needle.size);
    } else {
        uint16_t head = (uint16_t)needle.prefix, here;
        for (const char *last = p + left - needle.size; p <= last && !found; p++) {
            memcpy(&here, p, sizeof here);
            if (here == head && memcmp(p + 2, needle.data + 2, needle.size - 2) == 0) found = p;
        }
    }
    return found ? found - s.data : -1;
}

bool string_too_large(const struct call *call, uint64_t size, struct error *err) {
    error_out_of_memory(err, "string", STRING_MAX, (size_t)size);
    return error_at(err, call->expr->origin);
}

/* Of NULL rows, too: their entries say nothing, but are there. */
static bool byte_lengths(struct call *call, const struct vector *arguments, uint32_t rows, uint32_t factor,
                         struct vector *out) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) VECTOR_DATA(out, uint32_t)[i] = string_at(&in, i).size * factor;
    return true;
}

/* Each string but the first begins where the one before ends. */
VECTORIZED static bool strings_follow(const struct string *s, uint32_t rows) {
    uint64_t broken = 0;
    for (uint32_t i = 1; i < rows; i++) broken |= (uintptr_t)s[i].data ^ ((uintptr_t)s[i - 1].data + s[i - 1].size);
    return !broken;
}

struct string_run string_run_of(const struct vector *v, uint32_t rows) {
    const struct string *s = v->data;
    if (!rows || v->form != VECTOR_FLAT || v->validity || !strings_follow(s, rows)) return (struct string_run){0};
    struct string_run run = {.end = s[rows - 1].data + s[rows - 1].size};
    run.is_ascii = utf8_is_ascii(s[0].data, (size_t)(run.end - s[0].data));
    return run;
}

/* The characters of each string of a run: bytes that begin one, looked at as many at once as short strings have. What
 * lies behind a string is read, too, and not counted. */
VECTORIZED static void count_run(const struct string *s, uint32_t rows, const char *end, int32_t *out) {
    enum { SHORT = 32, FIRST_BYTE = -64 };
    for (uint32_t i = 0; i < rows; i++) {
        if (s[i].size > SHORT || end - s[i].data < SHORT) {
            out[i] = (int32_t)utf8_count(s[i].data, s[i].size);
            continue;
        }
        const int8_t *bytes = (const int8_t *)s[i].data;
        uint8_t size = (uint8_t)s[i].size, count = 0;
        for (uint8_t k = 0; k < SHORT; k++) count += (uint8_t)((bytes[k] >= FIRST_BYTE) & (k < size));
        out[i] = count;
    }
}

static bool length_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    if (arguments[0].type->kind == TYPE_BINARY) return byte_lengths(call, arguments, rows, 1, out);
    struct string_run run = string_run_of(&arguments[0], rows);
    if (run.is_ascii) return byte_lengths(call, arguments, rows, 1, out);
    int32_t *result = out->data;
    if (run.end) {
        count_run(arguments[0].data, rows, run.end, result);
        return true;
    }
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        result[i] = (int32_t)utf8_count(s.data, s.size);
    }
    return true;
}

static bool octet_length_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    return byte_lengths(call, arguments, rows, 1, out);
}

static bool bit_length_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    return byte_lengths(call, arguments, rows, 8, out);
}

typedef struct string map_case(struct string_case *c, struct string s);

static bool case_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                      map_case *map) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    struct string_case c = {.room = {.arena = call->arena}};
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, struct string)[i] = map(&c, string_at(&in, i));
    return true;
}

static bool upper_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    return case_rows(call, arguments, rows, out, string_upper_in);
}

static bool lower_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    return case_rows(call, arguments, rows, out, string_lower_in);
}

static bool initcap_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    return case_rows(call, arguments, rows, out, string_title_in);
}

/* Goes back `count` characters from the end. Returns how many of them there are not. */
static int64_t step_back(struct string *s, int64_t count) {
    const char *p = s->data + s->size;
    for (; count > 0 && p > s->data; count--)
        for (p--; p > s->data && (*p & 0xC0) == 0x80;) p--;
    *s = string_make(p, (size_t)(s->data + s->size - p));
    return count;
}

/* Positions from 1, from the end when negative; 0 is 1. Pieces that lie before the start are cut, as in Spark. */
static struct string substring(struct string s, int64_t position, int64_t length, bool bytes) {
    int64_t start = position > 0 ? position - 1 : position;
    if (position < 0) start = bytes ? start + s.size : -step_back(&s, -position);
    int64_t end = start + length; /* INT32_MAX is no more than that: behind a start far before the text it ends early */
    if (start < 0) start = 0;
    if (end <= start) return string_make(s.data, 0);
    if (!bytes) return string_slice(s, start, end - start);
    if (end > s.size) end = s.size;
    return end <= start ? string_make(s.data, 0) : string_make(s.data + start, (size_t)(end - start));
}

static bool substring_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    struct view position = vector_view(call->arena, &arguments[1], rows);
    struct view length = vector_view(call->arena, &arguments[2], rows);
    bool bytes = arguments[0].type->kind == TYPE_BINARY;
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, struct string)
    [i] = substring(string_at(&in, i), int_at(&position, i), int_at(&length, i), bytes);
    return true;
}

static struct expr *substring_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 3) return call;
    struct expr *arguments[] = {call->children[0], call->children[1], expr_int(r->arena, INT32_MAX)};
    return resolve_call(r, call->call.function, call->call.name, arguments, 3, call->origin, err);
}

/* left(s, n) and right(s, n) are substrings; names show what was written. */
static struct expr *replaced(struct resolver *r, struct expr *call, struct expr *by) {
    if (!by) return NULL;
    struct expr *copy = expr_copy_node(r->arena, by);
    copy->pretty = call;
    return copy;
}

static struct expr *left_resolve(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *arguments[] = {call->children[0], expr_int(r->arena, 1), call->children[1]};
    return replaced(r, call, resolve_named(r, "substring", arguments, 3, call->origin, err));
}

/* Spark writes right() as a CASE, which it holds to be nullable. */
static struct expr *nullable_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->nullable = true;
    return call;
}

static bool right_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    struct view length = vector_view(call->arena, &arguments[1], rows);
    bool bytes = arguments[0].type->kind == TYPE_BINARY || string_run_of(&arguments[0], rows).is_ascii;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        int64_t n = int_at(&length, i);
        VECTOR_DATA(out, struct string)[i] = n <= 0 ? string_make("", 0) : substring(s, -n, INT32_MAX, bytes);
    }
    return true;
}

static void reverse_bytes(const char *s, size_t size, char *out) {
    for (; size >= 8; size -= 8, s += 8) {
        uint64_t word;
        memcpy(&word, s, 8);
        word = __builtin_bswap64(word);
        memcpy(out + size - 8, &word, 8);
    }
    while (size--) out[size] = *s++;
}

static void reverse_characters(const char *s, size_t size, char *out) {
    char *at = out + size;
    for (const char *p = s, *end = s + size; p < end;) {
        unsigned n = utf8_length((uint8_t)*p);
        if (n > (size_t)(end - p)) n = (unsigned)(end - p);
        at -= n;
        memcpy(at, p, n);
        p += n;
    }
}

bool string_reverse_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    struct string_room room = {.arena = call->arena};
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        char *to = string_room_open(&room, s.size);
        if (utf8_is_ascii(s.data, s.size))
            reverse_bytes(s.data, s.size, to);
        else
            reverse_characters(s.data, s.size, to);
        VECTOR_DATA(out, struct string)[i] = string_room_close(&room, to + s.size);
    }
    return true;
}

static bool repeat_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows),
                times = vector_view(call->arena, &arguments[1], rows);
    struct string_room room = {.arena = call->arena};
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        int32_t n = int_at(&times, i);
        uint64_t size = n > 0 ? (uint64_t)s.size * (uint32_t)n : 0;
        if (size > STRING_MAX) return string_too_large(call, size, err);
        char *bytes = string_room_open(&room, size);
        for (uint64_t at = 0; at < size; at += s.size) memcpy(bytes + at, s.data, s.size);
        VECTOR_DATA(out, struct string)[i] = string_room_close(&room, bytes + size);
    }
    return true;
}

static char *put_string(char *to, struct string s) {
    if (s.size) memcpy(to, s.data, s.size);
    return to + s.size;
}

bool string_concat_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    uint32_t count = call->expr->child_count;
    struct view *in = arena_bytes_array(call->arena, count, sizeof *in);
    struct string_room room = {.arena = call->arena};
    for (uint32_t a = 0; a < count; a++) in[a] = vector_view(call->arena, &arguments[a], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        uint64_t size = 0;
        for (uint32_t a = 0; a < count; a++) size += string_at(&in[a], i).size;
        if (size > STRING_MAX) return string_too_large(call, size, err);
        char *at = string_room_open(&room, size);
        for (uint32_t a = 0; a < count; a++) at = put_string(at, string_at(&in[a], i));
        VECTOR_DATA(out, struct string)[i] = string_room_close(&room, at);
    }
    return true;
}

/* concat_ws: NULLs are left out, arrays stand for their elements; only a NULL separator gives NULL. A row is gone over
 * twice: to measure it, and to write it. */
struct joined {
    struct string separator;
    uint64_t size;
    char *at; /* NULL: only the size is asked for */
    bool any;
};

static void join(struct joined *j, struct string s) {
    j->size += s.size + (j->any ? j->separator.size : 0);
    if (j->at && j->any) j->at = put_string(j->at, j->separator);
    if (j->at) j->at = put_string(j->at, s);
    j->any = true;
}

static void join_argument(struct joined *j, const struct vector *v, uint32_t row) {
    if (vector_is_null(v, row)) return;
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind != TYPE_ARRAY) {
        join(j, VECTOR_DATA(v, struct string)[entry]);
        return;
    }
    struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
    const struct vector *elements = &v->children[0];
    for (uint32_t k = list.offset; k < list.offset + list.length; k++)
        if (!vector_is_null(elements, k)) join(j, VECTOR_DATA(elements, struct string)[vector_entry(elements, k)]);
}

static bool concat_ws_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    uint32_t count = call->expr->child_count;
    struct string_room room = {.arena = call->arena};
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(&arguments[0], i)) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        struct joined j = {.separator = VECTOR_DATA(&arguments[0], struct string)[vector_entry(&arguments[0], i)]};
        for (uint32_t a = 1; a < count; a++) join_argument(&j, &arguments[a], i);
        if (j.size > STRING_MAX) return string_too_large(call, j.size, err);
        j.at = string_room_open(&room, j.size);
        j.any = false;
        for (uint32_t a = 1; a < count; a++) join_argument(&j, &arguments[a], i);
        VECTOR_DATA(out, struct string)[i] = string_room_close(&room, j.at);
    }
    return true;
}

/* array<string>, where an array's elements become strings of themselves. */
static const struct type *strings_of(struct resolver *r, const struct type *t) {
    if (t->kind != TYPE_ARRAY || (t->element->kind != TYPE_NULL && !type_is_atomic(t->element))) return NULL;
    return type_array(r->arena, TYPE_OF(STRING), t->contains_null || t->element->kind == TYPE_NULL);
}

static struct expr *concat_ws_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 0)
        return resolve_wrong_count(r, call->call.name, 1, UINT32_MAX, 0, call->origin, err), NULL;
    for (uint32_t i = 0; i < call->child_count; i++) {
        const struct expr *a = call->children[i];
        bool strings = i && a->type->kind == TYPE_ARRAY && type_is_string(a->type->element);
        if (strings) continue;
        const struct type *to = i ? strings_of(r, a->type) : NULL;
        if (!to) to = coerce_implicit(r, a, "STRING");
        if (!to)
            return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i),
                                    "requiredType", i ? "(\"ARRAY<STRING>\" or \"STRING\")" : "\"STRING\"", "inputSql",
                                    quoted_expr(r->arena, a), "inputType", quoted_type(r->arena, a->type), NULL);
        call->children[i] = coerce_to(r, call->children[i], to);
    }
    call->type = TYPE_OF(STRING);
    call->nullable = call->children[0]->nullable;
    return call;
}

/* pad on the left or right to so many code points (bytes for BINARY), cutting what is longer. */
static struct string padded(struct string_room *room, struct string s, int64_t length, struct string pad, bool left,
                            bool bytes) {
    int64_t have = bytes ? s.size : (int64_t)utf8_count(s.data, s.size);
    if (length <= 0) return string_make("", 0);
    if (have >= length || pad.size == 0)
        return bytes ? string_make(s.data, (size_t)(have < length ? have : length)) : string_slice(s, 0, length);
    int64_t pad_length = bytes ? pad.size : (int64_t)utf8_count(pad.data, pad.size), need = length - have;
    struct string part =
        bytes ? string_make(pad.data, (size_t)(need % pad_length)) : string_slice(pad, 0, need % pad_length);
    size_t fill = (size_t)(need / pad_length) * pad.size + part.size;
    char *out = string_room_open(room, s.size + fill), *at = left ? out : out + s.size;
    put_string(left ? out + fill : out, s);
    if (pad.size == 1)
        memset(at, *pad.data, fill);
    else
        for (int64_t k = 0; k < need / pad_length; k++) at = put_string(at, pad);
    put_string(at, part);
    return string_room_close(room, out + s.size + fill);
}

static bool pad_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    struct view length = vector_view(call->arena, &arguments[1], rows),
                pad = vector_view(call->arena, &arguments[2], rows);
    bool left = call->expr->call.function->name[0] == 'l', bytes = arguments[0].type->kind == TYPE_BINARY;
    struct string_room room = {.arena = call->arena};
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        if (int_at(&length, i) > STRING_MAX) return string_too_large(call, (uint64_t)int_at(&length, i), err);
        VECTOR_DATA(out, struct string)
        [i] = padded(&room, string_at(&in, i), int_at(&length, i), string_at(&pad, i), left, bytes);
    }
    return true;
}

/* Bytes are filled up with bytes; beside a string they are text. */
static struct expr *pad_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 3) {
        bool bytes = call->children[0]->type->kind == TYPE_BINARY,
             filler_bytes = call->children[2]->type->kind == TYPE_BINARY;
        if (bytes == filler_bytes) return call;
        for (uint32_t i = 0; i < 3; i += 2) call->children[i] = coerce_to(r, call->children[i], TYPE_OF(STRING));
        call->type = TYPE_OF(STRING);
        return call;
    }
    bool binary = call->children[0]->type->kind == TYPE_BINARY;
    struct string filler = string_make(binary ? "\0" : " ", 1);
    struct expr *pad = expr_value(r->arena, binary ? TYPE_OF(BINARY) : TYPE_OF(STRING), &filler);
    struct expr *arguments[] = {call->children[0], call->children[1], pad};
    return resolve_call(r, call->call.function, call->call.name, arguments, 3, call->origin, err);
}

static bool ascii_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        unsigned n;
        VECTOR_DATA(out, int32_t)[i] = s.size ? (int32_t)utf8_decode(s.data, s.data + s.size, &n) : 0;
    }
    return true;
}

static bool chr_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        int64_t code = long_at(&in, i);
        char *bytes = arena_bytes(call->arena, 4);
        VECTOR_DATA(out, struct string)
        [i] = code < 0 ? string_make("", 0) : string_make(bytes, utf8_encode((uint32_t)(code & 0xFF), bytes));
    }
    return true;
}

static bool space_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        int32_t n = int_at(&in, i) > 0 ? int_at(&in, i) : 0;
        VECTOR_DATA(out, struct string)
        [i] = string_make(memset(arena_bytes(call->arena, (size_t)n), ' ', (size_t)n), (size_t)n);
    }
    return true;
}

const struct function string_basic_functions[] = {
    STRING_FUNCTION("length", "(STRING|BINARY) INT", length_kernel,
                    .usage = "length(expr) - Characters of a string, bytes of a binary value.",
                    .example = "length('Spark SQL ') => 10", .since = "1.5.0"),
    STRING_FUNCTION("char_length", "(STRING|BINARY) INT", length_kernel,
                    .usage = "char_length(expr) - Characters of a string, bytes of a binary value.",
                    .example = "char_length('abc') => 3", .since = "1.5.0"),
    STRING_FUNCTION("character_length", "(STRING|BINARY) INT", length_kernel,
                    .usage = "character_length(expr) - Characters of a string, bytes of a binary value.",
                    .example = "character_length('abc') => 3", .since = "1.5.0"),
    STRING_FUNCTION("len", "(STRING|BINARY) INT", length_kernel,
                    .usage = "len(expr) - Characters of a string, bytes of a binary value.",
                    .example = "len('abc') => 3", .since = "3.4.0"),
    STRING_FUNCTION("octet_length", "(STRING|BINARY) INT", octet_length_kernel,
                    .usage = "octet_length(expr) - Bytes of a value.", .example = "octet_length('é') => 2",
                    .since = "2.3.0"),
    STRING_FUNCTION("bit_length", "(STRING|BINARY) INT", bit_length_kernel,
                    .usage = "bit_length(expr) - Bits of a value.", .example = "bit_length('ab') => 16",
                    .since = "2.3.0"),
    STRING_FUNCTION("upper", "(STRING) STRING", upper_kernel, .usage = "upper(str) - All characters in upper case.",
                    .example = "upper('roost') => ROOST", .since = "1.0.1"),
    STRING_FUNCTION("ucase", "(STRING) STRING", upper_kernel, .usage = "ucase(str) - All characters in upper case.",
                    .example = "ucase('roost') => ROOST", .since = "1.0.1"),
    STRING_FUNCTION("lower", "(STRING) STRING", lower_kernel, .usage = "lower(str) - All characters in lower case.",
                    .example = "lower('RoOst') => roost", .since = "1.0.1"),
    STRING_FUNCTION("lcase", "(STRING) STRING", lower_kernel, .usage = "lcase(str) - All characters in lower case.",
                    .example = "lcase('RoOst') => roost", .since = "1.0.1"),
    STRING_FUNCTION("initcap", "(STRING) STRING", initcap_kernel,
                    .usage = "initcap(str) - Each word begins with an upper-case letter, the rest is lower case.",
                    .example = "initcap('a bird') => A Bird", .since = "1.5.0"),
    STRING_FUNCTION(
        "substring", "(STRING|BINARY, INT [, INT]) $1", substring_kernel, .resolve = substring_resolve,
        .usage = "substring(str, pos[, len]) - The piece that begins at pos (from 1; from the end when negative).",
        .example = "substring('perch', 2, 3) => erc", .since = "1.5.0"),
    STRING_FUNCTION(
        "substr", "(STRING|BINARY, INT [, INT]) $1", substring_kernel, .resolve = substring_resolve,
        .usage = "substr(str, pos[, len]) - The piece that begins at pos (from 1; from the end when negative).",
        .example = "substr('perch', -3) => rch", .since = "1.5.0"),
    STRING_FUNCTION("left", "(STRING|BINARY, INT) $1", NULL, .resolve = left_resolve,
                    .usage = "left(str, len) - The first len characters.", .example = "left('perch', 3) => per",
                    .since = "2.3.0"),
    STRING_FUNCTION("right", "(STRING, INT) STRING", right_kernel, .resolve = nullable_resolve,
                    .usage = "right(str, len) - The last len characters.", .example = "right('perch', 3) => rch",
                    .since = "2.3.0"),
    STRING_FUNCTION("repeat", "(STRING, INT) STRING", repeat_kernel, .usage = "repeat(str, n) - str, n times.",
                    .example = "repeat('ab', 2) => abab", .since = "1.5.0"),
    {.name = "concat_ws",
     .class = FUNCTION_SCALAR,
     .kernel = concat_ws_kernel,
     .resolve = concat_ws_resolve,
     .group = "string_funcs",
     .usage = "concat_ws(sep[, str | array(str)]...) - The strings that are not NULL, sep between them.",
     .example = "concat_ws('-', 'a', NULL, 'b') => a-b",
     .since = "1.5.0"},
    STRING_FUNCTION("lpad", "(TEXT, INT [, TEXT]) $1", pad_kernel, .resolve = pad_resolve,
                    .usage = "lpad(str, len[, pad]) - str filled up on the left, or cut, to len characters.",
                    .example = "lpad('7', 3, '0') => 007", .since = "1.5.0"),
    STRING_FUNCTION("rpad", "(TEXT, INT [, TEXT]) $1", pad_kernel, .resolve = pad_resolve,
                    .usage = "rpad(str, len[, pad]) - str filled up on the right, or cut, to len characters.",
                    .example = "rpad('7', 3, '0') => 700", .since = "1.5.0"),
    STRING_FUNCTION("ascii", "(STRING) INT", ascii_kernel,
                    .usage = "ascii(str) - Code point of the first character, 0 when there is none.",
                    .example = "ascii('A') => 65", .since = "1.5.0"),
    STRING_FUNCTION("chr", "(LONG) STRING", chr_kernel, .usage = "chr(n) - The character of code n modulo 256.",
                    .example = "chr(65) => A", .since = "2.3.0"),
    STRING_FUNCTION("char", "(LONG) STRING", chr_kernel, .usage = "char(n) - The character of code n modulo 256.",
                    .example = "char(65) => A", .since = "2.3.0"),
    STRING_FUNCTION("space", "(INT) STRING", space_kernel, .usage = "space(n) - n blanks.",
                    .example = "concat('a', space(2), 'b') => a  b", .since = "1.5.0"),
    {0},
};
