/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values to text by a compiled pattern. An optional section is left out when the value lacks one of its fields (a date
 * has no hour); the same outside of one fails.
 */
#include <string.h>

#include "base/pattern_int.h"

#define FAILED SIZE_MAX
#define SECONDS_OF_1900 INT64_C(-2208988800)

struct pattern_value pattern_value_of(const struct timezone *zone, int64_t micros) {
    const struct timezone_range *range = timezone_range_at(zone, timezone_floor_seconds(micros));
    int64_t days = days_from_micros(micros);
    int64_t of_day = floor_mod(micros, MICROS_PER_DAY) + range->offset * MICROS_PER_SECOND;
    int64_t carry = floor_div(of_day, MICROS_PER_DAY);
    return (struct pattern_value){true, days + carry, (of_day - carry * MICROS_PER_DAY) * 1000, zone, range};
}

struct pattern_value pattern_value_local(int64_t local_micros) {
    int64_t days = days_from_micros(local_micros);
    return (struct pattern_value){true, days, floor_mod(local_micros, MICROS_PER_DAY) * 1000, NULL, NULL};
}

size_t pattern_room(const struct pattern *pattern) {
    return pattern->room;
}

/* A value with its fields taken apart once. */
struct writer {
    const struct pattern_value *value;
    struct date_fields date;
    int64_t seconds; /* of the day */
    bool legacy;
};

static bool field_value(const struct writer *w, enum pattern_field field, int64_t *value) {
    const struct date_fields *date = &w->date;
    int64_t days = w->value->days, hour = w->seconds / 3600;
    bool is_time = (field >= FIELD_HOUR_OF_DAY && field <= FIELD_NANO) || field == FIELD_MILLI;
    if (is_time ? w->value->nanos < 0 : !w->value->has_date) return false;
    if (w->legacy && legacy_field(*date, field, value)) return true;
    switch (field) {
        case FIELD_OF_ERA: *value = date->year > 0; break;
        case FIELD_YEAR_OF_ERA: *value = date->year > 0 ? date->year : 1 - (int64_t)date->year; break;
        case FIELD_OF_YEAR: *value = date->year; break;
        case FIELD_OF_MONTH: *value = date->month; break;
        case FIELD_OF_DAY: *value = date->day; break;
        case FIELD_DAY_OF_YEAR: *value = day_of_year(days); break;
        case FIELD_JULIAN_DAY: *value = days + 40587; break;
        case FIELD_QUARTER: *value = date_quarter(*date); break;
        case FIELD_DAY_OF_WEEK: *value = weekday_from_days(days) + 1; break;
        case FIELD_WEEKDAY_IN_MONTH: *value = (date->day - 1) % 7 + 1; break;
        case FIELD_HOUR_OF_DAY: *value = hour; break;
        case FIELD_CLOCK_HOUR_OF_DAY: *value = hour ? hour : 24; break;
        case FIELD_HOUR_OF_HALF: *value = hour % 12; break;
        case FIELD_CLOCK_HOUR_OF_HALF: *value = (hour + 11) % 12 + 1; break;
        case FIELD_HALF: *value = hour >= 12; break;
        case FIELD_OF_MINUTE: *value = w->seconds / 60 % 60; break;
        case FIELD_OF_SECOND: *value = w->seconds % 60; break;
        case FIELD_NANO: *value = w->value->nanos % 1000000000; break;
        case FIELD_MILLI: *value = w->value->nanos % 1000000000 / 1000000; break;
        default: return false;
    }
    return true;
}

static size_t write_two(char *out, uint32_t value) {
    out[0] = (char)('0' + value / 10);
    out[1] = (char)('0' + value % 10);
    return 2;
}

static size_t write_number(const struct op *op, int64_t value, char *out) {
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (op->kind == OP_REDUCED) return decimal_text(magnitude % 100, 2, out);
    if (value >= 0 && op->min == 2 && value <= 99) return write_two(out, (uint32_t)value);
    if (op->min == 4 && value >= 1000 && value <= 9999) {
        write_two(out, (uint32_t)value / 100);
        return 2 + write_two(out + 2, (uint32_t)value % 100);
    }
    char digits[64];
    size_t count = decimal_text(magnitude, 1, digits), n = 0;
    if ((int)count > op->max) return FAILED;
    if (value < 0 && op->sign == SIGN_NOT_NEGATIVE) return FAILED;
    if (value < 0)
        out[n++] = '-';
    else if (op->sign == SIGN_EXCEEDS_PAD && (int)count > op->min)
        out[n++] = '+';
    for (int pad = op->min - (int)count; pad > 0; pad--) out[n++] = '0';
    memcpy(out + n, digits, count);
    return n + count;
}

