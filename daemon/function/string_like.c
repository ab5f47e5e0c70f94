/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LIKE and its kin, without regular expressions: a pattern is taken apart into pieces of plain text, `_` and `%`,
 * and matched by going back to the last `%` when a piece fails, so that time is at most product of the lengths.
 * The commonest forms (no wildcard, 'x%', '%x', '%x%', '%x%y%') are recognised and compared by bytes.
 */
#include <string.h>

#include "function/collated.h"
#include "function/string_case.h"

enum { LIKE_ANY = 0x110000, LIKE_ONE = 0x110001 }; /* beyond Unicode: % and _ among code points */
enum like_shape { LIKE_GENERAL, LIKE_EQUAL, LIKE_PREFIX, LIKE_SUFFIX, LIKE_CONTAINS, LIKE_PIECES };

struct like {
    enum like_shape shape;
    struct string plain;   /* all shapes but GENERAL and PIECES */
    struct string *pieces; /* PIECES: what stands between %s; the first and last may be empty */
    uint32_t piece_count;
    uint32_t *codes;
    uint32_t count;
};

static const char *sql_quoted(struct arena *arena, struct string s) {
    struct text out;
    text_init(&out, arena);
    text_add_char(&out, '\'');
    for (uint32_t i = 0; i < s.size; i++) {
        if (s.data[i] == '\\' || s.data[i] == '\'') text_add_char(&out, '\\');
        text_add_char(&out, s.data[i]);
    }
    text_add_char(&out, '\'');
    return text_finish(&out);
}

/* Pattern to code points; ESC_AT_THE_END, ESC_IN_THE_MIDDLE. */
static bool read_pattern(struct arena *arena, struct string pattern, uint32_t escape, struct like *like,
                         struct error *err) {
    like->codes = arena_bytes_array(arena, (size_t)pattern.size + 1, sizeof *like->codes);
    like->count = 0;
    for (const char *p = pattern.data, *end = p + pattern.size; p < end;) {
        unsigned n;
        uint32_t code = utf8_decode(p, end, &n);
        p += n;
        if (code == escape) {
            if (p == end)
                return error_set(err, "INVALID_FORMAT.ESC_AT_THE_END", "format", sql_quoted(arena, pattern), NULL);
            uint32_t next = utf8_decode(p, end, &n);
            if (next != '%' && next != '_' && next != escape) {
                error_set(err, "INVALID_FORMAT.ESC_IN_THE_MIDDLE", "format", sql_quoted(arena, pattern), NULL);
                return error_add(err, "char", "'%.*s'", (int)n, p);
            }
            p += n;
            like->codes[like->count++] = next;
        } else {
            like->codes[like->count++] = code == '%' ? LIKE_ANY : code == '_' ? LIKE_ONE : code;
        }
    }
    return true;
}

/* Text and % alone: the pieces, as a pattern x%y is ("x", "y") and %y% is ("", "y", ""). */
static void find_pieces(struct arena *arena, struct like *like) {
    for (uint32_t i = 0; i < like->count; i++)
        if (like->codes[i] == LIKE_ONE) return;
    like->pieces = ARENA_ARRAY(arena, struct string, like->count + 1);
    for (uint32_t i = 0; i <= like->count; i++) {
        struct text piece;
        text_init(&piece, arena);
        for (; i < like->count && like->codes[i] != LIKE_ANY; i++) text_add_code_point(&piece, like->codes[i]);
        like->pieces[like->piece_count++] = string_make(piece.data ? piece.data : "", piece.size);
    }
    like->shape = LIKE_PIECES;
}

static void find_shape(struct arena *arena, struct like *like) {
    uint32_t first = 0, last = like->count;
    bool before = last > first && like->codes[first] == LIKE_ANY;
    bool after = last > first + before && like->codes[last - 1] == LIKE_ANY;
    first += before;
    last -= after;
    struct text plain;
    text_init(&plain, arena);
    for (uint32_t i = first; i < last; i++) {
        if (like->codes[i] >= LIKE_ANY) {
            find_pieces(arena, like);
            return;
        }
        text_add_code_point(&plain, like->codes[i]);
    }
    like->plain = string_make(plain.data ? plain.data : "", plain.size);
    like->shape = before ? after || first == last ? LIKE_CONTAINS : LIKE_SUFFIX : after ? LIKE_PREFIX : LIKE_EQUAL;
}

static bool compile(struct arena *arena, struct string pattern, uint32_t escape, struct like *like, struct error *err) {
    *like = (struct like){0};
    TRY(read_pattern(arena, pattern, escape, like, err));
    find_shape(arena, like);
    return true;
}

