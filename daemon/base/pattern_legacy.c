/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns of java.text.SimpleDateFormat, for spark.sql.legacy.timeParserPolicy = LEGACY: lenient.
 *
 * Letters mean what they mean there: repeated letters pad when writing and, when reading, count only where numbers stand
 * side by side; numbers may be of any width and beyond their range (month 13 is January of the next year); text after
 * what the pattern needs is passed over; a month reads as text of either style; u is the day of the week.
 */
#include <stdio.h>
#include <string.h>

#include "base/pattern_int.h"

static const char letters[] = "GyYMLwWDdFEuaHkKhmsSzZX";

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool legacy_pattern_valid(const char *text, size_t size) {
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'') quoted = !quoted;
        if (quoted || !is_letter(text[i])) continue;
        if (!strchr(letters, text[i])) return false;
        size_t count = 1;
        while (i + 1 < size && text[i + 1] == text[i]) i++, count++;
        if (text[i] == 'X' && count > 3) return false;
    }
    return !quoted;
}

static struct op number_op(enum pattern_field field, unsigned count) {
    return (struct op){.kind = OP_NUMBER, .field = field, .min = (int16_t)count, .max = 19, .sign = SIGN_NORMAL};
}

static struct op letter_op(char letter, unsigned count) {
    struct op text = {.kind = OP_TEXT, .style = count >= 4 ? TEXT_FULL : TEXT_SHORT};
    switch (letter) {
        case 'G':
            text.field = FIELD_OF_ERA;
            text.style = TEXT_SHORT;
            return text;
        case 'y':
        case 'Y': {
            struct op op = number_op(FIELD_YEAR_OF_ERA, count);
            if (count == 2) op.kind = OP_REDUCED;
            return op;
        }
        case 'M':
        case 'L':
            text.field = FIELD_OF_MONTH;
            return count >= 3 ? text : number_op(FIELD_OF_MONTH, count);
        case 'E':
            text.field = FIELD_DAY_OF_WEEK;
            return text;
        case 'a':
            text.field = FIELD_HALF;
            return text;
        case 'z':
            text.kind = OP_ZONE_TEXT;
            return text;
        case 'Z':
        case 'X': {
            struct op op = {.kind = OP_OFFSET, .field = FIELD_OFFSET, .offset_type = 3};
            const char *zero = letter == 'Z' ? "+0000" : "Z";
            if (letter == 'X') op.offset_type = count == 1 ? 0 : count == 2 ? 3 : 4;
            op.zero_size = (uint8_t)strlen(zero);
            memcpy(op.zero, zero, op.zero_size);
            return op;
        }
        case 'w': return number_op(FIELD_WEEK_OF_YEAR, count);
        case 'W': return number_op(FIELD_WEEK_OF_MONTH, count);
        case 'D': return number_op(FIELD_DAY_OF_YEAR, count);
        case 'd': return number_op(FIELD_OF_DAY, count);
        case 'F': return number_op(FIELD_WEEKDAY_IN_MONTH, count);
        case 'u': return number_op(FIELD_ISO_DAY_OF_WEEK, count);
        case 'H': return number_op(FIELD_HOUR_OF_DAY, count);
        case 'k': return number_op(FIELD_CLOCK_HOUR_OF_DAY, count);
        case 'K': return number_op(FIELD_HOUR_OF_HALF, count);
        case 'h': return number_op(FIELD_CLOCK_HOUR_OF_HALF, count);
        case 'm': return number_op(FIELD_OF_MINUTE, count);
        case 's': return number_op(FIELD_OF_SECOND, count);
        default: return number_op(FIELD_MILLI, count);
    }
}

bool legacy_compile(struct arena *arena, const char *text, size_t size, struct pattern *pattern) {
    if (!legacy_pattern_valid(text, size)) return false;
    LIST(struct op) ops = {0};
    bool quoted = false;
    for (size_t i = 0; i < size;) {
        if (text[i] == '\'' && i + 1 < size && text[i + 1] == '\'') {
            LIST_PUSH(arena, &ops, ((struct op){.kind = OP_LITERAL, .text = "'", .size = 1}));
            i += 2;
        } else if (text[i] == '\'') {
            quoted = !quoted;
            i++;
        } else if (quoted || !is_letter(text[i])) {
            LIST_PUSH(arena, &ops, ((struct op){.kind = OP_LITERAL, .text = text + i, .size = 1}));
            i++;
        } else {
            size_t from = i;
            while (i < size && text[i] == text[from]) i++;
            if (i - from > 255) return false;
            LIST_PUSH(arena, &ops, letter_op(text[from], (unsigned)(i - from)));
        }
    }
    /* Numbers side by side have as many digits as letters, the last of them excepted. */
    for (uint32_t i = 0; i + 1 < ops.count; i++) {
        bool number = ops.items[i].kind == OP_NUMBER || ops.items[i].kind == OP_REDUCED;
        bool next = ops.items[i + 1].kind == OP_NUMBER || ops.items[i + 1].kind == OP_REDUCED;
        if (number && next) ops.items[i].subsequent = -1;
    }
    pattern->ops = ops.items;
    pattern->count = ops.count;
    return true;
}

