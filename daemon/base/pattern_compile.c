/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns to programs. The letters and their counts are those of java.time's DateTimeFormatterBuilder.appendPattern;
 * before it Spark refuses some of them (week-based fields, A B n N p; E F q Q for parsing; five-letter narrow forms)
 * and reads y as the proleptic year unless the pattern has an era.
 *
 * Numbers that follow each other without anything between ("yyyyMMdd") share digits: the first of them leaves as many
 * as the fixed-width ones behind it need (its `subsequent`).
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/pattern_int.h"

const char *const pattern_months[12] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
const char *const pattern_days[7] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
const char *const pattern_quarters[4] = {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"};

/* In the words of the op. */
static const char *named_text(const struct op *op, int64_t value) {
    const struct pattern_names *names = op->names;
    int full = op->style == TEXT_FULL;
    switch (op->field) {
        case FIELD_OF_MONTH: return names->months[op->standalone][full][value - 1];
        case FIELD_DAY_OF_WEEK: return names->days[full][value - 1];
        case FIELD_QUARTER: return names->quarters[op->standalone][full][value - 1];
        case FIELD_OF_ERA: return names->eras[full][value];
        default: return names->halves[value];
    }
}

const char *pattern_text(const struct op *op, int64_t value, size_t *size) {
    static const char *const eras[2] = {"Before Christ", "Anno Domini"}, *const short_eras[2] = {"BC", "AD"};
    static const char *const halves[2] = {"AM", "PM"}, *const short_quarters[4] = {"Q1", "Q2", "Q3", "Q4"};
    bool full = op->style == TEXT_FULL;
    const char *text;
    if (op->names) {
        text = named_text(op, value);
        *size = strlen(text);
        return text;
    }
    switch (op->field) {
        case FIELD_OF_MONTH:
            text = pattern_months[value - 1];
            *size = full ? strlen(text) : 3;
            return text;
        case FIELD_DAY_OF_WEEK:
            text = pattern_days[value - 1];
            *size = full ? strlen(text) : 3;
            return text;
        case FIELD_QUARTER: text = full ? pattern_quarters[value - 1] : short_quarters[value - 1]; break;
        case FIELD_OF_ERA: text = full ? eras[value] : short_eras[value]; break;
        default: text = halves[value];
    }
    *size = strlen(text);
    return text;
}

int pattern_text_values(const struct op *op, int *first) {
    *first = op->field == FIELD_OF_ERA || op->field == FIELD_HALF ? 0 : 1;
    switch (op->field) {
        case FIELD_OF_MONTH: return 12;
        case FIELD_DAY_OF_WEEK: return 7;
        case FIELD_QUARTER: return 4;
        default: return 2;
    }
}

/* Optional sections that are open, with the index of the number that may yet have to leave digits (or -1). */
struct level {
    uint32_t start;
    int32_t number;
};

struct compiler {
    struct arena *arena;
    LIST(struct op) ops;
    struct level levels[PATTERN_MAX_DEPTH + 1];
    uint32_t depth;
    bool parsing;
    bool has_era; /* y is the year of the era */
};

static void add(struct compiler *c, struct op op) {
    LIST_PUSH(c->arena, &c->ops, op);
    c->levels[c->depth].number = -1;
}

static void add_number(struct compiler *c, struct op op) {
    struct level *level = &c->levels[c->depth];
    int32_t index = (int32_t)c->ops.count;
    bool fixed = op.min == op.max && op.sign == SIGN_NOT_NEGATIVE;
    if (level->number >= 0) {
        struct op *first = &c->ops.items[level->number];
        if (fixed) {
            if (first->subsequent >= 0) first->subsequent += op.max;
            op.subsequent = -1;
            index = level->number;
        } else {
            first->subsequent = -1;
        }
    }
    LIST_PUSH(c->arena, &c->ops, op);
    level->number = index;
}

static struct op number_op(enum pattern_field field, int min, int max, enum sign_style sign) {
    return (struct op){.kind = OP_NUMBER, .field = field, .min = (int16_t)min, .max = (int16_t)max, .sign = sign};
}

/* field, count letters: one for any width, two for exactly two. */
static bool add_plain(struct compiler *c, enum pattern_field field, unsigned count) {
    if (count > 2) return false;
    add_number(c, count == 1 ? number_op(field, 1, 19, SIGN_NORMAL) : number_op(field, 2, 2, SIGN_NOT_NEGATIVE));
    return true;
}

static bool add_text(struct compiler *c, enum pattern_field field, unsigned count) {
    if (count > 4) return false;
    add(c, (struct op){.kind = OP_TEXT, .field = field, .style = count == 4 ? TEXT_FULL : TEXT_SHORT});
    return true;
}

/* A month or a quarter: a number, or a word that is part of a date (M, Q) or not (L, q). */
static bool add_name(struct compiler *c, enum pattern_field field, unsigned count, bool standalone) {
    if (count < 3) return add_plain(c, field, count);
    if (!add_text(c, field, count)) return false;
    c->ops.items[c->ops.count - 1].standalone = standalone;
    return true;
}

static bool add_year(struct compiler *c, unsigned count) {
    enum pattern_field field = c->has_era ? FIELD_YEAR_OF_ERA : FIELD_OF_YEAR;
    struct op op = number_op(field, (int)count, 19, count < 4 ? SIGN_NORMAL : SIGN_EXCEEDS_PAD);
    if (count == 2) {
        op = number_op(field, 2, 2, SIGN_NOT_NEGATIVE);
        op.kind = OP_REDUCED;
    }
    add_number(c, op);
    return true;
}

static bool add_fraction(struct compiler *c, unsigned count) {
    if (count > 9) return false;
    bool variable = c->parsing && count > 1; /* Spark reads fewer digits than letters too */
    struct op op = number_op(FIELD_NANO, variable ? 1 : (int)count, (int)count, SIGN_NOT_NEGATIVE);
    op.kind = OP_FRACTION;
    if (variable)
        add(c, op);
    else
        add_number(c, op);
    return true;
}

/* Java's list: +HH +HHmm +HH:mm +HHMM +HH:MM +HHMMss +HH:MM:ss +HHMMSS +HH:MM:SS; capitals must be there. */
static bool add_offset(struct compiler *c, int type, const char *zero) {
    struct op op = {.kind = OP_OFFSET, .field = FIELD_OFFSET, .offset_type = (uint8_t)type};
    op.zero_size = (uint8_t)strlen(zero);
    memcpy(op.zero, zero, op.zero_size);
    add(c, op);
    return true;
}

static bool add_zone(struct compiler *c, char letter, unsigned count) {
    struct op text = {.kind = OP_ZONE_TEXT, .style = count == 4 ? TEXT_FULL : TEXT_SHORT};
    switch (letter) {
        case 'V':
            if (count == 2) add(c, (struct op){.kind = OP_ZONE_ID});
            return count == 2;
        case 'v':
            text.style = count == 4 ? TEXT_GENERIC_FULL : TEXT_GENERIC_SHORT;
            if (count == 1 || count == 4) add(c, text);
            return count == 1 || count == 4;
        case 'z':
            if (count <= 4) add(c, text);
            return count <= 4;
        case 'O':
            if (count != 1 && count != 4) return false;
            add(c, (struct op){.kind = OP_LOCALIZED_OFFSET, .style = count == 4 ? TEXT_FULL : TEXT_SHORT});
            return true;
        case 'Z':
            if (count == 4) add(c, (struct op){.kind = OP_LOCALIZED_OFFSET, .style = TEXT_FULL});
            if (count == 5) return add_offset(c, 6, "Z");
            return count == 4 || (count < 4 && add_offset(c, 3, "+0000"));
        case 'X': return count <= 5 && add_offset(c, (int)count + (count > 1), "Z");
        default: /* x */
            return count <= 5 && add_offset(c, (int)count + (count > 1),
                                            count == 1       ? "+00"
                                            : count % 2 == 0 ? "+0000"
                                                             : "+00:00");
    }
}

static bool add_letter(struct compiler *c, char letter, unsigned count) {
    switch (letter) {
        case 'G': return add_text(c, FIELD_OF_ERA, count);
        case 'y': return add_year(c, count);
        case 'M':
        case 'L': return add_name(c, FIELD_OF_MONTH, count, letter == 'L');
        case 'Q':
        case 'q': return add_name(c, FIELD_QUARTER, count, letter == 'q');
        case 'd': return add_plain(c, FIELD_OF_DAY, count);
        case 'H': return add_plain(c, FIELD_HOUR_OF_DAY, count);
        case 'k': return add_plain(c, FIELD_CLOCK_HOUR_OF_DAY, count);
        case 'K': return add_plain(c, FIELD_HOUR_OF_HALF, count);
        case 'h': return add_plain(c, FIELD_CLOCK_HOUR_OF_HALF, count);
        case 'm': return add_plain(c, FIELD_OF_MINUTE, count);
        case 's': return add_plain(c, FIELD_OF_SECOND, count);
        case 'D':
            if (count == 1) return add_plain(c, FIELD_DAY_OF_YEAR, 1);
            if (count < 4) add_number(c, number_op(FIELD_DAY_OF_YEAR, (int)count, 3, SIGN_NOT_NEGATIVE));
            return count < 4;
        case 'F': return count == 1 && add_plain(c, FIELD_WEEKDAY_IN_MONTH, 1);
        case 'E': return add_text(c, FIELD_DAY_OF_WEEK, count);
        case 'a': return count == 1 && add_text(c, FIELD_HALF, 1);
        case 'g':
            if (count <= 19) add_number(c, number_op(FIELD_JULIAN_DAY, (int)count, 19, SIGN_NORMAL));
            return count <= 19;
        case 'S': return add_fraction(c, count);
        default: return strchr("VvzOZXx", letter) && add_zone(c, letter, count);
    }
}

static bool close_optional(struct compiler *c) {
    if (!c->depth) return false;
    uint32_t start = c->levels[c->depth--].start;
    c->ops.items[start].end = c->ops.count;
    if (start + 1 == c->ops.count) c->ops.count--;
    c->levels[c->depth].number = -1;
    return true;
}

static bool open_optional(struct compiler *c) {
    if (c->depth == PATTERN_MAX_DEPTH) return false;
    add(c, (struct op){.kind = OP_OPTIONAL});
    c->levels[++c->depth] = (struct level){c->ops.count - 1, -1};
    return true;
}

static void add_literal(struct compiler *c, const char *text, size_t size) {
    if (size) add(c, (struct op){.kind = OP_LITERAL, .text = text, .size = (uint32_t)size});
}

/* 'quoted text' with '' for a quote inside, '' alone for a quote. Returns what follows, or NULL. */
static const char *add_quoted(struct compiler *c, const char *p, const char *end) {
    char *text = arena_bytes(c->arena, (size_t)(end - p));
    size_t size = 0;
    for (p++; p < end; p++) {
        if (*p == '\'' && (p + 1 == end || p[1] != '\'')) break;
        if (*p == '\'') p++;
        text[size++] = *p;
    }
    if (p >= end) return NULL;
    if (size)
        add_literal(c, text, size);
    else
        add_literal(c, "'", 1);
    return p + 1;
}

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool compile(struct compiler *c, const char *p, const char *end) {
    while (p && p < end) {
        if (is_letter(*p)) {
            const char *from = p;
            while (p < end && *p == *from) p++;
            if (p - from > 255 || !add_letter(c, *from, (unsigned)(p - from))) return false;
        } else if (*p == '\'') {
            p = add_quoted(c, p, end);
        } else if (*p == '[' || *p == ']') {
            if (!(*p == '[' ? open_optional(c) : close_optional(c))) return false;
            p++;
        } else if (*p == '{' || *p == '}' || *p == '#') {
            return false;
        } else {
            add_literal(c, p++, 1);
        }
    }
    while (c->depth) close_optional(c);
    return p != NULL;
}

/* What Spark refuses before Java sees the pattern. Quoted text is passed over. */
static bool refused_by_spark(struct arena *arena, const char *text, size_t size, bool parsing, struct error *err) {
    static const char *const lengths[] = {"GGGGG", "MMMMM", "LLLLL", "EEEEE", "QQQQQ", "qqqqq", "yyyyyyy"};
    const char *end = text + size;
    for (const char *part = text; part <= end;) {
        const char *stop = memchr(part, '\'', (size_t)(end - part));
        if (!stop) stop = end;
        for (const char *p = part; p < stop; p++) {
            if (!strchr("YWwuec", *p) || !*p) continue;
            error_set(err, "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN", NULL);
            error_add(err, "c", "%c", *p);
            return true;
        }
        for (const char *p = part; p < stop; p++) {
            if (!*p || !(strchr("ABnNp", *p) || (parsing && strchr("EFqQ", *p)))) continue;
            error_set(err, "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER", NULL);
            error_add(err, "c", "%c", *p);
            error_add(err, "pattern", "%.*s", (int)size, text);
            return true;
        }
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            if (!memmem(part, (size_t)(stop - part), lengths[i], strlen(lengths[i]))) continue;
            error_set(err, "INVALID_DATETIME_PATTERN.LENGTH", "pattern", lengths[i], NULL);
            return true;
        }
        if (stop == end) break;
        part = memchr(stop + 1, '\'', (size_t)(end - stop - 1));
        part = part ? part + 1 : end + 1;
    }
    return false;
}

