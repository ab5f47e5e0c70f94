/* SPDX-License-Identifier: Apache-2.0 */
#include "function/text_options.h"

#include <ctype.h>
#include <string.h>

#include <unicode/uchar.h>

#include "base/number.h"
#include "base/text.h"
#include "base/timezone.h"
#include "base/xorshift.h"

/* The same for Java's equalsIgnoreCase: the long s is an s. */
static bool is_word(const char *value, const char *word) {
    for (; *word; word++) {
        if (*word == 's' && strncmp(value, "\u017f", 2) == 0)
            value += 2;
        else if (tolower((uint8_t)*value++) != *word)
            return false;
    }
    return *value == '\0';
}

bool text_options_flags(const char *const *names, size_t name_count, const struct u_option *options, uint32_t count,
                        struct error *err) {
    for (size_t i = 0; i < name_count; i++) {
        const char *value = option_get(options, count, names[i]);
        if (value && !is_word(value, "true") && !is_word(value, "false"))
            return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "For input string: \"%s\"", value);
    }
    return true;
}

bool text_options_integer(const char *value, int32_t *out) {
    const char *p = value + (*value == '-' || *value == '+'), *end = value + strlen(value);
    int64_t number = 0, limit = INT32_MAX + (int64_t)(*value == '-');
    if (p == end) return false;
    while (p < end) {
        unsigned size;
        int32_t digit = u_charDigitValue((UChar32)utf8_decode(p, end, &size));
        if (digit < 0 || (number = number * 10 + digit) > limit) return false;
        p += size;
    }
    *out = (int32_t)(*value == '-' ? -number : number);
    return true;
}

bool text_options_ratio(const struct u_option *options, uint32_t count, struct error *err) {
    const char *ratio = option_get(options, count, "samplingRatio");
    double number;
    if (!ratio) return true;
    bool word = isalpha((uint8_t)*ratio) && strcmp(ratio, "NaN") != 0 && strcmp(ratio, "Infinity") != 0;
    if (!word && double_parse(ratio, strlen(ratio), &number)) return true;
    return error_plain(err, ERROR_NUMBER_FORMAT, "For input string: \"%s\"", ratio);
}

bool text_options_sample(const struct u_option *options, uint32_t count, struct record_sample *sample,
                         struct error *err) {
    const char *text = option_get(options, count, "samplingRatio");
    double ratio = 1;
    char shown[DOUBLE_TEXT + 1] = "";
    if (text) double_parse(text, strlen(text), &ratio);
    shown[double_format(ratio, shown)] = '\0';
    if (!(ratio > 0))
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT,
                           "requirement failed: samplingRatio (%s) should be greater than 0", shown);
    *sample = (struct record_sample){ratio > 0.99, ratio, xorshift_start(1)};
    return true;
}

bool record_is_sampled(struct record_sample *sample) {
    return sample->all || xorshift_double(&sample->state) < sample->ratio;
}

/* One of the words of a list like "a, b, c". */
static bool is_listed(const char *word, const char *list) {
    size_t size = strlen(word);
    for (const char *p = list; *p; p += strspn(p, ", ")) {
        size_t length = strcspn(p, ",");
        if (length == size && strncasecmp(p, word, size) == 0) return true;
        p += length;
    }
    return false;
}

/* Names of charsets and codecs, whether what is at hand has such bytes or not. */
bool text_options_names(const char *function, const struct u_option *options, uint32_t count, struct error *err) {
    static const char charsets[] = "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8";
    static const char codecs[] = "bzip2, deflate, uncompressed, snappy, none, lz4, gzip";
    const char *charset = option_text(options, count, "encoding", option_text(options, count, "charset", "utf-8"));
    const char *codec = option_text(options, count, "compression", option_text(options, count, "codec", "none"));
    if (!is_listed(charset, charsets))
        return error_set(err, "INVALID_PARAMETER_VALUE.CHARSET", "functionName", function, "parameter", "`charset`",
                         "charset", charset, "charsets", charsets, NULL);
    return is_listed(codec, codecs) || error_set(err, "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
                                                 "codecName", codec, "availableCodecs", codecs, NULL);
}

bool text_options_zone(const struct context *context, const struct u_option *options, uint32_t count,
                       const struct timezone **zone, struct error *err) {
    const char *name = option_get(options, count, "timeZone");
    *zone = context->zone;
    if (!name) return true;
    *zone = timezone_get(context->zones, name, strlen(name), err);
    return *zone != NULL;
}
