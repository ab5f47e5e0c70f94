/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Integers to text and back, and text to floating point: the C library rounds correctly, as Java does, so its
 * strtod is asked once the text is known to be one that Java takes. Short decimals need no such help: a value
 * below 2^53 and a power of ten up to 10^22 are exact, so that one division or multiplication rounds right.
 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"

static const char digit_pairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243"
    "4445464748495051525354555657585960616263646566676869707172737475767778798081828384858687"
    "888990919293949596979899";

/* log10(2) is about 1233 / 4096: from the number of bits this is the number of digits, or one less. */
static size_t digit_count(uint64_t value) {
    value |= 1; /* 0 has one digit; powers of ten but 1 are even */
    unsigned least = (64 - (unsigned)__builtin_clzll(value)) * 1233 >> 12;
    return least + (value >= (uint64_t)decimal_powers[least]);
}

static void put_pair(char *out, uint32_t pair) {
    memcpy(out, digit_pairs + pair * 2, 2);
}

/* Eight digits, halved and halved again: no division waits for more than two others. */
static void put_eight(char *out, uint32_t value) {
    uint32_t high = value / 10000, low = value % 10000;
    put_pair(out, high / 100);
    put_pair(out + 2, high % 100);
    put_pair(out + 4, low / 100);
    put_pair(out + 6, low % 100);
}

size_t uint64_format(uint64_t value, char *out) {
    size_t size = digit_count(value);
    char *p = out + size;
    for (; value >= 100000000; value /= 100000000) put_eight(p -= 8, (uint32_t)(value % 100000000));
    uint32_t rest = (uint32_t)value;
    for (; rest >= 100; rest /= 100) put_pair(p -= 2, rest % 100);
    if (rest >= 10)
        put_pair(p - 2, rest);
    else
        p[-1] = (char)('0' + rest);
    return size;
}

size_t int64_format(int64_t value, char *out) {
    if (value >= 0) return uint64_format((uint64_t)value, out);
    *out = '-';
    return 1 + uint64_format(0 - (uint64_t)value, out + 1);
}

static inline bool is_digit(char c) {
    return (uint8_t)(c - '0') < 10;
}

bool int64_parse(const char *text, size_t size, bool fraction, int64_t *value) {
    text_trim_all(&text, &size);
    const char *end = text + size;
    bool negative = size && *text == '-';
    if (size && (*text == '-' || *text == '+')) text++;
    if (text == end) return false;
    uint64_t limit = (uint64_t)INT64_MAX + negative, total = 0;
    for (; text < end && is_digit(*text); text++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (total > limit / 10 || total * 10 > limit - digit) return false;
        total = total * 10 + digit;
    }
    if (text < end) {
        if (*text++ != '.' || !fraction) return false;
        for (; text < end; text++)
            if (!is_digit(*text)) return false;
    }
    *value = (int64_t)(negative ? 0 - total : total);
    return true;
}

bool integer_parse(const char *text, size_t size, bool fraction, int64_t max, int64_t *value) {
    return int64_parse(text, size, fraction, value) && *value <= max && *value >= -max - 1;
}

/* ---- floating point ---- */

static void trim_java(const char **s, size_t *size) {
    while (*size && (uint8_t) * *s <= ' ') (*s)++, (*size)--;
    while (*size && (uint8_t)(*s)[*size - 1] <= ' ') (*size)--;
}

static size_t count_digits(const char *p, const char *end, bool hex) {
    const char *from = p;
    while (p < end && (is_digit(*p) || (hex && (uint8_t)((*p | 32) - 'a') < 6))) p++;
    return (size_t)(p - from);
}

/* Whether text is one of Java's floating point numbers, and how much of it is for strtod (no suffix). */
static bool is_java_number(const char *text, size_t size, size_t *used) {
    const char *p = text, *end = text + size;
    if (p < end && (*p == '+' || *p == '-')) p++;
    bool hex = end - p > 2 && p[0] == '0' && (p[1] | 32) == 'x';
    if (hex) p += 2;
    size_t whole = count_digits(p, end, hex), part = 0;
    p += whole;
    if (p < end && *p == '.') {
        part = count_digits(++p, end, hex);
        p += part;
    }
    if (whole + part == 0) return false;
    if (p < end && (*p | 32) == (hex ? 'p' : 'e')) {
        p++;
        if (p < end && (*p == '+' || *p == '-')) p++;
        size_t digits = count_digits(p, end, false);
        if (!digits) return false;
        p += digits;
    } else if (hex) {
        return false;
    }
    *used = (size_t)(p - text);
    if (p < end && ((*p | 32) == 'f' || (*p | 32) == 'd')) p++;
    return p == end;
}