static bool match_general(const struct like *like, struct string s) {
    const char *p = s.data, *end = s.data + s.size, *retry_text = NULL;
    uint32_t i = 0, retry = 0;
    for (;;) {
        unsigned n = 0;
        if (i < like->count && like->codes[i] == LIKE_ANY) {
            retry = ++i;
            retry_text = p;
            continue;
        }
        if (p == end && i == like->count) return true;
        uint32_t code = p < end ? utf8_decode(p, end, &n) : 0;
        if (i < like->count && p < end && (like->codes[i] == LIKE_ONE || like->codes[i] == code)) {
            i++;
            p += n;
            continue;
        }
        if (!retry_text || retry_text >= end) return false;
        retry_text += utf8_length((uint8_t)*retry_text);
        p = retry_text;
        i = retry;
    }
}

/* The first piece at the start, the last at the end, the others in order between them. */
static bool match_pieces(const struct like *like, struct string s) {
    struct string first = like->pieces[0], last = like->pieces[like->piece_count - 1];
    if (s.size < (size_t)first.size + last.size || !string_starts(s, first) || !string_ends(s, last)) return false;
    const char *p = s.data + first.size, *end = s.data + s.size - last.size;
    for (uint32_t i = 1; i + 1 < like->piece_count; i++) {
        struct string piece = like->pieces[i];
        if (!piece.size) continue;
        int64_t at = string_find(string_make(p, (size_t)(end - p)), piece, 0);
        if (at < 0) return false;
        p += at + piece.size;
    }
    return true;
}

static bool matches(const struct like *like, struct string s) {
    switch (like->shape) {
        case LIKE_EQUAL: return string_equal(s, like->plain);
        case LIKE_PREFIX: return string_starts(s, like->plain);
        case LIKE_SUFFIX: return string_ends(s, like->plain);
        case LIKE_CONTAINS: return string_find(s, like->plain, 0) >= 0;
        case LIKE_PIECES: return match_pieces(like, s);
        default: return match_general(like, s);
    }
}

/* The last pattern, compiled; rows of one pattern, the usual case, compile once. */
struct like_memory {
    struct arena *arena;
    bool any;
    struct string pattern;
    uint32_t escape;
    struct like like;
};

static bool prepare_like(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                         struct error *err) {
    uint32_t count = call->expr->child_count;
    struct like_memory *memories = ARENA_ARRAY(arena, struct like_memory, count);
    for (uint32_t i = 0; i < count; i++) memories[i].arena = arena_scratch(arena);
    *state = memories;
    return true;
}

static const struct like *like_of(struct call *call, uint32_t argument, struct string pattern, uint32_t escape,
                                  bool lower, struct error *err) {
    struct like_memory *m = (struct like_memory *)call->state + argument;
    if (m->any && m->escape == escape && string_equal(m->pattern, pattern)) return &m->like;
    arena_reset(m->arena);
    m->any = false;
    m->pattern = string_copy(m->arena, pattern);
    m->escape = escape;
    if (!compile(m->arena, lower ? string_lower(m->arena, m->pattern) : m->pattern, escape, &m->like, err)) return NULL;
    m->any = true;
    return &m->like;
}

/* The escape character has to be written as such. */
static struct expr *resolve_like(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count < 3) return call;
    const struct expr *escape = call->children[2];
    if (escape->kind == EXPR_LITERAL && type_is_string(escape->type) && !expr_is_null_literal(escape)) {
        struct string s = *VECTOR_DATA(escape->literal, struct string);
        if (utf8_utf16_count(s.data, s.size) == 1) return call;
    }
    error_set(err, "INVALID_ESCAPE_CHAR", "sqlExpr", quoted_expr(r->arena, escape), NULL);
    error_at(err, call->origin);
    return NULL;
}

static uint32_t escape_at(const struct vector *arguments, uint32_t count, uint32_t row) {
    if (count < 3) return '\\';
    struct string s = VECTOR_DATA(&arguments[2], struct string)[vector_entry(&arguments[2], row)];
    unsigned n;
    return s.size ? utf8_decode(s.data, s.data + s.size, &n) : UINT32_MAX;
}

#define MATCH_ROWS(expression)                                                                                         \
    for (uint32_t i = 0; i < rows; i++) {                                                                              \
        if (!row_is_wanted(out, i)) continue;                                                                          \
        const struct string s = string_at(texts, i);                                                                   \
        to[i] = (expression);                                                                                          \
    }                                                                                                                  \
    break

