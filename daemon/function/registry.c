/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding a function among all families' tables.
 *
 * A family is one line of families.inc. A table ends with a row without a name. Names are compared as they
 * stand in the tables, in lower case; the first letter tells nearly all of them apart, so that a walk over
 * all rows takes about two microseconds and needs neither an index to keep in step nor sorted tables. A query's
 * resolver remembers what it found (resolve_function()), so that a long query pays once per name.
 */
#include "expr/function.h"

#define FAMILY(name) extern const struct function name##_functions[];
#include "function/families.inc"
#undef FAMILY

static const struct function *const families[] = {
#define FAMILY(name) name##_functions,
#include "function/families.inc"
#undef FAMILY
    NULL,
};

static inline char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool name_equal(const char *row, const char *name) {
    while (*row && *row == lower(*name)) row++, name++;
    return *row == lower(*name);
}

const struct function *function_described(const char *name) {
    for (const struct function *const *family = families; *family; family++)
        for (const struct function *f = *family; f->name; f++)
            if (name_equal(f->name, name)) return f;
    return NULL;
}

const struct function *function_find(const char *name) {
    const struct function *f = function_described(name);
    return f && (f->kernel || f->resolve) ? f : NULL;
}

const struct function *function_at(size_t index) {
    for (const struct function *const *family = families; *family; family++)
        for (const struct function *f = *family; f->name; f++)
            if (index-- == 0) return f;
    return NULL;
}