/* Up to 19 digits with at most one point: what a power of ten scales to the value. */
struct plain_decimal {
    uint64_t digits;
    unsigned scale; /* digits behind the point */
    bool negative;
};

/* Whether the text is [sign]digits[.digits] of so few digits. */
static bool read_plain(const char *text, size_t size, struct plain_decimal *plain) {
    enum { PLAIN_DIGITS = 19 };
    const char *p = text, *end = text + size, *point = NULL;
    *plain = (struct plain_decimal){.negative = size && *p == '-'};
    if (size && (*p == '-' || *p == '+')) p++;
    if (end - p > PLAIN_DIGITS + 1) return false;
    for (const char *q = p; q < end; q++) {
        if (is_digit(*q))
            plain->digits = plain->digits * 10 + (uint64_t)(*q - '0');
        else if (*q == '.' && !point)
            point = q;
        else
            return false;
    }
    ptrdiff_t count = end - p - (point != NULL);
    plain->scale = point ? (unsigned)(end - point - 1) : 0;
    return count >= 1 && count <= PLAIN_DIGITS;
}

/* One operation on exact doubles; false: the digits are too many for that. */
static bool scale_exactly(const struct plain_decimal *plain, double *value) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
    if (plain->digits > UINT64_C(1) << 53) return false;
    double magnitude = (double)plain->digits / powers[plain->scale];
    *value = plain->negative ? -magnitude : magnitude;
    return true;
}

/*
 * Up to 19 digits and a power of ten up to 10^19 are exact in a long double of 64 bits, so that one division is off by
 * half a unit at most; rounded again to the 53 bits of a double it is right unless it lies that
 * near to the middle between two doubles. False: ask strtod.
 */
static bool scale_widely(const struct plain_decimal *plain, double *value) {
    static const long double powers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
                                         1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L};
    if (LDBL_MANT_DIG != 64 || !plain->digits) return false;
    long double magnitude = (long double)plain->digits / powers[plain->scale];
    uint64_t mantissa;
    memcpy(&mantissa, &magnitude, sizeof mantissa);
    if ((mantissa + 1) % 2048 - 1024 <= 2) return false; /* of the 11 bits to drop, the first alone is set, or nearly */
    *value = (double)(plain->negative ? -magnitude : magnitude);
    return true;
}

static bool equals_word(const char *text, size_t size, const char *word) {
    return ascii_equal_ignoring_case(text, size, word, strlen(word));
}

/* NaN and the infinities in all spellings: Java's, and Spark's in any case. */
static bool parse_word(const char *text, size_t size, double *value) {
    bool negative = size && *text == '-', sign = negative || (size && *text == '+');
    const char *word = text + sign;
    size_t length = size - sign;
    if (equals_word(word, length, "infinity") || equals_word(word, length, "inf")) {
        *value = negative ? -INFINITY : INFINITY;
        return true;
    }
    bool nan = sign ? length == 3 && memcmp(word, "NaN", 3) == 0 : equals_word(word, length, "nan");
    if (nan) *value = (double)NAN;
    return nan;
}

enum { SHORT_TEXT = 64 };

/* A copy that ends in NUL; free it when it is not `room`. NULL: no memory. */
static char *terminated(const char *text, size_t size, char room[SHORT_TEXT]) {
    char *copy = size < SHORT_TEXT ? room : malloc(size + 1);
    if (!copy) return NULL;
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

bool double_parse(const char *text, size_t size, double *value) {
    trim_java(&text, &size);
    struct plain_decimal plain;
    if (read_plain(text, size, &plain) && (scale_exactly(&plain, value) || scale_widely(&plain, value))) return true;
    size_t used;
    if (!is_java_number(text, size, &used)) return parse_word(text, size, value);
    char room[SHORT_TEXT], *copy = terminated(text, used, room);
    if (!copy) return false;
    *value = strtod(copy, NULL);
    if (copy != room) free(copy);
    return true;
}

bool float_parse(const char *text, size_t size, float *value) {
    trim_java(&text, &size);
    size_t used;
    if (!is_java_number(text, size, &used)) {
        double wide;
        if (!parse_word(text, size, &wide)) return false;
        *value = (float)wide;
        return true;
    }
    char room[SHORT_TEXT], *copy = terminated(text, used, room);
    if (!copy) return false;
    *value = strtof(copy, NULL);
    if (copy != room) free(copy);
    return true;
}

bool boolean_parse(const char *text, size_t size, bool *value) {
    static const char *const words[2][5] = {{"f", "false", "n", "no", "0"}, {"t", "true", "y", "yes", "1"}};
    text_trim_all(&text, &size);
    for (int truth = 0; truth < 2; truth++)
        for (int i = 0; i < 5; i++)
            if (equals_word(text, size, words[truth][i])) {
                *value = truth;
                return true;
            }
    return false;
}
