/* SPDX-License-Identifier: Apache-2.0 */
/* The options of JSON, and what Spark refuses among them. */
#include <string.h>

#include "function/json_text.h"
#include "function/locale.h"
#include "function/text_options.h"

static bool check(const struct u_option *options, uint32_t count, struct error *err) {
    static const char *const flags[] = {"primitivesAsString",
                                        "prefersDecimal",
                                        "allowComments",
                                        "allowUnquotedFieldNames",
                                        "allowSingleQuotes",
                                        "allowNumericLeadingZeros",
                                        "allowNonNumericNumbers",
                                        "allowBackslashEscapingAnyCharacter",
                                        "allowUnquotedControlChars",
                                        "dropFieldIfAllNull",
                                        "ignoreNullFields",
                                        "multiLine",
                                        "pretty",
                                        "inferTimestamp",
                                        "sortKeys",
                                        "enableDateTimeParsingFallback",
                                        "writeNonAsciiCharacterAsCodePoint"};
    const char *line = option_get(options, count, "lineSep");
    if (line && !*line)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: 'lineSep' cannot be an empty string.");
    return text_options_flags(flags, sizeof flags / sizeof *flags, options, count, err) &&
           text_options_ratio(options, count, err) && text_options_names("`JSONOptions`", options, count, err);
}

bool json_options_read(struct arena *arena, const struct context *context, const struct u_option *options,
                       uint32_t count, enum pattern_use use, struct json_options *o, struct error *err) {
#define FLAG(name, otherwise) option_flag(options, count, name, otherwise)
    *o = (struct json_options){
        .comments = FLAG("allowComments", false),
        .unquoted_names = FLAG("allowUnquotedFieldNames", false),
        .single_quotes = FLAG("allowSingleQuotes", true),
        .leading_zeros = FLAG("allowNumericLeadingZeros", false),
        .non_numeric = FLAG("allowNonNumericNumbers", true),
        .control_characters = FLAG("allowUnquotedControlChars", false),
        .any_escape = FLAG("allowBackslashEscapingAnyCharacter", false),
        .primitives_as_string = FLAG("primitivesAsString", false),
        .prefers_decimal = FLAG("prefersDecimal", false),
        .multi_line = FLAG("multiLine", false),
        .infer_timestamp = FLAG("inferTimestamp", false),
        .drop_null_fields = FLAG("dropFieldIfAllNull", false),
        .ignore_null_fields =
            FLAG("ignoreNullFields", context_flag(context, "spark.sql.jsonGenerator.ignoreNullFields", true)),
        .pretty = FLAG("pretty", false),
        .sort_keys = FLAG("sortKeys", false),
        .escape_non_ascii = FLAG("writeNonAsciiCharacterAsCodePoint", false),
        .variant_column = option_get(options, count, "singleVariantColumn"),
        .line_separator = string_of(option_text(options, count, "lineSep", "")),
        .partial_results = context_flag(context, "spark.sql.json.enablePartialResults", true),
        .date_format = option_get(options, count, "dateFormat"),
        .timestamp_format = option_get(options, count, "timestampFormat"),
        .timestamp_ntz_format = option_get(options, count, "timestampNTZFormat"),
    };
#undef FLAG
    TRY(check(options, count, err));
    TRY(text_options_zone(context, options, count, &o->zone, err));
    const char *mode = option_get(options, count, "mode");
    if (mode && strcasecmp(mode, "DROPMALFORMED") == 0) o->mode = JSON_DROP_MALFORMED;
    if (mode && strcasecmp(mode, "FAILFAST") == 0) o->mode = JSON_FAIL_FAST;
    const char *corrupt = option_get(options, count, "columnNameOfCorruptRecord");
    if (!corrupt && context->setting) corrupt = context->setting(context, "spark.sql.columnNameOfCorruptRecord");
    o->corrupt_column = corrupt ? corrupt : "_corrupt_record";
    int32_t year = context_legacy_year(context); /* never for a timestamp without a zone */
    const struct locale *l = o->locale = locale_of_options(arena, options, count);
    return locale_pattern(arena, l, o->date_format, use, year, &o->date_pattern, err) &&
           locale_pattern(arena, l, o->timestamp_format, use, year, &o->timestamp_pattern, err) &&
           locale_pattern(arena, l, o->timestamp_ntz_format, use, 0, &o->timestamp_ntz_pattern, err);
}
