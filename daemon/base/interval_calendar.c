/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calendar intervals from and to text: "interval 1 year -2 months 1.5 seconds".
 *
 * Words are separated by white space: after an optional "interval" come pairs of a number, whose sign may stand apart,
 * and a unit, singular or plural. Only seconds have fractions, of up to nine digits, of which six count. Values of
 * a unit named twice add up. The conditions are Spark's, each with the word at which it gave up.
 */
#include <string.h>

#include "base/datetime.h"
#include "base/error.h"
#include "base/interval_text.h"

enum unit_target { TO_MONTHS, TO_DAYS, TO_MICROS };

/* In the order in which Spark tries them: "m" must not hide "millisecond". field: of the interval's class. */
static const struct unit {
    const char *name;
    enum unit_target target;
    int64_t factor;
    int field;
} units[] = {
    {"year", TO_MONTHS, 12, 0},
    {"week", TO_DAYS, 7, 0},
    {"day", TO_DAYS, 1, 0},
    {"hour", TO_MICROS, MICROS_PER_HOUR, 1},
    {"second", TO_MICROS, MICROS_PER_SECOND, 3},
    {"month", TO_MONTHS, 1, 1},
    {"minute", TO_MICROS, MICROS_PER_MINUTE, 2},
    {"millisecond", TO_MICROS, 1000, 3},
    {"microsecond", TO_MICROS, 1, 3},
};

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

struct reader {
    const char *text; /* as given, for messages */
    size_t size;
    const char *start, *p, *end; /* trimmed */
    struct error *err;
};

/* The condition with the input and, under `name`, the word that p stands in or behind, in lower case. */
static bool fail(struct reader *r, const char *condition, const char *name) {
    if (!r->err) return false;
    const char *from = r->p, *to = r->p;
    while (from > r->start && (from == r->end || is_space(*from))) from--;
    while (from > r->start && !is_space(from[-1])) from--;
    for (to = from; to < r->end && !is_space(*to);) to++;
    char word[200];
    size_t n = (size_t)(to - from) < sizeof word - 1 ? (size_t)(to - from) : sizeof word - 1;
    for (size_t i = 0; i < n; i++) word[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] + 32 : from[i]);
    word[n] = 0;
    error_set(r->err, condition, NULL);
    error_add(r->err, "input", "%.*s", (int)(r->size < 4096 ? r->size : 4096), r->text);
    if (name) error_add(r->err, name, "%s", word);
    return false;
}

static void skip_spaces(struct reader *r) {
    while (r->p < r->end && is_space(*r->p)) r->p++;
}

struct number {
    int64_t whole;
    int64_t fraction; /* microseconds */
    bool has_point;
};

static bool read_fraction(struct reader *r, struct number *n, bool point_first) {
    int64_t scale = 100000000, nanos = 0;
    n->has_point = true;
    for (; r->p < r->end && !is_space(*r->p); r->p++) {
        if (!is_digit(*r->p)) return fail(r, "INVALID_INTERVAL_FORMAT.INVALID_VALUE", "value");
        if (!scale) return fail(r, "INVALID_INTERVAL_FORMAT.INVALID_PRECISION", "value");
        nanos += (*r->p - '0') * scale;
        scale /= 10;
    }
    if (r->p == r->end) return fail(r, "INVALID_INTERVAL_FORMAT.MISSING_UNIT", "word");
    if (point_first && scale == 100000000) return fail(r, "INVALID_INTERVAL_FORMAT.INVALID_VALUE", "value");
    n->fraction = nanos / 1000;
    return true;
}

static bool read_number(struct reader *r, struct number *n) {
    *n = (struct number){0};
    bool negative = *r->p == '-';
    if (*r->p == '.') {
        r->p++;
        return read_fraction(r, n, true);
    }
    if (negative || *r->p == '+') {
        r->p++;
        skip_spaces(r);
        if (r->p == r->end) return fail(r, "INVALID_INTERVAL_FORMAT.MISSING_NUMBER", "word");
    } else if (!is_digit(*r->p)) {
        return fail(r, "INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER", "number");
    }
    for (; r->p < r->end && is_digit(*r->p); r->p++)
        if (__builtin_mul_overflow(n->whole, 10, &n->whole) || __builtin_add_overflow(n->whole, *r->p - '0', &n->whole))
            return fail(r, "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION", NULL);
    if (r->p < r->end && *r->p == '.') {
        r->p++;
        TRY(read_fraction(r, n, false));
    } else if (r->p == r->end) {
        return fail(r, "INVALID_INTERVAL_FORMAT.MISSING_UNIT", "word");
    } else if (!is_space(*r->p)) {
        return fail(r, "INVALID_INTERVAL_FORMAT.INVALID_VALUE", "value");
    }
    if (negative) {
        n->whole = -n->whole;
        n->fraction = -n->fraction;
    }
    return true;
}

static const struct unit *find_unit(const char *p, const char *end) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i].name);
        if ((size_t)(end - p) >= n && strncasecmp(p, units[i].name, n) == 0) return &units[i];
    }
    return NULL;
}

/* Adds to a sum of 32 bits. */
static bool add_exact32(int32_t *sum, int64_t value, int64_t factor) {
    int64_t product, total;
    if (__builtin_mul_overflow(value, factor, &product) || __builtin_add_overflow(*sum, product, &total)) return false;
    *sum = (int32_t)total;
    return total == *sum;
}