static bool has_era(const char *text, size_t size) {
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'') quoted = !quoted;
        if (!quoted && text[i] == 'G') return true;
    }
    return false;
}

/* The pattern as an SQL string in a message. */
static const char *quoted_pattern(struct arena *arena, const char *text, size_t size) {
    char *out = arena_bytes(arena, size * 2 + 3);
    size_t n = 0;
    out[n++] = '\'';
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'' || text[i] == '\\') out[n++] = '\\';
        out[n++] = text[i];
    }
    out[n++] = '\'';
    out[n] = 0;
    return out;
}

static const char docroot[] = "https://spark.apache.org/docs/latest";

static void refuse(struct arena *arena, const char *text, size_t size, struct error *refused, struct error *err) {
    const char *quoted = quoted_pattern(arena, text, size);
    if (legacy_pattern_valid(text, size)) {
        error_release(refused);
        error_set(err, "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION", "pattern", quoted, "config",
                  "\"spark.sql.legacy.timeParserPolicy\"", "docroot", docroot, NULL);
    } else if (error_is_set(refused)) {
        error_move(err, refused);
    } else {
        error_set(err, "INVALID_DATETIME_PATTERN.WITH_SUGGESTION", "pattern", quoted, "docroot", docroot, NULL);
    }
}

static size_t op_room(const struct op *op) {
    switch (op->kind) {
        case OP_LITERAL: return op->size;
        case OP_NUMBER:
        case OP_REDUCED:
        case OP_FRACTION: return (size_t)(op->min > 20 ? op->min : 20) + 1;
        case OP_OPTIONAL: return 0;
        default: return 80; /* the longest zone name has 50 */
    }
}

