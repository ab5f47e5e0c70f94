/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of XML, and what Spark refuses among them, in its words: a misspelt flag would otherwise silently count
 * as false.
 */
#include "base/number.h"
#include "function/locale.h"
#include "function/text_options.h"
#include "function/xml_text.h"

static bool check_flags(const struct u_option *options, uint32_t count, struct error *err) {
    static const char *const names[] = {"excludeAttribute", "ignoreSurroundingSpaces",
                                        "inferSchema",      "ignoreNamespace",
                                        "prefersDecimal",   "preferDate",
                                        "multiLine",        "validateName"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = option_get(options, count, names[i]);
        if (value && strcasecmp(value, "true") != 0 && strcasecmp(value, "false") != 0)
            return error_plain(err, ERROR_SPARK, "%s flag can be true or false.", names[i]);
    }
    return true;
}

static bool required(bool holds, struct error *err, const char *words) {
    return holds || error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: %s", words);
}

static bool has_brackets(const char *text) {
    size_t size = strlen(text);
    return *text == '<' || (size && text[size - 1] == '>');
}

static bool check_tags(const struct xml_options *o, struct error *err) {
    return required(*o->row_tag, err, "'rowTag' option should not be an empty string.") &&
           required(!has_brackets(o->row_tag), err, "'rowTag' should not include angle brackets") &&
           required(!has_brackets(o->root_tag), err, "'rootTag' should not include angle brackets") &&
           required(!has_brackets(o->declaration), err, "'declaration' should not include angle brackets") &&
           required(o->value_tag.size, err, "'valueTag' option should not be empty string.") &&
           required(!string_equal(o->value_tag, o->attribute_prefix), err,
                    "'valueTag' and 'attributePrefix' options should not be the same.");
}

static bool check_sampling(const struct u_option *options, uint32_t count, struct error *err) {
    struct record_sample sample;
    return text_options_ratio(options, count, err) && text_options_sample(options, count, &sample, err);
}

static enum xml_mode read_mode(const char *text) {
    return strcasecmp(text, "DROPMALFORMED") == 0 ? XML_DROP_MALFORMED
           : strcasecmp(text, "FAILFAST") == 0    ? XML_FAIL_FAST
                                                  : XML_PERMISSIVE;
}

bool xml_options_read(struct arena *arena, const struct context *context, const struct u_option *options,
                      uint32_t count, enum pattern_use use, struct xml_options *o, struct error *err) {
#define FLAG(name, otherwise) option_flag(options, count, name, otherwise)
#define TEXT(name, otherwise) option_text(options, count, name, otherwise)
    const char *null_value = option_get(options, count, "nullValue");
    *o = (struct xml_options){
        .row_tag = TEXT("rowTag", "ROW"),
        .root_tag = TEXT("rootTag", "ROWS"),
        .declaration = TEXT("declaration", "version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\""),
        .array_element = TEXT("arrayElementName", "item"),
        .indent = TEXT("indent", "    "),
        .attribute_prefix = string_of(TEXT("attributePrefix", "_")),
        .value_tag = string_of(TEXT("valueTag", "_VALUE")),
        .null_value = string_of(null_value ? null_value : ""),
        .has_null_value = null_value != NULL,
        .exclude_attributes = FLAG("excludeAttribute", false),
        .trim = FLAG("ignoreSurroundingSpaces", true),
        .infer_schema = FLAG("inferSchema", true),
        .prefers_decimal = FLAG("prefersDecimal", false),
        .ignore_namespace = FLAG("ignoreNamespace", false),
        .validate_names = FLAG("validateName", true),
        .wildcard_column = TEXT("wildcardColName", "xs_any"),
        .variant_column = option_get(options, count, "singleVariantColumn"),
        .date_format = option_get(options, count, "dateFormat"),
        .timestamp_format = option_get(options, count, "timestampFormat"),
        .timestamp_ntz_format = option_get(options, count, "timestampNTZFormat"),
        .mode = read_mode(TEXT("mode", "PERMISSIVE")),
    };
    bool prefer_date = FLAG("preferDate", true);
#undef FLAG
    const char *corrupt = TEXT("columnNameOfCorruptRecord", NULL);
#undef TEXT
    if (!corrupt && context->setting) corrupt = context->setting(context, "spark.sql.columnNameOfCorruptRecord");
    o->binary = binary_style_named(context_text(context, "spark.sql.binaryOutputStyle"));
    o->corrupt_column = corrupt ? corrupt : "_corrupt_record";
    int32_t year = context_legacy_year(context); /* never for a timestamp without a zone */
    const struct locale *l = o->locale = locale_of_options(arena, options, count);
    const char *date = o->date_format ? o->date_format : prefer_date && !year ? "yyyy-MM-dd" : NULL;
    return check_flags(options, count, err) && check_tags(o, err) && check_sampling(options, count, err) &&
           text_options_zone(context, options, count, &o->zone, err) &&
           locale_pattern(arena, l, date, use, year, &o->date_pattern, err) &&
           locale_pattern(arena, l, o->timestamp_format, use, year, &o->timestamp_pattern, err) &&
           locale_pattern(arena, l, o->timestamp_ntz_format, use, 0, &o->timestamp_ntz_pattern, err);
}
