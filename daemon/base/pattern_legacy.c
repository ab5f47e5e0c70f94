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
            struct op op = number_op(FIELD_YEAR_OF_ERA, count);
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
    int32_t this_year;
    uint8_t order[FIELD_COUNT]; /* when a field was read; 0: it was not */
    uint8_t count;
    struct parsed_fields fields;
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
    r->fields.present |= 1u << field;
    r->fields.values[field] = value;
    if (r->count < UINT8_MAX) r->count++;
    r->order[field] = r->count;
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
        int64_t first = r->this_year - 80; /* the hundred years from here on */
        value += first - first % 100;
        if (value < first) value += 100;
    }
    if (value == 0 && (op->field == FIELD_CLOCK_HOUR_OF_DAY || op->field == FIELD_CLOCK_HOUR_OF_HALF)) return false;
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
        if (!digits || digits == 3) return false;
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
        case OP_TEXT: return read_text(r, *op);
        case OP_OFFSET:
        case OP_ZONE_TEXT: return read_zone(r, op);
        default: return read_number(r, op);
    }
}

static int64_t value_or(const struct reader *r, enum pattern_field field, int64_t otherwise) {
    return r->order[field] ? r->fields.values[field] : otherwise;
}

/* Does a field that was read say what the result says? */
static bool agrees(const struct reader *r, enum pattern_field field, int64_t result) {
    return !r->order[field] || r->fields.values[field] == result;
}

static bool resolve_date(const struct reader *r, int64_t *days) {
    int64_t year = value_or(r, FIELD_YEAR_OF_ERA, 1970), month = value_or(r, FIELD_OF_MONTH, 1);
    bool before_christ = value_or(r, FIELD_OF_ERA, 1) == 0;
    if (year < -290000 || year > 290000 || month < 1 || month > 12) return false;
    if (before_christ) year = 1 - year;
    if (r->order[FIELD_DAY_OF_YEAR] > r->order[FIELD_OF_DAY]) {
        int64_t day = r->fields.values[FIELD_DAY_OF_YEAR];
        if (day < 1 || day > 365 + year_is_leap(year)) return false;
        *days = days_from_fields(year, 1, 1) + day - 1;
    } else {
        int64_t day = value_or(r, FIELD_OF_DAY, 1);
        if (!date_fields_valid(year, month, day)) return false;
        *days = days_from_fields(year, (int)month, (int)day);
    }
    struct date_fields date = date_from_days(*days);
    int weekday = weekday_from_days(*days) + 1;
    return agrees(r, FIELD_OF_MONTH, date.month) && agrees(r, FIELD_OF_DAY, date.day) &&
           agrees(r, FIELD_DAY_OF_YEAR, day_of_year(*days)) && agrees(r, FIELD_DAY_OF_WEEK, weekday) &&
           agrees(r, FIELD_ISO_DAY_OF_WEEK, weekday) && agrees(r, FIELD_WEEKDAY_IN_MONTH, (date.day - 1) / 7 + 1);
}

static bool resolve_time(const struct reader *r, int64_t *nanos) {
    uint8_t last =
        r->order[FIELD_HOUR_OF_HALF] > r->order[FIELD_HALF] ? r->order[FIELD_HOUR_OF_HALF] : r->order[FIELD_HALF];
    bool both = r->order[FIELD_HOUR_OF_HALF] && r->order[FIELD_HALF];
    int64_t hour = value_or(r, FIELD_HOUR_OF_DAY, 0);
    if (both ? last > r->order[FIELD_HOUR_OF_DAY] : !r->order[FIELD_HOUR_OF_DAY])
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
    if (good && resolve_date(&r, &parsed->days) && resolve_time(&r, &parsed->nanos)) {
        parsed->zone = r.fields.zone;
        parsed->has_zone = r.fields.zone || r.order[FIELD_OFFSET];
        parsed->offset = (int32_t)value_or(&r, FIELD_OFFSET, 0);
        return true;
    }
    if (failure)
        snprintf(failure->message, sizeof failure->message, "Unparseable date: \"%.*s\"",
                 (int)(size < 400 ? size : 400), text);
    return false;
}