static bool add_unit(const struct unit *unit, const struct number *n, struct interval *sum) {
    if (unit->target == TO_MONTHS) return add_exact32(&sum->months, n->whole, unit->factor);
    if (unit->target == TO_DAYS) return add_exact32(&sum->days, n->whole, unit->factor);
    int64_t product;
    return !__builtin_mul_overflow(n->whole, unit->factor, &product) &&
           !__builtin_add_overflow(sum->microseconds, product, &sum->microseconds) &&
           !__builtin_add_overflow(sum->microseconds, n->fraction, &sum->microseconds);
}

static bool read_pair(struct reader *r, struct interval *sum) {
    struct number n;
    TRY(read_number(r, &n));
    skip_spaces(r);
    if (r->p == r->end) return fail(r, "INVALID_INTERVAL_FORMAT.UNKNOWN_PARSING_ERROR", "word");
    if (n.has_point && (*r->p | 32) != 's') return fail(r, "INVALID_INTERVAL_FORMAT.INVALID_FRACTION", "unit");
    const struct unit *unit = find_unit(r->p, r->end);
    if (!unit) return fail(r, "INVALID_INTERVAL_FORMAT.INVALID_UNIT", "unit");
    if (!add_unit(unit, &n, sum)) return fail(r, "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION", NULL);
    r->p += strlen(unit->name);
    if (r->p < r->end && (*r->p | 32) == 's') r->p++;
    if (r->p < r->end && !is_space(*r->p)) return fail(r, "INVALID_INTERVAL_FORMAT.INVALID_UNIT", "unit");
    return true;
}

bool interval_parse(const char *text, size_t size, struct interval *out, struct error *err) {
    struct reader r = {.text = text, .size = size, .start = text, .end = text + size, .err = err};
    while (r.start < r.end && ((unsigned char)*r.start <= ' ' || *r.start == 0x7f)) r.start++;
    while (r.end > r.start && ((unsigned char)r.end[-1] <= ' ' || r.end[-1] == 0x7f)) r.end--;
    r.p = r.start;
    *out = (struct interval){0};
    size_t length = (size_t)(r.end - r.p);
    bool prefixed = length >= 8 && strncasecmp(r.p, "interval", 8) == 0;
    if (length == 0 || (prefixed && length == 8)) return fail(&r, "INVALID_INTERVAL_FORMAT.INPUT_IS_EMPTY", NULL);
    if (prefixed && !is_space(r.p[8])) return fail(&r, "INVALID_INTERVAL_FORMAT.INVALID_PREFIX", "prefix");
    if (prefixed) r.p += 9;
    for (skip_spaces(&r); r.p < r.end; skip_spaces(&r)) TRY(read_pair(&r, out));
    return true;
}

enum interval_class interval_classify(const char *text, size_t size, int *start, int *end) {
    const char *p = text, *stop = text + size;
    bool months = false, micros = false;
    *start = 3;
    *end = 0;
    while (p < stop) {
        const char *from = p;
        while (p < stop && !is_space(*p)) p++;
        const struct unit *unit = find_unit(from, p);
        size_t rest = unit ? (size_t)(p - from) - strlen(unit->name) : 2;
        if (unit && (rest == 0 || (rest == 1 && (p[-1] | 32) == 's'))) {
            *(unit->target == TO_MONTHS ? &months : &micros) = true;
            if (unit->field < *start) *start = unit->field;
            if (unit->field > *end) *end = unit->field;
        }
        while (p < stop && is_space(*p)) p++;
    }
    return months && micros ? INTERVAL_MIXED
           : months         ? INTERVAL_YEAR_MONTH
           : micros         ? INTERVAL_DAY_TIME
                            : INTERVAL_NO_UNITS;
}

static size_t append_unit(char *out, size_t n, int64_t value, const char *unit) {
    if (!value) return n;
    if (n) out[n++] = ' ';
    if (value < 0) out[n++] = '-';
    n += decimal_text(value < 0 ? -(uint64_t)value : (uint64_t)value, 1, out + n);
    out[n++] = ' ';
    memcpy(out + n, unit, strlen(unit));
    return n + strlen(unit);
}

size_t interval_format(struct interval interval, char *out) {
    size_t n = append_unit(out, 0, interval.months / 12, "years");
    n = append_unit(out, n, interval.months % 12, "months");
    n = append_unit(out, n, interval.days, "days");
    n = append_unit(out, n, interval.microseconds / MICROS_PER_HOUR, "hours");
    n = append_unit(out, n, interval.microseconds % MICROS_PER_HOUR / MICROS_PER_MINUTE, "minutes");
    int64_t rest = interval.microseconds % MICROS_PER_MINUTE;
    if (!rest && n) return n;
    if (n) out[n++] = ' ';
    if (rest < 0) out[n++] = '-';
    uint64_t magnitude = (uint64_t)(rest < 0 ? -rest : rest);
    n += decimal_text(magnitude / 1000000, 1, out + n);
    if (magnitude % 1000000) {
        out[n++] = '.';
        n += decimal_text(magnitude % 1000000, 6, out + n);
        while (out[n - 1] == '0') n--;
    }
    memcpy(out + n, " seconds", 8);
    return n + 8;
}
