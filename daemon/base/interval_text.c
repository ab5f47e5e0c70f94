/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Year-month and day-time intervals from and to text. Calendar intervals are in interval_calendar.c.
 *
 * One value is `sign number (separator number)*`, with the separators "-" between years and months, " " after days,
 * ":" between the fields of a time; seconds may have up to 9 digits after the point, of which 6 count. How many digits
 * the first number may have depends on the field, the others have one or two. A sign is + or -, or |, which Spark takes
 * for a plus. Numbers within the form but out of range have errors of their own, and those differ between the kinds.
 */
#include "base/interval_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/datetime.h"
#include "base/error.h"

enum { YEAR, MONTH };
enum { DAY, HOUR, MINUTE, SECOND };

static const char *const year_month_fields[] = {"year", "month"};
static const char *const day_time_fields[] = {"day", "hour", "minute", "second"};
static const int64_t field_micros[] = {MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND};

/* A text split into its signs and its value; a whole literal also names fields. */
struct value_text {
    const char *p, *end;
    bool negative;
    bool literal;
};

static bool is_space(char c) { /* Java's \s and, but for four control characters, isWhitespace */
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static void skip_spaces(struct value_text *t) {
    while (t->p < t->end && is_space(*t->p)) t->p++;
}
static bool take(struct value_text *t, char c) {
    if (t->p == t->end || *t->p != c) return false;
    t->p++;
    return true;
}
static bool take_word(struct value_text *t, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(t->end - t->p) < n || strncasecmp(t->p, word, n) != 0) return false;
    t->p += n;
    return true;
}
static bool take_spaces(struct value_text *t) {
    const char *from = t->p;
    skip_spaces(t);
    return t->p > from;
}
static void take_sign(struct value_text *t) {
    if (t->p == t->end || !strchr("+-|", *t->p) || !*t->p) return;
    if (*t->p++ == '-') t->negative = !t->negative;
}

/* INTERVAL [sign]'value' FIELD [TO FIELD]: leaves the value in *t when the fields are those wanted. */
static bool open_literal(struct value_text *t, const char *const *fields, int start, int end) {
    if (!take_word(t, "interval") || !take_spaces(t)) return false;
    take_sign(t);
    if (!take(t, '\'')) return false;
    const char *from = t->p, *to = memchr(t->p, '\'', (size_t)(t->end - t->p));
    if (!to) return false;
    t->p = to + 1;
    if (!take_spaces(t) || !take_word(t, fields[start])) return false;
    if (start != end && !(take_spaces(t) && take_word(t, "to") && take_spaces(t) && take_word(t, fields[end])))
        return false;
    if (t->p != t->end) return false;
    t->p = from;
    t->end = to;
    t->literal = true;
    return true;
}

static bool open_text(struct value_text *t, const char *text, size_t size, const char *const *fields, int start,
                      int end) {
    const char *stop = text + size;
    while (text < stop && ((unsigned char)*text <= ' ' || *text == 0x7f)) text++;
    while (stop > text && ((unsigned char)stop[-1] <= ' ' || stop[-1] == 0x7f)) stop--;
    *t = (struct value_text){.p = text, .end = stop};
    if (t->p < t->end && (*t->p | 32) == 'i' && !open_literal(t, fields, start, end)) return false;
    take_sign(t);
    return true;
}

/* A number of at most `most` digits (0: any), saturating. Returns how many digits there were. */
static int take_number(struct value_text *t, int most, int64_t *value) {
    int digits = 0;
    *value = 0;
    for (; t->p < t->end && is_digit(*t->p) && (!most || digits < most); t->p++, digits++)
        if (__builtin_mul_overflow(*value, 10, value) || __builtin_add_overflow(*value, *t->p - '0', value))
            *value = INT64_MAX;
    return digits;
}

static bool mismatch(const char *text, size_t size, bool day_time, int start, int end, struct error *err) {
    static const char *const year_month_forms[2][2] = {{"y", "y-m"}, {NULL, "m"}};
    static const char *const day_time_forms[4][4] = {{"d", "d h", "d h:m", "d h:m:s.n"},
                                                     {NULL, "h", "h:m", "h:m:s.n"},
                                                     {NULL, NULL, "m", "m:s.n"},
                                                     {NULL, NULL, NULL, "s.n"}};
    if (!err) return false;
    const char *form = day_time ? day_time_forms[start][end] : year_month_forms[start][end];
    const char *const *fields = day_time ? day_time_fields : year_month_fields;
    char lower[40], upper[40];
    if (start == end)
        snprintf(lower, sizeof lower, "%s", fields[start]);
    else
        snprintf(lower, sizeof lower, "%s to %s", fields[start], fields[end]);
    for (size_t i = 0; i <= strlen(lower); i++) upper[i] = (char)(lower[i] >= 'a' ? lower[i] - 32 : lower[i]);
    error_set(err,
              day_time ? "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE"
                       : "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING",
              "intervalStr", day_time ? "day-time" : "year-month", NULL);
    error_add(err, "supportedFormat", "`[+|-]%s`, `INTERVAL [+|-]'[+|-]%s' %s`", form, form, upper);
    error_add(err, "typeName", "interval %s", lower);
    return error_add(err, "input", "%.*s", (int)(size < 4096 ? size : 4096), text);
}

