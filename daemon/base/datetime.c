/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of dates, times and timestamps: Spark's casts from and to STRING.
 *
 * A timestamp's text is a row of segments that one loop reads, each with its own separator and count of digits:
 *
 *     [+-]yyyy[yy] - M[M] - d[d] (' '|'T') h[h] : m[m] : s[s] . f* zone
 *
 * Everything from any segment on may be missing; a text that begins with T or h: has the time alone. White space and
 * control characters around are passed over. What Java's LocalDate.of and LocalTime.of refuse is refused.
 */
#include "base/datetime.h"

#include <string.h>

#include "base/number.h"
#include "base/timezone.h"

/* Java's Character.isWhitespace or isISOControl, of a byte. */
static bool is_blank(char c) {
    return (unsigned char)c <= ' ' || c == 0x7f;
}
static void trim(const char **text, const char **end) {
    while (*text < *end && is_blank(**text)) ++*text;
    while (*end > *text && is_blank((*end)[-1])) --*end;
}

bool micros_from_parts(int64_t days, int64_t micros_of_day, int64_t *micros) {
    /* The first day of 64 bits is not whole: its product alone overflows though the sum does not. */
    __int128 total = (__int128)days * MICROS_PER_DAY + micros_of_day;
    *micros = (int64_t)total;
    return total == *micros;
}

bool date_parse(const char *text, size_t size, int32_t *days) {
    const char *end = text + size;
    trim(&text, &end);
    if (text == end) return false;
    int sign = *text == '-' ? -1 : 1;
    if (*text == '-' || *text == '+') text++;
    int64_t part[3] = {1, 1, 1}, value = 0;
    int i = 0, digits = 0;
    for (;; text++) {
        bool done = text == end || *text == ' ' || *text == 'T';
        if (done || (i < 2 && *text == '-')) {
            if (i == 0 ? digits < 4 || digits > 7 : digits < 1 || digits > 2) return false;
            part[i] = value;
            if (done) break;
            i++;
            value = digits = 0;
        } else {
            if (*text < '0' || *text > '9' || ++digits > 7) return false;
            value = value * 10 + *text - '0';
        }
    }
    if (i < 2 && text < end) return false;
    part[0] *= sign;
    if (!date_fields_valid(part[0], part[1], part[2])) return false;
    int64_t result = days_from_fields(part[0], (int)part[1], (int)part[2]);
    *days = (int32_t)result;
    return result == *days;
}

enum segment { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FRACTION, SEGMENTS };

struct timestamp_parts {
    int32_t part[SEGMENTS];
    bool only_time;
    const char *zone; /* the rest, trimmed; NULL: none */
    size_t zone_size;
};

static bool segment_valid(int i, int digits) {
    return i == FRACTION || (i == YEAR ? digits >= 4 && digits <= 6 : digits >= 1 && digits <= 2);
}

/* After a segment's digits: which comes next, SEGMENTS when the zone does, -1 when c may not stand here. */
static int next_segment(int i, char c, bool has_sign, bool *only_time) {
    switch (i) {
        case YEAR:
            if (c == '-') return MONTH;
            if (c != ':' || has_sign) return -1;
            *only_time = true;
            return MINUTE;
        case MONTH: return c == '-' ? DAY : -1;
        case DAY: return c == ' ' || c == 'T' ? HOUR : -1;
        case HOUR: return c == ':' ? MINUTE : -1;
        case MINUTE: return c == ':' ? SECOND : -1;
        case SECOND: return c == '.' ? FRACTION : SEGMENTS;
        default: return SEGMENTS;
    }
}

static void take_zone(struct timestamp_parts *p, const char *text, const char *end) {
    while (text < end && (unsigned char)*text <= ' ') text++;
    while (end > text && (unsigned char)end[-1] <= ' ') end--;
    p->zone = text;
    p->zone_size = (size_t)(end - text);
}

static bool parse_parts(const char *text, size_t size, struct timestamp_parts *p) {
    const char *start = text, *end = text + size;
    trim(&text, &end);
    if (text == end) return false;
    *p = (struct timestamp_parts){.part = {1, 1, 1, 0, 0, 0, 0}};
    int i = YEAR, digits = 0, value = 0, sign = 1;
    bool has_sign = *text == '-' || *text == '+';
    if (has_sign) sign = *text++ == '-' ? -1 : 1;
    if (text == start && *text == 'T') { /* Spark looks for it at the text's very beginning only */
        p->only_time = true;
        i = HOUR;
        text++;
    }
    for (; text < end; text++) {
        unsigned digit = (unsigned)(*text - '0');
        if (digit <= 9) {
            if (digits < 6) value = value * 10 + (int)digit; /* digits of a fraction beyond the 6th are cut off */
            digits++;
            continue;
        }
        int next = next_segment(i, *text, has_sign, &p->only_time);
        int current = i == YEAR && next == MINUTE ? HOUR : i;
        if (next < 0 || !segment_valid(current, digits)) return false;
        p->part[current] = value;
        if (current == FRACTION)
            for (; digits < 6; digits++) p->part[FRACTION] *= 10;
        value = digits = 0;
        i = next;
        if (next == SEGMENTS) {
            take_zone(p, text, end);
            break;
        }
    }
    if (i < SEGMENTS) {
        if (!segment_valid(i, digits)) return false;
        p->part[i] = value;
        if (i == FRACTION)
            for (; digits < 6; digits++) p->part[FRACTION] *= 10;
    }
    p->part[YEAR] *= sign;
    return true;
}

