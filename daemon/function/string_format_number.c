/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_number: numbers by patterns of Java's DecimalFormat: a prefix, digits, an exponent and a suffix, and behind a
 * semicolon the prefix and suffix of negative numbers.
 *
 * What is left over is rounded half to even, and of a double it is the exact value that is rounded.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/number.h"
#include "function/decimal_digits.h"
#include "function/string_format.h"
#include "function/string_kernel.h"

enum { FRACTION_MAX = 340 }; /* DecimalFormat's own for doubles */

struct number_pattern {
    struct string prefix, suffix, negative_prefix, negative_suffix;
    int whole, least, most, group; /* digits: at least before the point, at least and at most behind it; per comma */
    int left, exponent; /* digits before those of `whole` that need not be; of the exponent, 0: there is none */
    int power;          /* of ten, that the number is multiplied by: per cent, per mille */
    bool always_point;  /* even where no digit follows */
};

/* A place in a pattern. */
struct cursor {
    const char *p, *end;
    struct arena *arena;
};

static bool is_digit_sign(char c) {
    return memchr("#0,.", c, 4) != NULL;
}

static bool take(struct cursor *c, const char *text) {
    size_t size = strlen(text);
    if ((size_t)(c->end - c->p) < size || memcmp(c->p, text, size) != 0) return false;
    c->p += size;
    return true;
}

/* What is written before or behind the digits: quotes keep signs from being signs, and two of them are one. */
static struct string read_affix(struct cursor *c, bool prefix, int *power) {
    struct text t;
    bool quoted = false;
    text_init(&t, c->arena);
    while (c->p < c->end && (quoted || (*c->p != ';' && !(prefix && is_digit_sign(*c->p))))) {
        if (take(c, "''")) {
            text_add_char(&t, '\'');
        } else if (take(c, "'")) {
            quoted = !quoted;
        } else if (quoted) {
            text_add_char(&t, *c->p++);
        } else if (take(c, "¤¤")) {
            text_add(&t, "USD");
        } else if (take(c, "¤")) {
            text_add_char(&t, '$');
        } else if (take(c, "‰")) {
            text_add(&t, "‰");
            *power = 3;
        } else {
            if (*c->p == '%') *power = 2;
            text_add_char(&t, *c->p++);
        }
    }
    return string_make(t.data ? t.data : "", t.size);
}

/* What DecimalFormat says of digits that make no sense; NULL: they do. `#` is a digit that need not be, `0` one that must. */
static const char *digits_fault(struct cursor at) {
    int left = 0, zeroes = 0, right = 0, point = -1, group = -1;
    for (; at.p < at.end && is_digit_sign(*at.p); at.p++) {
        if (*at.p == '.' && point >= 0) return "Multiple decimal separators in pattern";
        if (*at.p == '0' && right) return "Unexpected '0' in pattern";
        if (*at.p == ',') group = 0;
        if (*at.p == '.') point = left + zeroes + right;
        if (*at.p == ',' || *at.p == '.') continue;
        (*(*at.p == '0' ? &zeroes : zeroes ? &right : &left))++;
        group += group >= 0 && point < 0;
    }
    if (!zeroes && left && point >= 0) { /* one of them must */
        int whole = point ? point : 1;
        right = left - whole;
        left = whole - 1;
        zeroes = 1;
    }
    bool misplaced = point < 0 ? right > 0 : point < left || point > left + zeroes;
    return misplaced || group == 0 ? "Malformed pattern" : NULL;
}

static void read_digits(struct cursor *at, struct number_pattern *p) {
    bool behind_point = false, grouped = false;
    for (; at->p < at->end && is_digit_sign(*at->p); at->p++) {
        char c = *at->p;
        if (c == '.') behind_point = true;
        if (c == ',') grouped = true, p->group = 0;
        if (c != '#' && c != '0') continue;
        if (behind_point)
            p->most++;
        else if (grouped)
            p->group++;
        if (c == '0') (*(behind_point ? &p->least : &p->whole))++;
        p->left += c == '#' && !behind_point;
    }
    p->always_point = behind_point && !p->most;
    /* #.## is 0.##, and .## is .0#: one digit there is at least. */
    if (behind_point && !p->whole && !p->least) {
        int *one = p->left ? &p->whole : &p->least;
        *one = p->left || p->most;
        p->left -= p->left > 0;
    }
    if (at->p + 1 < at->end && at->p[0] == 'E' && at->p[1] == '0')
        for (at->p++; at->p < at->end && *at->p == '0'; at->p++) p->exponent++;
}

