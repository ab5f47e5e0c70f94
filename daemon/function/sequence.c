/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sequence(start, stop [, step]): arrays of numbers, dates or timestamps at equal distances.
 *
 * Numbers, dates by whole days and timestamps by a fixed length of time are sums. Steps of months, or of days and time
 * together, go by the calendar of the session's zone, each element from the start anew: start + i * step. Dates then
 * travel as the timestamps of their midnights.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/decimal.h"
#include "base/interval_text.h"
#include "function/complex_kernel.h"
#include "function/datetime_kernel.h"

static bool is_interval(const struct type *t) {
    return type_is_ansi_interval(t) || t->kind == TYPE_CALENDAR_INTERVAL;
}

static struct expr *wrong_types(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_mismatch(r, call, err, "SEQUENCE_WRONG_INPUT_TYPES", "functionName", "`sequence`", "startType",
                            "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \"DATE\")", "stepType",
                            "(\"INTERVAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")",
                            "otherStartType", "\"INTEGRAL\"", NULL);
}

enum { ARRAY_BYTES_MAX = INT32_MAX - 15 }; /* of one row */

/* Start, stop and a step that is no interval become one type. */
static struct expr *resolve_sequence(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t count = call->child_count;
    bool by_interval = count == 3 && is_interval(call->children[2]->type);
    const struct type *t = call->children[0]->type;
    for (uint32_t i = 1; i < (by_interval ? 2 : count); i++) {
        t = type_equal(t, call->children[i]->type) ? t : coerce_wider(r, t, call->children[i]->type);
        if (!t) return wrong_types(r, call, err);
    }
    bool dates = type_is_datetime(t);
    if (!(type_is_integral(t) ? !by_interval : dates && (by_interval || count == 2))) return wrong_types(r, call, err);
    call->nullable = false;
    for (uint32_t i = 0; i < count; i++) {
        if (i < 2 || !by_interval) call->children[i] = coerce_to(r, call->children[i], t);
        call->nullable |= call->children[i]->nullable;
    }
    call->type = type_array(r->arena, t, false);
    return call;
}

/* One kernel call: elements of all rows side by side, in the element type's storage. */
struct sequence {
    struct call *call;
    const struct timezone *zone;
    enum type_kind kind;
    size_t element_size;
    char *elements;
    uint32_t count, capacity;
};

/* Room for `more` elements: what does not fit into memory fails before any of it is written. */
static void reserve(struct sequence *s, uint64_t more) {
    uint64_t wanted = s->count + more, capacity = s->capacity * UINT64_C(2);
    if (wanted <= s->capacity) return;
    if (capacity < wanted) capacity = wanted < 64 ? 64 : wanted;
    if (capacity > MOST_ELEMENTS) capacity = MOST_ELEMENTS;
    s->elements = arena_grow(s->call->arena, s->elements, s->count * s->element_size, capacity * s->element_size);
    s->capacity = (uint32_t)capacity;
}

static void append(struct sequence *s, int64_t value) {
    reserve(s, 1);
    memcpy(s->elements + s->count++ * s->element_size, &value, s->element_size); /* little-endian: its low bytes */
}

static bool illegal(const char *start, const char *stop, const char *step, struct error *err) {
    return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: Illegal sequence boundaries: %s to %s by %s",
                       start, stop, step);
}

/* How many elements there are. Steps of one, which nearly all are, need no division. */
static __int128 length_of(int64_t start, int64_t stop, int64_t step) {
    if (!step) return 1;
    __int128 distance = (__int128)stop - start;
    return (step == 1 ? distance : step == -1 ? -distance : distance / step) + 1;
}

/* Checks what a sequence of `estimate` steps needs: a direction that fits, a length that arrays may have. step: as
 * messages show it; NULL: it is the estimate. */
