/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Spark refuses among the options of CSV, with the errors that it has for them: a misspelt flag would otherwise
 * silently count as false. Values that both sides read are checked whether this side reads them or not.
 */
#include <ctype.h>

#include "base/number.h"
#include "base/text.h"
#include "function/csv_text.h"

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

/* Spark knows two ways to read a boolean. */
static bool check_flags(const struct context *context, const struct u_option *options, uint32_t count,
                        struct error *err) {
    static const char *const named[] = {"header",
                                        "inferSchema",
                                        "ignoreLeadingWhiteSpace",
                                        "ignoreTrailingWhiteSpace",
                                        "columnPruning",
                                        "enforceSchema",
                                        "quoteAll",
                                        "escapeQuotes",
                                        "preferDate"};
    static const char *const plain[] = {"multiLine", "enableDateTimeParsingFallback", "ignoreCorruptFiles",
                                        "ignoreMissingFiles"};
    size_t all = sizeof named / sizeof *named - (context_legacy_year(context) != 0); /* it has no preferDate */
    for (size_t i = 0; i < all; i++) {
        const char *value = option_get(options, count, named[i]);
        if (value && strcasecmp(value, "true") != 0 && strcasecmp(value, "false") != 0)
            return error_plain(err, ERROR_SPARK, "%s flag can be true or false.", named[i]);
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        const char *value = option_get(options, count, plain[i]);
        if (value && !is_word(value, "true") && !is_word(value, "false"))
            return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "For input string: \"%s\"", value);
    }
    return true;
}

static bool check_characters(const struct u_option *options, uint32_t count, struct error *err) {
    static const char *const names[] = {"quote", "escape", "comment", "charToEscapeQuoteEscaping"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = option_get(options, count, names[i]);
        if (value && utf8_utf16_count(value, strlen(value)) > 1 && strcmp(value, "\\u0000") != 0)
            return error_set(err, "_LEGACY_ERROR_TEMP_2145", "paramName", names[i], NULL);
    }
    return true;
}

static bool is_integer(const char *value) {
    const char *p = value + (*value == '-' || *value == '+');
    size_t size = strlen(value);
    int64_t number;
    return isdigit((uint8_t)*p) && isdigit((uint8_t)value[size - 1]) && int64_parse(value, size, false, &number) &&
           number == (int32_t)number;
}

static bool check_numbers(const struct u_option *options, uint32_t count, struct error *err) {
    static const char *const names[] = {"maxColumns", "maxCharsPerColumn"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = option_get(options, count, names[i]);
        if (value && !is_integer(value))
            return error_set(err, "_LEGACY_ERROR_TEMP_2146", "paramName", names[i], "value", value, NULL);
    }
    double number;
    const char *ratio = option_get(options, count, "samplingRatio"),
               *size = option_get(options, count, "inputBufferSize");
    bool word = ratio && isalpha((uint8_t)*ratio) && strcmp(ratio, "NaN") != 0 && strcmp(ratio, "Infinity") != 0;
    if (ratio && (word || !double_parse(ratio, strlen(ratio), &number)))
        return error_plain(err, ERROR_NUMBER_FORMAT, "For input string: \"%s\"", ratio);
    if (size && !is_integer(size)) return error_plain(err, ERROR_NUMBER_FORMAT, "For input string: \"%s\"", size);
    return true;
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
static bool check_names(const struct u_option *options, uint32_t count, struct error *err) {
    static const char charsets[] = "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8";
    static const char codecs[] = "bzip2, deflate, uncompressed, snappy, none, lz4, gzip";
    const char *charset = option_text(options, count, "encoding", option_text(options, count, "charset", "utf-8"));
    const char *codec = option_text(options, count, "compression", option_text(options, count, "codec", "none"));
    if (!is_listed(charset, charsets))
        return error_set(err, "INVALID_PARAMETER_VALUE.CHARSET", "functionName", "`CSVOptions`", "parameter",
                         "`charset`", "charset", charset, "charsets", charsets, NULL);
    return is_listed(codec, codecs) || error_set(err, "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
                                                 "codecName", codec, "availableCodecs", codecs, NULL);
}

bool csv_options_check(const struct context *context, const struct u_option *options, uint32_t count,
                       struct error *err) {
    const char *separator = option_get(options, count, "sep"), *line = option_get(options, count, "lineSep");
    if (!separator) separator = option_text(options, count, "delimiter", ",");
    if (!*separator) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Delimiter cannot be empty");
    if (separator[0] == '\\' && separator[1] && !separator[2] && !strchr("trbfn\"'\\0", separator[1]))
        return error_set(err, "INVALID_DELIMITER_VALUE.UNSUPPORTED_SPECIAL_CHARACTER", "str", separator, NULL);
    if (line && !*line)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: 'lineSep' cannot be an empty string.");
    if (line && utf8_utf16_count(line, strlen(line)) > 2)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: 'lineSep' can contain only 1 character.");
    return check_characters(options, count, err) && check_flags(context, options, count, err) &&
           check_numbers(options, count, err) && check_names(options, count, err);
}
