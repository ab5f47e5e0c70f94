/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns all of whose fields have a fixed width, as dd/MM/yyyy, and texts that look just so: the usual case, read
 * without the machinery for the others. A text with anything unusual (a longer year, another case of letters, an
 * impossible day) is left to that.
 */
#include <string.h>

#include "base/datetime.h"
#include "base/pattern_int.h"

enum { YEAR_DIGITS = 4, MOST_FIELDS = FIELD_COUNT };

/* How many digits the number has in a fixed text; 0: it has no fixed width. */
static uint32_t field_width(const struct op *op) {
    if (op->kind != OP_NUMBER) return 0;
    switch ((enum pattern_field)op->field) {
        case FIELD_YEAR_OF_ERA:
        case FIELD_OF_YEAR: return op->min == YEAR_DIGITS ? YEAR_DIGITS : 0;
        case FIELD_OF_MONTH:
        case FIELD_OF_DAY:
        case FIELD_HOUR_OF_DAY:
        case FIELD_OF_MINUTE:
        case FIELD_OF_SECOND: return op->min == 2 && op->max == 2 ? 2 : 0;
        default: return 0;
    }
}

uint32_t pattern_fixed_size(const struct pattern *pattern) {
    uint32_t size = 0, seen = 0;
    for (uint32_t i = 0; i < pattern->count; i++) {
        const struct op *op = &pattern->ops[i];
        uint32_t width = op->kind == OP_LITERAL ? op->size : field_width(op);
        uint32_t bit = op->kind == OP_LITERAL ? 0 : 1u << (op->field == FIELD_OF_YEAR ? FIELD_YEAR_OF_ERA : op->field);
        if ((!width && op->kind != OP_LITERAL) || (seen & bit)) return 0;
        seen |= bit;
        size += width;
    }
    const uint32_t date = 1u << FIELD_YEAR_OF_ERA | 1u << FIELD_OF_MONTH | 1u << FIELD_OF_DAY;
    const uint32_t hour = 1u << FIELD_HOUR_OF_DAY, minute = 1u << FIELD_OF_MINUTE, second = 1u << FIELD_OF_SECOND;
    uint32_t time = seen & ~date;
    bool nested = time == 0 || time == hour || time == (hour | minute) || time == (hour | minute | second);
    return (seen & date) == date && nested ? size : 0;
}

/* Two digits; above 99: they are none. */
static inline uint32_t two_digits(const char *p) {
    uint32_t tens = (uint8_t)p[0] - (uint32_t)'0', ones = (uint8_t)p[1] - (uint32_t)'0';
    return (tens > 9) | (ones > 9) ? 100 : tens * 10 + ones;
}

bool pattern_parse_fixed(const struct pattern *pattern, const char *text, struct pattern_parsed *parsed) {
    uint32_t values[MOST_FIELDS] = {0}, bad = 0;
    for (uint32_t i = 0; i < pattern->count; i++) {
        const struct op *op = &pattern->ops[i];
        if (op->kind == OP_LITERAL) {
            if (op->size == 1 ? *text != *op->text : memcmp(text, op->text, op->size) != 0) return false;
            text += op->size;
            continue;
        }
        uint32_t value = two_digits(text);
        bad |= value > 99;
        text += 2;
        if (op->field == FIELD_YEAR_OF_ERA || op->field == FIELD_OF_YEAR) {
            uint32_t rest = two_digits(text);
            bad |= rest > 99;
            text += 2;
            values[FIELD_YEAR_OF_ERA] = value * 100 + rest;
        } else {
            values[op->field] = value;
        }
    }
    uint32_t year = values[FIELD_YEAR_OF_ERA], month = values[FIELD_OF_MONTH], day = values[FIELD_OF_DAY];
    uint32_t hour = values[FIELD_HOUR_OF_DAY], minute = values[FIELD_OF_MINUTE], second = values[FIELD_OF_SECOND];
    if (bad || !year || hour > 23 || minute > 59 || second > 59 || !date_fields_valid(year, month, day)) return false;
    *parsed = (struct pattern_parsed){.days = days_from_fields(year, (int)month, (int)day),
                                      .nanos = (hour * 3600 + minute * 60 + second) * INT64_C(1000000000)};
    return true;
}
