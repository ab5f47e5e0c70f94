/* SPDX-License-Identifier: Apache-2.0 */
/* Types' names as functions: int(x) is CAST(x AS INT), but does not show in names. */
#include <string.h>

#include "expr/function.h"
#include "expr/resolve.h"

static const struct {
    const char *name;
    enum type_kind kind;
} targets[] = {
    {"bigint", TYPE_LONG},     {"binary", TYPE_BINARY}, {"boolean", TYPE_BOOLEAN}, {"date", TYPE_DATE},
    {"decimal", TYPE_DECIMAL}, {"double", TYPE_DOUBLE}, {"float", TYPE_FLOAT},     {"int", TYPE_INT},
    {"smallint", TYPE_SHORT},  {"string", TYPE_STRING}, {"time", TYPE_TIME},       {"timestamp", TYPE_TIMESTAMP},
    {"tinyint", TYPE_BYTE},
};

static struct expr *resolve_cast_function(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *to = NULL;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (strcmp(targets[i].name, call->call.function->name) == 0) to = &types[targets[i].kind];
    return resolve_cast(r, call->children[0], to, call->call.ansi ? CAST_ANSI : CAST_LEGACY, false, call->origin, err);
}

#define CAST_TO(type_name)                                                                                             \
    {                                                                                                                  \
        type_name, FUNCTION_SCALAR, FUNCTION_STRICT, "(ANY) ?", resolve_cast_function,                                 \
            .group = "conversion_funcs", .usage = type_name "(expr) - The value as " type_name ".", .since = "2.0.1"   \
    }

const struct function cast_functions[] = {
    CAST_TO("bigint"),   CAST_TO("binary"),
    CAST_TO("boolean"),  CAST_TO("date"),
    CAST_TO("decimal"),  CAST_TO("double"),
    CAST_TO("float"),    CAST_TO("int"),
    CAST_TO("smallint"), CAST_TO("string"),
    CAST_TO("time"),     CAST_TO("timestamp"),
    CAST_TO("tinyint"),  {0},
};