static bool read_pattern(struct arena *arena, struct string s, struct number_pattern *out, struct error *err) {
    struct number_pattern p = {0}, ignored = {0};
    if (!s.size) s = string_of("#,###,###,###,###,###,##0");
    struct cursor at = {s.data, s.data + s.size, arena};
    p.prefix = read_affix(&at, true, &p.power);
    const char *fault = digits_fault(at);
    if (fault) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%s \"%.*s\"", fault, (int)s.size, s.data);
    read_digits(&at, &p);
    p.suffix = read_affix(&at, false, &p.power);
    if (take(&at, ";")) {
        p.negative_prefix = read_affix(&at, true, &ignored.power);
        read_digits(&at, &ignored);
        p.negative_suffix = read_affix(&at, false, &ignored.power);
    }
    if (string_equal(p.prefix, p.negative_prefix) && string_equal(p.suffix, p.negative_suffix))
        p.negative_suffix.size = 0;
    if (!p.negative_prefix.size && !p.negative_suffix.size) {
        const char *prefix = arena_printf(arena, "-%.*s", (int)p.prefix.size, p.prefix.data);
        p.negative_prefix = string_of(prefix);
        p.negative_suffix = p.suffix;
    }
    *out = p;
    return true;
}

/* The number, times a power of ten, as plain text with at most `places` digits behind the point, half to even. */
static const char *plain_number(struct arena *arena, const struct vector *v, uint32_t row, int places, int power,
                                bool *negative) {
    static const int times[] = {1, 10, 100, 1000};
    int64_t integer;
    double number = 0;
    int128 value;
    char buffer[DECIMAL_TEXT];
    if (format_double_of(v, row, &number)) {
        *negative = signbit(number);
        number = fabs(number) * times[power];
        if (double_units(number, places, &integer))
            return arena_strndup(arena, buffer, decimal_format(integer, places, buffer));
        struct digits d;
        digits_of(number, &d);
        if (d.count - d.point > places) return arena_printf(arena, "%.*f", places, number);
        struct text text;
        text_init(&text, arena);
        write_fixed(&text, &d, d.count > d.point ? d.count - d.point : 0);
        return text_finish(&text);
    }
    int scale = 0;
    if (format_integer_of(v, row, &integer)) {
        value = integer;
    } else {
        uint32_t entry = vector_entry(v, row);
        scale = v->type->scale;
        value = type_storage(v->type) == STORAGE_INT64 ? VECTOR_DATA(v, int64_t)[entry] : VECTOR_DATA(v, int128)[entry];
    }
    *negative = value < 0;
    if (value < 0) value = -value;
    int by = power > scale ? power - scale : 0;
    scale -= power - by;
    value = (int128)((uint128)value * (uint128)times[by]);
    if (scale > places &&
        decimal_rescale(value, scale, (struct decimal_form){DECIMAL_DIGITS, places}, ROUND_HALF_EVEN, &value))
        scale = places;
    return arena_strndup(arena, buffer, decimal_format(value, scale, buffer));
}

/* Digits of a number, 0.d1d2d3... times a power of ten, for patterns with an exponent. */
struct significant {
    char *digits;
    int count, point;
};

/* At most `most` of the digits of a plain number, half to even, without zeros at the ends. */
static struct significant significant_digits(struct arena *arena, const char *plain, int most) {
    size_t size = strlen(plain);
    struct significant s = {.digits = arena_bytes(arena, size + 1), .point = (int)strcspn(plain, ".")};
    bool begun = false;
    for (const char *c = plain; *c; c++) {
        if (*c == '.') continue;
        if (*c == '0' && !begun) {
            s.point--;
            continue;
        }
        begun = true;
        s.digits[s.count++] = *c;
    }
    if (s.count > most) {
        bool more = false;
        for (int i = most + 1; i < s.count; i++) more |= s.digits[i] != '0';
        bool odd = most && (s.digits[most - 1] - '0') % 2;
        bool up = s.digits[most] > '5' || (s.digits[most] == '5' && (more || odd));
        s.count = most;
        int i = most;
        while (up && i > 0 && s.digits[i - 1] == '9') i--;
        if (up && i > 0)
            s.digits[i - 1]++, s.count = i;
        else if (up)
            s.digits[0] = '1', s.count = 1, s.point++;
    }
    while (s.count && s.digits[s.count - 1] == '0') s.count--;
    if (!s.count) s.point = 0;
    return s;
}