static bool check(const struct sequence *s, int64_t start, int64_t stop, int64_t estimate, const char *step,
                  struct error *err) {
    if (!((estimate > 0 && start <= stop) || (estimate < 0 && start >= stop) || (estimate == 0 && start == stop))) {
        char from[32], to[32], by[32];
        snprintf(from, sizeof from, "%" PRId64, start);
        snprintf(to, sizeof to, "%" PRId64, stop);
        snprintf(by, sizeof by, "%" PRId64, estimate);
        return illegal(from, to, step ? step : by, err);
    }
    __int128 length = length_of(start, stop, estimate);
    int64_t distance;
    if (length <= MOST_ELEMENTS && s->count + length <= MOST_ELEMENTS) {
        /* Spark comes back to lengths whose distance overflows, and only looks for those that are too large. */
        if (__builtin_sub_overflow(stop, start, &distance)) return error_internal(err, "Unreachable code reached.");
        /* No row of Spark's holds such an array either: it fails for want of memory. */
        uint64_t size = (uint64_t)length * s->element_size;
        return size <= ARRAY_BYTES_MAX || error_out_of_memory(err, "array", ARRAY_BYTES_MAX, size);
    }
    char text[DECIMAL_TEXT];
    size_t size = decimal_format(length, 0, text);
    error_set(err, "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", "maxRoundedArrayLength", "2147483632", "functionName",
              "`sequence`", "parameter", "`count`", NULL);
    return error_add(err, "numberOfElements", "%.*s", (int)size, text);
}

/* Little-endian: an element is the low bytes of its sum. */
#define PUT_SUMS(ctype)                                                                                                \
    for (uint64_t i = 0; i < length; i++) ((ctype *)to)[i] = (ctype)((uint64_t)start + i * (uint64_t)step);            \
    break

static bool add_sums(struct sequence *s, int64_t start, int64_t stop, int64_t step, struct error *err) {
    if (!check(s, start, stop, step, NULL, err)) return false;
    uint64_t length = (uint64_t)length_of(start, stop, step);
    reserve(s, length);
    char *to = s->elements + s->count * s->element_size;
    switch (s->element_size) {
        case 1: PUT_SUMS(uint8_t);
        case 2: PUT_SUMS(uint16_t);
        case 4: PUT_SUMS(uint32_t);
        default: PUT_SUMS(uint64_t);
    }
    s->count += (uint32_t)length;
    return true;
}

struct step {
    int64_t months, days, micros;
    char text[INTERVAL_TEXT + 1]; /* as messages show it */
};

static struct step step_at(const struct view *in, const struct type *type, uint32_t row) {
    struct step step = {0};
    if (type->kind == TYPE_YEAR_MONTH_INTERVAL) {
        step.months = VALUE(*in, int32_t, row);
        snprintf(step.text, sizeof step.text, "%" PRId64, step.months);
    } else if (type->kind == TYPE_DAY_TIME_INTERVAL) {
        int64_t micros = VALUE(*in, int64_t, row);
        step.days = micros / MICROS_PER_DAY;
        step.micros = micros % MICROS_PER_DAY;
        snprintf(step.text, sizeof step.text, "%" PRId64, micros);
    } else {
        struct interval interval = VALUE(*in, struct interval, row);
        step.months = interval.months;
        step.days = interval.days;
        step.micros = interval.microseconds;
        step.text[interval_format(interval, step.text)] = 0;
    }
    return step;
}

/*
 * start + i * step, until stop is passed; downwards, until it is passed by more than a microsecond, as Spark has it. A
 * month is taken for 28 days where lengths are estimated, and the estimate wraps around.
 */
static bool add_by_calendar(struct sequence *s, int64_t start, int64_t stop, const struct step *step,
                            struct error *err) {
    bool dates = s->kind == TYPE_DATE;
    if (dates && (!timestamp_from_days(s->zone, start, &start) || !timestamp_from_days(s->zone, stop, &stop)))
        return long_overflow(err);
    int64_t estimate =
        (int64_t)((uint64_t)step->micros + (uint64_t)(step->months * 28 + step->days) * (uint64_t)MICROS_PER_DAY);
    if (!check(s, start, stop, estimate, step->text, err)) return false;
    int64_t t = start;
    for (int64_t i = 1; estimate > 0 ? t <= stop : t >= stop || t + 1 == stop; i++) {
        int64_t local = t;
        if (dates && !timezone_to_local(s->zone, t, &local)) return long_overflow(err);
        append(s, dates ? days_from_micros(local) : t);
        int64_t micros;
        if (__builtin_mul_overflow(step->micros, i, &micros)) return long_overflow(err);
        if (!timestamp_add(s->zone, start, step->months * i, step->days * i, micros, &t)) return long_overflow(err);
        if (s->count == MOST_ELEMENTS || estimate == 0) break;
    }
    return true;
}

