/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to fields by a compiled pattern, strictly but for the case of letters; pattern_resolve.c makes a date and a time
 * of them. A section in brackets that does not fit leaves no trace. The failure tells the place in UTF-16 units, as
 * Java counts.
 */
#include <stdio.h>
#include <string.h>

#include "base/pattern_int.h"

struct reader {
    const struct op *ops;
    const char *start, *end;
    const char *failed_at; /* of the last failure */
    const char *fatal;     /* what is wrong whatever follows */
    struct timezone_cache *zones;
    struct parsed_fields fields;
};

static const char *fail(struct reader *r, const char *at) {
    r->failed_at = at;
    return NULL;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The same field twice must have the same value. */
static const char *set(struct reader *r, enum pattern_field field, int64_t value, const char *from, const char *to) {
    if (field_present(&r->fields, field) && r->fields.values[field] != value) return fail(r, from);
    r->fields.present |= 1u << field;
    r->fields.values[field] = value;
    return to;
}

/* Digits from p, at most `most`; saturates far beyond any field. */
static const char *take_digits(const struct reader *r, const char *p, int64_t most, int64_t *value) {
    *value = 0;
    for (; p < r->end && is_digit(*p) && most > 0; p++, most--)
        if (*value < INT64_C(100000000000000000)) *value = *value * 10 + *p - '0';
    return p;
}

static const char *read_sign(struct reader *r, const struct op *op, const char *p, bool *negative, bool *positive) {
    *negative = *positive = false;
    if (*p == '+') {
        if (op->sign != SIGN_EXCEEDS_PAD) return fail(r, p);
        *positive = true;
        return p + 1;
    }
    if (*p == '-') {
        if (op->sign == SIGN_NOT_NEGATIVE) return fail(r, p);
        *negative = true;
        return p + 1;
    }
    return p;
}

static const char *read_number(struct reader *r, const struct op *op, const char *p) {
    if (p == r->end) return fail(r, p);
    const char *from = p;
    bool negative, positive;
    p = read_sign(r, op, p, &negative, &positive);
    if (!p) return NULL;
    if (r->end - p < op->min) return fail(r, p);
    int64_t most = op->max + (op->subsequent > 0 ? op->subsequent : 0), value;
    const char *stop = take_digits(r, p, most, &value);
    if (stop - p < op->min) return fail(r, p);
    if (op->subsequent > 0) { /* once more, leaving the digits that the next fields need */
        int64_t width = (stop - p) - op->subsequent;
        stop = take_digits(r, p, width > op->min ? width : op->min, &value);
    }
    if (negative && value == 0) return fail(r, from);
    if (!negative && op->sign == SIGN_EXCEEDS_PAD) {
        if (positive && stop - p <= op->min) return fail(r, from);
        if (!positive && stop - p > op->min) return fail(r, p);
    }
    if (op->kind == OP_REDUCED) value += 2000;
    return set(r, op->field, negative ? -value : value, p, stop);
}

static const char *read_fraction(struct reader *r, const struct op *op, const char *p) {
    int64_t value;
    const char *stop = take_digits(r, p, op->max, &value);
    if (stop - p < op->min) return fail(r, p);
    for (ptrdiff_t digits = stop - p; digits < 9; digits++) value *= 10;
    return set(r, FIELD_NANO, value, p, stop);
}

static const char *read_text(struct reader *r, const struct op *op, const char *p) {
    int first, count = pattern_text_values(op, &first), found = -1;
    size_t longest = 0;
    for (int value = first; value < first + count; value++) {
        size_t size;
        const char *text = pattern_text(op, value, &size);
        if (size > longest && size <= (size_t)(r->end - p) && strncasecmp(p, text, size) == 0) {
            longest = size;
            found = value;
        }
    }
    return found < 0 ? fail(r, p) : set(r, op->field, found, p, p + longest);
}

/* Two digits, after a colon if there is to be one. */
static const char *two_digits(const struct reader *r, const char *p, bool colon, int32_t most, int32_t *value) {
    if (colon && (p == r->end || *p++ != ':')) return NULL;
    if (r->end - p < 2 || !is_digit(p[0]) || !is_digit(p[1])) return NULL;
    int32_t number = (p[0] - '0') * 10 + p[1] - '0';
    if (number > most) return NULL;
    *value = number;
    return p + 2;
}

static const char *read_offset(struct reader *r, const struct op *op, const char *p) {
    if (p == r->end) return fail(r, p);
    if (op->zero_size <= r->end - p && strncasecmp(p, op->zero, op->zero_size) == 0)
        return set(r, FIELD_OFFSET, 0, p, p + op->zero_size);
    if (*p != '+' && *p != '-') return fail(r, p);
    int type = op->offset_type;
    bool colon = type > 0 && type % 2 == 0;
    int32_t part[3] = {0, 0, 0};
    const char *q = two_digits(r, p + 1, false, 59, &part[0]), *next;
    for (int i = 1; q && i < 3; i++) {
        bool known = i == 1 ? type >= 1 : type >= 5, needed = i == 1 ? type >= 3 : type >= 7;
        if (!known) break;
        next = two_digits(r, q, colon, 59, &part[i]);
        if (!next && needed) q = NULL;
        if (!next) break;
        q = next;
    }
    if (!q) return fail(r, p);
    if (part[0] > 23) r->fatal = "Value out of range: Hour[0-23], Minute[0-59], Second[0-59]";
    int64_t seconds = part[0] * 3600 + part[1] * 60 + part[2];
    return r->fatal ? NULL : set(r, FIELD_OFFSET, *p == '-' ? -seconds : seconds, p, q);
}

/* GMT, GMT+8, GMT+08:00; Java does not look at how many minutes. */
static const char *read_localized_offset(struct reader *r, const struct op *op, const char *p) {
    if (r->end - p < 3 || strncasecmp(p, "GMT", 3) != 0) return fail(r, p);
    const char *q = p + 3, *next;
    if (q == r->end || (*q != '+' && *q != '-')) return set(r, FIELD_OFFSET, 0, p, q);
    bool negative = *q++ == '-', full = op->style == TEXT_FULL;
    int32_t part[3] = {0, 0, 0};
    if (full) {
        q = two_digits(r, q, false, 99, &part[0]);
        q = q ? two_digits(r, q, true, 99, &part[1]) : NULL;
        if (!q) return fail(r, p);
    } else {
        if (q == r->end || !is_digit(*q)) return fail(r, p);
        for (int i = 0; i < 2 && q < r->end && is_digit(*q); i++) part[0] = part[0] * 10 + *q++ - '0';
        if ((next = two_digits(r, q, true, 99, &part[1]))) q = next;
    }
    if (q[-3] == ':' && (next = two_digits(r, q, true, 99, &part[2]))) q = next;
    int64_t seconds = part[0] * 3600 + part[1] * 60 + part[2];
    return set(r, FIELD_OFFSET, negative ? -seconds : seconds, p, q);
}

/* [UTC|GMT|UT][+hh:mm[:ss]] or Z: how much of the text that is. 0: none of it. */
static size_t offset_zone_size(const struct reader *r, const char *p) {
    static const char *const prefixes[] = {"UTC", "GMT", "UT", ""};
    size_t size = 0;
    for (int i = 0; i < 4; i++) {
        size = strlen(prefixes[i]);
        if (size <= (size_t)(r->end - p) && strncasecmp(p, prefixes[i], size) == 0) break;
    }
    const char *q = p + size;
    int32_t ignored;
    if (!size && q < r->end && (*q | 32) == 'z') return 1;
    if (q == r->end || (*q != '+' && *q != '-')) return size;
    q = two_digits(r, q + 1, false, 18, &ignored);
    q = q ? two_digits(r, q, true, 59, &ignored) : NULL;
    if (!q) return size;
    const char *seconds = two_digits(r, q, true, 59, &ignored);
    return (size_t)((seconds ? seconds : q) - p);
}

/* An offset with or without prefix, or the longest id of a zone, in any case of letters. */
static const char *read_zone_id(struct reader *r, const char *p) {
    size_t size = offset_zone_size(r, p), id_size;
    const char *id = pattern_zone_id(p, (size_t)(r->end - p), &id_size);
    const struct timezone *zone = NULL;
    if (size && size >= id_size) {
        char upper[16];
        for (size_t i = 0; i < size; i++) upper[i] = (char)(p[i] >= 'a' ? p[i] - 32 : p[i]);
        zone = timezone_find(r->zones, upper, size);
    } else if (id) {
        zone = timezone_find(r->zones, id, id_size);
        size = id_size;
    }
    if (!zone) return fail(r, p);
    r->fields.zone = zone;
    return p + size;
}

static const char *read_zone_text(struct reader *r, const struct op *op, const char *p) {
    size_t named, id_size;
    const char *id = pattern_zone_named(p, (size_t)(r->end - p), op->style, &named, &id_size);
    const char *by_id = read_zone_id(r, p);
    if (!id || (by_id && (size_t)(by_id - p) > named)) return by_id;
    const struct timezone *zone = timezone_find(r->zones, id, id_size);
    if (!zone) return fail(r, p);
    r->fields.zone = zone;
    return p + named;
}

static const char *read_op(struct reader *r, const struct op *op, const char *p) {
    switch ((enum op_kind)op->kind) {
        case OP_LITERAL:
            if (op->size > (size_t)(r->end - p) || strncasecmp(p, op->text, op->size) != 0) return fail(r, p);
            return p + op->size;
        case OP_NUMBER:
        case OP_REDUCED: return read_number(r, op, p);
        case OP_FRACTION: return read_fraction(r, op, p);
        case OP_TEXT: return read_text(r, op, p);
        case OP_OFFSET: return read_offset(r, op, p);
        case OP_LOCALIZED_OFFSET: return read_localized_offset(r, op, p);
        case OP_ZONE_ID: return read_zone_id(r, p);
        case OP_ZONE_TEXT: return read_zone_text(r, op, p);
        case OP_OPTIONAL: break;
    }
    return fail(r, p);
}

static const char *read_ops(struct reader *r, uint32_t i, uint32_t end, const char *p) {
    while (p && i < end) {
        const struct op *op = &r->ops[i];
        if (op->kind != OP_OPTIONAL) {
            p = read_op(r, op, p);
            i++;
            continue;
        }
        struct parsed_fields before = r->fields;
        const char *after = read_ops(r, i + 1, op->end, p);
        if (r->fatal) return NULL;
        if (after)
            p = after;
        else
            r->fields = before;
        i = op->end;
    }
    return p;
}

/* Bytes to UTF-16 units. */
static size_t utf16_index(const char *from, const char *to) {
    size_t units = 0;
    for (; from < to; from++) units += ((unsigned char)*from & 0xC0) != 0x80 ? 1 + ((unsigned char)*from >= 0xF0) : 0;
    return units;
}

/* "Text '...' could not be parsed" and what else: the text is cut after 64 units. */
static void explain(struct pattern_failure *failure, const char *text, size_t size, const char *why, size_t index,
                    bool has_index) {
    size_t shown = 0, units = 0;
    while (shown < size && units < 64) {
        units += 1 + ((unsigned char)text[shown] >= 0xF0);
        for (shown++; shown < size && ((unsigned char)text[shown] & 0xC0) == 0x80;) shown++;
    }
    const char *dots = shown < size ? "..." : "";
    if (has_index)
        snprintf(failure->message, sizeof failure->message, "Text '%.*s%s' could not be parsed%s at index %zu",
                 (int)shown, text, dots, why, index);
    else
        snprintf(failure->message, sizeof failure->message, "Text '%.*s%s' could not be parsed: %s", (int)shown, text,
                 dots, why);
}

bool pattern_parse(const struct pattern *pattern, const char *text, size_t size, struct timezone_cache *zones,
                   struct pattern_parsed *parsed, struct pattern_failure *failure) {
    if (pattern->legacy_year) return legacy_parse(pattern, text, size, zones, parsed, failure);
    if (pattern->fixed_size == size && size && pattern_parse_fixed(pattern, text, parsed)) return true;
    struct reader r = {.ops = pattern->ops, .start = text, .end = text + size, .zones = zones};
    const char *p = read_ops(&r, 0, pattern->count, text);
    if (!p || p < r.end) {
        if (!failure) return false;
        if (r.fatal)
            explain(failure, text, size, r.fatal, 0, false);
        else if (p)
            explain(failure, text, size, ", unparsed text found", utf16_index(text, p), true);
        else
            explain(failure, text, size, "", utf16_index(text, r.failed_at), true);
        return false;
    }
    char why[200];
    if (pattern_resolve(&r.fields, parsed, why, sizeof why)) return true;
    if (!failure) return false;
    if (why[0] == '!') /* found only when the fields are put together, after the parser is done */
        snprintf(failure->message, sizeof failure->message, "%s", why + 1);
    else
        explain(failure, text, size, why, 0, false);
    return false;
}

bool pattern_to_instant(const struct pattern_parsed *parsed, const struct timezone *zone, int64_t *micros) {
    if (parsed->has_zone) zone = parsed->zone;
    int64_t of_day = parsed->nanos / 1000, offset = parsed->offset;
    if (zone) {
        int64_t seconds = parsed->days * 86400 + of_day / MICROS_PER_SECOND;
        offset = (zone->count == 1 ? zone->ranges : timezone_range_local(zone, seconds))->offset;
    }
    return micros_from_parts(parsed->days, of_day - offset * MICROS_PER_SECOND, micros);
}