static bool parts_micros_of_day(const struct timestamp_parts *p, int64_t *micros) {
    *micros = ((p->part[HOUR] * INT64_C(60) + p->part[MINUTE]) * 60 + p->part[SECOND]) * MICROS_PER_SECOND +
              p->part[FRACTION];
    return p->part[HOUR] <= 23 && p->part[MINUTE] <= 59 && p->part[SECOND] <= 59;
}
static bool parts_date(const struct timestamp_parts *p, int64_t *days) {
    if (!date_fields_valid(p->part[YEAR], p->part[MONTH], p->part[DAY])) return false;
    *days = days_from_fields(p->part[YEAR], p->part[MONTH], p->part[DAY]);
    return true;
}

bool timestamp_parse(const char *text, size_t size, const struct datetime_frame *frame, int64_t *micros) {
    struct timestamp_parts p;
    int64_t of_day, days, local;
    if (!parse_parts(text, size, &p) || !parts_micros_of_day(&p, &of_day)) return false;
    const struct timezone *zone = frame->zone;
    int32_t offset = 0;
    bool fixed = p.zone && timezone_fixed_offset(p.zone, p.zone_size, &offset);
    if (p.zone && !fixed && !(zone = timezone_find(frame->zones, p.zone, p.zone_size))) return false;
    if (p.only_time) {
        bool fits = fixed ? !__builtin_add_overflow(frame->now, offset * MICROS_PER_SECOND, &local)
                          : timezone_to_local(zone, frame->now, &local);
        if (!fits) return false;
        days = days_from_micros(local);
    } else if (!parts_date(&p, &days)) {
        return false;
    }
    if (!fixed) {
        int64_t seconds = days * 86400 + of_day / MICROS_PER_SECOND;
        offset = (zone->count == 1 ? zone->ranges : timezone_range_local(zone, seconds))->offset;
    }
    return micros_from_parts(days, of_day - offset * MICROS_PER_SECOND, micros);
}

static bool zone_known(const struct timestamp_parts *p, struct timezone_cache *zones) {
    int32_t offset;
    return timezone_fixed_offset(p->zone, p->zone_size, &offset) || timezone_find(zones, p->zone, p->zone_size);
}

bool timestamp_ntz_parse(const char *text, size_t size, struct timezone_cache *zones, bool allow_zone,
                         int64_t *micros) {
    struct timestamp_parts p;
    int64_t of_day, days;
    if (!parse_parts(text, size, &p) || p.only_time || !parts_micros_of_day(&p, &of_day)) return false;
    if (p.zone && !(allow_zone && zone_known(&p, zones))) return false;
    return parts_date(&p, &days) && micros_from_parts(days, of_day, micros);
}

bool timestamp_text_has_zone(const char *text, size_t size, struct timezone_cache *zones) {
    struct timestamp_parts p;
    return parse_parts(text, size, &p) && p.zone && zone_known(&p, zones);
}

bool time_parse(const char *text, size_t size, int64_t *nanos) {
    struct timestamp_parts p;
    int64_t of_day;
    int half = 0; /* 1: AM, 2: PM */
    const char *end = text + size;
    while (end > text && is_blank(end[-1])) end--;
    if (end - text > 2 && (end[-1] | 32) == 'm' && ((end[-2] | 32) == 'a' || (end[-2] | 32) == 'p')) {
        half = (end[-2] | 32) == 'a' ? 1 : 2;
        end -= 2;
    }
    if (!parse_parts(text, (size_t)(end - text), &p) || !p.only_time || p.zone) return false;
    if (half) {
        if (p.part[HOUR] < 1 || p.part[HOUR] > 12) return false;
        p.part[HOUR] = p.part[HOUR] % 12 + (half == 2 ? 12 : 0);
    }
    if (!parts_micros_of_day(&p, &of_day)) return false;
    *nanos = of_day * 1000;
    return true;
}

enum special { SPECIAL_NONE, EPOCH, NOW, TODAY, TOMORROW, YESTERDAY };