static bool add_temporal(struct sequence *s, int64_t start, int64_t stop, const struct step *step,
                         const struct type *step_type, struct error *err) {
    bool dates = s->kind == TYPE_DATE;
    if (dates && !step->months && !step->days)
        return error_set(err, "_LEGACY_ERROR_TEMP_3242", "intervalType",
                         step_type->kind == TYPE_CALENDAR_INTERVAL   ? "interval"
                         : step_type->kind == TYPE_DAY_TIME_INTERVAL ? "interval day to second"
                                                                     : "interval year to month",
                         NULL);
    if (dates && !step->months && !step->micros) return add_sums(s, start, stop, step->days, err);
    if (!dates && !step->months && !step->days) return add_sums(s, start, stop, step->micros, err);
    return add_by_calendar(s, start, stop, step, err);
}

static int64_t element_at(const struct view *in, const struct type *type, uint32_t row) {
    switch (type->kind) {
        case TYPE_BYTE: return VALUE(*in, int8_t, row);
        case TYPE_SHORT: return VALUE(*in, int16_t, row);
        case TYPE_INT:
        case TYPE_DATE: return VALUE(*in, int32_t, row);
        default: return VALUE(*in, int64_t, row);
    }
}

static bool sequence_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    const struct type *t = arguments[0].type, *step_type = TYPE_OF(DAY_TIME_INTERVAL);
    struct sequence s = {.call = call,
                         .zone = zone_of(call, t->kind == TYPE_TIMESTAMP_NTZ ? t : TYPE_OF(TIMESTAMP)),
                         .kind = t->kind,
                         .element_size = storage_size(type_storage(t))};
    struct view starts = vector_view(call->arena, &arguments[0], rows),
                stops = vector_view(call->arena, &arguments[1], rows);
    struct view steps = starts;
    bool has_step = call->expr->child_count == 3, temporal = type_is_datetime(t);
    if (has_step) {
        steps = vector_view(call->arena, &arguments[2], rows);
        step_type = arguments[2].type;
    }
    struct list_entry *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        to[row] = (struct list_entry){s.count, 0};
        if (!row_wanted(out, row)) continue;
        int64_t start = element_at(&starts, t, row), stop = element_at(&stops, t, row), sign = start <= stop ? 1 : -1;
        bool good;
        if (temporal) {
            struct step step = {.days = sign};
            if (has_step) step = step_at(&steps, step_type, row);
            good = add_temporal(&s, start, stop, &step, step_type, err);
        } else {
            good = add_sums(&s, start, stop, has_step ? element_at(&steps, t, row) : sign, err);
        }
        if (!good) return false;
        to[row].length = s.count - to[row].offset;
    }
    out->child_count = 1;
    out->children = ARENA_NEW(call->arena, struct vector);
    *out->children = (struct vector){.type = t, .form = VECTOR_FLAT, .data = s.elements};
    out->child_rows = s.count;
    return true;
}

const struct function sequence_functions[] = {
    {"sequence", FUNCTION_SCALAR, FUNCTION_STRICT, "(ANY, ANY [, ANY]) ?", resolve_sequence, .kernel = sequence_kernel,
     .group = "array_funcs",
     .usage =
         "sequence(start, stop[, step]) - The values from start to stop, step by step: numbers, dates, timestamps.",
     .example = "sequence(1, 5) => [1,2,3,4,5]", .since = "2.4.0"},
    {0},
};
