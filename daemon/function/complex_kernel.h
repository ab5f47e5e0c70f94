/* SPDX-License-Identifier: Apache-2.0 */
/* What functions on arrays, maps and structs share. */
#ifndef ROOST_FUNCTION_COMPLEX_KERNEL_H
#define ROOST_FUNCTION_COMPLEX_KERNEL_H

#include "column/row.h"
#include "expr/evaluate.h"
#include "expr/function.h"
#include "expr/resolve.h"

static inline bool wanted(const struct vector *out, uint32_t row) {
    return !out->validity || bit_get(out->validity, row);
}
static inline struct list_entry list_at(const struct vector *v, uint32_t row) {
    return VECTOR_DATA(v, struct list_entry)[vector_entry(v, row)];
}

enum { NO_ENTRY = UINT32_MAX };

/* out: row i is row indexes[i] of v, NULL where that is NO_ENTRY. Without NULLs nothing is copied. */
void gather(struct arena *arena, const struct vector *v, const uint32_t *indexes, uint32_t rows, struct vector *out);

/* DATA_DIFF_TYPES: the arguments from `first` on, every `step`-th, have no common type. Else casts them to it and
 * answers it; NULL with the error. No arguments: the NULL type. */
const struct type *common_argument_type(struct resolver *r, struct expr *call, uint32_t first, uint32_t step,
                                        struct error *err);
/* INVALID_MAP_KEY_TYPE: keys hold neither maps nor variants. */
bool check_map_key(struct resolver *r, const struct expr *call, const struct type *key, struct error *err);
/* What struct() and arrays_zip() call a field of this value: a column's or alias's own name; NULL if it has none. */
const char *own_field_name(const struct expr *e);
bool any_argument_nullable(const struct expr *call, uint32_t first, uint32_t step);

/* array.c */
kernel array_reverse_kernel;
/* What Java lets an array have. */
enum { MOST_ELEMENTS = 2147483632 };

/* A map of entries appended row by row: NULL keys and repeated keys as Spark treats them (mapKeyDedupPolicy). */
struct map_builder {
    struct builder list;
    const struct call *call;
    uint32_t begin; /* first entry of the row at hand */
};
void map_builder_init(struct map_builder *m, struct call *call, uint32_t rows);
bool map_builder_put(struct map_builder *m, const struct vector *keys, uint32_t key, const struct vector *values,
                     uint32_t value, struct error *err);
void map_builder_end(struct map_builder *m);
void map_builder_null(struct map_builder *m);
const struct vector *map_builder_finish(struct map_builder *m);

#define COMPLEX_FUNCTION(fname, kind, sig, fn, res, ...)                                                               \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .signature = sig, .kernel = fn, .resolve = res, .group = kind,        \
        __VA_ARGS__                                                                                                    \
    }

#endif