static bool unparsable(const char *text, size_t size, const char *kind, struct error *err) {
    if (!err) return false;
    while (size && (unsigned char)*text <= ' ') text++, size--;
    while (size && (unsigned char)text[size - 1] <= ' ') size--;
    error_set(err, "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", "interval", kind, NULL);
    return error_add(err, "input", "%.*s", (int)(size < 4096 ? size : 4096), text);
}

bool year_month_parse(const char *text, size_t size, int start, int end, int32_t *months, struct error *err) {
    struct value_text t;
    int64_t first, second = 0, total;
    if (!open_text(&t, text, size, year_month_fields, start, end) || !take_number(&t, 0, &first))
        return mismatch(text, size, false, start, end, err);
    if (start != end && !(take(&t, '-') && take_number(&t, 0, &second)))
        return mismatch(text, size, false, start, end, err);
    if (t.p != t.end) return mismatch(text, size, false, start, end, err);
    bool years = start == YEAR;
    if (second > 11 || __builtin_mul_overflow(first, years ? 12 : 1, &total)) total = INT64_MAX - 11;
    total += second <= 11 ? second : 0;
    /* Of single years, the magnitude must fit; Spark negates the rest before it looks. */
    bool fits = years && start == end ? total <= INT32_MAX : (t.negative ? -total >= INT32_MIN : total <= INT32_MAX);
    if (years && start != end && first > INT32_MAX / 12) fits = false;
    if (!fits) return unparsable(text, size, "year-month", err);
    *months = (int32_t)(t.negative ? -total : total);
    return true;
}

/* .123456789 after seconds: microseconds. False: a point without digits, or more than 9. */
static bool take_fraction(struct value_text *t, bool *present, int64_t *micros) {
    *micros = 0;
    *present = take(t, '.');
    if (!*present) return true;
    int64_t value;
    int digits = take_number(t, 9, &value);
    if (!digits) return false;
    for (; digits < 9; digits++) value *= 10;
    *micros = value / 1000;
    return true;
}

static bool out_of_range(const char *field, int64_t value, int64_t most, struct error *err) {
    if (!err) return false;
    return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: %s %" PRId64 " outside range [0, %" PRId64 "]",
                       field, value, most);
}

/* A single field. Spark lets products of days, hours and minutes wrap around; so they do here. */
static bool day_time_single(struct value_text *t, const char *text, size_t size, int field, int64_t *micros,
                            struct error *err) {
    static const int digits_allowed[] = {9, 10, 12, 13};
    int64_t value, fraction;
    bool has_fraction;
    int digits = take_number(t, 14, &value);
    if (!digits || digits > digits_allowed[field] || !take_fraction(t, &has_fraction, &fraction) || t->p != t->end ||
        (has_fraction && field != SECOND))
        return mismatch(text, size, true, field, field, err);
    if (field == SECOND) {
        if (value > INT64_MAX / MICROS_PER_SECOND) return unparsable(text, size, "day-time", err);
        /* "-0.5" is positive: the sign is looked for in the seconds, and -0 has none. */
        bool negative = t->negative && value;
        int64_t whole = value * MICROS_PER_SECOND;
        if (__builtin_add_overflow(negative ? -whole : whole, negative ? -fraction : fraction, micros))
            return unparsable(text, size, "day-time", err);
        return true;
    }
    uint64_t product = (uint64_t)value * (uint64_t)field_micros[field];
    *micros = (int64_t)(t->negative ? -product : product);
    return true;
}