/* A java.util.TimeZone knows nothing of what was before 1900 and takes today's standard time for it. */
static int32_t zone_offset(const struct writer *w) {
    const struct pattern_value *value = w->value;
    int64_t seconds = value->days * 86400 + w->seconds - value->range->offset;
    if (!w->legacy || seconds >= SECONDS_OF_1900) return value->range->offset;
    const struct timezone_range *range = &value->zone->ranges[value->zone->count - 1];
    while (range->daylight && range > value->zone->ranges) range--;
    return range->offset;
}

/* Minutes and seconds as far as the form, or the value, wants them. */
static size_t write_offset(const struct op *op, int32_t offset, char *out) {
    uint32_t total = (uint32_t)(offset < 0 ? -offset : offset);
    uint32_t hours = total / 3600, minutes = total / 60 % 60, seconds = total % 60, written = hours;
    int type = op->offset_type;
    bool colon = type > 0 && type % 2 == 0;
    size_t n = 0;
    out[n++] = offset < 0 ? '-' : '+';
    n += write_two(out + n, hours);
    if (type >= 3 || (type >= 1 && minutes)) {
        if (colon) out[n++] = ':';
        n += write_two(out + n, minutes);
        written += minutes;
        if (type >= 7 || (type >= 5 && seconds)) {
            if (colon) out[n++] = ':';
            n += write_two(out + n, seconds);
            written += seconds;
        }
    }
    if (written) return n;
    memcpy(out, op->zero, op->zero_size);
    return op->zero_size;
}

static size_t write_localized_offset(bool full, int32_t offset, char *out) {
    memcpy(out, "GMT", 3);
    if (!offset) return 3;
    uint32_t total = (uint32_t)(offset < 0 ? -offset : offset);
    uint32_t minutes = total / 60 % 60, seconds = total % 60;
    size_t n = 3;
    out[n++] = offset < 0 ? '-' : '+';
    n += decimal_text(total / 3600, full ? 2 : 1, out + n);
    if (!full && !minutes && !seconds) return n;
    out[n++] = ':';
    n += write_two(out + n, minutes);
    if (!seconds) return n;
    out[n++] = ':';
    return n + write_two(out + n, seconds);
}

static size_t write_zone(const struct op *op, const struct pattern_value *value, char *out) {
    const char *text = value->zone->id;
    if (op->kind == OP_ZONE_TEXT) {
        const char *name = pattern_zone_text(text, op->style, value->range->daylight);
        if (name) text = name;
    }
    size_t size = strnlen(text, 80);
    memcpy(out, text, size);
    return size;
}

static size_t write_op(const struct writer *w, const struct op *op, char *out) {
    int64_t number;
    size_t size;
    if (op->kind == OP_LITERAL) {
        if (op->size == 1)
            *out = *op->text;
        else
            memcpy(out, op->text, op->size);
        return op->size;
    }
    if (op->kind >= OP_OFFSET) {
        if (!w->value->zone) return FAILED;
        if (op->kind == OP_OFFSET) return write_offset(op, zone_offset(w), out);
        if (op->kind == OP_LOCALIZED_OFFSET)
            return write_localized_offset(op->style == TEXT_FULL, w->value->range->offset, out);
        return write_zone(op, w->value, out);
    }
    if (!field_value(w, op->field, &number)) return FAILED;
    if (op->kind == OP_FRACTION) {
        for (int digits = 9; digits > op->max; digits--) number /= 10;
        return decimal_text((uint64_t)number, op->max, out);
    }
    if (op->kind != OP_TEXT) return write_number(op, number, out);
    const char *text = pattern_text(op, number, &size);
    memcpy(out, text, size);
    return size;
}

static size_t write_ops(const struct writer *w, const struct op *ops, uint32_t i, uint32_t end, char *out) {
    size_t n = 0;
    while (i < end) {
        size_t size;
        if (ops[i].kind == OP_OPTIONAL) {
            size = write_ops(w, ops, i + 1, ops[i].end, out + n);
            i = ops[i].end;
            if (size == FAILED) size = 0;
        } else {
            size = write_op(w, &ops[i++], out + n);
            if (size == FAILED) return FAILED;
        }
        n += size;
    }
    return n;
}

size_t pattern_format(const struct pattern *pattern, const struct pattern_value *value, char *out) {
    struct writer w = {.value = value, .seconds = value->nanos / 1000000000, .legacy = pattern->legacy_year != 0};
    if (value->has_date) w.date = date_from_days(value->days);
    return write_ops(&w, pattern->ops, 0, pattern->count, out);
}
