/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Spark refuses among the options of CSV, with the errors that it has for them: a misspelt flag would otherwise
 * silently count as false. Values that both sides read are checked whether this side reads them or not.
 */
#include "base/text.h"
#include "function/csv_text.h"
#include "function/text_options.h"

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
    return text_options_flags(plain, sizeof plain / sizeof *plain, options, count, err);
}

/* What to do with a quote inside a field that did not begin with one. */
static bool check_quote_handling(const struct u_option *options, uint32_t count, struct error *err) {
    static const char *const names[] = {"STOP_AT_CLOSING_QUOTE", "STOP_AT_DELIMITER", "BACK_TO_DELIMITER", "SKIP_VALUE",
                                        "RAISE_ERROR"};
    const char *value = option_get(options, count, "unescapedQuoteHandling");
    if (!value) return true;
    char upper[64] = "";
    size_t size = strlen(value);
    if (size < sizeof upper) ascii_upper(value, size, upper);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(upper, names[i]) == 0) return true;
    return error_plain(err, ERROR_ILLEGAL_ARGUMENT,
                       "No enum constant com.univocity.parsers.csv.UnescapedQuoteHandling.%s", upper);
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

static bool check_numbers(const struct u_option *options, uint32_t count, struct error *err) {
    static const char *const names[] = {"maxColumns", "maxCharsPerColumn"};
    int32_t number;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = option_get(options, count, names[i]);
        if (value && !text_options_integer(value, &number))
            return error_set(err, "_LEGACY_ERROR_TEMP_2146", "paramName", names[i], "value", value, NULL);
    }
    const char *size = option_get(options, count, "inputBufferSize");
    TRY(text_options_ratio(options, count, err));
    if (size && !text_options_integer(size, &number))
        return error_plain(err, ERROR_NUMBER_FORMAT, "For input string: \"%s\"", size);
    return true;
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
           check_numbers(options, count, err) && check_quote_handling(options, count, err) &&
           text_options_names("`CSVOptions`", options, count, err);
}