struct reader {
    const char *p, *end;
    struct timezone_cache *zones;
    struct parsed_fields fields;
};

static void set(struct reader *r, enum pattern_field field, int64_t value) {
    r->fields.present |= 1u << field;
    r->fields.values[field] = value;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static void skip_blanks(struct reader *r) {
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t')) r->p++;
}

static bool read_number(struct reader *r, const struct op *op) {
    skip_blanks(r);
    bool negative = r->p < r->end && *r->p == '-';
    const char *from = r->p + negative, *p = from;
    int64_t value = 0;
    int most = op->subsequent < 0 ? op->min : 18;
    for (; p < r->end && is_digit(*p) && p - from < most; p++) value = value * 10 + *p - '0';
    if (p == from) return false;
    r->p = p;
    if (op->kind == OP_REDUCED && p - from == 2 && !negative) {
        value += 2000; /* within 80 years before and 20 years after the time of the pattern's making */
        if (value > 2046) value -= 100;
    }
    set(r, op->field, negative ? -value : value);
    return true;
}

static bool read_text(struct reader *r, struct op op) {
    skip_blanks(r);
    int first, count = pattern_text_values(&op, &first);
    for (int full = 1; full >= 0; full--) {
        op.style = full ? TEXT_FULL : TEXT_SHORT;
        for (int value = first; value < first + count; value++) {
            size_t size;
            const char *text = pattern_text(&op, value, &size);
            if (size > (size_t)(r->end - r->p) || strncasecmp(r->p, text, size) != 0) continue;
            r->p += size;
            set(r, op.field, value);
            return true;
        }
    }
    return false;
}

/* +hhmm, +hh:mm, GMT+h:mm, Z (for X), or a zone's name. */
static bool read_zone(struct reader *r, const struct op *op) {
    skip_blanks(r);
    const char *p = r->p;
    if (op->kind == OP_OFFSET && op->zero[0] == 'Z' && p < r->end && *p == 'Z') {
        r->p++;
        set(r, FIELD_OFFSET, 0);
        return true;
    }
    bool gmt = r->end - p >= 3 && strncasecmp(p, "GMT", 3) == 0;
    if (gmt) p += 3;
    if (p < r->end && (*p == '+' || *p == '-')) {
        int sign = *p++ == '-' ? -1 : 1, digits = 0, value = 0, minutes = 0;
        for (; p < r->end && is_digit(*p) && digits < 4; p++, digits++) value = value * 10 + *p - '0';
        if (!digits) return false;
        if (digits > 2) {
            minutes = value % 100;
            value /= 100;
        } else if (r->end - p >= 3 && *p == ':' && is_digit(p[1]) && is_digit(p[2])) {
            minutes = (p[1] - '0') * 10 + p[2] - '0';
            p += 3;
        }
        if (value > 23 || minutes > 59) return false;
        r->p = p;
        set(r, FIELD_OFFSET, sign * (value * 3600 + minutes * 60));
        return true;
    }
    if (gmt) {
        r->p = p;
        set(r, FIELD_OFFSET, 0);
        return true;
    }
    size_t taken, id_size;
    const char *id = pattern_zone_named(r->p, (size_t)(r->end - r->p), TEXT_FULL, &taken, &id_size);
    if (!id) id = pattern_zone_named(r->p, (size_t)(r->end - r->p), TEXT_SHORT, &taken, &id_size);
    if (!id) return false;
    r->fields.zone = timezone_find(r->zones, id, id_size);
    r->p += taken;
    return r->fields.zone != NULL;
}

static bool read_op(struct reader *r, const struct op *op) {
    switch ((enum op_kind)op->kind) {
        case OP_LITERAL:
            if (*op->text == ' ') { /* blanks in the text may be more than those in the pattern, or fewer */
                if (r->p == r->end || *r->p != ' ') return false;
                r->p++;
                return true;
            }
            if (r->p == r->end || *r->p != *op->text) return false;
            r->p++;
            return true;
        case OP_TEXT:
            return read_text(r, *op);
        case OP_OFFSET:
        case OP_ZONE_TEXT:
            return read_zone(r, op);
        default:
            return read_number(r, op);
    }
}

/* A lenient calendar: every field counts on from the first of January 1970. */
static void resolve(struct parsed_fields *f, struct pattern_parsed *parsed) {
    int64_t *v = f->values;
    int64_t year = field_present(f, FIELD_YEAR_OF_ERA) ? v[FIELD_YEAR_OF_ERA] : 1970;
    if (field_present(f, FIELD_OF_ERA) && v[FIELD_OF_ERA] == 0) year = 1 - year;
    int64_t month = field_present(f, FIELD_OF_MONTH) ? v[FIELD_OF_MONTH] - 1 : 0;
    int64_t day = field_present(f, FIELD_OF_DAY) ? v[FIELD_OF_DAY] : 1;
    if (field_present(f, FIELD_DAY_OF_YEAR) && !field_present(f, FIELD_OF_DAY)) {
        month = 0;
        day = v[FIELD_DAY_OF_YEAR];
    }
    year += floor_div(month, 12);
    parsed->days = days_from_fields(year, (int)floor_mod(month, 12) + 1, 1) + day - 1;
    int64_t hour = 0;
    if (field_present(f, FIELD_HOUR_OF_DAY)) hour = v[FIELD_HOUR_OF_DAY];
    if (field_present(f, FIELD_CLOCK_HOUR_OF_DAY)) hour = v[FIELD_CLOCK_HOUR_OF_DAY] == 24 ? 0 : v[FIELD_CLOCK_HOUR_OF_DAY];
    bool halves = field_present(f, FIELD_HOUR_OF_HALF) || field_present(f, FIELD_CLOCK_HOUR_OF_HALF);
    if (halves && !field_present(f, FIELD_HOUR_OF_DAY)) {
        hour = field_present(f, FIELD_HOUR_OF_HALF) ? v[FIELD_HOUR_OF_HALF] : v[FIELD_CLOCK_HOUR_OF_HALF] % 12;
        if (field_present(f, FIELD_HALF)) hour += v[FIELD_HALF] * 12;
    }
    __int128 nanos = hour;
    nanos = nanos * 60 + (field_present(f, FIELD_OF_MINUTE) ? v[FIELD_OF_MINUTE] : 0);
    nanos = nanos * 60 + (field_present(f, FIELD_OF_SECOND) ? v[FIELD_OF_SECOND] : 0);
    nanos = nanos * 1000 + (field_present(f, FIELD_MILLI) ? v[FIELD_MILLI] : 0);
    int64_t millis = (int64_t)nanos, carry = floor_div(millis, 86400000);
    parsed->days += carry;
    parsed->nanos = (millis - carry * 86400000) * 1000000;
    parsed->zone = f->zone;
    parsed->has_zone = f->zone || field_present(f, FIELD_OFFSET);
    parsed->offset = (int32_t)(field_present(f, FIELD_OFFSET) ? v[FIELD_OFFSET] : 0);
}

/* Numbers of 18 digits in several fields leave every calendar; nothing of use is beyond these. */
static bool sensible(const struct parsed_fields *f) {
    for (int field = 0; field < FIELD_COUNT; field++)
        if (field_present(f, field) && (f->values[field] > 1000000000000 || f->values[field] < -1000000000000)) return false;
    return !field_present(f, FIELD_YEAR_OF_ERA) || (f->values[FIELD_YEAR_OF_ERA] < 300000000 && f->values[FIELD_YEAR_OF_ERA] > -300000000);
}

bool legacy_parse(const struct pattern *pattern, const char *text, size_t size, struct timezone_cache *zones,
                  struct pattern_parsed *parsed, struct pattern_failure *failure) {
    struct reader r = {.p = text, .end = text + size, .zones = zones};
    *parsed = (struct pattern_parsed){0};
    bool good = true;
    for (uint32_t i = 0; good && i < pattern->count; i++) good = read_op(&r, &pattern->ops[i]);
    if (good && sensible(&r.fields)) {
        resolve(&r.fields, parsed);
        return true;
    }
    if (failure)
        snprintf(failure->message, sizeof failure->message, "Unparseable date: \"%.*s\"", (int)(size < 400 ? size : 400),
                 text);
    return false;
}
