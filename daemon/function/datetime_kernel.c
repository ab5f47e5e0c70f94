/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernels of dates, times and timestamps share. */
#include "function/datetime_kernel.h"

#include <strings.h>

bool integer_overflow(const struct call *call, struct error *err) {
    error_set(err, "ARITHMETIC_OVERFLOW", "message", "integer overflow", "alternative", "", "config",
              "\"spark.sql.ansi.enabled\"", NULL);
    return false;
}

struct unit_name {
    const char *name;
    enum datetime_unit unit;
};

static enum datetime_unit find_unit(const struct unit_name *names, size_t count, struct string text) {
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i].name) == text.size && strncasecmp(names[i].name, text.data, text.size) == 0)
            return names[i].unit;
    return UNIT_NONE;
}

enum datetime_unit truncation_unit(struct string text) {
    static const struct unit_name names[] = {
        {"MICROSECOND", UNIT_MICROSECOND},
        {"MILLISECOND", UNIT_MILLISECOND},
        {"SECOND", UNIT_SECOND},
        {"MINUTE", UNIT_MINUTE},
        {"HOUR", UNIT_HOUR},
        {"DAY", UNIT_DAY},
        {"DD", UNIT_DAY},
        {"WEEK", UNIT_WEEK},
        {"MON", UNIT_MONTH},
        {"MONTH", UNIT_MONTH},
        {"MM", UNIT_MONTH},
        {"QUARTER", UNIT_QUARTER},
        {"YEAR", UNIT_YEAR},
        {"YYYY", UNIT_YEAR},
        {"YY", UNIT_YEAR},
    };
    return find_unit(names, sizeof names / sizeof *names, text);
}

enum datetime_unit arithmetic_unit(struct string text) {
    static const struct unit_name names[] = {
        {"MICROSECOND", UNIT_MICROSECOND},
        {"MILLISECOND", UNIT_MILLISECOND},
        {"SECOND", UNIT_SECOND},
        {"MINUTE", UNIT_MINUTE},
        {"HOUR", UNIT_HOUR},
        {"DAY", UNIT_DAY},
        {"DAYOFYEAR", UNIT_DAY},
        {"WEEK", UNIT_WEEK},
        {"MONTH", UNIT_MONTH},
        {"QUARTER", UNIT_QUARTER},
        {"YEAR", UNIT_YEAR},
    };
    return find_unit(names, sizeof names / sizeof *names, text);
}

struct expr *replace_call(struct resolver *r, struct expr *call, const char *name, struct expr **arguments,
                          uint32_t count, struct error *err) {
    struct expr *replacement = resolve_named(r, name, arguments, count, call->origin, err);
    if (replacement) replacement->pretty = call;
    return replacement;
}

bool constant_string(struct resolver *r, struct expr *call, uint32_t i, const char *parameter, struct string *text,
                     bool *is_null, struct error *err) {
    const struct expr *e = call->children[i];
    if (!e->foldable || (!type_is_string(e->type) && e->type->kind != TYPE_NULL)) {
        error_set(err, "NON_FOLDABLE_ARGUMENT", "funcName", arena_printf(r->arena, "`%s`", call->call.name),
                  "paramName", arena_printf(r->arena, "`%s`", parameter), "paramType", "\"STRING\"", NULL);
        return error_at(err, call->origin);
    }
    const struct vector *value = e->kind == EXPR_LITERAL ? e->literal : expr_fold(r->arena, r->context, e, err);
    if (!value) return false;
    *is_null = vector_is_null(value, 0) || value->type->kind == TYPE_NULL;
    *text = *is_null ? string_make("", 0) : *VECTOR_DATA(value, struct string);
    return true;
}

bool zone_named(struct call *call, struct string id, struct zone_memory *memory, struct error *err) {
    if (memory->zone && string_equal(memory->id, id)) return true;
    const struct timezone *zone = timezone_get(call->context->zones, id.data, id.size, err);
    if (!zone) return false;
    memory->zone = zone;
    memory->id = id;
    return true;
}
