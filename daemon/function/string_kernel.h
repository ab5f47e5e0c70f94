/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What string kernels share: rows of strings in, rows of strings, numbers or booleans out.
 *
 * A result that is a piece of an argument shares its bytes; only new bytes are taken from call->arena.
 */
#ifndef ROOST_FUNCTION_STRING_KERNEL_H
#define ROOST_FUNCTION_STRING_KERNEL_H

#include "base/text.h"
#include "expr/evaluate.h"
#include "expr/function.h"
#include "expr/resolve.h"
#include "function/string_room.h"

static inline bool row_is_wanted(const struct vector *out, uint32_t row) {
    return !out->validity || bit_get(out->validity, row);
}
static inline struct string string_at(const struct view *v, uint32_t row) {
    return ((const struct string *)v->data)[view_entry(v, row)];
}
static inline int32_t int_at(const struct view *v, uint32_t row) {
    return ((const int32_t *)v->data)[view_entry(v, row)];
}
static inline int64_t long_at(const struct view *v, uint32_t row) {
    return ((const int64_t *)v->data)[view_entry(v, row)];
}
static inline bool bool_at(const struct view *v, uint32_t row) {
    return ((const uint8_t *)v->data)[view_entry(v, row)];
}
static inline bool null_at(const struct view *v, uint32_t row) {
    return view_is_null(v, view_entry(v, row));
}

/* Strings that lie end to end, as in a column that nobody has picked rows from, without NULLs. */
struct string_run {
    const char *end; /* behind the last one's bytes; NULL: they do not */
    bool is_ascii;   /* all of them: what counts characters may count bytes */
};
struct string_run string_run_of(const struct vector *v, uint32_t rows);
/* A piece of s by code points: `start` from 0, `count` of them. */
struct string string_slice(struct string s, int64_t start, int64_t count);
/* Byte offset of needle in s at or behind byte `from`, or -1. */
int64_t string_find(struct string s, struct string needle, size_t from);
static inline bool string_starts(struct string s, struct string prefix) {
    return s.size >= prefix.size && memcmp(s.data, prefix.data, prefix.size) == 0;
}
static inline bool string_ends(struct string s, struct string suffix) {
    return s.size >= suffix.size && memcmp(s.data + s.size - suffix.size, suffix.data, suffix.size) == 0;
}
/* s, with U+FFFD for what is not UTF-8, as Java reads bytes. */
struct string string_make_valid(struct arena *arena, struct string s);
/* The largest string that a function may make: 2 GiB less a little, as a Java array. */
enum { STRING_MAX = INT32_MAX - 15 };
/* OUT_OF_MEMORY: a result too large for a string. Returns false. */
bool string_too_large(const struct call *call, uint64_t size, struct error *err);

/* reverse() and concat() of strings, for the rows that decide by type. */
bool string_reverse_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err);
bool string_concat_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err);

/* Rows of a table: a STRICT function. */
#define STRING_FUNCTION(fname, sig, fn, ...)                                                                           \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT, .signature = sig, .kernel = fn,             \
        .group = "string_funcs", __VA_ARGS__                                                                           \
    }

#endif
