/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns of java.text.SimpleDateFormat, for spark.sql.legacy.timeParserPolicy = LEGACY.
 *
 * Letters mean what they mean there: repeated letters pad when writing and, when reading, count only where numbers stand
 * side by side; numbers may be of any width; text after what the pattern needs is passed over; a month reads as text of
 * either style; u is the day of the week. Of fields that say the same in other ways (H and h, d and D) the last one read
 * decides, and then all of them must agree with the result, as in a GregorianCalendar that is not lenient.
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
            struct op op = number_op(letter == 'y' ? FIELD_YEAR_OF_ERA : FIELD_WEEK_YEAR, count);
            if (count == 2) op.kind = OP_REDUCED;
            return op;
        }
        case 'M':
        case 'L':
            text.field = FIELD_OF_MONTH;
            text.standalone = letter == 'L';
            return count >= 3 ? text : number_op(FIELD_OF_MONTH, count);
        case 'E': text.field = FIELD_DAY_OF_WEEK; return text;
        case 'a': text.field = FIELD_HALF; return text;
        case 'z': text.kind = OP_ZONE_TEXT; return text;
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
        case 'u': return number_op(FIELD_DAY_OF_WEEK, count);
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
    int32_t this_year;
    uint8_t count; /* fields read */
    struct legacy_fields fields;
    const struct timezone *zone;
};

static void set(struct reader *r, enum pattern_field field, int64_t value) {
    if (field == FIELD_CLOCK_HOUR_OF_DAY) {
        field = FIELD_HOUR_OF_DAY;
        if (value == 24) value = 0;
    }
    if (field == FIELD_CLOCK_HOUR_OF_HALF) {
        field = FIELD_HOUR_OF_HALF;
        if (value == 12) value = 0;
    }
    r->fields.values[field] = value;
    if (r->count < UINT8_MAX) r->count++;
    r->fields.order[field] = r->count;
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
    bool is_year = op->field == FIELD_YEAR_OF_ERA || op->field == FIELD_WEEK_YEAR;
    if (is_year && op->min <= 2 && p - from == 2 && !negative) {
        int64_t first = r->this_year - 80; /* the hundred years from here on */
        value += first - first % 100;
        if (value < first) value += 100;
    }
    if (value == 0 && (op->field == FIELD_CLOCK_HOUR_OF_DAY || op->field == FIELD_CLOCK_HOUR_OF_HALF)) return false;
    set(r, op->field, negative ? -value : value);
    return true;
}

