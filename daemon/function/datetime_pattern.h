/* SPDX-License-Identifier: Apache-2.0 */
/* The pattern argument of functions, compiled: between datetime_format.c and datetime_parse.c. */
#ifndef ROOST_FUNCTION_DATETIME_PATTERN_H
#define ROOST_FUNCTION_DATETIME_PATTERN_H

#include "base/pattern.h"
#include "function/datetime_kernel.h"

static const char default_pattern[] = "yyyy-MM-dd HH:mm:ss";

/* The pattern of the row before. arena: where the compiled pattern of a constant lives; NULL: it is none. */
struct pattern_memory {
    struct arena *arena;
    struct string text;
    const struct pattern *pattern;
};

/* prepare() of functions whose last argument is the pattern. */
bool pattern_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                     struct error *err);
/* The call's memory, or `local` when its pattern varies. */
struct pattern_memory *pattern_memory_of(struct call *call, struct pattern_memory *local);
const struct pattern *pattern_of(struct call *call, struct pattern_memory *memory, struct string text,
                                 enum pattern_use use, struct error *err);

#endif