bool day_time_parse(const char *text, size_t size, int start, int end, int64_t *micros, struct error *err) {
    static const int first_digits[] = {9, 10, 12};
    static const int64_t first_most[] = {INT64_MAX / MICROS_PER_DAY, INT64_MAX / MICROS_PER_HOUR,
                                         INT64_MAX / MICROS_PER_MINUTE};
    static const int64_t most[] = {0, 23, 59, 59};
    struct value_text t;
    if (!open_text(&t, text, size, day_time_fields, start, end)) return mismatch(text, size, true, start, end, err);
    if (start == end) return day_time_single(&t, text, size, start, micros, err);
    int64_t values[4] = {0}, fraction = 0;
    bool good = true, has_fraction;
    for (int field = start; good && field <= end; field++) {
        if (field > start) good = take(&t, field == HOUR ? ' ' : ':');
        good = good && take_number(&t, field == start ? first_digits[start] : 2, &values[field]);
        if (field == SECOND) good = good && take_fraction(&t, &has_fraction, &fraction);
    }
    if (!good || t.p != t.end) return mismatch(text, size, true, start, end, err);
    __int128 total = fraction;
    for (int field = start; field <= end; field++) {
        int64_t limit = field == start ? first_most[start] : most[field];
        if (values[field] > limit) return out_of_range(day_time_fields[field], values[field], limit, err);
        total += (__int128)values[field] * field_micros[field];
    }
    if (t.negative) total = -total;
    *micros = (int64_t)total;
    if (total == *micros) return true;
    return err ? error_plain(err, ERROR_ARITHMETIC, "long overflow") : false;
}

bool interval_to_micros(struct interval interval, int64_t *micros) {
    int64_t days;
    return !__builtin_mul_overflow((int64_t)interval.days, MICROS_PER_DAY, &days) &&
           !__builtin_add_overflow(days, interval.microseconds, micros);
}

static size_t append(char *out, const char *text) {
    size_t n = strlen(text);
    memcpy(out, text, n);
    return n;
}

static size_t append_fields(char *out, const char *const *fields, int start, int end) {
    size_t n = append(out, "' ");
    for (const char *c = fields[start]; *c; c++) out[n++] = (char)(*c - 32);
    if (start == end) return n;
    n += append(out + n, " TO ");
    for (const char *c = fields[end]; *c; c++) out[n++] = (char)(*c - 32);
    return n;
}

size_t year_month_format_hive(int32_t months, char *out) {
    uint64_t magnitude = months < 0 ? (uint64_t) - (int64_t)months : (uint64_t)months;
    size_t n = 0;
    if (months < 0) out[n++] = '-';
    n += decimal_text(magnitude / 12, 1, out + n);
    out[n++] = '-';
    return n + decimal_text(magnitude % 12, 1, out + n);
}

size_t year_month_format(int32_t months, int start, int end, char *out) {
    uint64_t magnitude = months < 0 ? (uint64_t) - (int64_t)months : (uint64_t)months;
    size_t n = append(out, "INTERVAL '");
    if (start != end) {
        n += year_month_format_hive(months, out + n);
    } else {
        if (months < 0) out[n++] = '-';
        n += decimal_text(start == YEAR ? magnitude / 12 : magnitude, 1, out + n);
    }
    return n + append_fields(out + n, year_month_fields, start, end);
}

static size_t append_seconds(char *out, uint64_t micros, int digits) {
    size_t n = decimal_text(micros / 1000000, digits, out);
    if (micros % 1000000 == 0) return n;
    out[n++] = '.';
    n += decimal_text(micros % 1000000, 6, out + n);
    while (out[n - 1] == '0') n--;
    return n;
}

size_t day_time_format(int64_t micros, int start, int end, char *out) {
    uint64_t rest = micros < 0 ? -(uint64_t)micros : (uint64_t)micros;
    size_t n = append(out, "INTERVAL '");
    if (micros < 0) out[n++] = '-';
    for (int field = start; field <= end; field++) {
        if (field > start) out[n++] = field == HOUR ? ' ' : ':';
        if (field == SECOND) {
            n += append_seconds(out + n, rest, 2);
        } else {
            n += decimal_text(rest / (uint64_t)field_micros[field], field == DAY ? 1 : 2, out + n);
            rest %= (uint64_t)field_micros[field];
        }
    }
    return n + append_fields(out + n, day_time_fields, start, end);
}

size_t day_time_format_hive(int64_t micros, char *out) {
    uint64_t rest = micros < 0 ? -(uint64_t)micros : (uint64_t)micros;
    size_t n = 0;
    if (micros < 0) out[n++] = '-';
    n += decimal_text(rest / MICROS_PER_DAY, 1, out + n);
    out[n++] = ' ';
    n += decimal_text(rest / MICROS_PER_HOUR % 24, 2, out + n);
    out[n++] = ':';
    n += decimal_text(rest / MICROS_PER_MINUTE % 60, 2, out + n);
    out[n++] = ':';
    n += decimal_text(rest / MICROS_PER_SECOND % 60, 2, out + n);
    out[n++] = '.';
    return n + decimal_text(rest % MICROS_PER_SECOND * 1000, 9, out + n);
}