/* A zone may follow all but "now"; it must be one, and means nothing. */
static enum special find_special(const char *text, size_t size, struct timezone_cache *zones) {
    static const char *const words[] = {
        [EPOCH] = "epoch", [NOW] = "now", [TODAY] = "today", [TOMORROW] = "tomorrow", [YESTERDAY] = "yesterday"};
    const char *end = text + size;
    trim(&text, &end);
    for (enum special s = EPOCH; s <= YESTERDAY; s++) {
        size_t n = strlen(words[s]);
        if ((size_t)(end - text) < n || strncasecmp(text, words[s], n) != 0) continue;
        struct timestamp_parts p;
        take_zone(&p, text + n, end);
        if (p.zone_size && (s == NOW || !zone_known(&p, zones))) return SPECIAL_NONE;
        return s;
    }
    return SPECIAL_NONE;
}

static int64_t special_days(enum special s, const struct datetime_frame *frame) {
    int64_t local = 0;
    if (s != EPOCH) timezone_to_local(frame->zone, frame->now, &local);
    return days_from_micros(local) + (s == TOMORROW) - (s == YESTERDAY);
}

bool date_special(const char *text, size_t size, const struct datetime_frame *frame, int32_t *days) {
    enum special s = find_special(text, size, frame->zones);
    if (!s) return false;
    *days = (int32_t)special_days(s, frame);
    return true;
}

bool timestamp_ntz_special(const char *text, size_t size, const struct datetime_frame *frame, int64_t *micros) {
    enum special s = find_special(text, size, frame->zones);
    if (!s) return false;
    if (s == NOW) return timezone_to_local(frame->zone, frame->now, micros);
    return micros_from_days(special_days(s, frame), micros);
}

bool timestamp_special(const char *text, size_t size, const struct datetime_frame *frame, int64_t *micros) {
    enum special s = find_special(text, size, frame->zones);
    if (!s) return false;
    *micros = s == NOW ? frame->now : 0;
    if (s == NOW || s == EPOCH) return true;
    int64_t local;
    return micros_from_days(special_days(s, frame), &local) && timezone_to_instant(frame->zone, local, micros);
}

size_t decimal_text(uint64_t value, int digits, char *out) {
    if (digits == 2 && value < 100) { /* most of all */
        out[0] = (char)('0' + value / 10);
        out[1] = (char)('0' + value % 10);
        return 2;
    }
    char text[INTEGER_TEXT];
    int count = (int)uint64_format(value, text), zeros = digits > count ? digits - count : 0;
    memset(out, '0', (size_t)zeros);
    memcpy(out + zeros, text, (size_t)count);
    return (size_t)(zeros + count);
}

static void two_digits(char *out, unsigned value) {
    out[0] = (char)('0' + value / 10);
    out[1] = (char)('0' + value % 10);
}

size_t date_format(int64_t days, char *out) {
    struct date_fields date = date_from_days(days);
    size_t n = 0;
    if (date.year < 0 || date.year > 9999) out[n++] = date.year < 0 ? '-' : '+';
    n += decimal_text((uint64_t)(date.year < 0 ? -(int64_t)date.year : date.year), 4, out + n);
    out[n] = out[n + 3] = '-';
    two_digits(out + n + 1, (unsigned)date.month);
    two_digits(out + n + 4, (unsigned)date.day);
    return n + 6;
}

size_t time_format(int64_t nanos, char *out) {
    unsigned seconds = (unsigned)(nanos / 1000000000), fraction = (unsigned)(nanos % 1000000000);
    two_digits(out, seconds / 3600);
    two_digits(out + 3, seconds / 60 % 60);
    two_digits(out + 6, seconds % 60);
    out[2] = out[5] = ':';
    if (!fraction) return 8;
    out[8] = '.';
    size_t n = 9 + decimal_text(fraction, 9, out + 9);
    while (out[n - 1] == '0') n--;
    return n;
}

size_t timestamp_format(int64_t local_micros, char *out) {
    int64_t days = days_from_micros(local_micros);
    size_t n = date_format(days, out);
    out[n++] = ' ';
    return n + time_format(floor_mod(local_micros, MICROS_PER_DAY) * 1000, out + n);
}

size_t timestamp_format_zoned(const struct timezone *zone, int64_t micros, char *out) {
    int32_t offset = timezone_range_at(zone, timezone_floor_seconds(micros))->offset;
    /* The local time may lie beyond 64 bits by some hours: days and the rest are moved apart. */
    int64_t days = days_from_micros(micros);
    int64_t of_day = floor_mod(micros, MICROS_PER_DAY) + offset * MICROS_PER_SECOND;
    int64_t carry = floor_div(of_day, MICROS_PER_DAY);
    size_t n = date_format(days + carry, out);
    out[n++] = ' ';
    return n + time_format((of_day - carry * MICROS_PER_DAY) * 1000, out + n);
}