/* 12.3E3: where the pattern leaves whole digits open the exponent is a multiple of their number. */
static void write_exponential(struct arena *arena, struct text *out, const struct number_pattern *p,
                              const char *plain) {
    int widest = p->left + p->whole, whole = p->whole;
    struct significant s = significant_digits(arena, plain, widest + p->most);
    int exponent = s.point;
    if (widest > 1 && widest > whole) {
        exponent = (exponent >= 1 ? exponent - 1 : exponent - widest) / widest * widest;
        whole = 1;
    } else {
        exponent -= whole;
    }
    int before = s.count ? s.point - exponent : whole, total = p->whole + p->least;
    if (!s.count) exponent = 0;
    if (total < before) total = before;
    if (total < s.count) total = s.count;
    for (int i = 0; i < total; i++) {
        if (i == before) text_add_char(out, '.');
        text_add_char(out, i < s.count ? s.digits[i] : '0');
    }
    text_printf(out, "E%s%0*d", exponent < 0 ? "-" : "", p->exponent, abs(exponent));
}

static struct string write_number(struct arena *arena, const struct number_pattern *p, const struct vector *v,
                                  uint32_t row) {
    struct text out, body;
    text_init(&out, arena);
    text_init(&body, arena);
    double number = 0;
    bool infinite = format_double_of(v, row, &number) && !isfinite(number), negative = signbit(number);
    if (isnan(number)) return string_of("NaN");
    const char *plain = "∞";
    if (!infinite) plain = plain_number(arena, v, row, p->exponent ? FRACTION_MAX : p->most, p->power, &negative);
    struct string prefix = negative ? p->negative_prefix : p->prefix;
    struct string suffix = negative ? p->negative_suffix : p->suffix;
    text_add_bytes(&out, prefix.data, prefix.size);
    if (p->exponent || infinite) {
        if (infinite)
            text_add(&out, plain);
        else
            write_exponential(arena, &out, p, plain);
        text_add_bytes(&out, suffix.data, suffix.size);
        return string_make(out.data, out.size);
    }
    size_t whole = strcspn(plain, "."), part = strlen(plain + whole);
    const char *digits = plain;
    while (whole && *digits == '0') digits++, whole--;
    const char *fraction = digits + whole + (part > 0);
    part = part ? part - 1 : 0;
    while (part > (size_t)p->least && fraction[part - 1] == '0') part--;
    for (size_t k = whole; k < (size_t)p->whole; k++) text_add_char(&body, '0');
    text_add_bytes(&body, digits, whole);
    if (!body.size && !part && !p->least) text_add_char(&body, '0');
    add_grouped(&out, body.data ? body.data : "", body.size, (size_t)p->group);
    if (part || p->least || p->always_point) text_add_char(&out, '.');
    text_add_bytes(&out, fraction, part);
    for (size_t k = part; k < (size_t)p->least; k++) text_add_char(&out, '0');
    text_add_bytes(&out, suffix.data, suffix.size);
    return string_make(out.data, out.size);
}

static bool format_number_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    struct view by = vector_view(call->arena, &arguments[1], rows);
    bool places = arguments[1].type->kind == TYPE_INT;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct number_pattern p = {.whole = 1, .group = 3, .negative_prefix = string_of("-")};
        if (places) {
            int32_t n = int_at(&by, i);
            if (n < 0) {
                vector_set_null(out, call->arena, i, rows);
                continue;
            }
            p.least = p.most = n < FRACTION_MAX ? n : FRACTION_MAX;
        } else {
            TRY(read_pattern(call->arena, string_at(&by, i), &p, err));
        }
        VECTOR_DATA(out, struct string)[i] = write_number(call->arena, &p, &arguments[0], i);
    }
    return true;
}

const struct function string_format_number_functions[] = {
    {.name = "format_number",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_EXACT,
     .signature = "(NUMERIC, INT|STRING) STRING",
     .kernel = format_number_kernel,
     .group = "string_funcs",
     .usage = "format_number(expr1, expr2) - A number with commas and so many decimal places, or by a pattern.",
     .example = "format_number(12332.123456, 4) => 12,332.1235",
     .since = "1.5.0"},
    {0},
};