static void finish(struct pattern *pattern, const struct op *ops, uint32_t count) {
    pattern->ops = ops;
    pattern->count = count;
    for (uint32_t i = 0; i < count; i++) pattern->room += op_room(&ops[i]);
}

const struct pattern *pattern_compile(struct arena *arena, const char *text, size_t size, enum pattern_use use,
                                      int32_t legacy_year, struct error *err) {
    text = arena_strndup(arena, text, size);
    struct pattern *pattern = ARENA_NEW(arena, struct pattern);
    pattern->legacy_year = legacy_year;
    if (legacy_year) {
        if (legacy_compile(arena, text, size, pattern)) {
            finish(pattern, pattern->ops, pattern->count);
            return pattern;
        }
        error_set(err, "INVALID_DATETIME_PATTERN.WITH_SUGGESTION", "pattern", quoted_pattern(arena, text, size),
                  "docroot", docroot, NULL);
        return NULL;
    }
    struct error refused = ERROR_INIT;
    /* Spark takes patterns with fractions apart at their quotes to read them, and loses a quote at the very end. */
    if (use == PATTERN_PARSE && memchr(text, 'S', size) && size > 2 && memcmp(text + size - 2, "''", 2) == 0 &&
        text[size - 3] != '\'')
        size -= 2;
    struct compiler c = {.arena = arena, .parsing = use == PATTERN_PARSE, .has_era = has_era(text, size)};
    c.levels[0].number = -1;
    if (refused_by_spark(arena, text, size, c.parsing, &refused) || !compile(&c, text, text + size)) {
        refuse(arena, text, size, &refused, err);
        return NULL;
    }
    finish(pattern, c.ops.items, c.ops.count);
    pattern->fixed_size = pattern_fixed_size(pattern);
    return pattern;
}

const struct pattern *pattern_in_words(struct arena *arena, const struct pattern *pattern,
                                       const struct pattern_names *names) {
    struct pattern *other = arena_copy(arena, pattern, sizeof *pattern);
    struct op *ops = arena_copy(arena, pattern->ops, pattern->count * sizeof *ops);
    for (uint32_t i = 0; i < pattern->count; i++)
        if (ops[i].kind == OP_TEXT) ops[i].names = names;
    other->ops = ops;
    return other;
}
