/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timestamps to text by a pattern: date_format, from_unixtime. A constant pattern is compiled when the first row needs
 * it and kept for the query; a pattern that varies is compiled again when it changes from one row to the next.
 */
#include "function/datetime_pattern.h"
#include "function/string_room.h"

bool pattern_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                     struct error *err) {
    struct pattern_memory *memory = ARENA_NEW(arena, struct pattern_memory);
    uint32_t last = call->expr->child_count - 1;
    if (constants && call->expr->child_count > 1 && constants[last]) memory->arena = arena;
    *state = memory;
    return true;
}

const struct pattern *pattern_of(struct call *call, struct pattern_memory *memory, struct string text,
                                 enum pattern_use use, struct error *err) {
    if (memory->pattern && string_equal(memory->text, text)) return memory->pattern;
    struct arena *arena = memory->arena ? memory->arena : call->arena;
    memory->pattern = pattern_compile(arena, text.data, text.size, use, context_legacy_year(call->context), err);
    memory->text = memory->pattern ? string_copy(arena, text) : text;
    return memory->pattern;
}

struct pattern_memory *pattern_memory_of(struct call *call, struct pattern_memory *local) {
    struct pattern_memory *memory = call->state;
    if (memory && memory->arena) return memory;
    *local = (struct pattern_memory){0};
    return local;
}

static bool format_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        int64_t scale, struct error *err) {
    struct view values = vector_view(call->arena, &arguments[0], rows);
    struct view patterns = vector_view(call->arena, &arguments[1], rows);
    struct string *to = out->data;
    struct pattern_memory local, *memory = pattern_memory_of(call, &local);
    struct string_room room = {.arena = call->arena};
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        const struct pattern *pattern =
            pattern_of(call, memory, VALUE(patterns, struct string, row), PATTERN_FORMAT, err);
        if (!pattern) return false;
        char *text = string_room_open(&room, pattern_room(pattern));
        int64_t micros = (int64_t)((uint64_t)VALUE(values, int64_t, row) * (uint64_t)scale);
        struct pattern_value value = pattern_value_of(call->context->zone, micros);
        size_t size = pattern_format(pattern, &value, text);
        if (size == SIZE_MAX)
            return error_plain(err, ERROR_DATE_TIME, "A field of the timestamp cannot be printed by the pattern");
        to[row] = string_room_close(&room, text + size);
    }
    return true;
}

static bool date_format_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    return format_rows(call, arguments, rows, out, 1, err);
}
static bool from_unixtime_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    return format_rows(call, arguments, rows, out, MICROS_PER_SECOND, err);
}

static struct expr *resolve_from_unixtime(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2) return call;
    struct expr *arguments[] = {call->children[0], expr_string(r->arena, default_pattern, sizeof default_pattern - 1)};
    return resolve_named(r, "from_unixtime", arguments, 2, call->origin, err);
}

const struct function datetime_format_functions[] = {
    {"date_format", FUNCTION_SCALAR, FUNCTION_STRICT, "(TIMESTAMP, STRING) STRING", .prepare = pattern_prepare,
     .kernel = date_format_kernel, .group = "datetime_funcs",
     .usage = "date_format(timestamp, pattern) - The timestamp as text, by a datetime pattern.",
     .example = "date_format('2016-04-08', 'y') => 2016", .since = "1.5.0"},
    {"from_unixtime", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE, "(LONG [, STRING]) STRING",
     resolve_from_unixtime, .prepare = pattern_prepare, .kernel = from_unixtime_kernel, .group = "datetime_funcs",
     .usage = "from_unixtime(seconds[, pattern]) - Seconds since the epoch as text, in the session's time zone.",
     .example = "from_unixtime(0, 'yyyy-MM-dd HH:mm:ss') => 1969-12-31 16:00:00", .since = "1.5.0"},
    {0},
};