/* One pattern for all rows: a loop per shape. */
static void match_rows(const struct like *like, const struct view *texts, uint32_t rows, struct vector *out) {
    const struct string plain = like->plain;
    uint8_t *to = out->data;
    switch (like->shape) {
        case LIKE_EQUAL: MATCH_ROWS(string_equal(s, plain));
        case LIKE_PREFIX: MATCH_ROWS(string_starts(s, plain));
        case LIKE_SUFFIX: MATCH_ROWS(string_ends(s, plain));
        case LIKE_CONTAINS: MATCH_ROWS(string_find(s, plain, 0) >= 0);
        default: MATCH_ROWS(matches(like, s));
    }
}

static bool is_constant(const struct vector *v) {
    return v->form == VECTOR_CONSTANT;
}

static bool like_rows(struct call *call, const struct vector *arguments, uint32_t rows, bool lower, struct vector *out,
                      struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    uint32_t count = call->expr->child_count;
    bool one = is_constant(&arguments[1]) && (count < 3 || is_constant(&arguments[2])) && !lower;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        const struct like *like = like_of(call, 1, string_at(&p, i), escape_at(arguments, count, i), lower, err);
        if (!like) return false;
        if (one) {
            match_rows(like, &s, rows, out);
            break;
        }
        struct string text = string_at(&s, i);
        VECTOR_DATA(out, uint8_t)[i] = matches(like, lower ? string_lower(call->arena, text) : text);
    }
    return true;
}

static bool like_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return like_rows(call, arguments, rows, argument_ignores_case(call, 0), out, err);
}

static bool ilike_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    return like_rows(call, arguments, rows, true, out, err);
}

/* like_any, like_all and their negations: three-valued OR or AND over the patterns. */
static bool like_many(struct call *call, const struct vector *arguments, uint32_t rows, bool any, bool negated,
                      struct vector *out, struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows);
    bool lower = argument_ignores_case(call, 0);
    for (uint32_t i = 0; i < rows; i++) {
        bool unknown = false, decided = false;
        if (null_at(&s, i)) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        for (uint32_t a = 1; a < call->expr->child_count && !decided; a++) {
            if (vector_is_null(&arguments[a], i)) {
                unknown = true;
                continue;
            }
            struct string pattern = VECTOR_DATA(&arguments[a], struct string)[vector_entry(&arguments[a], i)];
            const struct like *like = like_of(call, a, pattern, '\\', lower, err);
            if (!like) return false;
            struct string text = string_at(&s, i);
            decided = (matches(like, lower ? string_lower(call->arena, text) : text) != negated) == any;
        }
        VECTOR_DATA(out, uint8_t)[i] = decided == any;
        if (!decided && unknown) vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

#define LIKE_MANY(name, any, negated)                                                                                  \
    static bool name##_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,    \
                              struct error *err) {                                                                     \
        return like_many(call, arguments, rows, any, negated, out, err);                                               \
    }
LIKE_MANY(like_any, true, false)
LIKE_MANY(like_all, false, false)
LIKE_MANY(not_like_any, true, true)
LIKE_MANY(not_like_all, false, true)

static struct expr *nullable_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->nullable = true;
    return call;
}

#define MANY(fname, shown)                                                                                             \
    {                                                                                                                  \
        .name = #fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_INTERNAL,                                          \
        .signature = "(STRING, STRING...) BOOLEAN", .kernel = fname##_kernel, .resolve = nullable_resolve,             \
        .prepare = prepare_like, .group = "predicate_funcs", .usage = shown " - LIKE with several patterns."           \
    }

const struct function string_like_functions[] = {
    {.name = "like",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT,
     .signature = "(STRING, STRING [, ANY]) BOOLEAN",
     .resolve = resolve_like,
     .kernel = like_kernel,
     .prepare = prepare_like,
     .group = "predicate_funcs",
     .usage = "str like pattern[ ESCAPE escape] - % stands for any text, _ for one character.",
     .example = "'heron' like 'h%n' => true",
     .since = "1.0.0"},
    {.name = "ilike",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT,
     .signature = "(STRING, STRING [, ANY]) BOOLEAN",
     .resolve = resolve_like,
     .kernel = ilike_kernel,
     .prepare = prepare_like,
     .group = "predicate_funcs",
     .usage = "str ilike pattern[ ESCAPE escape] - like, whatever the case.",
     .example = "'HERON' ilike 'h%n' => true",
     .since = "3.3.0"},
    MANY(like_any, "str LIKE ANY (pattern, ...)"),
    MANY(like_all, "str LIKE ALL (pattern, ...)"),
    MANY(not_like_any, "str NOT LIKE ANY (pattern, ...)"),
    MANY(not_like_all, "str NOT LIKE ALL (pattern, ...)"),
    {0},
};