/* Unlike numbers, words follow at once. */
static bool read_text(struct reader *r, struct op op) {
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

static bool two_digits(struct reader *r, int *value) {
    if (r->end - r->p < 2 || !is_digit(r->p[0]) || !is_digit(r->p[1])) return false;
    *value = (r->p[0] - '0') * 10 + r->p[1] - '0';
    r->p += 2;
    return true;
}

/* hh, hhmm or hh:mm after a sign; behind GMT one digit will do for the hours. */
static bool read_offset(struct reader *r, bool one_digit, bool with_minutes, bool colon) {
    int sign = *r->p++ == '-' ? -1 : 1, hours, minutes = 0;
    if (one_digit && r->end - r->p >= 2 && is_digit(r->p[0]) && !is_digit(r->p[1]))
        hours = *r->p++ - '0';
    else if (!two_digits(r, &hours))
        return false;
    if (with_minutes && colon && (r->p == r->end || *r->p++ != ':')) return false;
    if (with_minutes && !two_digits(r, &minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    set(r, FIELD_OFFSET, sign * (hours * 3600 + minutes * 60));
    return true;
}

static bool at_sign(const struct reader *r) {
    return r->p < r->end && (*r->p == '+' || *r->p == '-');
}

/* X, XX, XXX: Z, +hh, +hhmm, +hh:mm. */
static bool read_iso_offset(struct reader *r, const struct op *op) {
    skip_blanks(r);
    if (r->p < r->end && *r->p == 'Z') {
        r->p++;
        set(r, FIELD_OFFSET, 0);
        return true;
    }
    return at_sign(r) && read_offset(r, false, op->offset_type != 0, op->offset_type == 4);
}

/* z, Z: +hhmm, GMT, GMT+h:mm, or a zone's name. */
static bool read_zone(struct reader *r) {
    const char *start = r->p;
    skip_blanks(r);
    if (at_sign(r)) return read_offset(r, false, true, false);
    if (r->end - start >= 3 && strncasecmp(start, "GMT", 3) == 0) {
        r->p = start + 3;
        if (at_sign(r)) return read_offset(r, true, true, true);
        set(r, FIELD_OFFSET, 0);
        return true;
    }
    size_t taken, id_size;
    const char *id = pattern_zone_named(r->p, (size_t)(r->end - r->p), TEXT_FULL, &taken, &id_size);
    if (!id) id = pattern_zone_named(r->p, (size_t)(r->end - r->p), TEXT_SHORT, &taken, &id_size);
    if (!id) return false;
    r->zone = timezone_find(r->zones, id, id_size);
    r->p += taken;
    return r->zone != NULL;
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
        case OP_TEXT: return read_text(r, *op);
        case OP_OFFSET: return op->zero[0] == 'Z' ? read_iso_offset(r, op) : read_zone(r);
        case OP_ZONE_TEXT: return read_zone(r);
        default: return read_number(r, op);
    }
}

static int64_t value_or(const struct reader *r, enum pattern_field field, int64_t otherwise) {
    return r->fields.order[field] ? r->fields.values[field] : otherwise;
}

/* Does a field that was read say what the result says? */
static bool agrees(const struct reader *r, enum pattern_field field, int64_t result) {
    return !r->fields.order[field] || r->fields.values[field] == result;
}

static bool resolve_time(const struct reader *r, int64_t *nanos) {
    uint8_t last = r->fields.order[FIELD_HOUR_OF_HALF] > r->fields.order[FIELD_HALF]
                       ? r->fields.order[FIELD_HOUR_OF_HALF]
                       : r->fields.order[FIELD_HALF];
    bool both = r->fields.order[FIELD_HOUR_OF_HALF] && r->fields.order[FIELD_HALF];
    int64_t hour = value_or(r, FIELD_HOUR_OF_DAY, 0);
    if (both ? last > r->fields.order[FIELD_HOUR_OF_DAY] : !r->fields.order[FIELD_HOUR_OF_DAY])
        hour = value_or(r, FIELD_HOUR_OF_HALF, 0) + value_or(r, FIELD_HALF, 0) * 12;
    int64_t minute = value_or(r, FIELD_OF_MINUTE, 0), second = value_or(r, FIELD_OF_SECOND, 0);
    int64_t milli = value_or(r, FIELD_MILLI, 0);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || milli < 0 || milli > 999)
        return false;
    *nanos = (((hour * 60 + minute) * 60 + second) * 1000 + milli) * 1000000;
    return agrees(r, FIELD_HOUR_OF_DAY, hour) && agrees(r, FIELD_HOUR_OF_HALF, hour % 12) &&
           agrees(r, FIELD_HALF, hour / 12);
}

bool legacy_parse(const struct pattern *pattern, const char *text, size_t size, struct timezone_cache *zones,
                  struct pattern_parsed *parsed, struct pattern_failure *failure) {
    struct reader r = {.p = text, .end = text + size, .zones = zones, .this_year = pattern->legacy_year};
    *parsed = (struct pattern_parsed){0};
    bool good = true;
    for (uint32_t i = 0; good && i < pattern->count; i++) good = read_op(&r, &pattern->ops[i]);
    if (good && legacy_resolve_date(&r.fields, &parsed->days) && resolve_time(&r, &parsed->nanos)) {
        parsed->zone = r.zone;
        parsed->has_zone = r.zone || r.fields.order[FIELD_OFFSET];
        parsed->offset = (int32_t)value_or(&r, FIELD_OFFSET, 0);
        return true;
    }
    if (failure)
        snprintf(failure->message, sizeof failure->message, "Unparseable date: \"%.*s\"",
                 (int)(size < 400 ? size : 400), text);
    return false;
}
